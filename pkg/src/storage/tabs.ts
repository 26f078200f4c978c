/**
 * Tabs that share a library: one changes it at a time, and tells the others.
 *
 * Whoever wants to change it waits for its turn, whichever tab it is in. A lock ends with the tab
 * that holds it, so no tab has to notice that another one is gone.
 */

import { aborted, fail } from "../errors.js";

/** Longer than it takes to store a large file. */
const LOCK_MS = 60_000;

export class Tabs {
  readonly #name: string;
  readonly #locks: LockManager | undefined = globalThis.navigator?.locks;
  readonly #channel: BroadcastChannel | undefined;

  constructor(name: string, onChange: () => void) {
    this.#name = name;
    if (typeof BroadcastChannel === "undefined") return;
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = onChange;
    // In Node it would keep the process alive.
    (this.#channel as { unref?(): void }).unref?.();
  }

  /** Whether tabs can take turns and hear of each other here. */
  get together(): boolean {
    return this.#locks !== undefined && this.#channel !== undefined;
  }

  /** Runs `work` while no other tab changes the library. Without locks, transactions must do. */
  async alone<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    if (!this.#locks) return work();
    const waiting = new AbortController();
    const stop = (): void => waiting.abort();
    const timer = setTimeout(stop, LOCK_MS);
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
    let begun = false;
    try {
      return await this.#locks.request(this.#name, { signal: waiting.signal }, () => {
        begun = true;
        clearTimeout(timer);
        return work();
      });
    } catch (error) {
      if (begun) throw error;
      throw signal?.aborted ? aborted(signal) : fail("storage.locked", "another tab is changing the documents and does not come to an end; close it, or try again", error);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
  }

  /** Runs `work` unless another tab does the same just now. */
  async oneOf(task: string, work: () => Promise<void>): Promise<void> {
    if (!this.#locks) return work();
    await this.#locks.request(`${this.#name} ${task}`, { ifAvailable: true }, (lock) => (lock ? work() : undefined));
  }

  changed(): void {
    this.#channel?.postMessage({ version: 1, kind: "changed" });
  }

  close(): void {
    this.#channel?.close();
  }
}
