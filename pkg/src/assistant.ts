/**
 * `createAssistant()`, by itself, so that the declarations users see name nothing internal.
 */

import { inlinedCopy, inlinedWorker } from "./inline.js";
import { createLinkedAssistant } from "./linked-assistant.js";
import { moduleLoader } from "./load.js";
import { waysToHost } from "./spawn.js";
import type { Assistant, AssistantOptions } from "./types.js";

/**
 * Starts a worker with an empty library, ready when it resolves.
 *
 * @throws QwenAgentError `wasm.load`, `wasm.csp`, `worker.blocked`, `key.exposed`, `usage`, `aborted`
 *
 * @example
 * ```ts
 * const qa = await createAssistant({ endpoint: { baseURL: "/api/qwen", model: "qwen-plus" } });
 * ```
 */
export async function createAssistant(options: AssistantOptions = {}): Promise<Assistant> {
  return createLinkedAssistant(options, { loadModule: moduleLoader(options.wasm, inlinedCopy), ways: waysToHost(options.worker, inlinedWorker) });
}
