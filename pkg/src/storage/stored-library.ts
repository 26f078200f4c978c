/**
 * A library that is stored: what is in memory and what is in the database are kept the same.
 *
 * A change is written first and made in memory then. What other tabs have changed is taken over
 * when they tell, and before each change of one's own; so all tabs have the same documents in the
 * same order. The caller sees to it that calls take turns, but for `original()` and `tidy()`.
 */

import { isPanic, QwenAgentError } from "../errors.js";
import type { DocumentInfo } from "../results.js";
import type { SourceInfo, WasmIngest, WasmLibrary } from "../wasm-types.js";
import { libraryName, type Notice, type StorageChoice } from "./choice.js";
import { LibraryDatabase, told, type Catalog, type Changed } from "./database.js";
import { filesFor, type Files, type StoredFile } from "./files.js";
import type { Part, State } from "./records.js";
import { append, type Shelf } from "./shelf.js";
import { storageState } from "./state.js";
import { Tabs } from "./tabs.js";
import { mergeParts } from "./tidy.js";
import type { StorageKind, StorageNotice } from "./types.js";

/** Longer than the gap between two documents of a batch. */
const QUIET_MS = 2000;
/** Changes after which parts are merged although there is no quiet moment. */
const BUSY_CHANGES = 64;
/** Taking documents out of an index one by one costs more than loading it, from about here on. */
const MANY_REMOVED = 8;

export interface StoredLibraryOptions {
  choice: StorageChoice;
  shelf: Promise<Shelf>;
  notify(notice: Notice): void;
  /** Takes over what another tab has changed, in turn with other calls: `sync()` is to be called. */
  onChange(): void;
}

export class StoredLibrary {
  readonly #options: StoredLibraryOptions;
  readonly #shelf: Shelf;
  readonly #database: LibraryDatabase;
  readonly #tabs: Tabs;
  readonly #files: Files;
  /** The serial numbers of what is in memory, by id. */
  readonly #known = new Map<string, number>();
  /** Parts that cannot be read. */
  readonly #damaged = new Set<number>();
  /** Their documents. */
  readonly unread = new Set<string>();
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
      const files = await filesFor(kind, name);
      const catalog = await reading;
      const library = new StoredLibrary(options, await options.shelf, database, files);
      library.#follow(catalog, false);
      if (!library.#tabs.together) library.#warn("alone", "tabs cannot hear of each other in this browser, or on a page without https; what another one adds is seen after its next change here, or after a reload");
      library.#later();
      return library;
    } catch (error) {
      void database.close();
      throw error;
    }
  }

  private constructor(options: StoredLibraryOptions, shelf: Shelf, database: LibraryDatabase, files: Files) {
    this.#options = options;
    this.#shelf = shelf;
    this.#database = database;
    this.#files = files;
    this.#tabs = new Tabs(libraryName(options.choice.name), options.onChange);
  }

  get kind(): StorageKind {
    return this.#files.kind;
  }

  /** Stores a document that is ready, then puts it into the library. */
  async add(ingest: WasmIngest, source: SourceInfo, blob: Blob, signal: AbortSignal): Promise<DocumentInfo> {
    const { id } = source;
    const bytes = ingest.save();
    return this.#change(signal, async () => {
      const original = await this.#files.write(source, blob);
      let serial: number;
      try {
        ({ serial } = await this.#done(this.#database.add(id, bytes, original)));
      } catch (error) {
        await this.#files.drop(original.file);
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
  async original(id: string): Promise<File | undefined> {
    return (await this.source(id))?.file;
  }

  /** The file of a document, and what was said of it. */
  async source(id: string): Promise<StoredFile | undefined> {
    const original = await this.#database.original(id);
    return original && this.#files.open(id, original);
  }

  /** Whether a document is in memory as it is stored. */
  has(id: string): boolean {
    return this.#known.has(id);
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
    this.#damaged.add(part.number);
    for (const id of ids) this.unread.add(id);
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
    for (const file of changed.files) await this.#files.drop(file);
    return changed;
  }

  #shelve(library: WasmLibrary): void {
    this.#shelf.current.free();
    this.#shelf.current = library;
  }

  #later(): void {
    clearTimeout(this.#timer);
    const timer: { unref?: () => void } | number = (this.#timer = setTimeout(() => void this.#tidyQuietly(), QUIET_MS));
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
    await this.#tabs.oneOf("tidy", () => mergeParts(this.#database, this.#shelf, this.#damaged));
    // Only while nobody writes: files are written before the records that name them.
    await this.#tabs.alone(undefined, async () => this.#files.sweep(await this.#database.files()));
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
