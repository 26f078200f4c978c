/**
 * What users import as `qwen-agent-wasm/tools`. Nothing happens on import.
 *
 * @example
 * ```ts
 * import { ToolBox, codeInterpreter, defineTool } from "qwen-agent-wasm/tools";
 *
 * const now = defineTool({ name: "now", description: "The date and time, in UTC.", run: () => new Date().toISOString() });
 * const box = new ToolBox([now, codeInterpreter()]);
 * ```
 */

export { codeInterpreter } from "./code/interpreter.js";
export type { CodeInterpreterOptions, OwnInterpreterOptions } from "./code/interpreter.js";
export { defineTool } from "./define.js";
export { fetchPage } from "./fetch-page.js";
export type { FetchPageOptions, ReadText } from "./fetch-page.js";
export { keyValueStore } from "./key-value.js";
export type { KeyValueStoreOptions } from "./key-value.js";
export { mcpTools } from "./mcp/tools.js";
export type { McpToolInfo, McpTools, McpToolsOptions } from "./mcp/tools.js";
export { createRouter } from "./router.js";
export type { Choose, Route, Router, RouterEvents, RouterOptions } from "./router.js";
export { ToolBox } from "./toolbox.js";
export type { ToolBoxOptions, ToolSource } from "./toolbox.js";
export type * from "./types.js";
