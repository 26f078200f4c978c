/**
 * What users import. Nothing happens on import: no worker, no wasm, no network.
 *
 * @example
 * ```ts
 * import { createAssistant } from "qwen-agent-wasm";
 *
 * const qa = await createAssistant({ endpoint: { baseURL: "/api/qwen", model: "qwen-plus" } });
 * await qa.documents.add(file).done;
 * const run = qa.ask("What does clause 7 say?");
 * for await (const event of run) if (event.type === "text") append(event.text);
 * const { text, citations } = await run.result;
 * ```
 */

export { createAssistant } from "./assistant.js";
export { QwenAgentError } from "./errors.js";
export type { ErrorCode } from "./errors.js";
export { ocrByModel } from "./ocr-by-model.js";
export type { SeeingModel } from "./ocr-by-model.js";
export { passageUrl } from "./passage-url.js";
export type { PassagePlace } from "./passage-url.js";
export type * from "./types.js";
