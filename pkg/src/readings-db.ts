/**
 * Readings in a database of their own in IndexedDB, oldest out.
 *
 * Every operation is one transaction, so that tabs do not disturb one another. What fails here
 * rejects; that a run goes on all the same is the business of `readings.ts`.
 */

import { fail } from "./errors.js";
import { ended, openDatabase } from "./indexeddb.js";
import type { Readings, ReadingsLimits } from "./readings.js";

const STORE = "replies";
/** The index of the times at which replies were put. */
const BY_TIME = "at";
/** Browsers have been seen to leave an opening without any answer; a question should not wait for that. */
const OPEN_MS = 5000;
/** The old are looked for now and then: counting for each reply would cost more than it saves. */
const PUTS_PER_SWEEP = 64;

interface Entry {
  reply: string;
  at: number;
}

export function databaseReadings(name: string, limits: ReadingsLimits): Readings {
  let opening: Promise<IDBDatabase> | undefined;
  let puts = 0;
  // Opened again at the next call when it could not be, or was closed.
  const database = (): Promise<IDBDatabase> => (opening ??= open(name, () => (opening = undefined)));
  const transact = async <T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const transaction = (await database()).transaction(STORE, mode);
    const request = work(transaction.objectStore(STORE));
    await ended(transaction).catch((cause: unknown) => {
      throw unavailable("the browser's storage failed", cause);
    });
    return request.result;
  };
  return {
    async get(name) {
      const entry = await transact<Entry | undefined>("readonly", (store) => store.get(name));
      return entry && Date.now() - entry.at <= limits.age ? entry.reply : undefined;
    },
    async put(name, reply) {
      const sweeps = puts++ % PUTS_PER_SWEEP === 0;
      await transact("readwrite", (store) => {
        const request = store.put({ reply, at: Date.now() } satisfies Entry, name);
        if (sweeps) sweep(store, limits);
        return request;
      });
    },
    async clear() {
      await transact("readwrite", (store) => store.clear());
    },
    close() {
      const open = opening;
      opening = undefined;
      open?.then((db) => db.close(), () => {});
    },
  };
}

/** Deletes what is too old, and the oldest of what is too much. */
function sweep(store: IDBObjectStore, { entries, age }: ReadingsLimits): void {
  const oldEnough = IDBKeyRange.upperBound(Date.now() - age);
  const counting = store.count();
  counting.onsuccess = () => {
    let excess = counting.result - entries;
    const walk = store.index(BY_TIME).openCursor();
    walk.onsuccess = () => {
      const cursor = walk.result;
      if (!cursor || (excess <= 0 && !oldEnough.includes(cursor.key))) return;
      excess -= 1;
      cursor.delete();
      cursor.continue();
    };
  };
}

async function open(name: string, onGone: () => void): Promise<IDBDatabase> {
  const create = (database: IDBDatabase): void => void database.createObjectStore(STORE).createIndex(BY_TIME, "at");
  return openDatabase(name, { create, onGone, patienceMs: OPEN_MS }).catch((cause: unknown) => {
    throw unavailable("the browser's storage cannot be opened", cause);
  });
}

function unavailable(what: string, cause: unknown): Error {
  const why = cause instanceof Error ? cause.message : "";
  return fail("storage.unavailable", why === "" ? what : `${what}: ${why}`, cause);
}
