// The page's whole state in one object, and the store that tells the views when it changed.
// It must hold no elements and do no work: views draw from it, actions change it.

import type { Citation, DocumentInfo, Level, PageBlock, PageSpan, RetrievedPassage, Usage } from "qwen-agent-wasm";
import type { Problem } from "./problems.ts";
import type { Settings } from "./settings.ts";

/** Where a document is on its way into the library. */
export type DocumentStatus =
  | { kind: "waiting" }
  | { kind: "reading"; phase: string; done: number; total: number }
  | { kind: "ready"; info: DocumentInfo }
  | { kind: "failed"; problem: Problem }
  | { kind: "cancelled" };

export interface DocumentEntry {
  key: number;
  name: string;
  bytes: number;
  status: DocumentStatus;
}

/** What happened to a question; each state holds only what it needs. */
export type TurnStatus =
  | { kind: "running"; activity: string; done?: number; total?: number }
  | { kind: "done" }
  | { kind: "stopped" }
  | { kind: "failed"; problem: Problem };

/** A tool that the model asked for, and what it was told. */
export interface Step {
  id: string;
  name: string;
  arguments: string;
  result: { content: string; failed: boolean } | undefined;
}

export interface Turn {
  key: number;
  question: string;
  level: Level;
  /** The model that was asked; undefined when the answer can only be quotes. */
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
  content: SourceContent;
}

export type SourceContent =
  | { kind: "loading" }
  | { kind: "missing" }
  | { kind: "page"; text: string; blocks: readonly PageBlock[] };

export interface State {
  ready: { kind: "starting" } | { kind: "ready" } | { kind: "failed"; problem: Problem };
  documents: DocumentEntry[];
  turns: Turn[];
  suggestions: readonly string[];
  /** How deep the next question shall read. */
  level: Level;
  /** What the next question would cost, in words; empty where that is not told. */
  cost: string;
  source: OpenSource | undefined;
  settings: Settings;
}

export class Store {
  readonly state: State;
  readonly #views: ((state: State) => void)[] = [];
  #scheduled = false;

  constructor(initial: State) {
    this.state = initial;
  }

  /** Adds a view, and draws it for the first time. */
  view(draw: (state: State) => void): void {
    this.#views.push(draw);
    draw(this.state);
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
    for (const draw of this.#views) draw(this.state);
  }
}

export function runningTurn(state: State): Turn | undefined {
  return state.turns.find((turn) => turn.status.kind === "running");
}

export function readyDocuments(state: State): DocumentInfo[] {
  return state.documents.flatMap((entry) => (entry.status.kind === "ready" ? [entry.status.info] : []));
}
