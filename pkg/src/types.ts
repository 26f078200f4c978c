/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The public face: the objects that `createAssistant()` gives, and what their calls take.
 *
 * Every option says its default, its reason and shows an example. The options of the assistant and
 * of questions are in `options.ts`, what comes back in `results.ts`. Only types live here.
 */

import type { QwenAgentError } from "./errors.js";
import type { AskOptions } from "./options.js";
import type { AgentEvent, Answer, ChunkInfo, DocumentInfo, DocumentText, Estimate, Hit, PageRect, PageSpan, PageText, Progress, TokenCount } from "./results.js";
import type { Sessions, SessionsChange } from "./sessions/types.js";
import type { TranscriptOptions } from "./transcript.js";

export type * from "./options.js";
export type * from "./results.js";
export type { Session, SessionFormat, SessionInfo, Sessions, SessionsChange, SessionTurn } from "./sessions/types.js";
export type { TranscriptOptions } from "./transcript.js";

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

/** Options of `documents.read()`, as those of `documents.add()`. */
export type ReadOptions = Pick<AddOptions, "signal" | "password" | "name" | "mediaType">;

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
  /**
   * The run as a line of JSONL for fine-tuning, once it is over: `messages`, `strategy`,
   * `verified` and `citations`. Needs the option `transcript`; without it, it rejects with
   * `usage`. Empty if no model was asked.
   * @example lines += await run.transcript({ verifiedOnly: true });
   */
  transcript(options?: TranscriptOptions): Promise<string>;
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
  /**
   * The text of a document of a known format, without adding it. A `Blob` and bytes need
   * `options.name`, whose extension helps to tell the format.
   * @example fetchPage({ read: qa.documents.read })
   */
  read(source: DocumentSource | Uint8Array | ArrayBuffer, options?: ReadOptions): Promise<DocumentText>;
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

/** Replies of parts that were read, kept for interrupted runs. See `storage.readings`. */
export interface KeptReadings {
  /** Forgets all of them. Rejects with `storage.unavailable` if that cannot be done. */
  clear(options?: CallOptions): Promise<void>;
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
  /** A session was changed, here or in another tab. */
  sessions: CustomEvent<SessionsChange>;
}

/** Answers questions about its documents. Made by `createAssistant()`. */
export interface Assistant extends EventTarget {
  readonly documents: Documents;
  readonly library: LibraryFile;
  readonly readings: KeptReadings;
  /** Conversations that are kept. */
  readonly sessions: Sessions;
  /** Asks the documents. */
  ask(question: string, options?: AskOptions): Run;
  /**
   * What `ask()` with the same options would send and get at most or about, without asking. The
   * first call loads the vocabulary, 0.45 MB.
   *
   * @example
   * ```ts
   * const { requests, cost, atMost } = await qa.estimate("Who signs?", { level: "read", budget: { prices: { input: 0.4, output: 1.2 } } });
   * ```
   */
  estimate(question: string, options?: AskOptions): Promise<Estimate>;
  /** Finds passages, without a model. */
  search(query: string, options?: SearchOptions): Promise<Hit[]>;
  /**
   * How many tokens a text has for Qwen. The first call loads the vocabulary, 0.45 MB.
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
