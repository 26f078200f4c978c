/**
 * The code interpreter as a tool: JavaScript in our sandbox, or any language in the page's own.
 *
 * It words what came out for the model. How programs are held is in `sandbox.ts` and `guest.ts`.
 */

import { fail } from "../../errors.js";
import { defineTool } from "../define.js";
import type { Tool, ToolContext } from "../types.js";
import type { Outcome } from "./job.js";
import { GRACE_MS, START_MS, runInSandbox, type SandboxFiles } from "./sandbox.js";

/** Options of `codeInterpreter()`. */
export interface CodeInterpreterOptions {
  /** Default: `"code_interpreter"`. */
  name?: string;
  /** Milliseconds that a program may run; starting the sandbox does not count. Default: 5000. */
  timeoutMs?: number;
  /** Megabytes (2²⁰ bytes) that a program may use. Default: 64. Only of the built-in sandbox. */
  memoryMB?: number;
  /** The longest result, in UTF-16 units. Default: 8000. */
  maxResultLength?: number;
  /** Where `sandbox-worker.js` is, for unusual hosting. Default: found by itself. @example "/static/qwen-agent/sandbox-worker.js" */
  worker?: string | URL;
  /** Where `quickjs.wasm` is, for unusual hosting. Default: found by itself. @example "/static/qwen-agent/quickjs.wasm" */
  wasm?: string | URL;
}

/** Options of `codeInterpreter()` with an interpreter of the page's own, such as Pyodide. */
export interface OwnInterpreterOptions {
  /** What programs are written in, as the model is told. @example "python" */
  language: string;
  /** Runs a program and gives what it printed. It must hold the program: it has the powers of whoever runs it. */
  run: (code: string, context: ToolContext) => string | Promise<string>;
  /** Default: `"code_interpreter"`. */
  name?: string;
  /** Milliseconds. Default: 30,000. */
  timeoutMs?: number;
  /** The longest result, in UTF-16 units. Default: 8000. */
  maxResultLength?: number;
}

const DEFAULT_NAME = "code_interpreter";
const DEFAULT_TIMEOUT_MS = 5_000;
const DEFAULT_MEMORY_MB = 64;
const DEFAULT_MAX_RESULT_LENGTH = 8_000;
/** An address in the interpreter has 32 bits; half of that is more than a browser gives willingly. */
const MAX_MEMORY_MB = 2_048;
/** The longest program, in UTF-16 units. */
const MAX_CODE_LENGTH = 100_000;

/**
 * A tool that runs programs.
 *
 * The built-in sandbox runs JavaScript in an interpreter compiled to WebAssembly, in a worker that
 * is made for the program and ended after it: no network, page, storage, modules or timers, and
 * limits on time and memory. Its files (about 300 KB gzip) are loaded at the first call.
 *
 * @throws QwenAgentError `usage` if an option is wrong
 *
 * @example
 * ```ts
 * const javascript = codeInterpreter({ timeoutMs: 2000 });
 * const python = codeInterpreter({ name: "python", language: "python", run: async (code, { signal }) => runInPyodide(code, signal) });
 * ```
 */
export function codeInterpreter(options: CodeInterpreterOptions | OwnInterpreterOptions = {}): Tool {
  const { name = DEFAULT_NAME, maxResultLength = DEFAULT_MAX_RESULT_LENGTH } = options;
  const own = "run" in options ? options : undefined;
  const run = own ? own.run : inSandbox(options, maxResultLength);
  const timeoutMs = own ? own.timeoutMs : DEFAULT_TIMEOUT_MS;
  return defineTool<{ code: string }>({
    name,
    description: own ? `Runs a ${own.language} program and gives what it prints.` : description(options),
    parameters: {
      type: "object",
      properties: { code: { type: "string", description: own ? `a ${own.language} program` : "a JavaScript program", maxLength: MAX_CODE_LENGTH } },
      required: ["code"],
      additionalProperties: false,
    },
    run: ({ code }, context) => run(code, context),
    maxResultLength,
    ...(own ? (timeoutMs === undefined ? {} : { timeoutMs }) : { timeoutMs: wholeTime(options) }),
  });
}

function description({ timeoutMs = DEFAULT_TIMEOUT_MS }: CodeInterpreterOptions): string {
  return `Runs a JavaScript program (ES2023, top-level await) and gives what it prints with console.log and the value of its last expression. Use it to calculate and to work on data. Stopped after ${timeoutMs / 1000} s. No network, files, imports, timers or page; nothing is kept between programs.`;
}

// The sandbox keeps its own time, and starting it does not count; the box's clock is only the last resort.
function wholeTime({ timeoutMs = DEFAULT_TIMEOUT_MS }: CodeInterpreterOptions): number {
  if (!(timeoutMs > 0)) throw fail("usage", "timeoutMs of the code interpreter must be above 0");
  return timeoutMs + GRACE_MS + 3 * START_MS;
}

function inSandbox(options: CodeInterpreterOptions, maxLength: number): OwnInterpreterOptions["run"] {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, memoryMB = DEFAULT_MEMORY_MB, worker, wasm } = options;
  if (!(memoryMB > 0 && memoryMB <= MAX_MEMORY_MB)) throw fail("usage", `memoryMB of the code interpreter must be above 0 and at most ${MAX_MEMORY_MB}`);
  const files: SandboxFiles = { ...(worker === undefined ? {} : { worker }), ...(wasm === undefined ? {} : { wasm }) };
  return async (code, { signal }) => {
    const outcome = await runInSandbox({ code, timeoutMs, memoryBytes: Math.floor(memoryMB * 2 ** 20), maxLength: Math.ceil(maxLength / 2) }, files, signal);
    return worded(outcome, timeoutMs);
  };
}

/** A program that throws is a result, too: the model needs to see what was printed before. */
function worded({ output, droppedLines, end }: Outcome, timeoutMs: number): string {
  const parts = output ? [output.trimEnd()] : [];
  if (droppedLines > 0) parts.push(`[truncated: ${droppedLines} more lines were printed]`);
  switch (end.kind) {
    case "timeout":
      throw fail("tool.timeout", `the program was stopped after ${timeoutMs / 1000} s${output ? `; it had printed: ${output}` : ""}`);
    case "thrown":
      parts.push(`Uncaught ${end.text}`);
      break;
    case "value":
      if (end.text !== undefined) parts.push(`=> ${end.text}`);
      break;
    default:
      return end satisfies never;
  }
  return parts.join("\n") || "(the program printed nothing, and its last expression has no value)";
}
