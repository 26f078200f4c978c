/**
 * What comes back: documents, hits, the events of a run, answers and citations.
 *
 * These are the plain objects that the wasm modules make, so they cross a worker unchanged.
 * Offsets are UTF-16 code units within a page's text; pages count from 1. No code lives here.
 */

/** A piece of one page's text: `text.slice(start, end)`. */
export interface PageSpan {
  page: number;
  start: number;
  end: number;
}

/** Something in a document that could not be read as well as the rest. */
export interface DocumentWarning {
  /** The page it concerns, if it concerns one. */
  page?: number;
  code: string;
  message: string;
}

/** A document of the library. */
export interface DocumentInfo {
  /** The name under which it is listed, searched, cited and replaced. */
  id: string;
  title?: string;
  /** The language that it says it is in, as a BCP 47 tag. */
  language?: string;
  /** Where it can be visited, if that is known. */
  url?: string;
  pages: number;
  chunks: number;
  /** The length in tokens of the model, estimated. */
  tokens: number;
  /** The length in characters (Unicode code points). */
  characters: number;
  warnings: DocumentWarning[];
}

/** A block of a page: a paragraph, a heading, a table row, … */
export interface PageBlock {
  kind: string;
  /** The level of a heading, from 1. */
  level?: number;
  start: number;
  end: number;
}

/** The text of a page, to show a citation in its place. */
export interface PageText {
  page: number;
  /** What readers call it: a sheet's name, a chapter's title. */
  label?: string;
  /** Its size in points, for formats that have pages of a size. */
  width?: number;
  height?: number;
  text: string;
  blocks: PageBlock[];
  /** Names of places in the text: ids of a web page, cells of a sheet. */
  anchors: { at: number; name: string }[];
}

/** Where a word is drawn on its page, in points from the top left corner. */
export interface PageRect {
  page: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A piece of a document as it was indexed. */
export interface ChunkInfo {
  ordinal: number;
  tokens: number;
  text: string;
  /** The headings that stand above it, outermost first. */
  headings: string[];
  spans: PageSpan[];
}

/** The length of a text for Qwen. */
export interface TokenCount {
  tokens: number;
  /** Counted with Qwen's vocabulary; `false` if that could not be loaded: then it is an estimate. */
  exact: boolean;
}

/** A search result. `page`, `start` and `end` are those of the first span. */
export interface Hit extends PageSpan {
  documentId: string;
  title?: string;
  /** Where its document can be visited, if that is known; `passageUrl()` leads to the passage itself. */
  url?: string;
  spans: PageSpan[];
  score: number;
  /** The name of the place where it begins, such as the id of the heading above it. */
  anchor?: string;
  text: string;
  /** Why it was found, if that was asked for. */
  why?: Why;
}

/** A stretch of a text, in UTF-16 units as `slice()` takes them. */
export interface TextPlace {
  start: number;
  end: number;
}

/** Why a text was found. */
export interface Why {
  /** Weightiest first; their scores add up to the hit's. */
  terms: WhyTerm[];
  /** Stretches of the text that answer the query, in order and apart from each other. */
  highlights: TextPlace[];
}

/** What one term of a query gave a text. */
export interface WhyTerm {
  /** As it stands in the text. */
  text: string;
  /** A whole word, a piece of one, a character or cluster of a script without spaces, or two in a row. */
  kind: "word" | "piece" | "character" | "pair";
  /** Where it stands in the text; nowhere if it stands in a heading alone. */
  places: TextPlace[];
  /** How often it stands in the query. */
  weight: number;
  /** How rare it is: inverse document frequency. */
  idf: number;
  /** How often it occurs; in a heading it counts twice. */
  frequency: number;
  /** Its part of the score. */
  score: number;
}

/** How far `documents.add()` has come. `done` and `total` count bytes, pages or chunks, by phase. */
export interface Progress {
  phase: "fetch" | "read" | "chunk" | "index" | "store";
  done: number;
  /** What `done` will be at the end of the phase; 0 when that is not known. */
  total: number;
}

/** A passage that was put before the model. */
export interface RetrievedPassage {
  /** The n of the marker `[n]`. */
  number: number;
  documentId: string;
  title?: string;
  /** Where its document can be visited, if that is known. */
  url?: string;
  spans: PageSpan[];
  text: string;
  tokens: number;
  score: number;
}

/** A word or phrase that is searched for. */
export interface PlanKeyword {
  text: string;
  language?: string;
}

/**
 * How an answer came about: quotes without a model, the whole library in one prompt, the best
 * passages in one prompt, chunks read on their own first, or questions of the model's own.
 */
export type Strategy = "extract" | "whole" | "retrieve" | "read" | "reason" | "chat";

/** What happens in a run, in order. `finish` is the last event. */
export type AgentEvent =
  | { type: "plan"; strategy: Strategy; reason: string; information: string; instruction: string; keywords: PlanKeyword[] }
  | { type: "retrieval"; passages: RetrievedPassage[] }
  | { type: "chunk-read"; done: number; total: number; relevant: boolean; failed: boolean }
  /** The model asks for a tool; `arguments` is the text that it wrote, which may be no JSON. */
  | { type: "tool-call"; id: string; name: string; arguments: string }
  /** What the model is told of the call with that id. A call that `failed` does not end the run. */
  | { type: "tool-result"; id: string; name: string; content: string; failed: boolean }
  | { type: "reasoning"; text: string }
  /** A piece of the answer; joined together, the pieces are `answer.text`. */
  | { type: "text"; text: string }
  | { type: "retry"; afterMs: number; attempt: number; reason: string }
  | { type: "warning"; code: string; message: string }
  | { type: "finish"; answer: Answer };

/** The text of a document that was read without being added. */
export interface DocumentText {
  /** All pages, with an empty line between them. */
  text: string;
  title?: string;
  warnings: DocumentWarning[];
}

/** A message of the conversation with the model, as the OpenAI protocol writes it. */
export interface TranscriptMessage {
  role: string;
  [more: string]: unknown;
}

/** The end of a run. */
export interface Answer {
  text: string;
  strategy: string;
  /** True when no model was asked: the text consists of quotes. */
  extractive: boolean;
  citations: Citation[];
  usage: Usage;
  /** The conversation that gave it, with the option `transcript`; empty if no model was asked. */
  messages?: readonly TranscriptMessage[];
}

/** What a question would cost. Zeros without an endpoint. */
export interface Estimate {
  requests: number;
  promptTokens: number;
  completionTokens: number;
  /** Whether it may well cost less. */
  atMost: boolean;
  /** By `budget.prices`, in their currency. */
  cost?: number;
}

/** What a run used. */
export interface Usage {
  requests: number;
  promptTokens: number;
  completionTokens: number;
  /** True when the endpoint did not report tokens and they were estimated. */
  estimated: boolean;
}

/** One marker `[n]` of an answer and the place in a document that supports it. */
export interface Citation extends PageSpan {
  /** The n of `[n]`. */
  marker: number;
  /** Where the marker stands in `answer.text`. */
  at: { start: number; end: number };
  documentId: string;
  title?: string;
  /** Where its document can be visited, if that is known; `passageUrl()` leads to the quote itself. */
  url?: string;
  /** The supporting words, exactly as they stand on the page. */
  quote: string;
  /** How well the quote supports the sentence, from 0 to 1. */
  support: number;
  /** True when the quote was found in the document and supports the sentence. */
  verified: boolean;
  /** The name of the place where the quote begins, such as the id of the heading above it. */
  anchor?: string;
  /** Where the words of the quote are drawn; empty for formats without places. */
  rects: PageRect[];
}
