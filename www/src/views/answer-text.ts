// Draws an answer's text: paragraphs, lists, code, and citation markers as buttons. It must make
// text nodes only; a link or an image in a model's text stays plain words.

import type { Citation } from "qwen-agent-wasm";
import { blocksOf, linesAsBlocks, type Block, type Piece } from "../blocks.ts";
import { button, el } from "../dom.ts";

/** What must not begin a line, and therefore stays with the marker before it. */
const trailingPunctuation = /^[.,;:!?)\]»”’。,、;:!?)】」』]+/;

export type OpenCitation = (citation: Citation) => void;

/** The text of one answer. Blocks that did not change keep their elements while it streams. */
export class AnswerText {
  readonly element = el("div", { class: "answer-text", attrs: { dir: "auto" } });
  readonly #openCitation: OpenCitation;
  #drawn: string[] = [];

  constructor(openCitation: OpenCitation) {
    this.#openCitation = openCitation;
  }

  /** `quotes`: the text is lines of quotes, in which nothing is Markdown. */
  draw(text: string, citations: readonly Citation[], quotes: boolean): void {
    const blocks = quotes ? linesAsBlocks(text) : blocksOf(text);
    const keys = blocks.map((block) => keyOf(block, text, citations));
    blocks.forEach((block, index) => {
      if (this.#drawn[index] === keys[index]) return;
      const fresh = this.#element(block, text, citations);
      const old = this.element.children[index];
      if (old) old.replaceWith(fresh);
      else this.element.append(fresh);
    });
    while (this.element.children.length > blocks.length) this.element.lastElementChild?.remove();
    this.#drawn = keys;
  }

  #element(block: Block, text: string, citations: readonly Citation[]): HTMLElement {
    const fill = (pieces: Piece[]): Node[] => pieces.flatMap((piece) => this.#piece(piece, text, citations));
    switch (block.kind) {
      case "paragraph":
        return el("p", { attrs: { dir: "auto" } }, ...fill(block.pieces));
      case "quote":
        return el("blockquote", { attrs: { dir: "auto" } }, ...fill(block.pieces));
      case "heading":
        // The page's own headings end at level three; an answer may not outrank them.
        return el("h4", { attrs: { dir: "auto" } }, ...fill(block.pieces));
      case "code":
        return el("pre", { attrs: { tabindex: 0 } }, el("code", {}, text.slice(block.start, block.end)));
      case "list": {
        const items = block.items.map((item) =>
          el("li", { class: item.depth > 0 ? `depth-${item.depth}` : "", attrs: { dir: "auto" } }, ...fill(item.pieces)),
        );
        return block.ordered ? el("ol", { attrs: { start: block.first } }, ...items) : el("ul", {}, ...items);
      }
      default:
        return block satisfies never;
    }
  }

  #piece(piece: Piece, text: string, citations: readonly Citation[]): Node[] {
    if (piece.kind === "code") return [el("code", {}, text.slice(piece.start, piece.end))];
    const nodes: Node[] = [];
    let at = piece.start;
    for (const citation of citations) {
      if (citation.at.start < at || citation.at.end > piece.end) continue;
      if (citation.at.start > at) nodes.push(document.createTextNode(text.slice(at, citation.at.start)));
      at = citation.at.end;
      const tail = trailingPunctuation.exec(text.slice(at, piece.end))?.[0] ?? "";
      at += tail.length;
      nodes.push(tail === "" ? this.#marker(citation) : el("span", { class: "unbroken" }, this.#marker(citation), tail));
    }
    if (at < piece.end) nodes.push(document.createTextNode(text.slice(at, piece.end)));
    if (piece.kind === "strong") return [el("strong", {}, ...nodes)];
    if (piece.kind === "emphasis") return [el("em", {}, ...nodes)];
    return nodes;
  }

  #marker(citation: Citation): HTMLElement {
    const title = citation.title ?? citation.documentId;
    const found = citation.verified ? "" : ", not located";
    return button(String(citation.marker), () => this.#openCitation(citation), {
      class: citation.verified ? "marker" : "marker marker-unverified",
      attrs: {
        "aria-label": `Source ${citation.marker}: ${title}, page ${citation.page}${found}`,
        title: `${title}, page ${citation.page}${found}`,
      },
    });
  }
}

function keyOf(block: Block, text: string, citations: readonly Citation[]): string {
  const inside = citations.filter((citation) => citation.at.start >= block.start && citation.at.end <= block.end);
  const markers = inside.map((citation) => `${citation.at.start}:${citation.verified}`).join(",");
  // A block's own start decides where its markers are looked for.
  return `${block.kind}|${block.start}|${text.slice(block.start, block.end)}|${markers}`;
}
