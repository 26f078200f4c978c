/**
 * Which parts to write anew in a quiet moment: many small ones as few, so that a library opens
 * fast, and those that still hold what was removed, so that it does not stay on the device.
 */

import type { Part } from "./records.js";

/** Parts that a library may have before they are merged. */
const MANY = 8;
/** A part is merged only with ones that together reach this share of its size, as in the index. */
const SHARE = 8;
/** Merging more at once would hold up questions for too long. */
const LARGE_BYTES = 16 << 20;

/** Runs of parts next to each other, each to become one part. Those named by number stay as they are. */
export function plan(parts: readonly Part[], fixed: ReadonlySet<number> = new Set()): Part[][] {
  const runs: Part[][] = [];
  let run: Part[] = [];
  for (const part of parts) {
    if (fixed.has(part.number) || part.size >= LARGE_BYTES / 2) {
      runs.push(...merges(run), ...(hasRemoved(part) && !fixed.has(part.number) ? [[part]] : []));
      run = [];
    } else {
      run.push(part);
    }
  }
  return [...runs, ...merges(run)];
}

/** Those of small parts that lie together. */
function merges(run: readonly Part[]): Part[][] {
  let from = run.length;
  if (run.length >= MANY) {
    let behind = 0;
    while (from > 0 && (from === run.length || sizeAt(run, from - 1) <= behind * SHARE)) behind += sizeAt(run, --from);
  }
  const alone = run.slice(0, from).filter(hasRemoved).map((part) => [part]);
  const groups: Part[][] = [];
  let size = Infinity;
  for (const part of run.slice(from)) {
    size += part.size;
    if (size > LARGE_BYTES) {
      groups.push([]);
      size = part.size;
    }
    groups.at(-1)?.push(part);
  }
  return [...alone, ...groups.filter((group) => group.length > 1 || group.some(hasRemoved))];
}

function sizeAt(run: readonly Part[], at: number): number {
  return run[at]?.size ?? 0;
}

function hasRemoved({ documents, ids }: Part): boolean {
  return documents.length > ids.length;
}
