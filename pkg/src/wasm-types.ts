/**
 * What the two generated wasm modules export, by hand.
 *
 * With this file the package compiles before the modules are built. It must say exactly what the
 * Rust side offers: `test/package.test.mjs` holds both together. Objects that only pass through
 * to the user have their types in `results.ts`.
 */

import type { AgentEvent, ChunkInfo, DocumentInfo, Hit, PageRect, PageText, TokenCount, Why } from "./results.js";

/**
 * The wasm modules. `readers` reads office files, web pages and texts in other encodings. `pdf-cjk`
 * is `pdf` with the predefined character maps of Chinese, Japanese and Korean, which few files
 * need and which weigh half as much again.
 */
export type ModuleName = "core" | "readers" | "pdf" | "pdf-cjk";

/** What a module is made from: compiled elsewhere, or bytes. */
export type CompiledWasm = WebAssembly.Module | ArrayBuffer;

/** The default export of generated glue. */
export type WasmInit = (options: { module_or_path: CompiledWasm }) => Promise<unknown>;

export interface SourceInfo {
  id: string;
  name: string;
  mediaType?: string;
  title?: string;
  password?: string;
  /** Its address, whatever it says itself. */
  url?: string;
  /** Where it was found, which is its address if it names no other. */
  base?: string;
}

/** Everything that Rust made must be freed once, also when a call took its content out. */
export interface Freeable {
  free(): void;
}

export interface ReaderStep {
  done: number;
  total: number;
  finished: boolean;
}

/** Reads heavy formats and legacy encodings. `finish()` takes its content out. */
export interface WasmReader extends Freeable {
  /** With `needsCmaps`, text is missing that `pdf-cjk` would find: start over with that. */
  step(budgetMs: number): ReaderStep & { needsCmaps: boolean };
  /** Pages that show something but have no text. */
  pagesWithoutText(): Uint32Array;
  /** Gives such a page a text that was recognized elsewhere. */
  setPageText(page: number, text: string): void;
  finish(): Uint8Array;
}

export interface ReadersModule {
  version(): string;
  Reader: new (source: SourceInfo, bytes: Uint8Array) => WasmReader;
}

export interface IngestStep extends ReaderStep {
  phase: "chunk" | "index";
}

/** A document on its way into a library. `Library.commit()` takes its content out. */
export interface WasmIngest extends Freeable {
  step(budgetMs: number): IngestStep;
  /** The index file of this document alone. */
  save(): Uint8Array;
}

export interface WasmRun extends Freeable {
  /** `undefined` after `cancel()`. */
  next(): Promise<AgentEvent | undefined>;
  cancel(): void;
}

export interface WasmEndpoint {
  baseUrl: string;
  model: string;
  headers?: Record<string, string>;
  headersHook?: () => Promise<Record<string, string>>;
  apiKey?: string;
  /** Other addresses of the same service. */
  fallbacks?: string[];
  dialect?: "openai" | "dashscope";
  firstByteMs?: number;
  stallMs?: number;
  /** Sends requests in place of `fetch`. */
  fetchHook?: (request: Request) => Promise<Response>;
  /** Whether that hook is the model itself, and nothing is behind the address. */
  local?: boolean;
}

/** A call of a tool; its arguments are the text of a JSON object. */
export interface ToolCallText {
  id: string;
  name: string;
  arguments: string;
}

export type ToolOutcome = { content: string } | { error: { code: string; message: string } };

export interface AskRequest {
  question: string;
  level?: "auto" | "retrieve" | "read" | "reason" | "chat";
  documents?: string[];
  system?: string;
  images?: string[];
  history?: { role: "user" | "assistant"; content: string }[];
  endpoint?: WasmEndpoint;
  contextTokens?: number;
  maxOutputTokens?: number;
  maxRequests?: number;
  maxTokens?: number;
  /** Whether the answer comes with the conversation that gave it. */
  transcript?: boolean;
  /** Replies of chunks that were read before, by name. */
  readingsHook?: { get(name: string): Promise<string | undefined>; put(name: string, reply: string): Promise<unknown> };
  /** Whether reading may end before every chunk is read. */
  adaptive?: boolean;
  protocol?: "auto" | "native" | "nous" | "react";
  maxTurns?: number;
  tools?: { name: string; description: string; parameters: Record<string, unknown> }[];
  /** Makes a call of one of `tools`. */
  toolsHook?: (call: ToolCallText) => Promise<ToolOutcome>;
  concurrency?: number;
  generation?: Record<string, unknown>;
}

export interface WasmEstimate {
  requests: number;
  promptTokens: number;
  completionTokens: number;
  /** Whether it may well cost less. */
  atMost: boolean;
}

export interface WasmLibrary extends Freeable {
  /** With `own`, without the documents of an opened index. */
  save(own?: boolean): Uint8Array;
  /** Adds the documents of an index file, or those of them that are named. */
  append(bytes: Uint8Array, documents?: string[]): void;
  /**
   * Opens an index by all of its file, or with `fetch` by its beginning: 0 if it is open, -1 if
   * only the whole file can be opened, else how many bytes it takes. `fetch` gets pairs of numbers,
   * where ranges begin and end.
   */
  open(bytes: Uint8Array, fetch?: (ranges: number[]) => Promise<Uint8Array[]>): number;
  close(): void;
  /** Whether a document is of an opened index that is not all there: then it cannot be removed or replaced. */
  isPartial(id: string): boolean;
  /** Loads documents of an opened index; with a query, no more than a search takes. */
  loadParts(documents: string[] | undefined, query: string | undefined, limit: number): Promise<undefined>;
  ingest(source: SourceInfo, bytes: Uint8Array): WasmIngest;
  ingestDocument(encoded: Uint8Array): WasmIngest;
  commit(ingest: WasmIngest): DocumentInfo;
  documents(): DocumentInfo[];
  remove(id: string): boolean;
  page(id: string, page: number): PageText | undefined;
  rects(id: string, page: number, start: number, end: number): PageRect[] | undefined;
  chunks(id: string): ChunkInfo[];
  search(query: string, limit: number, documents?: string[], why?: boolean): Hit[];
  estimate(request: AskRequest): WasmEstimate;
  ask(request: AskRequest): WasmRun;
}

/** See search-index.ts. `search` gives number and score in turn. */
export interface WasmSearchIndex extends Freeable {
  add(bytes: Uint8Array, ends: Uint32Array): void;
  flush(): void;
  remove(id: number): boolean;
  count(): number;
  search(query: string, limit: number): Float64Array;
  why(query: string, id: number, text: string): Why;
  save(): Uint8Array;
  byteLength(): number;
}

export interface SniffedFormat {
  format: string;
  module: "core" | "readers" | "pdf";
}

export interface CoreModule {
  version(): string;
  /** Takes the vocabulary file, unpacked. */
  loadVocabulary(file: Uint8Array): void;
  needsVocabulary(model: string): boolean;
  countTokens(text: string): TokenCount;
  sniff(head: Uint8Array, byteLength: number, name: string, mediaType?: string): SniffedFormat;
  Library: { new (): WasmLibrary; load(bytes: Uint8Array): WasmLibrary };
  SearchIndex: { new (wordsOnly: boolean): WasmSearchIndex; load(bytes: Uint8Array): WasmSearchIndex };
}

/** How a host gets at the modules. Each is initialized once, when first asked for. */
export interface WasmModules {
  core(): Promise<CoreModule>;
  readers(): Promise<ReadersModule>;
  pdf(): Promise<ReadersModule>;
  pdfCjk(): Promise<ReadersModule>;
  /** The file of Qwen's vocabulary, unpacked. */
  vocabulary(): Promise<Uint8Array>;
}
