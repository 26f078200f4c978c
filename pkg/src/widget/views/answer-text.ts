// The text of one answer while it grows and after: blocks that did not change keep their elements,
// and only the last is drawn anew. Citations become buttons; before they are checked, so do the
// passages that the model was given.

import type { Citation, RetrievedPassage } from "../../types.js";
import { button, el } from "../dom.js";
import { Blocks } from "../markdown/blocks.js";
import { hasSigns, sign, type Marker } from "../markdown/markers.js";
import { blockElement, lineElement, type Drawing } from "../markdown/render.js";
import type { Scope } from "../scope.js";
import type { Turn } from "../state.js";
import type { Token } from "../../vendor/marked/marked.esm.js";

export interface MarkerActions {
  openCitation(citation: Citation): void;
  openPassage(passage: RetrievedPassage): void;
}

type Piece = Token | string;

export class AnswerText {
  readonly element = el("div", { class: "answer-text", part: "answer", attrs: { dir: "auto" } });
  readonly #scope: Scope;
  readonly #actions: MarkerActions;
  readonly #blocks = new Blocks();
  #drawn: readonly Piece[] = [];
  /** What the markers of the drawn blocks were resolved by. */
  #citations: readonly Citation[] = [];
  #passages: readonly RetrievedPassage[] = [];
  #growing = false;

  constructor(scope: Scope, actions: MarkerActions) {
    this.#scope = scope;
    this.#actions = actions;
  }

  draw(turn: Turn): void {
    const { source, markers } = sign(turn.text);
    const growing = turn.status.kind === "running";
    // The lines of quotes are not Markdown.
    const pieces: readonly Piece[] = turn.extractive ? source.split("\n").filter((line) => line.trim() !== "") : this.#blocks.read(source);
    const remarked = this.#citations !== turn.citations || this.#passages !== turn.passages;
    const settled = this.#growing && !growing;
    this.#citations = turn.citations;
    this.#passages = turn.passages;
    this.#growing = growing;
    pieces.forEach((piece, index) => {
      const last = index === pieces.length - 1;
      const raw = typeof piece === "string" ? piece : piece.raw;
      const same = piece === this.#drawn[index] && !(remarked && hasSigns(raw));
      // What could grow was drawn without what is costly; a block that is no more the last cannot.
      const waits = typeof piece !== "string" && this.#waiting.has(piece) && (settled || !last);
      if (same && !waits) return;
      const grows = growing && last;
      const fresh = typeof piece === "string" ? lineElement(piece, this.#drawing(turn, markers, grows)) : blockElement(piece, this.#drawing(turn, markers, grows));
      if (typeof piece !== "string") grows ? this.#waiting.add(piece) : this.#waiting.delete(piece);
      const old = this.element.childNodes[index];
      if (old) old.replaceWith(fresh);
      else this.element.append(fresh);
    });
    while (this.element.childNodes.length > pieces.length) this.element.lastChild?.remove();
    this.#drawn = pieces;
  }

  readonly #waiting = new WeakSet<Token>();

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

  #marker({ citations, passages, status, extractive }: Turn, { number, start }: Marker): HTMLElement | undefined {
    const citation = citations.find(({ at }) => at.start === start);
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
