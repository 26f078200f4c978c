/**
 * Writing: results to stdout at the reader's pace, everything else to stderr.
 *
 * Nothing here knows what is written.
 */

import type { QwenAgentError } from "../errors.js";

const PROGRAM = "qwen-agent";

/** Resolves when more may be written, so that a slow reader does not fill the memory. */
export function write(text: string, stream: NodeJS.WriteStream = process.stdout): Promise<void> {
  if (stream.write(text)) return Promise.resolve();
  return new Promise((resolve) => stream.once("drain", () => resolve()));
}

export function writeJson(value: unknown): Promise<void> {
  return write(`${JSON.stringify(value)}\n`);
}

/** One line for people. */
export function note(text: string): void {
  process.stderr.write(`${PROGRAM}: ${text}\n`);
}

/** `context` says which file or line it concerns. */
export function printError(error: QwenAgentError, context?: string): void {
  note(`error ${error.code}: ${context === undefined ? "" : `${context}: `}${error.message}`);
}

export function printWarning(code: string, message: string, context?: string): void {
  note(`warning ${code}: ${context === undefined ? "" : `${context}: `}${message}`);
}

/** A line that the next one overwrites; only where somebody looks. */
export function status(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`);
}

export function clearStatus(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
}

/** `qwen-agent search … | head -1` is not an error. */
export function endQuietlyWithoutReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
}
