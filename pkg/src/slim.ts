/**
 * The package without the copies of the wasm modules in scripts: 1.3 MB less to deploy.
 *
 * For sites that bring the `.wasm` files along, which Vite's builds, webpack, Parcel, Next and
 * servers without a bundler do. Everything else is as in `index.ts`.
 *
 * @example
 * ```ts
 * import { createAssistant } from "qwen-agent-wasm/slim";
 *
 * const qa = await createAssistant();
 * ```
 */

import { createLinkedAssistant } from "./linked-assistant.js";
import type { Assistant, AssistantOptions } from "./types.js";

export { QwenAgentError } from "./errors.js";
export { ocrByModel } from "./ocr-by-model.js";
export type { SeeingModel } from "./ocr-by-model.js";
export { passageUrl } from "./passage-url.js";
export type { ErrorCode } from "./errors.js";
export type * from "./types.js";

/** As `createAssistant()` of the whole package; rejects with `wasm.load` where a wasm file cannot be had. */
export async function createAssistant(options: AssistantOptions = {}): Promise<Assistant> {
  return createLinkedAssistant(options);
}
