/**
 * Sessions in a database of their own in IndexedDB.
 *
 * Every operation is one transaction, so that tabs do not disturb one another and a page that is
 * closed at any moment leaves whole records. Turns are found by session and number.
 */

import { fail } from "../errors.js";
import { ended, openDatabase } from "../indexeddb.js";
import { checkedSession, checkedTurn } from "./checked.js";
import type { SessionStore } from "./store.js";

const SESSIONS = "sessions";
const TURNS = "turns";
/** Browsers have been seen to leave an opening without any answer. */
const OPEN_MS = 5000;

export function databaseSessions(name: string): SessionStore {
  let opening: Promise<IDBDatabase> | undefined;
  let closed = false;
  // Opened again at the next call when it could not be, or was closed.
  const database = (): Promise<IDBDatabase> => (opening ??= open(name, () => (opening = undefined)));

  /** A connection that is not closed stays for as long as the page does. */
  function release(): void {
    const open = opening;
    opening = undefined;
    // It closes when what uses it by now has ended.
    open?.then((db) => db.close(), () => {});
  }

  async function transact<T>(mode: IDBTransactionMode, work: (sessions: IDBObjectStore, turns: IDBObjectStore) => () => T): Promise<T> {
    const transaction = (await database()).transaction([SESSIONS, TURNS], mode);
    const result = work(transaction.objectStore(SESSIONS), transaction.objectStore(TURNS));
    await ended(transaction).catch((cause: unknown) => {
      throw unavailable("the browser's storage failed", cause);
    });
    // The last turn of a page's assistant ends after the assistant.
    if (closed) release();
    return result();
  }

  return {
    all: async () => (await transact("readonly", (sessions) => given<unknown[]>(sessions.getAll()))).flatMap(checkedSession),
    get: async (id) => checkedSession(await transact("readonly", (sessions) => given<unknown>(sessions.get(id))))[0],
    turns: async (id) => (await transact("readonly", (_, turns) => given<unknown[]>(turns.getAll(turnsOf(id))))).flatMap(checkedTurn),
    add: (record) =>
      transact("readwrite", (sessions) => {
        sessions.add(record);
        return nothing;
      }),
    change: (id, edit, turn) =>
      transact("readwrite", (sessions, turns) => {
        let number = -1;
        const getting: IDBRequest<unknown> = sessions.get(id);
        getting.onsuccess = () => {
          const [kept] = checkedSession(getting.result);
          if (!kept) return;
          const record = edit(kept);
          number = record.turnCount - 1;
          if (turn) {
            number += 1;
            record.turnCount += 1;
            turns.put(turn, [id, number]);
          }
          sessions.put(record);
        };
        return () => number;
      }),
    setTurn: (id, number, turn) =>
      transact("readwrite", (sessions, turns) => {
        const counting = sessions.count(id);
        counting.onsuccess = () => {
          if (counting.result > 0) turns.put(turn, [id, number]);
        };
        return nothing;
      }),
    remove: (id) =>
      transact("readwrite", (sessions, turns) => {
        const counting = sessions.count(id);
        sessions.delete(id);
        turns.delete(turnsOf(id));
        return () => counting.result > 0;
      }),
    clear: () =>
      transact("readwrite", (sessions, turns) => {
        turns.clear();
        sessions.clear();
        return nothing;
      }),
    close() {
      closed = true;
      release();
    },
  };
}

/** All keys that begin with the session: arrays sort after numbers. */
function turnsOf(id: string): IDBKeyRange {
  return IDBKeyRange.bound([id], [id, []]);
}

const given = <T>(request: IDBRequest<T>) => (): T => request.result;

const nothing = (): undefined => undefined;

async function open(name: string, onGone: () => void): Promise<IDBDatabase> {
  const create = (database: IDBDatabase): void => {
    database.createObjectStore(SESSIONS, { keyPath: "id" });
    database.createObjectStore(TURNS);
  };
  return openDatabase(name, { create, onGone, patienceMs: OPEN_MS }).catch((cause: unknown) => {
    throw unavailable("the browser's storage cannot be opened", cause);
  });
}

function unavailable(what: string, cause: unknown): Error {
  const why = cause instanceof Error ? cause.message : "";
  return fail("storage.unavailable", why === "" ? what : `${what}: ${why}`, cause);
}
