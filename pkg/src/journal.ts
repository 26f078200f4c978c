/**
 * What is needed to restore the library when its worker has died.
 *
 * While documents are being added, the journal keeps their sources: blobs, which are references
 * and cost nothing. When things have been quiet for a moment, the worker is asked for the library
 * as bytes, once for the whole burst, and the sources are let go. Restoring loads the bytes, then
 * repeats what came after. The cost is one copy of the library in the page's memory; saving after
 * every document would be quadratic, and reading all sources again would take as long as the
 * first time. Where documents are stored, a new worker opens them, and there is no journal. It does
 * not know how workers are started.
 */

import type { Channel } from "./channel.js";
import { toQwenAgentError } from "./errors.js";
import type { SourceInfo } from "./wasm-types.js";

/** Longer than the gap between two documents of a batch, shorter than a user's patience. */
const QUIET_MS = 500;

type Entry = { kind: "add"; source: SourceInfo; blob: Blob } | { kind: "remove"; id: string };

export class Journal {
  #saved: Uint8Array | undefined;
  #entries: Entry[] = [];
  /** The address of the index that is open. */
  #index: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;
  readonly #channel: () => Channel | undefined;
  readonly #quietMs: number;

  /** `channel` gives the live channel, if there is one. */
  constructor(channel: () => Channel | undefined, quietMs: number = QUIET_MS) {
    this.#channel = channel;
    this.#quietMs = quietMs;
  }

  added(source: SourceInfo, blob: Blob): void {
    this.#entries = this.#entries.filter((entry) => entry.kind !== "remove" || entry.id !== source.id);
    this.#record({ kind: "add", source, blob });
  }

  removed(id: string): void {
    this.#record({ kind: "remove", id });
  }

  imported(bytes: Uint8Array): void {
    if (this.#stopped) return;
    this.#saved = bytes;
    this.#entries = [];
    this.#index = undefined;
  }

  /** An index was opened, or closed if it has no address. It is opened again, not copied or stored. */
  opened(url: string | undefined): void {
    this.#index = url;
  }

  cleared(): void {
    this.#saved = undefined;
    this.#entries = [];
  }

  /** Lets go of everything, and keeps nothing more: there will be no other worker. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#saved = undefined;
    this.#entries = [];
  }

  /**
   * Brings a new worker's library to where the last one was. Gives the ids of documents that could
   * not be read again. If one of them kills the worker, it is dropped before this rejects, so that
   * trying again gets further.
   */
  async restore(channel: Channel, lost: string[]): Promise<void> {
    if (this.#saved) await channel.open("load", { bytes: this.#saved }).result;
    const index = this.#index;
    if (index !== undefined) await channel.open("open-index", { url: index }).result.catch(() => lost.push(index));
    for (const entry of [...this.#entries]) {
      try {
        await repeat(channel, entry);
      } catch (error) {
        this.#entries = this.#entries.filter((other) => other !== entry);
        if (entry.kind === "add") lost.push(entry.source.id);
        const { code } = toQwenAgentError(error);
        if (code === "internal.panic" || code === "worker.died") throw error;
      }
    }
    if (this.#entries.length > 0) this.#schedule();
  }

  #record(entry: Entry): void {
    if (this.#stopped) return;
    this.#entries.push(entry);
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const timer: { unref?: () => void } | number = (this.#timer = setTimeout(() => void this.#save(), this.#quietMs));
    // Node should not wait for a copy that nobody may need.
    if (typeof timer === "object") timer.unref?.();
  }

  async #save(): Promise<void> {
    const channel = this.#channel();
    if (!channel) return;
    try {
      // The worker answers in order: what it has reported as done by now is in these bytes.
      this.#saved = await channel.open("save", { own: true }).result;
      // What was taken out of an opened index is there again when that is opened again.
      this.#entries = this.#entries.filter(({ kind }) => kind === "remove" && this.#index !== undefined);
    } catch {
      // The sources are still there; the next document schedules another try.
    }
  }
}

async function repeat(channel: Channel, entry: Entry): Promise<void> {
  if (entry.kind === "remove") {
    await channel.open("remove", { id: entry.id }).result;
    return;
  }
  const { source, blob } = entry;
  const call = channel.open("add", { source, blob }, { onEvent: () => call.grant(1) });
  await call.result;
}
