/**
 * Documents whose stored index cannot be read here, because it is damaged or was made by other
 * rules: they are read again from their files, which are stored, too.
 *
 * Only when a library is opened: two tabs of different versions would never come to an end. What
 * cannot be read again is told, and left as it is.
 */

import { isPanic } from "../errors.js";
import type { Turns } from "../pause.js";
import type { SourceInfo } from "../wasm-types.js";
import type { Notice } from "./choice.js";
import type { StoredLibrary } from "./stored-library.js";

export interface ReadAgain {
  stored: StoredLibrary;
  turns: Turns;
  /** Adds a document as if it were new. */
  add(source: SourceInfo, file: File, signal: AbortSignal): Promise<unknown>;
  notify(notice: Notice): void;
}

export async function readAgain({ stored, turns, add, notify }: ReadAgain): Promise<void> {
  const { signal } = new AbortController();
  const documents: string[] = [];
  for (const id of stored.unread) {
    try {
      const done = await turns.take(signal, async () => {
        if (stored.has(id)) return true;
        const found = await stored.source(id);
        if (!found) return false;
        await add(found.source, found.file, signal);
        notify({ name: "documents", detail: { change: "added", id } });
        return true;
      });
      if (!done) documents.push(id);
    } catch (error) {
      if (isPanic(error)) throw error;
      documents.push(id);
    }
  }
  if (documents.length === 0) return;
  const message = `${documents.length} of the stored documents cannot be read here; they are left as they are. Add the files again`;
  notify({ name: "storage", detail: { kind: "damaged", message, documents } });
}
