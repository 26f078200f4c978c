/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The public face: options, and the objects that `createAssistant()` gives.
 *
 * Every option says its default, its reason and shows an example. What comes back is in
 * `results.ts`. Only types live here.
 */

import type { QwenAgentError } from "./errors.js";
import type { FetchHook } from "./fetch-hook.js";
import type { ModelHook } from "./model-hook.js";
import type { AgentEvent, Answer, ChunkInfo, DocumentInfo, Hit, PageRect, PageSpan, PageText, Progress, TokenCount } from "./results.js";

export type { FetchHook } from "./fetch-hook.js";
export type { ChatBody, ChatChunk, ChatDelta, ModelHook } from "./model-hook.js";
export type * from "./results.js";

/** How deep to read. `"auto"` decides by the length of the documents and the question. */
export type Level = "auto" | "retrieve" | "read" | "reason";

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
  /** The most requests of one run; more fail with `budget.requests` before any is sent. Default: 2000. @example 50 */
  maxRequests?: number;
  /** Requests at the same time. Default: 4, since browsers open six connections to a host and the page needs some. @example 2 */
  concurrency?: number;
}

/** One turn of the conversation so far. */
export interface HistoryMessage {
  role: "user" | "assistant";
  content: string;
}

/** Options of a question. Those that `createAssistant()` also has override it for this question. */
export interface AskOptions {
  /** Ids of the documents to ask. Default: all. @example ["manual.pdf"] */
  documents?: readonly string[];
  /** Default: that of the assistant, `"auto"`. @example "read" */
  level?: Level;
  /** Standing instructions: tone, role, language. Default: that of the assistant. @example "Answer in one sentence." */
  system?: string;
  /** Earlier turns, oldest first, so that "and the second one?" is understood. Default: none. */
  history?: readonly HistoryMessage[];
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
export interface AssistantOptions {
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
  /**
   * Where the work is done. Default: `true`, in a worker, and in the page where workers are not
   * allowed. `false`: always in the page. An address: that of `worker.js`, for unusual hosting.
   * @example "/static/qwen-agent/worker.js"
   */
  worker?: boolean | string | URL;
  /** Addresses or contents of the wasm files, for unusual hosting. Default: found by themselves. @example { core: "/static/core_bg.wasm" } */
  wasm?: { core?: WasmSource; readers?: WasmSource; pdf?: WasmSource; "pdf-cjk"?: WasmSource };
  /** Stops creating; after that, aborting it disposes of the assistant. */
  signal?: AbortSignal;
}

/** A document in memory. */
export interface DocumentBytes {
  /** The file's name; its extension helps to tell the format. */
  name: string;
  bytes: Uint8Array | ArrayBuffer;
  mediaType?: string;
  id?: string;
  title?: string;
  password?: string;
}

/** What can be added: a file, a blob (with `options.name`), an address, or bytes. */
export type DocumentSource = Blob | URL | string | DocumentBytes;

/** Options of `documents.add()`. */
export interface AddOptions {
  /** Stops reading; a stopped document leaves nothing behind. */
  signal?: AbortSignal;
  /** For encrypted files. It is not stored. Default: none. */
  password?: string;
  /** Default: the file's name, or the address. A document of the same id is replaced. @example "handbook" */
  id?: string;
  /** Default: the title inside the document, if there is one. */
  title?: string;
  /** The file's name, needed for a `Blob`. Default: that of the `File`, or the last part of the address. @example "report.pdf" */
  name?: string;
  /** Default: that of the `Blob` or of the response. @example "text/markdown" */
  mediaType?: string;
  /**
   * An address of your own site that fetches other sites' pages, for servers that do not allow
   * this page (CORS). The wanted address takes the place of `{url}`, or is added at the end.
   * Default: none, addresses are fetched directly. Such a service must refuse inner addresses.
   * @example "/fetch?url={url}"
   */
  proxy?: string;
  /**
   * Recognizes the text of a page that has none, such as a scan: called for each, one after
   * another, with the page's number and the file. What it gives becomes the page's text, with
   * paragraphs apart by empty lines; an empty string leaves the page empty, with its warning.
   * @example { ocr: async ({ page, file }) => recognize(await renderPage(file, page)) }
   */
  ocr?: (request: OcrRequest) => string | Promise<string>;
}

/** A page without text. */
export interface OcrRequest {
  /** From 1. */
  page: number;
  /** The whole file. */
  file: Blob;
  /** Aborts when the document is no longer wanted. */
  signal: AbortSignal;
}

/**
 * A document being added. Iterate it for progress, or only await `done`, or both.
 * Failures arrive at both; nothing is reported as unhandled if you look at neither.
 */
export interface AddJob extends AsyncIterable<Progress> {
  readonly done: Promise<DocumentInfo>;
  /** Stops reading. `done` then rejects with `aborted`. */
  abort(): void;
}

/**
 * A question being answered.
 *
 * It begins at once. Iterate it for its events (once), or only await `result`, or both. While
 * nobody iterates or awaits `result`, it pauses after a few events. Leaving the loop early stops it.
 */
export interface Run extends AsyncIterable<AgentEvent> {
  readonly result: Promise<Answer>;
  /** Stops it and closes its requests: no event comes after this, `result` rejects with `aborted`. */
  abort(): void;
}

/** What every short call takes. */
export interface CallOptions {
  /** Stops waiting for it. Default: none. */
  signal?: AbortSignal;
}

/** The documents of an assistant. */
export interface Documents {
  /** Reads, chunks and indexes a document. */
  add(source: DocumentSource, options?: AddOptions): AddJob;
  list(options?: CallOptions): Promise<DocumentInfo[]>;
  /** Whether there was such a document. */
  remove(id: string, options?: CallOptions): Promise<boolean>;
  /** The text of a page, counted from 1; `undefined` where there is none. */
  page(id: string, page: number, options?: CallOptions): Promise<PageText | undefined>;
  /** Where the words of a piece of a page's text are drawn; empty for formats without places, `undefined` where there is no such page. */
  rects(id: string, span: PageSpan, options?: CallOptions): Promise<PageRect[] | undefined>;
  /** The pieces in which it was indexed. */
  chunks(id: string, options?: CallOptions): Promise<ChunkInfo[]>;
}

/** Options of `search()`. */
export interface SearchOptions extends CallOptions {
  /** Default: 10. */
  limit?: number;
  /** Ids of the documents to search. Default: all. */
  documents?: readonly string[];
  /** Whether each hit tells why it was found, and what to highlight. Default: false. */
  why?: boolean;
}

/** The whole library as one file. */
export interface LibraryFile {
  /** The same library gives the same bytes. @example new Blob([await qa.library.export()]) */
  export(options?: CallOptions): Promise<Uint8Array<ArrayBuffer>>;
  /** Replaces all documents by those of an exported (or prebuilt) file. */
  import(file: Blob | ArrayBuffer | Uint8Array, options?: CallOptions): Promise<DocumentInfo[]>;
}

/** What happens by itself, or because of another part of the page. */
export interface AssistantEvents {
  /** Documents were added, removed, or replaced by `library.import()`. */
  documents: CustomEvent<{ change: "added" | "removed" | "imported"; id?: string }>;
  /**
   * The worker had died and was replaced. Calls that were under way failed with `error`;
   * `lost` names documents that could not be restored, which is normally none.
   */
  restart: CustomEvent<{ error: QwenAgentError; lost: string[] }>;
}

/** Answers questions about its documents. Made by `createAssistant()`. */
export interface Assistant extends EventTarget {
  readonly documents: Documents;
  readonly library: LibraryFile;
  /** Asks the documents. */
  ask(question: string, options?: AskOptions): Run;
  /** Finds passages, without a model. */
  search(query: string, options?: SearchOptions): Promise<Hit[]>;
  /**
   * How many tokens a text has for Qwen. The first call loads the vocabulary, 0.54 MB.
   *
   * @example
   * ```ts
   * const { tokens, exact } = await qa.countTokens("Notice is three months."); // 5, true
   * ```
   */
  countTokens(text: string, options?: CallOptions): Promise<TokenCount>;
  /** Stops everything and frees the memory; later calls fail with `disposed`. May be called twice. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
  addEventListener<K extends keyof AssistantEvents>(type: K, listener: (event: AssistantEvents[K]) => void, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<K extends keyof AssistantEvents>(type: K, listener: (event: AssistantEvents[K]) => void, options?: boolean | EventListenerOptions): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | EventListenerOptions): void;
}
