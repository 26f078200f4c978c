/**
 * A library that is stored: what is in memory and what is in the database are kept the same.
 *
 * A change is written first and made in memory then. What other tabs have changed is taken over
 * when they tell, and before each change of one's own; so all tabs have the same documents in the
 * same order.
 */

import { isPanic, QwenAgentError } from "../errors.js";
import { Turns } from "../pause.js";
import type { DocumentInfo } from "../results.js";
import type { SourceInfo, WasmIngest, WasmLibrary } from "../wasm-types.js";
import { libraryName, type Notice, type StorageChoice } from "./choice.js";
import { LibraryDatabase, type Changed } from "./database.js";
import { filesFor, type Files, type StoredFile } from "./files.js";
import { Memory } from "./memory.js";
import type { State } from "./records.js";
import type { Shelf } from "./shelf.js";
import { storageState } from "./state.js";
import { Tabs } from "./tabs.js";
import { mergeParts } from "./tidy.js";
import type { StorageKind, StorageNotice } from "./types.js";

/** Longer than the gap between two documents of a batch. */
const QUIET_MS = 2000;
/** Changes after which parts are merged although there is no quiet moment. */
const BUSY_CHANGES = 64;

export interface StoredLibraryOptions {
  choice: StorageChoice;
  shelf: Promise<Shelf>;
  notify(notice: Notice): void;
}

export class StoredLibrary {
  readonly #notify: (notice: Notice) => void;
  readonly #memory: Memory;
  readonly #database: LibraryDatabase;
  readonly #files: Files;
  readonly #tabs: Tabs;
  /** Of what changes memory. */
  readonly #turns = new Turns();
  #changes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Opens what is stored under a name, or begins it.
   *
   * @throws QwenAgentError `storage.newer`, `storage.unavailable`
   */
  static async open({ choice: { kind, name }, shelf, notify }: StoredLibraryOptions): Promise<StoredLibrary> {
    const database = new LibraryDatabase(libraryName(name));
    try {
      // Reading goes on while the wasm is compiled.
      const reading = database.read((parts) => parts.map(({ number }) => number));
      reading.catch(() => {});
      const files = await filesFor(kind, name);
      const catalog = await reading;
      const memory = new Memory(await shelf);
      memory.follow(catalog);
      return new StoredLibrary(name, notify, memory, database, files);
    } catch (error) {
      void database.close();
      throw error;
    }
  }

  private constructor(name: string, notify: (notice: Notice) => void, memory: Memory, database: LibraryDatabase, files: Files) {
    this.#notify = notify;
    this.#memory = memory;
    this.#database = database;
    this.#files = files;
    const follow = (): void => void this.#quietly(() => this.#turns.take(new AbortController().signal, () => this.#follow()));
    this.#tabs = new Tabs(libraryName(name), follow);
    // Another tab may have come between.
    follow();
    if (!this.#tabs.together) this.#warn("alone", "tabs cannot hear of each other in this browser, or on a page without https; what another one adds is seen after its next change here, or after a reload");
    this.#later();
  }

  get kind(): StorageKind {
    return this.#files.kind;
  }

  /** Stored documents that could not be read. */
  get unread(): readonly string[] {
    return [...this.#memory.unread];
  }

  /** Stores a document that is ready, then puts it into the library. */
  async add(ingest: WasmIngest, source: SourceInfo, blob: Blob, signal: AbortSignal): Promise<DocumentInfo> {
    const { id } = source;
    const bytes = ingest.save();
    return this.#change(signal, async () => {
      const original = await this.#files.write(source, blob);
      let serial: number;
      try {
        ({ serial } = await this.#written(this.#database.add(id, bytes, original)));
      } catch (error) {
        await this.#files.drop(original.file);
        throw error;
      }
      this.#memory.added(id, serial);
      return this.#memory.shelf.current.commit(ingest);
    });
  }

  async remove(id: string, signal: AbortSignal): Promise<boolean> {
    return this.#change(signal, async () => {
      const stored = this.#memory.has(id) || this.#memory.unread.has(id);
      if (!stored) return false;
      await this.#written(this.#database.remove(id));
      this.#memory.removed(id);
      this.#memory.shelf.current.remove(id);
      return true;
    });
  }

  /** Puts the documents of an index file, or none, in the place of all. */
  async replace(bytes: Uint8Array | undefined, signal: AbortSignal): Promise<void> {
    const { Library } = this.#memory.shelf;
    const library = bytes ? Library.load(bytes) : new Library();
    let taken = false;
    try {
      await this.#change(signal, async () => {
        await this.#store(library, bytes ?? library.save());
        this.#memory.replace(library);
        taken = true;
      });
    } catch (error) {
      if (!taken && !isPanic(error)) library.free();
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
    return this.#memory.has(id);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#tabs.close();
    void this.#database.close();
  }

  /** Brings memory to where the database is, if there is one. */
  async #follow(): Promise<State | undefined> {
    const state = await this.#database.state();
    if (!state || this.#memory.isAt(state)) return state;
    const changes = this.#memory.follow(await this.#database.read((parts, state) => this.#memory.missing(parts, state)));
    for (const detail of changes) this.#notify({ name: "documents", detail });
    return state;
  }

  /** A change of one's own, when it is this tab's turn and what the others have done is known. */
  async #change<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const change = async (): Promise<T> => {
      const state = await this.#follow();
      if (!state && this.#memory.size > 0) await this.#restore();
      const result = await work();
      // Nothing to follow, unless another tab came between.
      await this.#follow();
      this.#tabs.changed();
      this.#changes += 1;
      if (this.#changes % BUSY_CHANGES === 0) void this.#quietly(() => this.#tidy());
      this.#later();
      return result;
    };
    try {
      return await this.#turns.take(signal, () => this.#tabs.alone(signal, change));
    } catch (error) {
      if (error instanceof QwenAgentError && error.code === "storage.quota") await this.#tellQuota(error.message);
      throw error;
    }
  }

  /** The database is gone under our feet: what is in memory is all there is. */
  async #restore(): Promise<void> {
    const library = this.#memory.shelf.current;
    await this.#store(library, library.save());
    this.#warn("evicted", "the browser had deleted the stored documents; they were stored again, but not the files themselves. Allow the site to keep data (storage.persist), or export the library now and then");
  }

  async #store(library: WasmLibrary, bytes: Uint8Array): Promise<void> {
    const { serials } = await this.#written(this.#database.replace(library.documents().map(({ id }) => id), bytes));
    this.#memory.replaced(serials);
  }

  /** After a change was written: what it left behind is deleted. */
  async #written<T extends Changed>(change: Promise<T>): Promise<T> {
    const changed = await change;
    this.#memory.wrote(changed.state);
    for (const file of changed.files) await this.#files.drop(file);
    return changed;
  }

  #later(): void {
    clearTimeout(this.#timer);
    const timer: { unref?: () => void } | number = (this.#timer = setTimeout(() => void this.#quietly(() => this.#tidy()), QUIET_MS));
    if (typeof timer === "object") timer.unref?.();
  }

  /** Merges small parts, and deletes what no record names. */
  async #tidy(): Promise<void> {
    const { shelf, damaged } = this.#memory;
    await this.#tabs.oneOf("tidy", () => mergeParts(this.#database, shelf, damaged));
    // Only while nobody writes: files are written before the records that name them.
    await this.#tabs.alone(undefined, async () => this.#files.sweep(await this.#database.files()));
  }

  /** What fails is made good by the next change. A panic is left to the worker's own handler: the instance is dead. */
  async #quietly(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (isPanic(error)) throw error;
    }
  }

  async #tellQuota(message: string): Promise<void> {
    const { usage, quota } = await storageState(this.kind);
    this.#warn("quota", message, { ...(usage === undefined ? {} : { usage }), ...(quota === undefined ? {} : { quota }) });
  }

  #warn(kind: StorageNotice["kind"], message: string, more: Partial<StorageNotice> = {}): void {
    this.#notify({ name: "storage", detail: { kind, message, ...more } });
  }
}
