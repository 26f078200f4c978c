/**
 * The page's end of the channel: calls, streams with credit, cancelling, errors, and answers to
 * what the worker calls back for.
 *
 * It knows the protocol and nothing else: not what methods mean, not how workers are started.
 * No promise is left hanging: when the port dies, everything under way fails. The other end is
 * `answering.ts`.
 */

import { aborted, fail, toErrorData, toQwenAgentError, type ErrorData, type QwenAgentError } from "./errors.js";
import type { Port } from "./ports.js";
import { CREDIT, PROTOCOL, isMessage, type Call, type CallEvent, type CallResult, type Callback, type CallbackResult, type Method, type Methods, type ToPage, type ToWorker } from "./protocol.js";
import type { Notice } from "./storage/choice.js";
import type { CompiledWasm, ModuleName, ToolCallText, ToolOutcome } from "./wasm-types.js";

export interface OpenOptions<M extends Method> {
  signal?: AbortSignal | undefined;
  /** Gets each event. Without `grant()` calls, no more than CREDIT of them. */
  onEvent?: (event: Methods[M]["event"]) => void;
  /** Gives the text of a page that the worker calls back for. */
  ocr?: (page: number) => Promise<string>;
  /** Runs a tool that the worker calls back for. The signal is aborted when the call is over, however it ends. */
  tool?: (call: ToolCallText, signal: AbortSignal) => Promise<ToolOutcome>;
  /** Makes the headers that the worker calls back for. */
  headers?: () => Record<string, string> | Promise<Record<string, string>>;
  /**
   * What cancelling does to `result`. `"at-once"`: it rejects now. `"when-answered"`: it waits for
   * the worker, which may have finished just before; so what was done is not reported as undone.
   */
  cancelled?: "at-once" | "when-answered";
  transfer?: Transferable[];
}

/** A call under way. */
export interface OpenCall<M extends Method> {
  readonly result: Promise<Methods[M]["result"]>;
  /** Lets the worker send more events. */
  grant(count: number): void;
  /** Stops it. No event is delivered after this. */
  cancel(): void;
}

interface Pending {
  resolve(result: CallResult): void;
  reject(error: QwenAgentError): void;
  onEvent: ((event: CallEvent) => void) | undefined;
  headers: (() => Record<string, string> | Promise<Record<string, string>>) | undefined;
  ocr: ((page: number) => Promise<string>) | undefined;
  tool: ((call: ToolCallText, signal: AbortSignal) => Promise<ToolOutcome>) | undefined;
  /** Aborted when the call is over: what still runs for it, runs for nobody. */
  over: AbortController;
  /** What the headers function threw: it stays in the page, as the cause of the run's error. */
  cause?: unknown;
}

export class Channel {
  readonly #port: Port<ToWorker>;
  readonly #loadModule: (module: ModuleName) => Promise<CompiledWasm>;
  readonly #loadVocabulary: () => Promise<ArrayBuffer>;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #dead: QwenAgentError | undefined;
  /** Resolves once the worker said it is there. */
  readonly ready: Promise<void>;
  #settleReady: { resolve(): void; reject(error: QwenAgentError): void } = { resolve() {}, reject() {} };
  /** Called once when the other end has died, after all calls have failed. */
  onDeath: (error: QwenAgentError) => void = () => {};
  /** Called with what the worker tells by itself. */
  onNotice: (notice: Notice) => void = () => {};

  constructor(port: Port<ToWorker>, loadModule: (module: ModuleName) => Promise<CompiledWasm>, loadVocabulary: () => Promise<ArrayBuffer>) {
    this.#port = port;
    this.#loadModule = loadModule;
    this.#loadVocabulary = loadVocabulary;
    this.ready = new Promise((resolve, reject) => (this.#settleReady = { resolve, reject }));
    this.ready.catch(() => {});
    port.listen((data) => this.#receive(data), (error) => this.die(error));
    port.hold(true);
  }

  open<M extends Method>(method: M, params: Methods[M]["params"], options: OpenOptions<M> = {}): OpenCall<M> {
    const { signal, cancelled = "at-once" } = options;
    const id = this.#nextId++;
    const stop = (): void => cancel();
    const result = new Promise<CallResult>((resolve, reject) => {
      if (this.#dead) return reject(this.#dead);
      if (signal?.aborted) return reject(aborted(signal));
      const { headers, ocr, tool, onEvent } = options;
      this.#pending.set(id, { resolve, reject, headers, ocr, tool, over: new AbortController(), onEvent: onEvent as Pending["onEvent"] });
      try {
        // One call of one method: the compiler cannot see that both came from the same M.
        this.#post({ kind: "call", id, call: { method, params } as Call, credit: CREDIT }, options.transfer);
      } catch (error) {
        this.#pending.delete(id);
        return reject(fail("usage", `an option cannot be sent to the worker: ${toQwenAgentError(error).message}`, error));
      }
      signal?.addEventListener("abort", stop, { once: true });
    }).finally(() => {
      signal?.removeEventListener("abort", stop);
      this.#port.hold(this.#pending.size > 0);
    });
    const cancel = (): void => {
      const pending = this.#pending.get(id);
      if (!pending) return;
      pending.onEvent = undefined;
      pending.over.abort();
      this.#post({ kind: "cancel", id });
      if (cancelled === "when-answered") return;
      this.#pending.delete(id);
      pending.reject(aborted(signal));
    };
    const grant = (count: number): void => {
      if (this.#pending.has(id)) this.#post({ kind: "credit", id, count });
    };
    this.#port.hold(this.#pending.size > 0);
    return { result: result as Promise<Methods[M]["result"]>, grant, cancel };
  }

  /** Fails everything under way, and every later call. */
  die(error: QwenAgentError): void {
    if (this.#dead) return;
    this.#dead = error;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    this.#settleReady.reject(error);
    for (const { reject, over } of pending) {
      over.abort();
      reject(error);
    }
    this.#port.hold(false);
    this.#port.close();
    this.onDeath(error);
  }

  #post(message: ToWorker, transfer?: Transferable[]): void {
    this.#port.post(message, transfer);
  }

  #receive(data: unknown): void {
    if (this.#dead || !isMessage<ToPage>(data)) return;
    switch (data.kind) {
      case "ready": {
        if (data.protocol === PROTOCOL) return this.#settleReady.resolve();
        return this.die(fail("worker.blocked", `worker.js is of another version (protocol ${data.protocol}, not ${PROTOCOL}); clear the cache or deploy all files of the package together`));
      }
      case "event":
        return this.#pending.get(data.id)?.onEvent?.(data.event);
      case "result":
        return this.#settle(data.id, (pending) => pending.resolve(data.result));
      case "error":
        return this.#settle(data.id, (pending) => pending.reject(withCause(data.error, pending.cause)));
      case "notice":
        return this.onNotice(data.notice);
      case "callback":
        return void this.#callBack(data.id, data.callback);
      case "dead":
        return this.die(toQwenAgentError(data.error));
      default:
        return data satisfies never;
    }
  }

  #settle(id: number, how: (pending: Pending) => void): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    pending.over.abort();
    how(pending);
  }

  async #callBack(id: number, callback: Callback): Promise<void> {
    try {
      this.#answer(id, await this.#ask(callback));
    } catch (error) {
      if (!this.#dead) this.#post({ kind: "callback-failed", id, error: toErrorData(error) });
    }
  }

  #answer(id: number, result: CallbackResult): void {
    if (!this.#dead) this.#post({ kind: "called-back", id, result });
  }

  async #ask(callback: Callback): Promise<CallbackResult> {
    switch (callback.name) {
      case "module":
        return this.#loadModule(callback.module);
      case "vocabulary":
        return this.#loadVocabulary();
      case "headers": {
        const pending = this.#pending.get(callback.call);
        if (!pending?.headers) throw aborted();
        try {
          return { ...(await pending.headers()) };
        } catch (error) {
          pending.cause = error;
          // The message of a foreign error may hold the key: only its cause, in the page, tells it.
          throw fail("llm.bad_request", "endpoint.headers() failed; see the error's cause");
        }
      }
      case "ocr": {
        const pending = this.#pending.get(callback.call);
        if (!pending?.ocr) throw aborted();
        return pending.ocr(callback.page);
      }
      case "tool": {
        const pending = this.#pending.get(callback.call);
        if (!pending?.tool) throw aborted();
        return pending.tool(callback.toolCall, pending.over.signal);
      }
      default:
        return callback satisfies never;
    }
  }
}

function withCause(data: ErrorData, cause: unknown): QwenAgentError {
  const error = toQwenAgentError(data);
  if (cause !== undefined) error.cause = cause;
  return error;
}
