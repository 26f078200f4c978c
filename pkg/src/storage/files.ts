/**
 * The files of documents, wherever they are: in the private file system (OPFS), or in the records
 * of the database themselves.
 */

import type { QwenAgentError } from "../errors.js";
import type { SourceInfo } from "../wasm-types.js";
import type { StorageChoice } from "./choice.js";
import { told } from "./database.js";
import { originalsIn, type Originals } from "./originals.js";
import type { NewOriginal, Original } from "./records.js";

/** A file with what was said of it when it was added. */
export interface StoredFile {
  source: SourceInfo;
  file: File;
}

/** @throws QwenAgentError `storage.unavailable` where the private file system is asked for and missing */
export async function filesFor(kind: StorageChoice["kind"], name: string): Promise<Files> {
  if (kind === "indexeddb") return new Files(undefined);
  const originals = await originalsIn(name).catch((cause: unknown) => {
    if (kind === "opfs") throw told(cause);
    return undefined;
  });
  return new Files(originals);
}

export class Files {
  readonly #originals: Originals | undefined;

  constructor(originals: Originals | undefined) {
    this.#originals = originals;
  }

  get kind(): "opfs" | "indexeddb" {
    return this.#originals ? "opfs" : "indexeddb";
  }

  /** Writes a file, or leaves it to the record. */
  async write({ name, mediaType, title, url }: SourceInfo, blob: Blob): Promise<NewOriginal> {
    const original = { name, type: blob.type, ...said({ mediaType, title, url }) };
    if (!this.#originals) return { ...original, bytes: await blob.arrayBuffer() };
    try {
      return { ...original, file: await this.#originals.write(blob) };
    } catch (error) {
      const cause = told(error) as QwenAgentError;
      if (cause.code === "storage.quota") throw cause;
      // A file system that fails is no reason to lose the document.
      return { ...original, bytes: await blob.arrayBuffer() };
    }
  }

  /** Nothing if the file is gone. */
  async open(id: string, { bytes, file, name, type, mediaType, title, url }: Original): Promise<StoredFile | undefined> {
    const content = bytes ?? (file === undefined ? undefined : await this.#originals?.read(file).catch(() => undefined));
    if (!content) return undefined;
    const source = { id, name, ...said({ mediaType, title, url }) };
    return { source, file: new File([content], name, { type }) };
  }

  async drop(file: string | undefined): Promise<void> {
    await this.#originals?.drop(file);
  }

  /** Deletes what no record names. */
  async sweep(kept: ReadonlySet<string>): Promise<void> {
    await this.#originals?.sweep(kept);
  }
}

/** Without what was not said. */
function said<T extends object>(all: T): { [name in keyof T]?: Exclude<T[name], undefined> } {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as { [name in keyof T]?: Exclude<T[name], undefined> };
}
