/**
 * Lets messages in between steps of long work, and takes turns.
 *
 * Pure scheduling: no wasm, no protocol.
 */

import { aborted } from "./errors.js";

/**
 * Resolves in a new task, so that messages that arrived meanwhile are handled first. A time-out
 * would do as well, but browsers stretch nested ones to 4 ms, a quarter of a step.
 */
export function pause(): Promise<void> {
  if (typeof setImmediate === "function") return new Promise((resolve) => setImmediate(resolve));
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** Runs what it is given one after another, in order of arrival. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => {
      if (signal.aborted) throw aborted();
      return work();
    });
    this.#last = turn.catch(() => {});
    return turn;
  }
}
