/**
 * The one error class of this package, and the codes it carries.
 *
 * Codes are stable and meant to be compared; messages are meant to be read. This file never puts
 * request headers or keys into a message, and knows nothing of workers or wasm.
 */

/** What went wrong, as a stable word. */
export type ErrorCode =
  | "read.empty" | "read.encrypted" | "read.damaged" | "read.unsupported" | "read.too_large"
  | "read.needs_charset" | "read.needs_readers" | "read.fetch"
  | "index.foreign" | "index.damaged" | "index.newer" | "index.analyzer" | "index.full" | "index.fetch" | "index.changed"
  | "llm.cors_or_network" | "llm.timeout" | "llm.unauthorized" | "llm.forbidden" | "llm.not_found"
  | "llm.rate_limited" | "llm.quota" | "llm.server" | "llm.bad_request" | "llm.context_length"
  | "llm.incomplete" | "llm.refused" | "llm.protocol"
  | "agent.no_documents" | "agent.empty_question" | "agent.reading_failed" | "budget.requests" | "budget.tokens"
  | "internal.panic" | "internal.invalid_request"
  | "wasm.load" | "wasm.csp" | "worker.blocked" | "worker.died"
  | "tool.unknown" | "tool.invalid_arguments" | "tool.refused" | "tool.timeout" | "tool.failed" | "tool.aborted"
  | "mcp.unreachable" | "mcp.protocol"
  /** In runs it is a warning. */
  | "storage.unavailable"
  | "storage.quota" | "storage.locked" | "storage.newer"
  | "aborted" | "disposed" | "key.exposed" | "usage"
  /** Of the command only: a file or folder of the machine. */
  | "file.open" | "file.write";

/** An error as it crosses a worker: what the wasm modules throw, too. */
export interface ErrorData {
  code: string;
  message: string;
  retryable: boolean;
  status?: number;
  partialText?: string;
}

/**
 * Everything this package throws or rejects with.
 *
 * @example
 * ```ts
 * try {
 *   await run.result;
 * } catch (error) {
 *   if (error instanceof QwenAgentError && error.code === "llm.rate_limited") showRetry(error.retryable);
 * }
 * ```
 */
export class QwenAgentError extends Error {
  override readonly name = "QwenAgentError";
  /** A stable word to compare; codes of newer wasm modules than this package may be unknown to it. */
  readonly code: ErrorCode | (string & {});
  /** Whether the same call may succeed later, unchanged. */
  readonly retryable: boolean;
  /** The HTTP status of the endpoint, if it answered. */
  readonly status?: number;
  /** What had been answered before it broke. */
  readonly partialText?: string;

  constructor(data: { code: ErrorCode | (string & {}); message: string; retryable?: boolean; status?: number; partialText?: string; cause?: unknown }) {
    super(data.message, data.cause === undefined ? undefined : { cause: data.cause });
    this.code = data.code;
    this.retryable = data.retryable ?? false;
    if (data.status !== undefined) this.status = data.status;
    if (data.partialText !== undefined) this.partialText = data.partialText;
  }
}

/** Shorthand for errors made on the TypeScript side. */
export function fail(code: ErrorCode, message: string, cause?: unknown): QwenAgentError {
  return new QwenAgentError(cause === undefined ? { code, message } : { code, message, cause });
}

/** The error of whoever stopped something, with the signal's own reason as its cause. */
export function aborted(signal?: AbortSignal): QwenAgentError {
  return fail("aborted", "stopped by the caller", signal?.reason);
}

/** Narrows whatever was thrown. Foreign errors become `internal.invalid_request`; panics `internal.panic`. */
export function toQwenAgentError(thrown: unknown): QwenAgentError {
  if (thrown instanceof QwenAgentError) return thrown;
  if (isPanic(thrown)) {
    return fail("internal.panic", `the wasm module stopped with "${thrown.message}"; this is a bug in qwen-agent-wasm, please report it`, thrown);
  }
  if (isErrorData(thrown)) return new QwenAgentError(thrown);
  if (isAbort(thrown)) return fail("aborted", "stopped by the caller", thrown);
  const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return fail("internal.invalid_request", message, thrown);
}

/** The part of an error that can be posted to another thread. */
export function toErrorData(thrown: unknown): ErrorData {
  const error = toQwenAgentError(thrown);
  const data: ErrorData = { code: error.code, message: error.message, retryable: error.retryable };
  if (error.status !== undefined) data.status = error.status;
  if (error.partialText !== undefined) data.partialText = error.partialText;
  return data;
}

/** A trap in wasm. After one, the instance must not be called again. */
export function isPanic(thrown: unknown): thrown is Error {
  return thrown instanceof WebAssembly.RuntimeError;
}

function isErrorData(thrown: unknown): thrown is ErrorData {
  return (
    typeof thrown === "object" && thrown !== null &&
    "code" in thrown && typeof thrown.code === "string" &&
    "message" in thrown && typeof thrown.message === "string" &&
    "retryable" in thrown && typeof thrown.retryable === "boolean"
  );
}

function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === "AbortError";
}
