/**
 * Every message between the page and the worker, as two tagged unions.
 *
 * A call has an id of the page's choosing; all that concerns it carries that id. Streams flow by
 * credit: the worker may send as many events as it was granted. Only types and the narrowing of
 * what arrives live here; how messages are answered is in `channel.ts`.
 */

import type { ErrorData } from "./errors.js";
import type { ReadingsChoice } from "./readings.js";
import type { AgentEvent, Answer, ChunkInfo, DocumentInfo, DocumentText, Hit, PageRect, PageSpan, PageText, Progress, TokenCount } from "./results.js";
import type { Notice, StorageChoice } from "./storage/choice.js";
import type { StorageKind, StorageState } from "./storage/types.js";
import type { AskRequest, CompiledWasm, ModuleName, SourceInfo, ToolCallText, ToolOutcome, WasmEndpoint, WasmEstimate } from "./wasm-types.js";

/** Raised when messages change. A page and a cached worker of another version must not talk. */
export const PROTOCOL = 4;

/** Events that a worker may send ahead of the page's reading, so that neither floods nor waits. */
export const CREDIT = 64;

/** A question as it can be posted: functions stay in the page and are called back. */
export interface AskParams {
  request: Omit<AskRequest, "endpoint" | "toolsHook" | "readingsHook"> & { endpoint?: Omit<WasmEndpoint, "headersHook"> };
  /** By which the page's own `fetch` is reached. */
  fetchPort?: MessagePort;
  callHeaders: boolean;
  /** Where replies of parts that were read are kept. Nowhere, if the host has no place of its own. */
  readings?: ReadingsChoice;
  /** Tools were given that the level does not use. */
  unusedTools?: boolean;
}

/** What can be called: its parameters, the events meanwhile, and what it gives. */
export interface Methods {
  /** `storage` is where documents are, which may be another place than was asked for. */
  open: { params: { storage?: StorageChoice }; event: never; result: { version: string; storage: StorageKind } };
  /** Lets go of what is stored: nothing is called after this. */
  close: { params: Record<never, never>; event: never; result: undefined };
  add: { params: { source: SourceInfo; blob: Blob; callOcr?: boolean }; event: Progress; result: DocumentInfo };
  read: { params: { source: SourceInfo; blob: Blob }; event: never; result: DocumentText };
  list: { params: Record<never, never>; event: never; result: DocumentInfo[] };
  remove: { params: { id: string }; event: never; result: boolean };
  page: { params: { id: string; page: number }; event: never; result: PageText | undefined };
  rects: { params: { id: string; span: PageSpan }; event: never; result: PageRect[] | undefined };
  chunks: { params: { id: string }; event: never; result: ChunkInfo[] };
  search: { params: { query: string; limit: number; documents?: string[]; why?: boolean }; event: never; result: Hit[] };
  count: { params: { text: string }; event: never; result: TokenCount };
  ask: { params: AskParams; event: AgentEvent; result: Answer };
  estimate: { params: Pick<AskParams, "request">; event: never; result: WasmEstimate };
  "clear-readings": { params: { readings: ReadingsChoice }; event: never; result: undefined };
  /** With `own`, without the documents of an opened index. */
  save: { params: { own?: boolean }; event: never; result: Uint8Array };
  original: { params: { id: string }; event: never; result: Blob | undefined };
  storage: { params: Record<never, never>; event: never; result: StorageState };
  clear: { params: Record<never, never>; event: never; result: undefined };
  "open-index": { params: { url: string }; event: never; result: DocumentInfo[] };
  "close-index": { params: Record<never, never>; event: never; result: undefined };
  load: { params: { bytes: Uint8Array }; event: never; result: DocumentInfo[] };
}

export type Method = keyof Methods;

/** One call, by method. */
export type Call = { [M in Method]: { method: M; params: Methods[M]["params"] } }[Method];

export type CallEvent = Methods[Method]["event"];
export type CallResult = Methods[Method]["result"];

/** What the worker may ask of the page. */
export type Callback =
  /** The headers of the next request of call `call`. */
  | { name: "headers"; call: number }
  /** The text of a page of the document that call `call` adds. */
  | { name: "ocr"; call: number; page: number }
  /** What a tool gives that the model of call `call` asks for. */
  | { name: "tool"; call: number; toolCall: ToolCallText }
  /** A wasm module; the page compiles it once for all its workers. */
  | { name: "module"; module: ModuleName }
  /** The file of Qwen's vocabulary, unpacked. */
  | { name: "vocabulary" };

/** What the page gives, by callback. */
export interface CallbackResults {
  headers: Record<string, string>;
  ocr: string;
  tool: ToolOutcome;
  module: CompiledWasm;
  vocabulary: ArrayBuffer;
}

export type CallbackResult = CallbackResults[Callback["name"]];

export type ToWorker =
  | { kind: "call"; id: number; call: Call; credit: number }
  | { kind: "credit"; id: number; count: number }
  | { kind: "cancel"; id: number }
  | { kind: "called-back"; id: number; result: CallbackResult }
  | { kind: "callback-failed"; id: number; error: ErrorData };

export type ToPage =
  | { kind: "ready"; protocol: number }
  | { kind: "event"; id: number; event: CallEvent }
  | { kind: "result"; id: number; result: CallResult }
  | { kind: "error"; id: number; error: ErrorData }
  /** Nobody asked for it. */
  | { kind: "notice"; notice: Notice }
  | { kind: "callback"; id: number; callback: Callback }
  /** The wasm instance is unusable: every open call has failed. Nothing comes after this. */
  | { kind: "dead"; error: ErrorData };

/**
 * Narrows what arrives. Other scripts (browser extensions, development servers) post to workers,
 * too; what has our shape comes from our own code, so looking at the tag is enough.
 */
export function isMessage<M extends ToPage | ToWorker>(data: unknown): data is M {
  return typeof data === "object" && data !== null && "kind" in data && typeof data.kind === "string";
}
