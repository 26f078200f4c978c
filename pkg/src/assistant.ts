/**
 * `createAssistant()`, by itself, so that the declarations users see name nothing internal.
 */

import { createLinkedAssistant } from "./linked-assistant.js";
import { moduleLoader } from "./load.js";
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
  // Most pages need no copy, and do not load what finds them either.
  const copies = (): Promise<typeof import("./inline.js")> => import("./inline.js");
  const loadModule = moduleLoader(options.wasm, async (name) => (await copies()).inlinedCopy(name));
  return createLinkedAssistant(options, { loadModule, workerCopy: async () => (await copies()).inlinedWorker() });
}
