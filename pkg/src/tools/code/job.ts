/**
 * What the page and the sandbox's worker say to each other. Only text crosses, in both directions.
 */

import type { CompiledWasm } from "../../wasm-types.js";

/** One program, and what it may use. */
export interface Job {
  wasm: CompiledWasm;
  code: string;
  timeoutMs: number;
  memoryBytes: number;
  /** UTF-16 units that are kept, of the output and of the value each. */
  maxLength: number;
}

/** How a program ended. `droppedLines` are those of the output that did not fit. */
export interface Outcome {
  output: string;
  droppedLines: number;
  end: { kind: "value"; text: string | undefined } | { kind: "thrown"; text: string } | { kind: "timeout" };
}

export type FromSandbox = { kind: "ready" } | { kind: "done"; outcome: Outcome } | { kind: "failed"; message: string };
