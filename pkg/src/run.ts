/**
 * A question being answered: async iterable, result, abort.
 *
 * It turns a call on the channel into what users hold, and grants credit as they read. It does not
 * know what events mean, except that they come in order.
 */

import type { OpenCall, OpenOptions } from "./channel.js";
import { aborted, fail, toQwenAgentError } from "./errors.js";
import { Feed } from "./feed.js";
import type { AgentEvent, Answer } from "./results.js";
import { transcriptLine, type TranscriptOptions } from "./transcript.js";
import type { Run } from "./types.js";

/** Events granted at a time: a message for each would double the traffic. */
const GRANT = 16;

/** Opens the call; given what the run adds to its options. */
export type OpenAsk = (options: Pick<OpenOptions<"ask">, "signal" | "onEvent">) => OpenCall<"ask"> | Promise<OpenCall<"ask">>;

export function startRun(open: OpenAsk, signal: AbortSignal | undefined): Run {
  return new OpenRun(open, signal);
}

class OpenRun implements Run {
  readonly #feed = new Feed<AgentEvent>();
  readonly #controller = new AbortController();
  readonly #result: Promise<Answer>;
  #call: OpenCall<"ask"> | undefined;
  #iterated = false;
  /** Whether somebody awaits the result: then events flow, read or not. */
  #awaited = false;
  #received = 0;
  #owed = 0;

  constructor(open: OpenAsk, signal: AbortSignal | undefined) {
    this.#feed.onTaken = () => this.#grant(1);
    this.#feed.onLeft = () => this.abort();
    this.#result = this.#follow(open, signal);
    this.#result.catch(() => {});
  }

  get result(): Promise<Answer> {
    if (!this.#awaited) {
      this.#awaited = true;
      if (!this.#iterated) this.#grant(this.#received);
    }
    return this.#result;
  }

  async transcript(options?: TranscriptOptions): Promise<string> {
    return transcriptLine(await this.result, options);
  }

  abort(): void {
    this.#controller.abort();
  }

  [Symbol.asyncIterator](): AsyncIterator<AgentEvent, undefined> {
    if (this.#iterated) throw fail("usage", "a run can be iterated once; keep its events, or await its result");
    this.#iterated = true;
    return this.#feed;
  }

  async #follow(open: OpenAsk, signal: AbortSignal | undefined): Promise<Answer> {
    const stop = (): void => this.#controller.abort(signal?.reason);
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      if (this.#controller.signal.aborted) throw aborted(signal);
      this.#controller.signal.addEventListener("abort", () => this.#feed.drop(), { once: true });
      const opening = open({ signal: this.#controller.signal, onEvent: (event) => this.#take(event) });
      // Not awaited without need: calls reach the worker in the order in which they were made.
      this.#call = opening instanceof Promise ? await opening : opening;
      const answer = await this.#call.result;
      this.#feed.end();
      return answer;
    } catch (thrown) {
      const error = toQwenAgentError(thrown);
      this.#feed.end(error);
      throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  #take(event: AgentEvent): void {
    if (this.#controller.signal.aborted) return;
    this.#received += 1;
    this.#feed.push(event);
    if (this.#awaited && !this.#iterated) this.#grant(1);
  }

  // An event that was granted on receipt and is read later is granted twice; that only lets the
  // worker run a little further ahead.
  #grant(count: number): void {
    this.#owed += count;
    if (this.#owed < GRANT) return;
    this.#call?.grant(this.#owed);
    this.#owed = 0;
  }
}
