/**
 * A channel that outlives its worker: starts one when first needed, and another, with the same
 * library, when it has died.
 *
 * Calls under way when a worker dies fail; they are not repeated, since a question may have cost
 * money. It knows neither what users see nor what methods mean.
 */

import { Channel, type OpenCall, type OpenOptions } from "./channel.js";
import { aborted, fail, toQwenAgentError, type QwenAgentError } from "./errors.js";
import { Journal } from "./journal.js";
import type { ModuleLoader } from "./load.js";
import type { Method, Methods } from "./protocol.js";
import type { Way } from "./spawn.js";
import type { Notice, StorageChoice } from "./storage/choice.js";
import type { StorageKind } from "./storage/types.js";

export interface LinkOptions {
  ways: Way[];
  loadModule: ModuleLoader;
  loadVocabulary: () => Promise<ArrayBuffer>;
  onRestart(error: QwenAgentError, lost: string[]): void;
  /** Where documents are stored; nowhere, if there is none. */
  storage?: StorageChoice | undefined;
  onNotice?(notice: Notice): void;
  /** How long nothing must have changed before the library is copied. For tests. */
  quietMs?: number;
}

/** Documents that may kill a worker one after another while a library is restored. */
const MOST_RESTORES = 5;

export class Link {
  readonly #options: LinkOptions;
  readonly journal: Journal;
  /** Where documents are: what is stored needs no journal. */
  kind: StorageKind = "memory";
  #connecting: Promise<Channel> | undefined;
  /** The channel to a worker that is ready, with the library restored. */
  #channel: Channel | undefined;
  /** The channel to a worker on its way there; its library must not be saved yet. */
  #starting: Channel | undefined;
  #way: Way | undefined;
  /** Why the last worker died, until the next is ready. */
  #death: QwenAgentError | undefined;
  /** Set when there will be no other worker. */
  #closed: QwenAgentError | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.journal = new Journal(() => this.#channel, options.quietMs);
  }

  /** Resolves when a host is ready, starting one if there is none. */
  async connect(): Promise<Channel> {
    if (this.#closed) throw this.#closed;
    return (this.#connecting ??= this.#start());
  }

  /** Like `Channel.open()`, on whatever worker there is. */
  open<M extends Method>(method: M, params: Methods[M]["params"], options: OpenOptions<M> = {}): OpenCall<M> {
    let inner: OpenCall<M> | undefined;
    let granted = 0;
    let stop: (error: QwenAgentError) => void = () => {};
    const stopped = new Promise<never>((_, reject) => (stop = reject));
    const onAbort = (): void => stop(aborted(options.signal));
    if (options.signal?.aborted) onAbort();
    options.signal?.addEventListener("abort", onAbort, { once: true });
    const connected = Promise.race([this.connect(), stopped]).finally(() => options.signal?.removeEventListener("abort", onAbort));
    const result = connected.then((channel) => {
      inner = channel.open(method, params, options);
      if (granted > 0) inner.grant(granted);
      return inner.result;
    });
    return {
      result,
      grant: (count) => (inner ? inner.grant(count) : void (granted += count)),
      cancel: () => (inner ? inner.cancel() : stop(aborted(options.signal))),
    };
  }

  /** Fails everything with `error`, now and later, and ends the worker. */
  close(error: QwenAgentError): void {
    this.#closed ??= error;
    this.journal.stop();
    for (const channel of [this.#starting, this.#channel]) if (channel) end(channel, error);
  }

  async #start(): Promise<Channel> {
    try {
      const lost: string[] = [];
      const channel = await this.#restored(lost);
      if (this.#closed) throw this.#closed;
      channel.onDeath = (error) => this.#died(error);
      this.#starting = undefined;
      this.#channel = channel;
      const death = this.#death;
      this.#death = undefined;
      if (death) this.#options.onRestart(death, lost);
      return channel;
    } catch (error) {
      this.#connecting = undefined;
      if (this.#starting) end(this.#starting, toQwenAgentError(error));
      this.#starting = undefined;
      throw this.#closed ?? error;
    }
  }

  async #restored(lost: string[]): Promise<Channel> {
    for (let tries = 1; ; tries++) {
      const channel = await this.#host();
      const lostBefore = lost.length;
      try {
        const { storage } = this.#options;
        this.kind = (await channel.open("open", storage ? { storage } : {}).result).storage;
        if (this.kind !== "memory") this.journal.stop();
        await this.journal.restore(channel, lost);
        return channel;
      } catch (error) {
        end(channel, toQwenAgentError(error));
        // A document that killed the worker is out of the journal now: trying again gets further.
        if (this.#closed || lost.length === lostBefore || tries >= MOST_RESTORES) throw error;
      }
    }
  }

  /** The first way that answers, or the one that did before. */
  async #host(): Promise<Channel> {
    const ways = this.#way ? [this.#way] : this.#options.ways;
    let failure: unknown = fail("worker.blocked", "this environment offers no workers");
    for (const way of ways) {
      if (this.#closed) throw this.#closed;
      try {
        const channel = new Channel(await way.start(), this.#options.loadModule, this.#options.loadVocabulary);
        this.#starting = channel;
        channel.onNotice = (notice) => this.#options.onNotice?.(notice);
        await channel.ready;
        this.#way = way;
        if (!way.replaceable) this.journal.stop();
        return channel;
      } catch (error) {
        failure = error;
      }
    }
    if (this.#closed) throw this.#closed;
    const { message } = toQwenAgentError(failure);
    throw fail("worker.blocked", `no worker could be started: ${message}; options.worker may name the address of worker.js, or be false`, failure);
  }

  #died(error: QwenAgentError): void {
    this.#channel = undefined;
    this.#connecting = undefined;
    if (this.#closed) return;
    if (!this.#way?.replaceable) {
      this.#closed = error;
      return;
    }
    this.#death = error;
    // At once, so that the next question does not wait; if it fails, the next call tries again.
    this.connect().catch(() => {});
  }
}

/** A worker ends with its port, a host in the page does not: it is told. */
function end(channel: Channel, error: QwenAgentError): void {
  channel.open("close", {}).result.catch(() => {});
  channel.die(error);
}
