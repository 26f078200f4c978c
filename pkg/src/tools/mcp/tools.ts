/**
 * The tools of an MCP server as tools of ours.
 *
 * Names are made to fit, results become text, and the list follows the server's. What a server
 * says of its tools is told to the model as it is: name only servers that you trust.
 */

import { aborted, fail } from "../../errors.js";
import { parseAddress } from "../../url.js";
import { defineTool } from "../define.js";
import { messageOf, shorten, textOf } from "../text.js";
import type { HeadersOption } from "../../types.js";
import type { ObjectSchema, Tool, ToolArguments } from "../types.js";
import { isRecord } from "./messages.js";
import { McpSession } from "./session.js";

/** What a server says of a tool. */
export interface McpToolInfo {
  name: string;
  description: string;
  inputSchema: unknown;
  /** Hints that only the server vouches for, such as `readOnlyHint`. */
  annotations: Record<string, unknown>;
}

/** Options of `mcpTools()`. */
export interface McpToolsOptions {
  /** The server's address. In a page it may be relative. @example "https://tools.example.com/mcp" */
  url: string | URL;
  /** Headers of each request, or a function that makes them. Default: none. @example async () => ({ Authorization: `Bearer ${await token()}` }) */
  headers?: HeadersOption;
  /** Default: the global one. */
  fetch?: typeof fetch;
  /** Stops connecting; after that, aborting it closes the session. */
  signal?: AbortSignal;
  /** Put before each tool's name, so that two servers do not clash. Default: nothing. @example "github_" */
  prefix?: string;
  /** Whether calls need the page's consent. Default: true, since a call sends text to the server. @example ({ annotations }) => annotations.readOnlyHint !== true */
  sideEffects?: boolean | ((tool: McpToolInfo) => boolean);
  /** Milliseconds for connecting, and for each call. Default: 30,000. */
  timeoutMs?: number;
  /** Called when the server has changed its list, which the array then has, too. */
  onChange?: (tools: readonly Tool[]) => void;
}

/** The tools of a server; the array changes when the server says that its list has. */
export type McpTools = Tool[] & {
  /** Tools that could not be taken, and why. */
  readonly skipped: string[];
  /** Ends the session; the tools fail from then on. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

const DEFAULT_TIMEOUT_MS = 30_000;
const MAX_NAME_LENGTH = 64;
/** The longest description, in UTF-16 units: all of them are in every prompt. */
const MAX_DESCRIPTION = 2_000;
/** A list that goes on after so many pages has no end. */
const MAX_PAGES = 100;

/**
 * Connects to an MCP server over streamable HTTP, and gives its tools.
 *
 * Give the array itself to `ToolBox`, not its items: then the box follows the server's changes.
 *
 * @throws QwenAgentError `mcp.unreachable`, `mcp.protocol`, `usage`, `aborted`
 *
 * @example
 * ```ts
 * const remote = await mcpTools({ url: "/mcp", headers: async () => ({ Authorization: `Bearer ${await token()}` }) });
 * const box = new ToolBox([remote], { consent: ask });
 * await remote.close();
 * ```
 */
export async function mcpTools(options: McpToolsOptions): Promise<McpTools> {
  const { signal, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const url = parseAddress(options.url);
  if (!url || !/^https?:$/.test(url.protocol)) throw fail("usage", "the address of an MCP server must be an http or https address");
  const session = new McpSession(
    { url, headers: options.headers, fetch: options.fetch ?? globalThis.fetch.bind(globalThis) },
    (method) => void (method === "notifications/tools/list_changed" && changed()),
  );
  const tools = Object.assign([] as Tool[], { skipped: [] as string[], close: () => session.close(), [Symbol.asyncDispose]: () => session.close() });
  const refresh = async (own: AbortSignal): Promise<void> => {
    const { made, skipped } = toolsOf(await list(session, own), session, options);
    tools.splice(0, tools.length, ...made);
    tools.skipped.splice(0, tools.skipped.length, ...skipped);
  };
  // One after another, so that the last list that was asked for is the one that stays.
  let refreshing = Promise.resolve();
  const changed = (): void => {
    refreshing = refreshing.then(() => refresh(AbortSignal.timeout(timeoutMs))).then(() => options.onChange?.(tools), () => {});
  };
  try {
    const late = AbortSignal.timeout(timeoutMs);
    const connecting = signal ? AbortSignal.any([signal, late]) : late;
    const server = await session.begin(connecting);
    await refresh(connecting);
    const capabilities = server["capabilities"];
    if (isRecord(capabilities) && isRecord(capabilities["tools"]) && capabilities["tools"]["listChanged"] === true) void session.listen();
  } catch (error) {
    void session.close();
    if (signal?.aborted) throw aborted(signal);
    throw error instanceof Error && "code" in error && error.code === "aborted" ? fail("mcp.unreachable", `the MCP server at ${url.origin} did not answer within ${timeoutMs / 1000} s`, error) : error;
  }
  signal?.addEventListener("abort", () => void session.close(), { once: true });
  return tools;
}

async function list(session: McpSession, signal: AbortSignal): Promise<McpToolInfo[]> {
  const infos: McpToolInfo[] = [];
  let cursor: unknown;
  for (let page = 0; page < MAX_PAGES; page++) {
    const result = await session.request("tools/list", cursor === undefined ? {} : { cursor }, signal);
    const { tools, nextCursor } = result;
    if (!Array.isArray(tools)) throw fail("mcp.protocol", "the MCP server's list of tools is none");
    infos.push(...tools.map(infoOf).filter((info) => info !== undefined));
    if (typeof nextCursor !== "string" || nextCursor === cursor) return infos;
    cursor = nextCursor;
  }
  throw fail("mcp.protocol", "the MCP server's list of tools has no end");
}

function infoOf(data: unknown): McpToolInfo | undefined {
  if (!isRecord(data) || typeof data["name"] !== "string") return undefined;
  const { name, title, description, inputSchema, annotations } = data;
  const words = [description, title, name].find((text) => typeof text === "string" && text.trim() !== "");
  return { name, description: shorten(String(words ?? "a tool"), MAX_DESCRIPTION), inputSchema, annotations: isRecord(annotations) ? annotations : {} };
}

function toolsOf(infos: McpToolInfo[], session: McpSession, options: McpToolsOptions): { made: Tool[]; skipped: string[] } {
  const made = new Map<string, Tool>();
  const skipped: string[] = [];
  for (const info of infos) {
    const name = `${options.prefix ?? ""}${info.name}`.replace(/[^a-zA-Z0-9_-]/g, "_").slice(0, MAX_NAME_LENGTH);
    try {
      if (made.has(name)) throw fail("usage", `another tool is called ${name} already`);
      made.set(name, toolOf(name, info, session, options));
    } catch (error) {
      skipped.push(`${info.name}: ${messageOf(error)}`);
    }
  }
  return { made: [...made.values()], skipped };
}

function toolOf(name: string, info: McpToolInfo, session: McpSession, options: McpToolsOptions): Tool {
  const { sideEffects = true, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  return defineTool({
    name,
    description: info.description,
    // `null` is refused, where nothing would mean a tool without arguments.
    parameters: (info.inputSchema ?? null) as ObjectSchema,
    sideEffects: typeof sideEffects === "function" ? sideEffects(info) : sideEffects,
    timeoutMs,
    // The server checks its arguments itself; its patterns must not run on the page's thread.
    validate: false,
    run: (args: ToolArguments, { signal }) => call(session, info.name, args, signal),
  });
}

async function call(session: McpSession, name: string, args: ToolArguments, signal: AbortSignal): Promise<string> {
  const result = await session.request("tools/call", { name, arguments: args }, signal);
  const { content, structuredContent, isError } = result;
  const text = Array.isArray(content) && content.length > 0 ? content.map(contentText).join("\n") : textOf(structuredContent);
  if (isError === true) throw fail("tool.failed", text);
  return text;
}

/** Text as it is; of everything else, what it is. */
function contentText(item: unknown): string {
  if (!isRecord(item)) return "";
  const { type, text, mimeType, uri, name, resource } = item;
  if (type === "text") return String(text ?? "");
  if (type === "resource" && isRecord(resource)) return typeof resource["text"] === "string" ? resource["text"] : `[a file: ${String(resource["uri"])}]`;
  if (type === "resource_link") return `[${String(name ?? "a resource")}: ${String(uri)}]`;
  return `[${String(type)}${mimeType ? ` (${String(mimeType)})` : ""}, not shown]`;
}
