/**
 * Databases of IndexedDB, opened so that they are in nobody's way.
 *
 * What fails rejects with the browser's own error; what that means is the caller's to say.
 */

/** What opening takes beside the name. */
export interface OpenDatabase {
  /** Makes the stores of a new database. */
  create(database: IDBDatabase): void;
  /** Called when the database could not be opened, or is closed later: it must be opened again. */
  onGone(): void;
  /** Browsers have been seen to leave an opening without any answer. Default: no limit. */
  patienceMs?: number;
}

export function openDatabase(name: string, { create, onGone, patienceMs }: OpenDatabase): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const giveUp = (cause: unknown): void => {
      clearTimeout(patience);
      onGone();
      reject(cause);
    };
    const patience = patienceMs === undefined ? undefined : setTimeout(giveUp, patienceMs, new Error("it does not answer"));
    let request: IDBOpenDBRequest;
    try {
      request = indexedDB.open(name, 1);
    } catch (error) {
      return giveUp(error);
    }
    request.onupgradeneeded = () => create(request.result);
    request.onerror = () => giveUp(request.error);
    request.onsuccess = () => {
      clearTimeout(patience);
      const db = request.result;
      db.onclose = onGone;
      // Another tab wants to delete it: never be in its way.
      db.onversionchange = () => {
        db.close();
        onGone();
      };
      resolve(db);
    };
  });
}

/** Resolves when a transaction has done all it was asked for. */
export function ended(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}
