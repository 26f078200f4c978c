/**
 * A library that is stored: what is in memory and what is in the database are kept the same.
 *
 * A change is written first and made in memory then. What other tabs have changed is taken over
 * when they tell, and before each change of one's own; so all tabs have the same documents in the
 * same order. The caller sees to it that calls take turns, but for `original()` and `tidy()`.
 */

import { isPanic, QwenAgentError } from "../errors.js";
import { pause } from "../pause.js";
import type { DocumentInfo } from "../results.js";
import type { WasmIngest, WasmLibrary } from "../wasm-types.js";
import { libraryName, type Notice, type StorageChoice } from "./choice.js";
import { LibraryDatabase, told, type Catalog, type Changed } from "./database.js";
import { originalsIn, type Originals } from "./originals.js";
import { plan } from "./plan.js";
import { liveIds, type Original, type Part, type State } from "./records.js";
import { storageState } from "./state.js";
import { Tabs } from "./tabs.js";
import type { StorageKind, StorageNotice } from "./types.js";

/** Longer than the gap between two documents of a batch. */
const QUIET_MS = 2000;
/** Changes after which parts are merged although there is no quiet moment. */
const BUSY_CHANGES = 64;
/** Taking documents out of an index one by one costs more than loading it, from about here on. */
const MANY_REMOVED = 8;
/** So that tidying ends even if every round finds something to do. */
const ROUNDS = 8;

/** The library in memory. */
export interface Shelf {
  current: WasmLibrary;
  readonly Library: { new (): WasmLibrary; load(bytes: Uint8Array): WasmLibrary };
}

export interface StoredLibraryOptions {
  choice: StorageChoice;
  shelf: Promise<Shelf>;
  notify(notice: Notice): void;
  /** Takes over what another tab has changed, in turn with other calls: `sync()` is to be called. */
  onChange(): void;
  quietMs?: number;
}

export class StoredLibrary {
  readonly #options: StoredLibraryOptions;
  readonly #shelf: Shelf;
  readonly #database: LibraryDatabase;
  readonly #tabs: Tabs;
  readonly #originals: Originals | undefined;
  /** The serial numbers of what is in memory, by id. */
  readonly #known = new Map<string, number>();
  /** Parts that cannot be read. */
  readonly #damaged = new Set<number>();
  #epoch: string | undefined;
  #revision = 0;
  /** Another tab came between, which can only be where there are no locks: memory has another order. */
  #behind = false;
  #changes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Opens what is stored under a name, or begins it.
   *
   * @throws QwenAgentError `storage.newer`, `storage.unavailable`
   */
  static async open(options: StoredLibraryOptions): Promise<StoredLibrary> {
    const { kind, name } = options.choice;
    const database = new LibraryDatabase(libraryName(name));
    try {
      // Reading goes on while the wasm is compiled.
      const reading = database.read((parts) => parts.map(({ number }) => number));
      reading.catch(() => {});
      const originals = kind === "indexeddb" ? undefined : await originalsIn(name).catch((cause: unknown) => {
        if (kind === "opfs") throw told(cause);
        return undefined;
      });
      const catalog = await reading;
      const library = new StoredLibrary(options, await options.shelf, database, originals);
      library.#follow(catalog, false);
      if (!library.#tabs.together) library.#warn("alone", "tabs cannot hear of each other in this browser, or on a page without https; what another one adds is seen after its next change here, or after a reload");
      library.#later();
      return library;
    } catch (error) {
      void database.close();
      throw error;
    }
  }

  private constructor(options: StoredLibraryOptions, shelf: Shelf, database: LibraryDatabase, originals: Originals | undefined) {
    this.#options = options;
    this.#shelf = shelf;
    this.#database = database;
    this.#originals = originals;
    this.#tabs = new Tabs(libraryName(options.choice.name), options.onChange);
  }

  get kind(): StorageKind {
    return this.#originals ? "opfs" : "indexeddb";
  }

  /** Stores a document that is ready, then puts it into the library. */
  async add(ingest: WasmIngest, id: string, file: { name: string; blob: Blob }, signal: AbortSignal): Promise<DocumentInfo> {
    const bytes = ingest.save();
    return this.#change(signal, async () => {
      const original = await this.#write(file);
      let serial: number;
      try {
        ({ serial } = await this.#done(this.#database.add(id, bytes, original)));
      } catch (error) {
        await this.#originals?.drop(original.file);
        throw error;
      }
      this.#known.set(id, serial);
      return this.#shelf.current.commit(ingest);
    });
  }

  async remove(id: string): Promise<boolean> {
    return this.#change(undefined, async () => {
      if (!this.#known.has(id)) return this.#shelf.current.remove(id);
      await this.#done(this.#database.remove(id));
      this.#known.delete(id);
      return this.#shelf.current.remove(id);
    });
  }

  /** Puts the documents of an index file, or none, in the place of all. */
  async replace(bytes?: Uint8Array): Promise<void> {
    const { Library } = this.#shelf;
    const library = bytes ? Library.load(bytes) : new Library();
    let shelved = false;
    try {
      await this.#change(undefined, async () => {
        await this.#store(library, bytes ?? library.save());
        this.#shelve(library);
        shelved = true;
      });
    } catch (error) {
      if (!shelved && !isPanic(error)) library.free();
      throw error;
    }
  }

  /** The file of a document. */
  async original(id: string): Promise<Blob | undefined> {
    const original = await this.#database.original(id);
    if (!original) return undefined;
    const { blob, file, name, type } = original;
    const content = blob ?? (file === undefined ? undefined : await this.#originals?.read(file).catch(() => undefined));
    return content && new File([content], name, { type });
  }

  /** Brings memory to where the database is, if there is one. */
  async sync(tell: boolean): Promise<State | undefined> {
    const state = await this.#database.state();
    if (!state || (!this.#behind && state.epoch === this.#epoch && state.revision === this.#revision)) return state;
    const missing = (parts: readonly Part[], state: State | undefined): number[] => {
      const anew = this.#anew(parts, state);
      const lacking = parts.filter(({ documents }) => documents.some((document) => !document.removed && (anew || this.#known.get(document.id) !== document.serial)));
      return lacking.map(({ number }) => number);
    };
    this.#follow(await this.#database.read(missing), tell);
    return state;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#tabs.close();
    void this.#database.close();
  }

  /** Whether to begin with an empty library: always for another database, and where much was removed. */
  #anew(parts: readonly Part[], state: State | undefined): boolean {
    if (this.#behind || state?.epoch !== this.#epoch) return true;
    const live = serials(parts);
    let gone = 0;
    for (const [id, serial] of this.#known) if (live.get(id) !== serial) gone += 1;
    return gone > MANY_REMOVED;
  }

  #follow({ state, parts, bytes }: Catalog, tell: boolean): void {
    if (!state) return;
    const anew = this.#known.size > 0 && this.#anew(parts, state);
    if (anew) {
      this.#known.clear();
      this.#shelve(new this.#shelf.Library());
    }
    const changes: Extract<Notice, { name: "documents" }>["detail"][] = [];
    const wanted = serials(parts);
    for (const [id, serial] of [...this.#known]) {
      if (wanted.get(id) === serial) continue;
      this.#known.delete(id);
      this.#shelf.current.remove(id);
      if (!wanted.has(id)) changes.push({ change: "removed", id });
    }
    for (const part of parts) {
      const added = part.documents.filter(({ id, serial, removed }) => !removed && this.#known.get(id) !== serial);
      if (added.length === 0 || !this.#append(part, bytes.get(part.number), added.map(({ id }) => id))) continue;
      for (const { id, serial } of added) {
        this.#known.set(id, serial);
        changes.push({ change: "added", id });
      }
    }
    this.#seen(state);
    if (!tell) return;
    for (const detail of anew ? [{ change: "imported" as const }] : changes) this.#options.notify({ name: "documents", detail });
  }

  /** Whether the documents could be taken from a part. */
  #append(part: Part, bytes: Uint8Array | undefined, ids: string[]): boolean {
    if (bytes && append(this.#shelf.current, bytes, part, ids)) return true;
    if (!this.#damaged.has(part.number)) this.#warn("damaged", `${ids.length} documents are stored in a way that cannot be read here; they are left as they are. Add the files again`, { documents: ids });
    this.#damaged.add(part.number);
    return false;
  }

  #seen({ epoch, revision }: State): void {
    this.#epoch = epoch;
    this.#revision = revision;
    this.#behind = false;
  }

  /** A change of one's own, when it is this tab's turn and what the others have done is known. */
  async #change<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    try {
      return await this.#tabs.alone(signal, async () => {
        const state = await this.sync(true);
        if (!state && this.#known.size > 0) await this.#restore();
        const result = await work();
        if (this.#behind) await this.sync(true);
        this.#tabs.changed();
        this.#changes += 1;
        if (this.#changes % BUSY_CHANGES === 0) void this.#tidyQuietly();
        this.#later();
        return result;
      });
    } catch (error) {
      if (error instanceof QwenAgentError && error.code === "storage.quota") await this.#tellQuota(error.message);
      throw error;
    }
  }

  /** The database is gone under our feet: what is in memory is all there is. */
  async #restore(): Promise<void> {
    const library = this.#shelf.current;
    await this.#store(library, library.save());
    this.#warn("evicted", "the browser had deleted the stored documents; they were stored again, but not the files themselves. Allow the site to keep data (storage.persist), or export the library now and then");
  }

  async #store(library: WasmLibrary, bytes: Uint8Array): Promise<void> {
    const { serials } = await this.#done(this.#database.replace(library.documents().map(({ id }) => id), bytes));
    this.#known.clear();
    for (const [id, serial] of serials) this.#known.set(id, serial);
  }

  /** After a change was written: what it left behind is deleted. */
  async #done<T extends Changed>(change: Promise<T>): Promise<T> {
    const changed = await change;
    const next = this.#epoch === undefined || this.#epoch === changed.state.epoch ? this.#revision + 1 : 1;
    this.#seen(changed.state);
    this.#behind = changed.state.revision !== next;
    for (const file of changed.files) await this.#originals?.drop(file);
    return changed;
  }

  #shelve(library: WasmLibrary): void {
    this.#shelf.current.free();
    this.#shelf.current = library;
  }

  async #write({ name, blob }: { name: string; blob: Blob }): Promise<Pick<Original, "name" | "type" | "blob" | "file">> {
    const { type } = blob;
    if (!this.#originals) return { name, type, blob };
    try {
      return { name, type, file: await this.#originals.write(blob) };
    } catch (error) {
      const cause = told(error) as QwenAgentError;
      if (cause.code === "storage.quota") throw cause;
      // A file system that fails is no reason to lose the document.
      return { name, type, blob };
    }
  }

  #later(): void {
    clearTimeout(this.#timer);
    const timer: { unref?: () => void } | number = (this.#timer = setTimeout(() => void this.#tidyQuietly(), this.#options.quietMs ?? QUIET_MS));
    if (typeof timer === "object") timer.unref?.();
  }

  async #tidyQuietly(): Promise<void> {
    try {
      await this.tidy();
    } catch (error) {
      // Left to the worker's own handler: the instance is dead.
      if (isPanic(error)) throw error;
    }
  }

  /** Merges small parts, and deletes what no record names. What fails is tried again after the next change. */
  async tidy(): Promise<void> {
    await this.#tabs.oneOf("tidy", async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const { parts } = await this.#database.read(() => []);
        const groups = plan(parts, this.#damaged);
        if (groups.length === 0) break;
        for (const group of groups) await this.#merge(group);
      }
      // Only while nobody writes: files are written before the records that name them.
      if (this.#originals) await this.#tabs.alone(undefined, async () => this.#originals?.sweep(await this.#database.files()));
    });
  }

  async #merge(group: Part[]): Promise<void> {
    const numbers = group.map(({ number }) => number);
    const { bytes } = await this.#database.read(() => numbers);
    const merged = new this.#shelf.Library();
    let bytesOfAll: Uint8Array | undefined;
    for (const part of group) {
      const content = bytes.get(part.number);
      // Another tab has changed it meanwhile.
      if (!content) break;
      if (!append(merged, content, part, liveIds(part.documents))) {
        this.#damaged.add(part.number);
        break;
      }
      // Questions go before.
      await pause();
      if (part === group.at(-1)) bytesOfAll = merged.save();
    }
    merged.free();
    if (bytesOfAll) await this.#database.merge(group, bytesOfAll);
  }

  async #tellQuota(message: string): Promise<void> {
    const { usage, quota } = await storageState(this.kind);
    this.#warn("quota", message, { ...(usage === undefined ? {} : { usage }), ...(quota === undefined ? {} : { quota }) });
  }

  #warn(kind: StorageNotice["kind"], message: string, more: Partial<StorageNotice> = {}): void {
    this.#options.notify({ name: "storage", detail: { kind, message, ...more } });
  }
}

/** The documents in the library, by id. */
function serials(parts: readonly Part[]): Map<string, number> {
  return new Map(parts.flatMap(({ documents }) => documents.filter(({ removed }) => !removed).map(({ id, serial }) => [id, serial] as const)));
}

/** Whether a part's documents could be put into a library. */
function append(library: WasmLibrary, bytes: Uint8Array, { documents }: Part, ids: string[]): boolean {
  try {
    library.append(bytes, ids.length === documents.length ? undefined : ids);
    return true;
  } catch (error) {
    if (isPanic(error)) throw error;
    return false;
  }
}
