/**
 * A store in a database of its own in IndexedDB.
 *
 * The database's name is fixed when the tool is made, with a prefix of ours: nothing a model says
 * can name another. Every operation is one transaction, so tabs do not overwrite one another's.
 */

import { fail } from "../../errors.js";
import { ended, openDatabase } from "../../indexeddb.js";
import { beyond, type Store } from "./store.js";

const PREFIX = "qwen-agent-tool-";
const STORE = "entries";

export function indexedDbStore(name: string): Store {
  let opening: Promise<IDBDatabase> | undefined;
  // Opened again at the next call when it could not be, or was closed.
  const database = (): Promise<IDBDatabase> => (opening ??= open(PREFIX + name, () => (opening = undefined)));
  const transact = async <T>(mode: IDBTransactionMode, work: (entries: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const transaction = (await database()).transaction(STORE, mode);
    const request = work(transaction.objectStore(STORE));
    await done(transaction);
    return request.result;
  };
  return {
    get: (key) => transact<string | undefined>("readonly", (entries) => entries.get(key)),
    async set(key, value, limits) {
      const transaction = (await database()).transaction(STORE, "readwrite");
      const entries = transaction.objectStore(STORE);
      let refusal: string | undefined;
      const others = { count: 0, length: 0 };
      const walk = entries.openCursor();
      walk.onsuccess = () => {
        const cursor = walk.result;
        if (cursor) {
          if (cursor.key !== key) {
            others.count += 1;
            others.length += String(cursor.value).length;
          }
          cursor.continue();
          return;
        }
        refusal = beyond(limits, others, value);
        if (refusal === undefined) entries.put(value, key);
      };
      await done(transaction);
      return refusal;
    },
    async delete(key) {
      const transaction = (await database()).transaction(STORE, "readwrite");
      const entries = transaction.objectStore(STORE);
      const found = entries.count(key);
      entries.delete(key);
      await done(transaction);
      return found.result > 0;
    },
    async keys() {
      const keys = await transact("readonly", (entries) => entries.getAllKeys());
      return keys.map(String).sort();
    },
  };
}

async function open(name: string, onGone: () => void): Promise<IDBDatabase> {
  const create = (database: IDBDatabase): void => void database.createObjectStore(STORE);
  return openDatabase(name, { create, onGone }).catch(refused);
}

async function done(transaction: IDBTransaction): Promise<void> {
  return ended(transaction).catch(refused);
}

function refused(cause: unknown): never {
  throw failed(cause instanceof DOMException ? cause : null);
}

function failed(error: DOMException | null): Error {
  return fail("tool.failed", `the browser's storage failed${error ? `: ${error.message}` : ""}`, error);
}
