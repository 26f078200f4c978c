/**
 * The worker's end of the channel: receives calls, hands each to a handler with its signal, its
 * credit and its way back to the page, and posts what comes of it.
 *
 * It does not know what methods do. After a panic it says that it is dead, which fails whatever is
 * open in the page, and takes no more.
 */

import { aborted, isPanic, toErrorData, toQwenAgentError } from "./errors.js";
import type { Port } from "./ports.js";
import { PROTOCOL, isMessage, type Call, type CallEvent, type CallResult, type Callback, type CallbackResult, type CallbackResults, type ToPage, type ToWorker } from "./protocol.js";
import type { Notice } from "./storage/choice.js";
import type { CompiledWasm, ModuleName, ToolCallText, ToolOutcome } from "./wasm-types.js";

/** What a handler has beside its parameters. */
export interface CallContext {
  readonly signal: AbortSignal;
  /** Sends an event; resolves when the next may follow. After cancelling it rejects. */
  emit(event: CallEvent): Promise<void>;
  /** The headers that the page makes for the next request. */
  headers(): Promise<Record<string, string>>;
  /** The text that the page recognizes on a page of the document that is being added. */
  ocr(page: number): Promise<string>;
  /** What the page's tool gives. */
  tool(call: ToolCallText): Promise<ToolOutcome>;
}

export interface HandledCall {
  result: CallResult;
  transfer?: Transferable[];
  /** Nothing is asked after this call, and what is still open is for nobody. */
  last?: boolean;
}

export type Handler = (call: Call, context: CallContext) => Promise<HandledCall>;

interface OpenCall {
  controller: AbortController;
  credit: number;
  /** Wakes an `emit()` that waits for credit. */
  wake: () => void;
}

interface WaitingCallback {
  resolve(result: CallbackResult): void;
  reject(error: unknown): void;
}

export class Answering {
  readonly #port: Port<ToPage>;
  readonly #handler: Handler;
  readonly #open = new Map<number, OpenCall>();
  readonly #callbacks = new Map<number, WaitingCallback>();
  #nextCallback = 1;
  #dead = false;

  constructor(port: Port<ToPage>, handler: (answering: Answering) => Handler) {
    this.#port = port;
    this.#handler = handler(this);
    port.listen((data) => this.#receive(data), () => {});
    port.post({ kind: "ready", protocol: PROTOCOL });
  }

  /** Fetches a compiled wasm module from the page. */
  module(module: ModuleName): Promise<CompiledWasm> {
    return this.#callBack({ name: "module", module });
  }

  /** Fetches Qwen's vocabulary from the page. */
  vocabulary(): Promise<ArrayBuffer> {
    return this.#callBack({ name: "vocabulary" });
  }

  /** Tells the page something that it did not ask for. */
  notify(notice: Notice): void {
    if (!this.#dead) this.#port.post({ kind: "notice", notice });
  }

  /** Reports a panic that surfaced outside of any call, as those in wasm's own tasks do. */
  panic(thrown: unknown): void {
    if (this.#dead) return;
    this.#dead = true;
    // One message for all calls: a page that heard of the first failure alone would go on calling.
    this.#port.post({ kind: "dead", error: toErrorData(thrown) });
    this.#open.clear();
  }

  #receive(data: unknown): void {
    if (this.#dead || !isMessage<ToWorker>(data)) return;
    switch (data.kind) {
      case "call":
        return void this.#answer(data.id, data.call, data.credit);
      case "credit": {
        const call = this.#open.get(data.id);
        if (!call) return;
        call.credit += data.count;
        return call.wake();
      }
      case "cancel": {
        const call = this.#open.get(data.id);
        call?.controller.abort();
        return call?.wake();
      }
      case "called-back":
        return this.#takeCallback(data.id)?.resolve(data.result);
      case "callback-failed":
        return this.#takeCallback(data.id)?.reject(toQwenAgentError(data.error));
      default:
        return data satisfies never;
    }
  }

  async #answer(id: number, call: Call, credit: number): Promise<void> {
    const open: OpenCall = { controller: new AbortController(), credit, wake: () => {} };
    this.#open.set(id, open);
    const { signal } = open.controller;
    const callBack = async <C extends Callback>(callback: C): Promise<CallbackResults[C["name"]]> => {
      if (signal.aborted) throw aborted();
      return this.#callBack(callback);
    };
    const context: CallContext = {
      signal,
      emit: (event) => this.#emit(id, open, event),
      headers: () => callBack({ name: "headers", call: id }),
      ocr: (page) => callBack({ name: "ocr", call: id, page }),
      tool: (toolCall) => callBack({ name: "tool", call: id, toolCall }),
    };
    try {
      const { result, transfer, last } = await this.#handler(call, context);
      if (!this.#dead) this.#port.post({ kind: "result", id, result }, transfer);
      if (last) this.#end();
    } catch (error) {
      if (isPanic(error)) this.panic(error);
      else if (!this.#dead) this.#port.post({ kind: "error", id, error: toErrorData(error) });
    } finally {
      this.#open.delete(id);
    }
  }

  /** Where the host is in the page, nothing else stops what it does. */
  #end(): void {
    this.#dead = true;
    for (const { controller, wake } of this.#open.values()) {
      controller.abort();
      wake();
    }
    // Nobody answers them any more, and nobody is to be told.
    this.#callbacks.clear();
  }

  async #emit(id: number, call: OpenCall, event: CallEvent): Promise<void> {
    if (call.controller.signal.aborted) throw aborted();
    call.credit -= 1;
    this.#port.post({ kind: "event", id, event });
    while (call.credit <= 0) {
      await new Promise<void>((resolve) => (call.wake = resolve));
      if (call.controller.signal.aborted) throw aborted();
    }
  }

  #callBack<C extends Callback>(callback: C): Promise<CallbackResults[C["name"]]> {
    const id = this.#nextCallback++;
    return new Promise((resolve, reject) => {
      // Both ends are of one version: what comes back is what was asked for.
      this.#callbacks.set(id, { resolve: resolve as WaitingCallback["resolve"], reject });
      this.#port.post({ kind: "callback", id, callback });
    });
  }

  #takeCallback(id: number): WaitingCallback | undefined {
    const waiting = this.#callbacks.get(id);
    this.#callbacks.delete(id);
    return waiting;
  }
}
