/**
 * Merges small parts of a stored library, and writes those anew that still hold what was removed.
 *
 * A merge takes effect only if nothing has changed its parts meanwhile; so no lock is held while
 * it works, and a tab that dies in the middle leaves the parts as they were.
 */

import { pause } from "../pause.js";
import type { LibraryDatabase } from "./database.js";
import { plan } from "./plan.js";
import { liveIds, type Part } from "./records.js";
import { append, type Shelf } from "./shelf.js";

/** So that it ends even if every round finds something to do. */
const ROUNDS = 8;

/** `damaged` are numbers of parts that cannot be read; those that are found are added. */
export async function mergeParts(database: LibraryDatabase, { Library }: Pick<Shelf, "Library">, damaged: Set<number>): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const { parts } = await database.read(() => []);
    const groups = plan(parts, damaged);
    if (groups.length === 0) return;
    for (const group of groups) {
      const bytes = await merged(database, Library, group, damaged);
      if (bytes) await database.merge(group, bytes);
    }
  }
}

async function merged(database: LibraryDatabase, Library: Shelf["Library"], group: readonly Part[], damaged: Set<number>): Promise<Uint8Array | undefined> {
  const numbers = group.map(({ number }) => number);
  const { bytes } = await database.read(() => numbers);
  const library = new Library();
  let complete = true;
  for (const part of group) {
    const content = bytes.get(part.number);
    // Without it, another tab has changed the part meanwhile.
    complete = content !== undefined && append(library, content, part, liveIds(part.documents));
    if (content && !complete) damaged.add(part.number);
    if (!complete) break;
    // Questions go before.
    await pause();
  }
  const all = complete ? library.save() : undefined;
  library.free();
  return all;
}
