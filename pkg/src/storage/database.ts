/**
 * The database of stored documents: every change is one transaction, so that a tab may die at any
 * moment, and leaves all of a document or nothing.
 *
 * It knows records, not the index in memory, nor other tabs.
 */

import { fail, QwenAgentError } from "../errors.js";
import { ended, openDatabase } from "../indexeddb.js";
import { checkVersion, liveIds, newer, partOf, RECORD_VERSION, type NewOriginal, type Original, type Part, type PartBytes, type State } from "./records.js";

/** Browsers have been seen to leave an opening without any answer. */
const OPEN_MS = 5000;
const STORES = ["state", "parts", "bytes", "originals"];
const STATE = "state";

/** What a change came to: the state after it, and files that no record names any more. */
export interface Changed {
  state: State;
  files: string[];
}

/** What is stored, with the bytes that were asked for. */
export interface Catalog {
  state: State | undefined;
  parts: Part[];
  bytes: Map<number, Uint8Array>;
}

export class LibraryDatabase {
  readonly #name: string;
  #opening: Promise<IDBDatabase> | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  /** @throws QwenAgentError `storage.newer`, `storage.unavailable` */
  async state(): Promise<State | undefined> {
    return this.#transact("readonly", ["state"], stateOf);
  }

  /** `wanted` says whose bytes are needed. */
  async read(wanted: (parts: Part[], state: State | undefined) => number[]): Promise<Catalog> {
    return this.#transact("readonly", ["state", "parts", "bytes"], async (transaction) => {
      const state = await stateOf(transaction);
      const parts = await requested<Part[]>(transaction.objectStore("parts").getAll());
      parts.forEach(checkVersion);
      const numbers = wanted(parts, state);
      const store = transaction.objectStore("bytes");
      const all = numbers.length > 0 && numbers.length === parts.length;
      const found = all ? await requested<PartBytes[]>(store.getAll()) : await Promise.all(numbers.map((number) => requested<PartBytes | undefined>(store.get(number))));
      const bytes = new Map<number, Uint8Array>();
      for (const record of found) if (record) bytes.set(record.number, record.bytes);
      return { state, parts, bytes };
    });
  }

  /** Adds a document at the end, in place of one of the same id. */
  async add(id: string, bytes: Uint8Array, original: NewOriginal): Promise<Changed & { serial: number }> {
    return this.#change(async (transaction, state) => {
      const files = await take(transaction, id);
      const serial = state.next++;
      putPart(transaction, partOf(serial, [{ id, serial }], bytes), bytes);
      transaction.objectStore("originals").put({ version: RECORD_VERSION, serial, ...original } satisfies Original);
      return { files, serial };
    });
  }

  async remove(id: string): Promise<Changed> {
    return this.#change(async (transaction) => ({ files: await take(transaction, id) }));
  }

  /** Puts these documents in the place of all; `bytes` is their index file. */
  async replace(ids: string[], bytes: Uint8Array): Promise<Changed & { serials: Map<string, number> }> {
    return this.#change(async (transaction, state) => {
      const files = fileNames(await requested<Original[]>(transaction.objectStore("originals").getAll()));
      for (const store of ["parts", "bytes", "originals"]) transaction.objectStore(store).clear();
      const documents = ids.map((id) => ({ id, serial: state.next++ }));
      const [first] = documents;
      if (first) putPart(transaction, partOf(first.serial, documents, bytes), bytes);
      return { files, serials: new Map(documents.map(({ id, serial }) => [id, serial])) };
    });
  }

  /** Puts one part in the place of some; whether they were still as they are given. */
  async merge(old: readonly Part[], bytes: Uint8Array): Promise<boolean> {
    return this.#transact("readwrite", ["parts", "bytes"], async (transaction) => {
      const store = transaction.objectStore("parts");
      const now = await Promise.all(old.map(({ number }) => requested<Part | undefined>(store.get(number))));
      if (JSON.stringify(now) !== JSON.stringify(old)) return false;
      for (const { number } of old) deletePart(transaction, number);
      const documents = old.flatMap(({ documents }) => documents.filter(({ removed }) => !removed));
      const [first] = old;
      if (first && documents.length > 0) putPart(transaction, partOf(first.number, documents, bytes), bytes);
      return true;
    });
  }

  async original(id: string): Promise<Original | undefined> {
    return this.#transact("readonly", ["parts", "originals"], async (transaction) => {
      const part = await partWith(transaction, id);
      const serial = part?.documents.find((document) => document.id === id && !document.removed)?.serial;
      if (serial === undefined) return undefined;
      const original = await requested<Original | undefined>(transaction.objectStore("originals").get(serial));
      checkVersion(original);
      return original;
    });
  }

  /** The files that records name. */
  async files(): Promise<Set<string>> {
    const originals = await this.#transact("readonly", ["originals"], (transaction) => requested<Original[]>(transaction.objectStore("originals").getAll()));
    return new Set(fileNames(originals));
  }

  async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = undefined;
    (await opening?.catch(() => undefined))?.close();
  }

  /** A change of the documents: it has a state to raise, and makes one if there is none. */
  #change<T>(work: (transaction: IDBTransaction, state: State) => Promise<T>): Promise<T & { state: State }> {
    return this.#transact("readwrite", STORES, async (transaction) => {
      const state = (await stateOf(transaction)) ?? { version: RECORD_VERSION, epoch: crypto.randomUUID(), revision: 0, next: 0 };
      const result = await work(transaction, state);
      state.revision += 1;
      transaction.objectStore("state").put(state, STATE);
      return { ...result, state };
    });
  }

  async #transact<T>(mode: IDBTransactionMode, stores: string[], work: (transaction: IDBTransaction) => Promise<T>): Promise<T> {
    for (let last = false; ; last = true) {
      const opening = (this.#opening ??= open(this.#name, () => (this.#opening = undefined)));
      const database = await opening.catch((cause: unknown) => {
        throw told(cause);
      });
      let transaction: IDBTransaction | undefined;
      try {
        // What was reported as stored should survive a power failure, too.
        transaction = database.transaction(stores, mode, { durability: "strict" });
        const over = ended(transaction);
        over.catch(() => {});
        const result = await work(transaction);
        await over;
        return result;
      } catch (error) {
        abort(transaction);
        // A connection that the browser has closed is opened again, once.
        const closed = transaction === undefined || this.#opening !== opening;
        if (last || !closed || error instanceof QwenAgentError) throw told(transaction?.error ?? error);
        if (this.#opening === opening) this.#opening = undefined;
      }
    }
  }
}

/** What the browser's errors mean. */
export function told(cause: unknown): Error {
  if (cause instanceof QwenAgentError) return cause;
  const { name = "", message = "" } = cause instanceof Error || cause instanceof DOMException ? cause : {};
  if (name === "VersionError") return newer(cause);
  if (name === "QuotaExceededError") return fail("storage.quota", "the browser gives this site no more room; remove documents, or free space on the device", cause);
  return fail("storage.unavailable", `the browser's storage failed${message === "" ? "" : `: ${message}`}`, cause);
}

function open(name: string, onGone: () => void): Promise<IDBDatabase> {
  const create = (database: IDBDatabase): void => {
    database.createObjectStore("state");
    database.createObjectStore("parts", { keyPath: "number" }).createIndex("ids", "ids", { multiEntry: true });
    database.createObjectStore("bytes", { keyPath: "number" });
    database.createObjectStore("originals", { keyPath: "serial" });
  };
  return openDatabase(name, { create, onGone, patienceMs: OPEN_MS });
}

function requested<T>(request: IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result as T);
    request.onerror = () => reject(request.error);
  });
}

async function stateOf(transaction: IDBTransaction): Promise<State | undefined> {
  const state = await requested<State | undefined>(transaction.objectStore("state").get(STATE));
  checkVersion(state);
  return state;
}

function partWith(transaction: IDBTransaction, id: string): Promise<Part | undefined> {
  return requested<Part | undefined>(transaction.objectStore("parts").index("ids").get(id));
}

function putPart(transaction: IDBTransaction, part: Part, bytes: Uint8Array): void {
  transaction.objectStore("parts").put(part);
  transaction.objectStore("bytes").put({ version: RECORD_VERSION, number: part.number, bytes } satisfies PartBytes);
}

function deletePart(transaction: IDBTransaction, number: number): void {
  for (const store of ["parts", "bytes"]) transaction.objectStore(store).delete(number);
}

/** Takes a document out of its part: marks it, since writing the part anew may take long. */
async function take(transaction: IDBTransaction, id: string): Promise<string[]> {
  const part = await partWith(transaction, id);
  const document = part?.documents.find((document) => document.id === id && !document.removed);
  if (!part || !document) return [];
  document.removed = true;
  part.ids = liveIds(part.documents);
  if (part.ids.length > 0) transaction.objectStore("parts").put(part);
  else deletePart(transaction, part.number);
  const originals = transaction.objectStore("originals");
  const original = await requested<Original | undefined>(originals.get(document.serial));
  originals.delete(document.serial);
  return original ? fileNames([original]) : [];
}

function fileNames(originals: readonly Original[]): string[] {
  return originals.flatMap(({ file }) => file ?? []);
}

function abort(transaction: IDBTransaction | undefined): void {
  try {
    transaction?.abort();
  } catch {
    // It was over already.
  }
}
