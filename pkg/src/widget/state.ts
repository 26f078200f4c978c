// The widget's whole state in one object, and the store that tells the views when it changed.
// It must hold no elements and no words, so that another language can be drawn from it at any
// time: views draw from it, actions change it.

import type { Answer, Citation, DocumentInfo, Estimate, Level, PageBlock, PageRect, PageSpan, Progress, RetrievedPassage, Usage } from "../types.js";
import type { Problem } from "./problems.js";
import type { Message } from "./strings/translate.js";

/** Where a document is on its way into the library. */
export type DocumentStatus =
  | { kind: "waiting" }
  | { kind: "reading"; phase: Progress["phase"] | (string & {}); done: number; total: number }
  | { kind: "ready"; info: DocumentInfo }
  | { kind: "failed"; problem: Problem }
  | { kind: "cancelled" };

export interface DocumentEntry {
  key: number;
  name: string;
  /** 0 where it is not known. */
  bytes: number;
  status: DocumentStatus;
}

/** A tool that the model asked for, and what it was told. */
export interface Step {
  id: string;
  name: string;
  arguments: string;
  result: { content: string; failed: boolean } | undefined;
}

/** What is being done for an answer. */
export type Activity =
  | { kind: "message"; message: Message }
  | { kind: "step"; step: Step }
  | { kind: "retry"; seconds: number; attempt: number; reason: string };

/** What happened to a question; each state holds only what it needs. */
export type TurnStatus =
  | { kind: "running"; activity: Activity; done?: number; total?: number }
  | { kind: "done" }
  | { kind: "stopped" }
  | { kind: "failed"; problem: Problem };

export type Rating = "up" | "down";

export interface Turn {
  key: number;
  question: string;
  level: Level;
  /** The model that was asked, as far as it has a name; undefined when the answer can only be quotes. */
  model: string | undefined;
  /** Set by the answer itself once it is complete. */
  extractive: boolean;
  status: TurnStatus;
  text: string;
  reasoning: string;
  steps: readonly Step[];
  citations: readonly Citation[];
  passages: readonly RetrievedPassage[];
  /** Why the assistant went about it this way, in its own words. */
  plan: string;
  warnings: { code: string; message: string }[];
  usage: Usage | undefined;
  rating: Rating | undefined;
  /** The whole answer, once there is one. */
  answer: Answer | undefined;
}

/** A place in a document that the reader has opened. */
export interface OpenSource {
  documentId: string;
  title: string;
  page: number;
  pages: number;
  /** The ranges to mark; none when the quote was not found. */
  spans: readonly PageSpan[];
  /** The quote in words, for when it could not be located. */
  quote: string;
  /** Whether the quote was found in the document; passages always are. */
  verified: boolean;
  /** The address of the words on the web, if their page has one. */
  url: string | undefined;
  content: SourceContent;
}

export type SourceContent =
  | { kind: "loading" }
  | { kind: "missing" }
  | { kind: "page"; text: string; blocks: readonly PageBlock[]; drawn: DrawnPage | undefined };

/** A page that can be shown as it looks. */
export interface DrawnPage {
  file: Blob;
  /** Where the words to mark are drawn. */
  rects: readonly PageRect[];
}

/** A conversation of the list. */
export interface SessionEntry {
  id: string;
  title: string;
  changed: number;
  turns: number;
}

export interface SessionsState {
  /** The list is open. */
  open: boolean;
  query: string;
  list: readonly SessionEntry[];
  current: string | undefined;
  /** A session that is being renamed, or whose deletion is being asked about. */
  editing: { id: string; kind: "rename" | "remove" } | undefined;
}

/** What answers. */
export type Connection = { kind: "none" } | { kind: "model"; name: string };

export interface State {
  ready: { kind: "starting" } | { kind: "ready" } | { kind: "failed"; problem: Problem };
  connection: Connection;
  documents: DocumentEntry[];
  /** What is to be known of the documents that are kept in the browser. */
  kept: { kind: "unavailable" | "evicted" } | { kind: "damaged"; count: number } | undefined;
  /** Whether the documents are shown where there is room for one thing only. */
  libraryOpen: boolean;
  turns: Turn[];
  suggestions: readonly string[];
  /** How deep the next question shall read. */
  level: Level;
  /** What the next question would cost, where that is told. */
  cost: Estimate | undefined;
  source: OpenSource | undefined;
  /** Undefined where conversations are not kept. */
  sessions: SessionsState | undefined;
}

export function initialState(): State {
  return {
    ready: { kind: "starting" },
    connection: { kind: "none" },
    documents: [],
    kept: undefined,
    libraryOpen: true,
    turns: [],
    suggestions: [],
    level: "auto",
    cost: undefined,
    source: undefined,
    sessions: undefined,
  };
}

export type Draw = (state: State) => void;

export class Store {
  readonly state: State = initialState();
  readonly #watchers: Draw[] = [];
  #views: Draw[] = [];
  #scheduled = false;

  /** What follows the state without showing it: it stays when the views are made anew. */
  watch(watcher: Draw): void {
    this.#watchers.push(watcher);
  }

  /** Takes the place of all views there are, and draws them for the first time. */
  setViews(views: Draw[]): void {
    this.#views = views;
    for (const draw of views) draw(this.state);
  }

  /** Changes the state; the views are drawn once for all changes of a frame. */
  change(edit: (state: State) => void): void {
    edit(this.state);
    if (this.#scheduled) return;
    this.#scheduled = true;
    // A hidden page gets no frames, but its live region and title still matter.
    if (document.hidden) setTimeout(() => this.#draw(), 100);
    else requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#scheduled = false;
    for (const draw of [...this.#watchers, ...this.#views]) draw(this.state);
  }
}

export function runningTurn(state: State): Turn | undefined {
  return state.turns.find((turn) => turn.status.kind === "running");
}

export function readyDocuments(state: State): DocumentInfo[] {
  return state.documents.flatMap((entry) => (entry.status.kind === "ready" ? [entry.status.info] : []));
}

export function hasModel(state: State): boolean {
  return state.connection.kind === "model";
}
