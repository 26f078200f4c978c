/**
 * What users see of stored documents: where they are, what is told about them, what can be asked.
 *
 * Only types live here; the options are in `options.ts`.
 */

import type { CallOptions } from "../types.js";

/**
 * Where documents are. `"opfs"`: in IndexedDB, the files themselves in the browser's private file
 * system (OPFS). `"indexeddb"`: all in IndexedDB. `"memory"`: nowhere but in the assistant.
 */
export type StorageKind = "opfs" | "indexeddb" | "memory";

/** What `storage.estimate()` gives. */
export interface StorageState {
  /** Where documents are now, whatever was asked for. */
  kind: StorageKind;
  /** Bytes that the whole origin uses, if the browser tells. */
  usage?: number;
  /** Bytes that it may use at most, if the browser tells. */
  quota?: number;
  /** Whether the browser has promised not to delete them by itself. */
  persisted: boolean;
}

/** Something about stored documents that a user may want to know; the message says what to do. */
export interface StorageNotice {
  /**
   * - `"quota"`: there was no room for a document; its `add()` failed with `storage.quota`.
   * - `"unavailable"`: there is no storage that can be used; documents are in memory only.
   * - `"evicted"`: the browser had deleted what was stored; what is in memory was stored again.
   * - `"damaged"`: `documents` are stored, but cannot be read; they are left as they are.
   * - `"alone"`: tabs cannot hear of each other here; changes of others are seen later.
   */
  kind: "quota" | "unavailable" | "evicted" | "damaged" | "alone";
  message: string;
  /** Ids of the documents concerned. */
  documents?: string[];
  /** Bytes that the origin uses. */
  usage?: number;
  /** Bytes that it may use. */
  quota?: number;
}

/** The stored documents as a whole. */
export interface AssistantStorage {
  /** Where documents are, how much room there is, and whether they may be deleted by the browser. */
  estimate(options?: CallOptions): Promise<StorageState>;
  /** Removes all documents and files of this assistant's name, in other tabs, too. */
  clear(options?: CallOptions): Promise<void>;
}
