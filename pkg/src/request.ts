/**
 * From the options of the assistant and of a question to what is posted to the worker.
 *
 * Pure: it reads where the page is, and nothing else. Keys pass through it into the request and
 * nowhere else.
 */

import { fail } from "./errors.js";
import type { FetchHook } from "./fetch-hook.js";
import { NOWHERE, modelAsFetch } from "./model-hook.js";
import type { AskParams } from "./protocol.js";
import type { ReadingsChoice } from "./readings.js";
import { own } from "./own.js";
import { readingsName } from "./storage/choice.js";
import type { ToolBox } from "./tools/toolbox.js";
import type { AskOptions, AssistantOptions, EndpointOptions, StorageOptions } from "./types.js";
import { parseAddress } from "./url.js";
import type { ToolCallText, ToolOutcome, WasmEndpoint } from "./wasm-types.js";

export interface PreparedAsk {
  params: AskParams;
  headers?: () => Record<string, string> | Promise<Record<string, string>>;
  /** Sends the requests, here in the page. */
  fetch?: FetchHook;
  tool?: (call: ToolCallText, signal: AbortSignal) => Promise<ToolOutcome>;
}

/** A model in the page takes the time that it takes: whoever waits can abort. */
const PATIENCE_MS = 24 * 3600 * 1000;

/** @throws QwenAgentError `key.exposed`, `usage` */
export function prepareAsk(question: string, standing: AssistantOptions, given: AskOptions, box?: ToolBox): PreparedAsk {
  const [defaults, options] = [own(standing), own(given)];
  const request: AskParams["request"] = { question };
  const level = options.level ?? defaults.level;
  const system = options.system ?? defaults.system;
  if (level !== undefined) request.level = level;
  if (system !== undefined) request.system = system;
  const adaptive = options.adaptive ?? defaults.adaptive;
  const protocol = options.protocol ?? defaults.protocol;
  const maxTurns = options.maxTurns ?? defaults.maxTurns;
  if (adaptive !== undefined) request.adaptive = adaptive;
  if (protocol !== undefined) request.protocol = protocol;
  if (maxTurns !== undefined) request.maxTurns = maxTurns;
  if (options.documents) request.documents = [...options.documents];
  if (options.images) request.images = options.images.map(picture);
  if (options.history) request.history = options.history.map(({ role, content }) => ({ role, content }));
  const budget = { ...defaults.budget, ...options.budget };
  for (const name of ["contextTokens", "maxOutputTokens", "maxRequests", "maxTokens", "concurrency"] as const) {
    const value = budget[name];
    if (value !== undefined) request[name] = value;
  }
  const generation = { ...defaults.generation, ...options.generation };
  if (Object.keys(generation).length > 0) request.generation = generation;

  if (options.transcript ?? defaults.transcript) request.transcript = true;

  const prepared: PreparedAsk = { params: { request, callHeaders: false } };
  const readings = readingsChoice(defaults.storage);
  if (readings) prepared.params.readings = readings;
  // A source of tools may have changed since the last question.
  const tools = box?.specs() ?? [];
  if (box && tools.length > 0) {
    // An assistant may have tools for those of its questions that say another level.
    if (level !== "reason" && (options.tools !== undefined || options.level === undefined)) prepared.params.unusedTools = true;
    request.tools = tools;
    prepared.tool = (call, signal) => callTool(box, call, signal);
  }
  const model = options.model ?? (options.endpoint === undefined ? defaults.model : undefined);
  if (model) {
    request.endpoint = { baseUrl: NOWHERE, model: "page", local: true, firstByteMs: PATIENCE_MS, stallMs: PATIENCE_MS };
    prepared.fetch = modelAsFetch(model);
    return prepared;
  }
  const endpoint = options.endpoint === undefined ? defaults.endpoint : options.endpoint;
  if (!endpoint) return prepared;
  request.endpoint = endpointOf(endpoint);
  const { headers, fetch } = own(endpoint);
  if (fetch) prepared.fetch = fetch;
  if (typeof headers !== "function") return prepared;
  prepared.params.callHeaders = true;
  prepared.headers = headers;
  return prepared;
}

/** Where replies of parts are kept; nowhere if that is not wanted. */
export function readingsChoice({ readings, name }: StorageOptions = {}): ReadingsChoice | undefined {
  if (readings === false) return undefined;
  return { name: readingsName(name), ...(readings === undefined ? {} : { where: readings }) };
}

async function callTool(box: ToolBox, call: ToolCallText, signal: AbortSignal): Promise<ToolOutcome> {
  const { id, name } = call;
  const { id: _, ...outcome } = await box.call({ id, name, arguments: JSON.parse(call.arguments) }, { signal });
  return outcome;
}

/** The endpoint as the worker sees it: its address made absolute, without functions. */
export function endpointOf(given: EndpointOptions): Omit<WasmEndpoint, "headersHook" | "fetchHook"> {
  const endpoint = own(given);
  if (endpoint.apiKey !== undefined && inBrowser() && !endpoint.dangerouslyAllowBrowser) {
    throw fail(
      "key.exposed",
      "endpoint.apiKey in a page can be read by everybody who opens it; let a path of your own server add the key, or set endpoint.dangerouslyAllowBrowser if it belongs to the person at the browser",
    );
  }
  if (typeof endpoint.model !== "string" || endpoint.model === "") throw fail("usage", 'endpoint.model is missing; name the model, as in "qwen-plus"');
  const [baseUrl, ...fallbacks] = [endpoint.baseURL].flat().map(absolute);
  if (baseUrl === undefined) throw fail("usage", "endpoint.baseURL has no address");
  const prepared: Omit<WasmEndpoint, "headersHook" | "fetchHook"> = { baseUrl, model: endpoint.model };
  if (fallbacks.length > 0) prepared.fallbacks = fallbacks;
  if (endpoint.dialect !== undefined) prepared.dialect = endpoint.dialect;
  for (const name of ["firstByteMs", "stallMs"] as const) {
    const time = endpoint.timeouts?.[name];
    if (time === undefined) continue;
    if (!(time > 0)) throw fail("usage", `endpoint.timeouts.${name} must be a number of milliseconds above zero`);
    prepared[name] = time;
  }
  if (endpoint.apiKey !== undefined) prepared.apiKey = endpoint.apiKey;
  if (endpoint.headers && typeof endpoint.headers !== "function") prepared.headers = { ...endpoint.headers };
  return prepared;
}

// A worker has an address of its own: what is relative must be resolved in the page.
function absolute(baseURL: string): string {
  const url = typeof baseURL === "string" ? parseAddress(baseURL) : undefined;
  if (!url) {
    throw fail("usage", globalThis.location ? "endpoint.baseURL is not an address" : "endpoint.baseURL must be an absolute address outside of a page");
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") throw fail("usage", "endpoint.baseURL must be an http or https address");
  if (url.username || url.password) throw fail("usage", "endpoint.baseURL must not contain a user or password; use endpoint.headers");
  return url.href.replace(/\/+$/, "");
}

function inBrowser(): boolean {
  return typeof document !== "undefined" || "importScripts" in globalThis;
}

/** Pictures go to the model's server as addresses: those of files on this device mean nothing there. */
function picture(address: string): string {
  if (typeof address === "string" && /^(https:\/\/|data:image\/)/i.test(address)) return address;
  throw fail("usage", "options.images takes addresses that begin with https:// or data:image/; turn a file into the latter with FileReader.readAsDataURL()");
}
