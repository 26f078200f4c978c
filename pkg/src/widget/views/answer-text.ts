// The text of one answer while it grows and after: blocks that did not change keep their elements,
// and only the last is drawn anew. Citations become buttons; before they are checked, so do the
// passages that the model was given. However much is to be drawn, it never takes the page for long:
// what is left is drawn with the next frame.

import type { Citation, RetrievedPassage } from "../../types.js";
import type { Token } from "../../vendor/marked/marked.esm.js";
import { button, el } from "../dom.js";
import type { Blocks } from "../markdown/blocks.js";
import { hasSigns, sign, type Marker } from "../markdown/markers.js";
import { blockElement, lineElement, type Drawing } from "../markdown/render.js";
import type { Scope } from "../scope.js";
import type { Turn } from "../state.js";

export interface MarkerActions {
  openCitation(citation: Citation): void;
  openPassage(passage: RetrievedPassage): void;
}

type Piece = Token | string;

/** A frame has 16 ms, and the browser has to lay out what was drawn. */
const SLICE_MS = 6;
/** So much more of an answer is read at a time. */
const READ_AT_ONCE = 6000;

export class AnswerText {
  readonly element = el("div", { class: "answer-text", part: "answer", attrs: { dir: "auto" } });
  readonly #scope: Scope;
  readonly #actions: MarkerActions;
  readonly #settled: () => void;
  /** Loaded with the first answer of a model; until then, and if that fails, an answer is lines. */
  #blocks: Blocks | undefined;
  #loading: Promise<void> | undefined;
  /** What is drawn of each piece: the piece, and how its markers and costly parts were. */
  #drawn: { piece: Piece; grown: boolean; marked: number }[] = [];
  /** Counts the changes of what markers stand for. */
  #marking = 0;
  #citations: readonly Citation[] = [];
  #byPlace: ReadonlyMap<number, Citation> = new Map();
  #passages: readonly RetrievedPassage[] = [];
  #grows = false;
  #readTo = 0;
  #scheduled = false;
  #turn: Turn | undefined;

  /** `settled` is called when all of a text is drawn that was not drawn at once. */
  constructor(scope: Scope, actions: MarkerActions, settled: () => void) {
    this.#scope = scope;
    this.#actions = actions;
    this.#settled = settled;
  }

  /** Whether all of it is drawn. */
  get complete(): boolean {
    return !this.#scheduled;
  }

  async #load(): Promise<void> {
    this.#scheduled = true;
    try {
      const { Blocks } = await import("../markdown/blocks.js");
      this.#blocks = new Blocks();
    } catch {
      // The network is gone: it can be read as it was written.
    }
    this.#scheduled = false;
    if (this.#turn) this.#work(this.#turn);
    if (!this.#scheduled) this.#settled();
  }

  draw(turn: Turn): void {
    this.#turn = turn;
    if (!turn.extractive && turn.text !== "") this.#loading ??= this.#load();
    if (!this.#scheduled) this.#work(turn);
  }

  #work(turn: Turn): void {
    const end = performance.now() + SLICE_MS;
    if (this.#citations !== turn.citations || this.#passages !== turn.passages || this.#grows !== grows(turn)) {
      this.#citations = turn.citations;
      this.#byPlace = new Map(turn.citations.map((citation) => [citation.at.start, citation]));
      this.#passages = turn.passages;
      this.#grows = grows(turn);
      this.#marking += 1;
    }
    const { source, markers } = sign(turn.text);
    for (;;) {
      this.#readTo = Math.min(source.length, this.#readTo + READ_AT_ONCE);
      const all = this.#readTo === source.length;
      if (!this.#drawPieces(this.#piecesOf(turn, source.slice(0, this.#readTo)), turn, markers, all, end)) break;
      if (all) return;
      if (performance.now() > end) break;
    }
    this.#later();
  }

  #later(): void {
    this.#scheduled = true;
    const next = (): void => {
      this.#scheduled = false;
      if (this.#turn) this.#work(this.#turn);
      if (!this.#scheduled) this.#settled();
    };
    if (document.hidden) setTimeout(next, 50);
    else requestAnimationFrame(next);
  }

  /** The lines of quotes are not Markdown. */
  #piecesOf(turn: Turn, source: string): readonly Piece[] {
    return turn.extractive || !this.#blocks ? source.split("\n").filter((line) => line.trim() !== "") : this.#blocks.read(source);
  }

  /** Whether it came to the end of them. */
  #drawPieces(pieces: readonly Piece[], turn: Turn, markers: readonly Marker[], all: boolean, end: number): boolean {
    for (const [index, piece] of pieces.entries()) {
      const last = index === pieces.length - 1;
      // What may still grow is drawn without what is costly, and once more when it is done.
      const growing = last && (!all || grows(turn));
      const before = this.#drawn[index];
      const marked = hasSigns(typeof piece === "string" ? piece : piece.raw) ? this.#marking : 0;
      if (before?.piece === piece && before.marked === marked && (!before.grown || growing)) continue;
      const drawing = this.#drawing(turn, markers, growing);
      const fresh = typeof piece === "string" ? lineElement(piece, drawing) : blockElement(piece, drawing);
      const old = this.element.childNodes[index];
      if (old) old.replaceWith(fresh);
      else this.element.append(fresh);
      this.#drawn[index] = { piece, marked, grown: growing && typeof piece !== "string" };
      if (performance.now() > end && !last) return false;
    }
    if (!all) return true;
    while (this.element.childNodes.length > pieces.length) this.element.lastChild?.remove();
    this.#drawn.length = pieces.length;
    return true;
  }

  #drawing(turn: Turn, markers: readonly Marker[], growing: boolean): Drawing {
    const { t, announcer } = this.#scope;
    return {
      t,
      markers,
      growing,
      marker: (marker) => this.#marker(turn, marker),
      copied: () => announcer.say(t("say.copied")),
    };
  }

  #marker({ passages, status, extractive }: Turn, { number, start }: Marker): HTMLElement | undefined {
    const citation = this.#byPlace.get(start);
    if (citation) return this.#citation(citation);
    // A complete answer has been checked: brackets that are no citation are words.
    const passage = status.kind === "done" || extractive ? undefined : passages.find((one) => one.number === number);
    return passage && this.#button(number, passage.title ?? passage.documentId, passage.spans[0]?.page ?? 0, true, () => this.#actions.openPassage(passage), "marker marker-unchecked");
  }

  #citation(citation: Citation): HTMLElement {
    const { marker, title, documentId, page, verified } = citation;
    return this.#button(marker, title ?? documentId, page, verified, () => this.#actions.openCitation(citation), verified ? "marker" : "marker marker-unverified");
  }

  #button(number: number, title: string, page: number, verified: boolean, open: () => void, look: string): HTMLElement {
    const { t } = this.#scope;
    return button(t.number(number), open, {
      class: look,
      part: "citation",
      attrs: {
        "aria-label": t(verified ? "source.marker" : "source.marker.unverified", { number, title, page }),
        title: t(verified ? "source.place" : "source.place.unverified", { title, page }),
      },
    });
  }
}

function grows({ status }: Turn): boolean {
  return status.kind === "running";
}
