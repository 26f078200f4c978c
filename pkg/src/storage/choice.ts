/**
 * The storage options as the worker gets them, and the names of what is stored.
 *
 * The names are promises: what was stored under them must be found by every later version.
 */

import type { StorageOptions } from "../options.js";
import type { StorageNotice } from "./types.js";

export interface StorageChoice {
  kind: "auto" | "opfs" | "indexeddb";
  name: string;
}

/** What another tab has changed, or what became of the index that was open beside it. */
export interface DocumentsChange {
  change: "added" | "removed" | "imported" | "opened" | "closed";
  id?: string;
}

/** What the worker tells without being asked. */
export type Notice = { name: "storage"; detail: StorageNotice } | { name: "documents"; detail: DocumentsChange };

const DEFAULT_NAME = "qwen-agent";

/** Nothing where documents are to stay in memory. */
export function storageChoice({ kind = "memory", name = DEFAULT_NAME }: StorageOptions = {}): StorageChoice | undefined {
  return kind === "memory" ? undefined : { kind, name };
}

/** The database of documents; also the name of its lock and of its channel between tabs. */
export function libraryName(name: string): string {
  return `${name}-library`;
}

/** The database of replies of parts that were read. */
export function readingsName(name: string = DEFAULT_NAME): string {
  return `${name}-readings`;
}
