/**
 * The library in memory, and how documents of stored parts come into one.
 */

import { isPanic } from "../errors.js";
import type { WasmLibrary } from "../wasm-types.js";
import type { Part } from "./records.js";

/** The library in memory. */
export interface Shelf {
  current: WasmLibrary;
  /** Called when another took the place of `current`. */
  replaced?(): void;
  readonly Library: { new (): WasmLibrary; load(bytes: Uint8Array): WasmLibrary };
}

/** Whether a part's documents could be put into a library. */
export function append(library: WasmLibrary, bytes: Uint8Array, { documents }: Part, ids: string[]): boolean {
  try {
    library.append(bytes, ids.length === documents.length ? undefined : ids);
    return true;
  } catch (error) {
    if (isPanic(error)) throw error;
    return false;
  }
}
