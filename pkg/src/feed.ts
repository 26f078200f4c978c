/**
 * A queue between a producer that does not wait and one consumer that iterates.
 *
 * It keeps what was pushed until it is read, then ends or fails. It knows nothing of workers.
 */

import type { QwenAgentError } from "./errors.js";

export class Feed<T> implements AsyncIterator<T, undefined> {
  #items: T[] = [];
  #ended = false;
  #error: QwenAgentError | undefined;
  #wake: () => void = () => {};
  readonly #joined: (last: T, next: T) => boolean;
  /** Called for each item that the consumer takes. */
  onTaken: () => void = () => {};
  /** Called when the consumer leaves before the end. */
  onLeft: () => void = () => {};

  /** `joined` says whether an unread item may be replaced by the next. Default: never. */
  constructor(joined: (last: T, next: T) => boolean = () => false) {
    this.#joined = joined;
  }

  push(item: T): void {
    if (this.#ended) return;
    const last = this.#items.at(-1);
    if (last !== undefined && this.#joined(last, item)) this.#items.pop();
    this.#items.push(item);
    this.#wake();
  }

  /** Ends it, well or with `error`, after what is queued. */
  end(error?: QwenAgentError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#wake();
  }

  /** Forgets what is queued. */
  drop(): void {
    this.#items = [];
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) {
        this.onTaken();
        return { done: false, value: item };
      }
      if (this.#ended) {
        const error = this.#error;
        this.#error = undefined;
        if (error) throw error;
        return { done: true, value: undefined };
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    const early = !this.#ended || this.#items.length > 0;
    this.#items = [];
    this.#error = undefined;
    if (early) this.onLeft();
    this.#ended = true;
    return { done: true, value: undefined };
  }
}
