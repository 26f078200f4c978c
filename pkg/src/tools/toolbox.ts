/**
 * Runs the tools that a model calls: arguments checked, consent asked, time and length bounded.
 *
 * A call never rejects. What goes wrong becomes a short message for the model, which may then try
 * something else; the run goes on. Who called and why is not known here.
 */

import { QwenAgentError, fail } from "../errors.js";
import { messageOf, shorten, textOf } from "./text.js";
import type { ConsentHook, Tool, ToolArguments, ToolCall, ToolErrorCode, ToolReply, ToolSpec } from "./types.js";

/** Tools, and sources of tools such as `mcpTools()` gives, whose content may change. */
export type ToolSource = Tool | Iterable<Tool>;

export interface ToolBoxOptions {
  /** Asked before each call of a tool with side effects. Default: none; then such calls are refused. */
  consent?: ConsentHook;
}

const CODES = new Set<string>(["tool.unknown", "tool.invalid_arguments", "tool.refused", "tool.timeout", "tool.failed", "tool.aborted"] satisfies ToolErrorCode[]);

/**
 * The tools of an assistant.
 *
 * @example
 * ```ts
 * const box = new ToolBox([rate, codeInterpreter()], { consent: async ({ name }) => confirm(`May ${name} run?`) });
 * const reply = await box.call({ id: "1", name: "exchange_rate", arguments: { from: "EUR", to: "CNY" } });
 * ```
 */
export class ToolBox {
  readonly #sources: readonly ToolSource[];
  readonly #consent: ConsentHook | undefined;

  /** @throws QwenAgentError `usage` if two tools have one name, or something is not a tool */
  constructor(tools: Iterable<ToolSource>, options: ToolBoxOptions = {}) {
    this.#sources = [...tools];
    this.#consent = options.consent;
    const names = new Set<string>();
    for (const tool of this.#all()) {
      if (typeof tool?.run !== "function" || typeof tool.check !== "function") throw fail("usage", "a tool box takes what defineTool() gives");
      if (names.has(tool.name)) throw fail("usage", `two tools are called ${tool.name}`);
      names.add(tool.name);
    }
  }

  /** The tools as the model is told of them, in the order given. */
  specs(): ToolSpec[] {
    return [...this.#byName().values()].map(({ name, description, parameters }) => ({ name, description, parameters }));
  }

  /** Runs one call. Never rejects; several may run at the same time. */
  async call(call: ToolCall, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<ToolReply> {
    const { id } = call;
    try {
      return { id, content: await this.#run(call, signal) };
    } catch (thrown) {
      return { id, error: { code: codeOf(thrown), message: messageOf(thrown) } };
    }
  }

  async #run({ id, name, arguments: given }: ToolCall, signal: AbortSignal | undefined): Promise<string> {
    if (signal?.aborted) throw stopped();
    const tools = this.#byName();
    const tool = tools.get(name);
    if (!tool) throw fail("tool.unknown", `there is no tool ${JSON.stringify(shorten(String(name), 64))}; there are: ${[...tools.keys()].join(", ") || "none"}`);
    const args = given ?? {};
    if (typeof args !== "object" || Array.isArray(args)) throw fail("tool.invalid_arguments", "the arguments must be an object");
    const fault = tool.check(args);
    if (fault !== undefined) throw fail("tool.invalid_arguments", fault);
    const checked = args as ToolArguments;
    if (tool.sideEffects || tool.consent) await this.#ask(tool, checked, id, signal);
    const result = await within(tool.timeoutMs, signal, (own) => tool.run(checked, { signal: own, id }));
    return shorten(textOf(result), tool.maxResultLength);
  }

  async #ask(tool: Tool, args: ToolArguments, id: string, signal: AbortSignal | undefined): Promise<void> {
    const consent = tool.consent ?? this.#consent;
    if (!consent) throw fail("tool.refused", `${tool.name} has side effects, and nobody is there to allow it`);
    const request = { id, name: tool.name, description: tool.description, arguments: structuredClone(args) };
    let allowed = false;
    await raced(signal, async (own) => {
      try {
        allowed = (await consent(request, { signal: own })) === true;
      } catch {
        // Its reason is the page's affair; the model only needs to know that it may not.
      }
    });
    if (!allowed) throw fail("tool.refused", `the user did not allow ${tool.name}`);
  }

  *#all(): Generator<Tool> {
    for (const source of this.#sources) {
      if (Symbol.iterator in source) yield* source;
      else yield source;
    }
  }

  /** The first of a name wins: a source that changes later cannot take over another tool's name. */
  #byName(): Map<string, Tool> {
    const tools = new Map<string, Tool>();
    for (const tool of this.#all()) if (!tools.has(tool.name)) tools.set(tool.name, tool);
    return tools;
  }
}

/** `work` with a signal of its own, aborted with the run's and when the time is over. */
async function within<T>(timeoutMs: number, signal: AbortSignal | undefined, work: (signal: AbortSignal) => T): Promise<Awaited<T>> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(fail("tool.timeout", `gave no result within ${timeoutMs / 1000} s`)), timeoutMs);
  try {
    return await raced(signal, work, late.signal);
  } finally {
    clearTimeout(timer);
  }
}

// A tool that does not look at its signal is left behind: nobody waits for it.
async function raced<T>(signal: AbortSignal | undefined, work: (signal: AbortSignal) => T, late?: AbortSignal): Promise<Awaited<T>> {
  const own = new AbortController();
  let leave: (error: Error) => void = () => {};
  const left = new Promise<never>((_, reject) => (leave = reject));
  left.catch(() => {});
  const stop = (error: Error): void => {
    leave(error);
    own.abort(error);
  };
  const onAbort = (): void => stop(stopped());
  const onLate = (): void => stop(late?.reason as Error);
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  late?.addEventListener("abort", onLate, { once: true });
  try {
    const working = (async () => work(own.signal))();
    working.catch(() => {});
    return await Promise.race([left, working]);
  } finally {
    signal?.removeEventListener("abort", onAbort);
    late?.removeEventListener("abort", onLate);
  }
}

function stopped(): QwenAgentError {
  return fail("tool.aborted", "the run was stopped");
}

function codeOf(thrown: unknown): ToolErrorCode {
  if (thrown instanceof QwenAgentError && CODES.has(thrown.code)) return thrown.code as ToolErrorCode;
  return "tool.failed";
}
