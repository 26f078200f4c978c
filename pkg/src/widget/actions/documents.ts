// Adds, cancels and removes documents, one after the other, and writes their progress into the
// state. It must leave the other documents alone when one fails.

import type { AddJob, DocumentInfo } from "../../types.js";
import { parseAddress } from "../../url.js";
import { isAbort, problemFrom, spoken } from "../problems.js";
import type { Scope } from "../scope.js";
import type { Addable } from "../settings.js";
import type { DocumentEntry, DocumentStatus, Store } from "../state.js";

export class DocumentActions {
  readonly #scope: Scope;
  readonly #store: Store;
  readonly #jobs = new Map<number, AddJob>();
  #queue: Promise<void> = Promise.resolve();
  #nextKey = 1;
  #pasted = 0;

  constructor(scope: Scope, store: Store) {
    this.#scope = scope;
    this.#store = store;
    void this.#watch();
  }

  add(items: Iterable<Addable>): void {
    for (const item of items) {
      const file = typeof item === "string" || item instanceof URL ? undefined : item;
      this.#enqueue(item, file?.name ?? nameOf(String(item)), file?.size ?? 0);
    }
    this.#store.change((state) => (state.libraryOpen = true));
  }

  /** A text becomes a document; a text that is an address and nothing else, what stands there. */
  addText(text: string): void {
    const address = addressIn(text);
    if (address) return this.add([address]);
    this.#pasted += 1;
    this.add([new File([text], this.#scope.t("documents.pasted", { number: this.#pasted }), { type: "text/plain" })]);
  }

  cancel(key: number): void {
    this.#jobs.get(key)?.abort();
    this.#set(key, { kind: "cancelled" });
    this.#say(this.#scope.t("say.cancelled"));
  }

  async remove(key: number): Promise<void> {
    const entry = this.#entry(key);
    if (!entry) return;
    this.#forget(key);
    this.#say(this.#scope.t("say.removed", { name: entry.name }));
    if (entry.status.kind === "ready") await (await this.#scope.assistant).documents.remove(entry.status.info.id).catch(() => false);
  }

  /** The library may have documents already, and others may change it, such as the page or another tab. */
  async sync(): Promise<void> {
    if (this.#jobs.size > 0) return;
    const infos = await (await this.#scope.assistant).documents.list();
    if (this.#jobs.size > 0) return;
    const there = new Map(infos.map((info) => [info.id, info]));
    const shown = this.#store.state.documents;
    const idOf = ({ status }: DocumentEntry): string | undefined => (status.kind === "ready" ? status.info.id : undefined);
    const gone = shown.filter((entry) => idOf(entry) !== undefined && !there.has(idOf(entry) ?? ""));
    const fresh = infos.filter(({ id }) => !shown.some((entry) => idOf(entry) === id));
    if (gone.length === 0 && fresh.length === 0) return;
    this.#store.change((state) => {
      const kept = state.documents.filter((entry) => !gone.includes(entry));
      state.documents = [...kept, ...fresh.map((info) => this.#entryOf(info))];
    });
  }

  async #watch(): Promise<void> {
    const assistant = await this.#scope.assistant.catch(() => undefined);
    if (!assistant) return;
    const sync = (): void => void this.sync().catch(() => {});
    assistant.addEventListener("documents", sync);
    assistant.addEventListener("storage", ({ detail: { kind, documents = [] } }) => {
      // A file that found no room says so itself.
      if (kind === "unavailable" || kind === "evicted") this.#store.change((state) => (state.kept = { kind }));
      if (kind === "damaged") this.#store.change((state) => (state.kept = { kind, count: documents.length }));
    });
    // A worker that died is replaced by itself; only what could not be restored is reported.
    assistant.addEventListener("restart", ({ detail: { error, lost } }) => {
      const problem = problemFrom(error);
      for (const { key, status } of this.#store.state.documents) {
        if (status.kind === "ready" && lost.includes(status.info.id)) this.#set(key, { kind: "failed", problem });
      }
      if (lost.length > 0) this.#say(spoken(this.#scope.t, problem));
    });
    sync();
  }

  #entryOf(info: DocumentInfo): DocumentEntry {
    return { key: this.#nextKey++, name: nameOf(info.id), bytes: 0, status: { kind: "ready", info } };
  }

  #enqueue(source: Addable, name: string, bytes: number): void {
    const key = this.#nextKey++;
    this.#store.change((state) => state.documents.push({ key, name, bytes, status: { kind: "waiting" } }));
    // One at a time: a reader needs memory for the whole file.
    this.#queue = this.#queue.then(() => this.#read(key, source));
  }

  async #read(key: number, source: Addable): Promise<void> {
    const entry = this.#entry(key);
    if (entry?.status.kind !== "waiting") return;
    const { t } = this.#scope;
    this.#say(t("say.reading", { name: entry.name }));
    try {
      const assistant = await this.#scope.assistant;
      if (this.#entry(key)?.status.kind !== "waiting") return;
      const job = assistant.documents.add(source);
      this.#jobs.set(key, job);
      for await (const { phase, done, total } of job) this.#set(key, { kind: "reading", phase, done, total });
      const info = await job.done;
      this.#replaceOlder(key, info.id);
      this.#set(key, { kind: "ready", info });
      const warned = info.warnings.length > 0 ? ` ${t("say.warnings", { count: info.warnings.length })}` : "";
      this.#say(t("say.ready", { name: entry.name, count: info.pages }) + warned);
    } catch (error) {
      this.#failed(entry, error);
    } finally {
      this.#jobs.delete(key);
    }
  }

  #failed(entry: DocumentEntry, error: unknown): void {
    if (isAbort(error)) return this.#set(entry.key, { kind: "cancelled" });
    const problem = problemFrom(error);
    this.#set(entry.key, { kind: "failed", problem });
    this.#say(this.#scope.t("say.notAdded", { name: entry.name, problem: spoken(this.#scope.t, problem) }));
    this.#scope.emit("qa-error", { code: problem.code, message: problem.detail, error, document: entry.name });
  }

  /** A document of the same name replaced the one before; the list must say so too. */
  #replaceOlder(key: number, id: string): void {
    for (const { key: other, status } of this.#store.state.documents) {
      if (other !== key && status.kind === "ready" && status.info.id === id) this.#forget(other);
    }
  }

  #entry(key: number): DocumentEntry | undefined {
    return this.#store.state.documents.find((entry) => entry.key === key);
  }

  #set(key: number, status: DocumentStatus): void {
    this.#store.change(() => {
      const entry = this.#entry(key);
      // What comes after a cancel is of no interest any more.
      if (entry && entry.status.kind !== "cancelled") entry.status = status;
    });
  }

  #forget(key: number): void {
    this.#store.change((state) => (state.documents = state.documents.filter((entry) => entry.key !== key)));
  }

  #say(words: string): void {
    this.#scope.announcer.say(words);
  }
}

/** The address that a text consists of, if it does. */
export function addressIn(text: string): URL | undefined {
  const trimmed = text.trim();
  if (!/^https?:\/\/\S+$/i.test(trimmed)) return undefined;
  return parseAddress(trimmed);
}

/** The last part of an address, or the whole where that says nothing. */
function nameOf(address: string): string {
  const last = address.split(/[?#]/, 1)[0]?.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(last) || address;
  } catch {
    return last || address;
  }
}
