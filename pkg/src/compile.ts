/**
 * Bytes to a WebAssembly.Module, and plain words for why that did not work.
 *
 * It does not know where bytes come from, and is small enough to be in the worker, too.
 */

import { QwenAgentError, fail } from "./errors.js";

const MAGIC = [0x00, 0x61, 0x73, 0x6d]; // "\0asm"

/** Development servers answer unknown addresses with a page and status 200: look at the bytes. */
export function isWasm(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, index) => bytes[index] === byte);
}

export async function compile(bytes: BufferSource): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    throw explainCompileError(error);
  }
}

export function explainCompileError(error: unknown): QwenAgentError {
  if (error instanceof QwenAgentError) return error;
  const message = error instanceof Error ? error.message : String(error);
  // Chromium and Firefox name the policy, WebKit the missing keyword.
  if (/content security|\bcsp\b|unsafe-eval/i.test(message)) {
    return fail("wasm.csp", "the page's Content-Security-Policy forbids WebAssembly; add 'wasm-unsafe-eval' to its script-src", error);
  }
  return fail("wasm.load", `the wasm module could not be compiled: ${message}`, error);
}
