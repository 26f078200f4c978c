/**
 * The options of `createAssistant()` and of `ask()`.
 *
 * Every option says its default, its reason and shows an example. Only types live here.
 */

import type { FetchHook } from "./fetch-hook.js";
import type { ModelHook } from "./model-hook.js";
import type { ToolSource } from "./tools/toolbox.js";
import type { ConsentHook } from "./tools/types.js";
import type { OcrRequest } from "./types.js";

export type { FetchHook } from "./fetch-hook.js";
export type { ChatBody, ChatChunk, ChatDelta, ModelHook } from "./model-hook.js";

/**
 * How deep to go. `"auto"`: all of the documents in one prompt if they fit, otherwise what the
 * model says the answer takes: `"retrieve"`, which searches; `"read"`, in which the model reads
 * chunk by chunk; or `"reason"`, in which it asks questions of its own, one after another, with
 * tools. `"chat"` leaves the documents out: the model alone, with the conversation so far.
 */
export type Level = "auto" | "retrieve" | "read" | "reason" | "chat";

/**
 * How the model asks for tools. `"native"`: by the fields `tools` and `tool_calls` of the OpenAI
 * protocol. `"nous"`: by `<tool_call>` in the text, as Qwen and Hermes models are trained to.
 * `"react"`: by lines of Thought, Action and Observation, for other models. `"auto"`: native, and
 * nous if the server refuses that.
 */
export type ToolProtocol = "auto" | "native" | "nous" | "react";

/** Request headers, or a function that makes them before every request. */
export type HeadersOption = Record<string, string> | (() => Record<string, string> | Promise<Record<string, string>>);

/** Where the model answers. */
export interface EndpointOptions {
  /**
   * The address up to and without `/chat/completions`. In a page it may be relative.
   * A path on your own server that adds the key is the safe choice.
   * Of several addresses of one service, with the same model and key, the next is used when one
   * cannot be reached or is overloaded.
   * @example "/api/qwen"
   */
  baseURL: string | readonly string[];
  /** @example "qwen-plus" */
  model: string;
  /**
   * Headers of each request, static or made by a function in the page just before it, so that
   * short-lived tokens stay fresh. Default: none.
   * @example async () => ({ Authorization: `Bearer ${await token()}` })
   */
  headers?: HeadersOption;
  /**
   * Sent as `Authorization: Bearer …`. Default: none. In a page everybody can read it, therefore
   * it is refused there (`key.exposed`) unless `dangerouslyAllowBrowser` is set.
   */
  apiKey?: string;
  /**
   * The protocol behind the address: `"openai"` (chat completions) or `"dashscope"` (its own text
   * generation). Default: `"dashscope"` for addresses that end in
   * `/services/aigc/text-generation/generation`, else `"openai"`.
   */
  dialect?: "openai" | "dashscope";
  /**
   * When a silent server is given up: before the first byte of a reply, and between two lines of
   * it. Default: 120,000 and 90,000 ms, since thinking models and long prompts take their time.
   * @example { firstByteMs: 30_000 }
   */
  timeouts?: { firstByteMs?: number; stallMs?: number };
  /**
   * Sends the requests in place of the browser's `fetch`, and runs in the page also when the work
   * is done in a worker. It is asked not to follow redirections, which could take the key to
   * another host. Default: none.
   * @example (url, init) => fetch(url, { ...init, credentials: "include" })
   */
  fetch?: FetchHook;
  /** Allows `apiKey` in a page, for a key that belongs to the person at the browser. Default: false. */
  dangerouslyAllowBrowser?: boolean;
}

/** Prices of a million tokens, in any currency. */
export interface Prices {
  /** Of prompts. */
  input: number;
  /** Of what the model writes. */
  output: number;
}

/** What a run may use. */
export interface BudgetOptions {
  /**
   * The window that prompts and answer must fit, in tokens. Default: that of the model, as far as
   * the endpoint tells it (`/models`) or it is one of Qwen's known ones, but no more than 32,768;
   * else 8192, which nearly every server offers.
   * @example 131072
   */
  contextTokens?: number;
  /** The longest answer, in tokens. Default: 1024. @example 2048 */
  maxOutputTokens?: number;
  /** The most requests of one run. Thorough reading that needs more fails with `budget.requests` before any is sent; adaptive reading goes so far. Default: 2000. @example 50 */
  maxRequests?: number;
  /** The most tokens of one run, prompts and answers together; a run that needs more ends with `budget.tokens`. Default: no limit. @example 200000 */
  maxTokens?: number;
  /** Prices of a million tokens, in your currency, for the `cost` of `estimate()`. Default: none. @example { input: 0.4, output: 1.2 } */
  prices?: Prices;
  /** Requests at the same time. Default: 4, since browsers open six connections to a host and the page needs some. @example 2 */
  concurrency?: number;
}

/** One turn of the conversation so far. */
export interface HistoryMessage {
  role: "user" | "assistant";
  content: string;
}

/** How much is read, and how questions are answered in steps. */
export interface EffortOptions {
  /**
   * Whether reading at level `"read"` may end before every chunk is read: once something was found
   * and then, for a while, nothing more. The most promising chunks come first. Default: false.
   */
  adaptive?: boolean;
  /**
   * What the model may call at level `"reason"`, beside the documents; they run in this thread.
   * One with the name of a built-in tool (`ask_documents`, `search_documents`, `read_page`,
   * `list_documents`) replaces it. Default: none. @example [codeInterpreter()]
   */
  tools?: readonly ToolSource[];
  /** Default: `"auto"`. @example "react" */
  protocol?: ToolProtocol;
  /** How many times the model may be asked at level `"reason"`; the last time it must answer. Default: 12. @example 6 */
  maxTurns?: number;
  /** Whether the conversation with the model is kept for `run.transcript()`. Default: false. */
  transcript?: boolean;
}

/** What is kept beyond a run. */
export interface StorageOptions {
  /**
   * Where documents and sessions are kept, so that they are there again after a reload. `"memory"`: nowhere.
   * `"auto"`: in the browser, files in its private file system (OPFS) where there is one. `"opfs"`:
   * the same, but not without it. `"indexeddb"`: all in IndexedDB. Where that cannot be had, as in
   * Node and in some private windows, documents are in memory, and an event `storage` says so.
   * Default: `"memory"`, since nothing should be kept unasked.
   */
  kind?: "auto" | "opfs" | "indexeddb" | "memory";
  /**
   * What belongs together: assistants of one name share documents, sessions and replies, in every tab
   * of the origin. Its databases are `<name>-library`, `<name>-sessions` and `<name>-readings`. Default: `"qwen-agent"`.
   * @example "handbook"
   */
  name?: string;
  /**
   * Whether the browser is asked, after the first document, not to delete what is stored when
   * space is short. Some ask the user. Default: true.
   */
  persist?: boolean;
  /**
   * Where the model's replies on the parts that it read at level `"read"` are kept, so that an
   * interrupted run goes on where it was. `"indexeddb"`: in the browser, for a month, with quotes
   * from the documents in plain text. `"memory"`: until the assistant's worker ends. `false`:
   * nowhere. Default: `"indexeddb"` where there is one, else `"memory"`.
   */
  readings?: "memory" | "indexeddb" | false;
}

/** Options of a question. Those that `createAssistant()` also has override it for this question. */
export interface AskOptions extends EffortOptions {
  /** Ids of the documents to ask. Default: all. @example ["manual.pdf"] */
  documents?: readonly string[];
  /** Default: that of the assistant, `"auto"`. @example "read" */
  level?: Level;
  /** Standing instructions: tone, role, language. Default: that of the assistant. @example "Answer in one sentence." */
  system?: string;
  /** Earlier turns, oldest first, so that "and the second one?" is understood. Default: those of the session, if one is given. */
  history?: readonly HistoryMessage[];
  /** The id of a session of `sessions.create()`, in which question and answer are kept. Default: none. */
  session?: string;
  /**
   * Pictures that belong to the question, for models that see, such as qwen-vl-plus: `https:` or
   * `data:image/` addresses. They are sent with the answering request.
   */
  images?: readonly string[];
  /** Default: those of the assistant, value by value. */
  budget?: BudgetOptions;
  /** Sampling parameters passed through into the request body. Default: those of the assistant. @example { temperature: 0, seed: 7 } */
  generation?: Readonly<Record<string, unknown>>;
  /** Another endpoint for this question; `null` for an extractive answer. Default: that of the assistant. */
  endpoint?: EndpointOptions | null;
  /** Another model of the page's own for this question. Default: that of the assistant, unless `endpoint` is given here. */
  model?: ModelHook;
  /** Stops the run, and closes its requests. */
  signal?: AbortSignal;
}

/** Where a wasm module is taken from, when not from beside this package's files. */
export type WasmSource = string | URL | Response | BufferSource | WebAssembly.Module;

/** Options of `createAssistant()`. All may be left out. */
export interface AssistantOptions extends EffortOptions {
  /** Where the model answers. Default: none; then answers are quotes, made without any network. */
  endpoint?: EndpointOptions;
  /**
   * A model in the page itself, in place of `endpoint`. Default: none. Say how much it can hold
   * with `budget.contextTokens`.
   * @example (request) => engine.chat.completions.create(request)
   */
  model?: ModelHook;
  /** Standing instructions for every question. Default: none. @example "You help the readers of our handbook." */
  system?: string;
  /** Default: `"auto"`. */
  level?: Level;
  /** What each run may use. */
  budget?: BudgetOptions;
  /** Sampling parameters for every request. Default: none. @example { temperature: 0.2 } */
  generation?: Readonly<Record<string, unknown>>;
  /** What is kept beyond a run. */
  storage?: StorageOptions;
  /**
   * Recognizes pages without text in every document that is added, as `ocr` of `documents.add()`.
   * Default: none; such pages stay empty, with a warning.
   * @example ocrByModel({ baseURL: "/api/qwen", model: "qwen-vl-ocr", pdfjs: "/pdfjs/build/pdf.min.mjs" })
   */
  ocr?: (request: OcrRequest) => string | Promise<string>;
  /**
   * Asked before each call of a tool with side effects. Default: none; then such calls are refused.
   * @example async ({ name }) => confirm(`May ${name} run?`)
   */
  onToolConsent?: ConsentHook;
  /**
   * Where the work is done. Default: `true`, in a worker, and in the page where workers are not
   * allowed. `false`: always in the page. An address: that of `worker.js`, or of `stored-worker.js` where documents are
   * stored, for unusual hosting.
   * @example "/static/qwen-agent/worker.js"
   */
  worker?: boolean | string | URL;
  /** Addresses or contents of the wasm files, for unusual hosting; `pdf-cjk` is `pdf-cjk.bin`, which is applied to `pdf`. Default: found by themselves. @example { core: "/static/core_bg.wasm" } */
  wasm?: { core?: WasmSource; readers?: WasmSource; pdf?: WasmSource; "pdf-cjk"?: WasmSource };
  /** Stops creating; after that, aborting it disposes of the assistant. */
  signal?: AbortSignal;
}
