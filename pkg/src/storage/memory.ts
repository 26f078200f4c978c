/**
 * What of a stored library is in memory, and how memory follows the database.
 *
 * It reads nothing and writes nothing: it is given what is stored, and is told what was changed.
 */

import type { WasmLibrary } from "../wasm-types.js";
import type { DocumentsChange } from "./choice.js";
import type { Catalog } from "./database.js";
import type { Part, State } from "./records.js";
import { append, type Shelf } from "./shelf.js";

/** Taking documents out of an index one by one costs more than loading it, from about here on. */
const MANY_REMOVED = 8;

export class Memory {
  readonly shelf: Shelf;
  /** The serial numbers of what is in memory, by id. */
  readonly #known = new Map<string, number>();
  /** Parts that cannot be read. */
  readonly damaged = new Set<number>();
  /** Their documents. */
  readonly unread = new Set<string>();
  #epoch: string | undefined;
  #revision = 0;
  /** Another tab came between, which can only be where there are no locks: memory has another order. */
  #behind = false;

  constructor(shelf: Shelf) {
    this.shelf = shelf;
  }

  /** How many documents there are. */
  get size(): number {
    return this.#known.size;
  }

  has(id: string): boolean {
    return this.#known.has(id);
  }

  /** Whether it is what this state says. */
  isAt({ epoch, revision }: State): boolean {
    return !this.#behind && epoch === this.#epoch && revision === this.#revision;
  }

  /** Whose bytes it takes to follow. */
  missing(parts: readonly Part[], state: State | undefined): number[] {
    const anew = this.#beginsAnew(parts, state);
    const lacks = ({ number, documents }: Part): boolean => (anew || !this.damaged.has(number)) && documents.some(({ id, serial, removed }) => !removed && (anew || this.#known.get(id) !== serial));
    return parts.filter(lacks).map(({ number }) => number);
  }

  /** Takes over what is stored; gives what has changed. */
  follow({ state, parts, bytes }: Catalog): DocumentsChange[] {
    if (!state) return [];
    const changes: DocumentsChange[] = [];
    const anew = this.#beginsAnew(parts, state);
    const replaces = anew && this.#known.size > 0;
    if (anew) this.damaged.clear();
    if (replaces) {
      this.#known.clear();
      this.replace(new this.shelf.Library());
    }
    const wanted = serials(parts);
    for (const [id, serial] of [...this.#known]) {
      if (wanted.get(id) === serial) continue;
      this.#known.delete(id);
      this.shelf.current.remove(id);
      if (!wanted.has(id)) changes.push({ change: "removed", id });
    }
    for (const part of parts) {
      const added = part.documents.filter(({ id, serial, removed }) => !removed && this.#known.get(id) !== serial);
      if (added.length === 0 || this.damaged.has(part.number) || !this.#take(part, bytes.get(part.number), added.map(({ id }) => id))) continue;
      for (const { id, serial } of added) {
        this.#known.set(id, serial);
        changes.push({ change: "added", id });
      }
    }
    this.#seen(state);
    return replaces ? [{ change: "imported" }] : changes;
  }

  /** A change of one's own was written. */
  wrote(state: State): void {
    const next = this.#epoch === undefined || this.#epoch === state.epoch ? this.#revision + 1 : 1;
    this.#seen(state);
    this.#behind = state.revision !== next;
  }

  added(id: string, serial: number): void {
    this.#known.set(id, serial);
    this.unread.delete(id);
  }

  removed(id: string): void {
    this.#known.delete(id);
    this.unread.delete(id);
  }

  /** All documents were replaced. */
  replaced(numbers: ReadonlyMap<string, number>): void {
    this.#known.clear();
    this.unread.clear();
    for (const [id, serial] of numbers) this.#known.set(id, serial);
  }

  /** Puts another library in the place of the one in memory. */
  replace(library: WasmLibrary): void {
    this.shelf.current.free();
    this.shelf.current = library;
    this.shelf.replaced?.();
  }

  /** Whether to begin with an empty library: always for another database, and where much was removed. */
  #beginsAnew(parts: readonly Part[], state: State | undefined): boolean {
    if (this.#behind || state?.epoch !== this.#epoch) return true;
    const live = serials(parts);
    let gone = 0;
    for (const [id, serial] of this.#known) if (live.get(id) !== serial) gone += 1;
    return gone > MANY_REMOVED;
  }

  /** Whether the documents could be taken from a part. */
  #take(part: Part, bytes: Uint8Array | undefined, ids: string[]): boolean {
    if (bytes && append(this.shelf.current, bytes, part, ids)) return true;
    this.damaged.add(part.number);
    for (const id of ids) this.unread.add(id);
    return false;
  }

  #seen({ epoch, revision }: State): void {
    this.#epoch = epoch;
    this.#revision = revision;
    this.#behind = false;
  }
}

/** The documents in the library, by id. */
function serials(parts: readonly Part[]): Map<string, number> {
  return new Map(parts.flatMap(({ documents }) => documents.filter(({ removed }) => !removed).map(({ id, serial }) => [id, serial] as const)));
}
