// Adds, cancels and removes documents, one after the other, and writes their progress into the
// state. It must leave the other documents alone when one fails.

import type { AddJob, Assistant } from "qwen-agent-wasm";
import { announce } from "./announcer.ts";
import { isAbort, problemFrom, spoken } from "./problems.ts";
import type { Sample } from "./samples.ts";
import type { DocumentEntry, DocumentStatus, Store } from "./state.ts";

export class DocumentActions {
  readonly #store: Store;
  readonly #assistant: Promise<Assistant>;
  readonly #jobs = new Map<number, AddJob>();
  #queue: Promise<void> = Promise.resolve();
  #nextKey = 1;
  #pasted = 0;

  constructor(store: Store, assistant: Promise<Assistant>) {
    this.#store = store;
    this.#assistant = assistant;
    void this.#watch();
  }

  addFiles(files: Iterable<File>): void {
    for (const file of files) this.#enqueue(file.name, file.size, async () => file);
  }

  addText(text: string): void {
    this.#pasted += 1;
    const name = `Pasted text ${this.#pasted}.txt`;
    const file = new File([text], name, { type: "text/plain" });
    this.#enqueue(name, file.size, async () => file);
  }

  addSample(sample: Sample): void {
    this.#store.change((state) => (state.suggestions = sample.questions));
    this.#enqueue(sample.name, 0, async () => {
      const response = await fetch(sample.path);
      if (!response.ok) throw { code: "read.fetch", message: "the sample is not on this server", status: response.status };
      return new File([await response.blob()], sample.name, { type: "text/plain" });
    });
  }

  cancel(key: number): void {
    this.#jobs.get(key)?.abort();
    this.#set(key, { kind: "cancelled" });
    announce("Cancelled.");
  }

  async remove(key: number): Promise<void> {
    const entry = this.#entry(key);
    if (!entry) return;
    this.#forget(key);
    announce(`${entry.name} removed.`);
    if (entry.status.kind === "ready") await (await this.#assistant).documents.remove(entry.status.info.id).catch(() => false);
  }

  /** A worker that died is replaced by itself; only what could not be restored is reported. */
  async #watch(): Promise<void> {
    const assistant = await this.#assistant.catch(() => undefined);
    assistant?.addEventListener("restart", ({ detail: { error, lost } }) => {
      const problem = problemFrom(error);
      for (const { key, status } of this.#store.state.documents) {
        if (status.kind === "ready" && lost.includes(status.info.id)) this.#set(key, { kind: "failed", problem });
      }
      if (lost.length > 0) announce(spoken(problem));
    });
  }

  #enqueue(name: string, bytes: number, load: () => Promise<File>): void {
    const key = this.#nextKey++;
    this.#store.change((state) => state.documents.push({ key, name, bytes, status: { kind: "waiting" } }));
    // One at a time: a reader needs memory for the whole file.
    this.#queue = this.#queue.then(() => this.#add(key, load));
  }

  async #add(key: number, load: () => Promise<File>): Promise<void> {
    const entry = this.#entry(key);
    if (entry?.status.kind !== "waiting") return;
    announce(`Reading ${entry.name}.`);
    try {
      const file = await load();
      entry.bytes = file.size;
      const assistant = await this.#assistant;
      if (this.#entry(key)?.status.kind !== "waiting") return;
      const job = assistant.documents.add(file);
      this.#jobs.set(key, job);
      for await (const { phase, done, total } of job) this.#set(key, { kind: "reading", phase, done, total });
      const info = await job.done;
      this.#replaceOlder(key, info.id);
      this.#set(key, { kind: "ready", info });
      const warned = info.warnings.length > 0 ? ` ${info.warnings.length} warnings.` : "";
      announce(`${entry.name} is ready, ${info.pages} page${info.pages === 1 ? "" : "s"}.${warned}`);
    } catch (error) {
      if (isAbort(error)) return this.#set(key, { kind: "cancelled" });
      const problem = problemFrom(error);
      this.#set(key, { kind: "failed", problem });
      announce(`${entry.name} was not added. ${spoken(problem)}`);
    } finally {
      this.#jobs.delete(key);
    }
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
      if (entry) entry.status = status;
    });
  }

  #forget(key: number): void {
    this.#store.change((state) => (state.documents = state.documents.filter((entry) => entry.key !== key)));
  }
}
