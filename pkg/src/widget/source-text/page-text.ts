// Draws the text of one page with the quoted ranges marked. It must show the text as it was
// read, in full, and make text nodes only.

import type { PageBlock, PageSpan } from "../../types.js";
import { el } from "../dom.js";

interface Slice {
  kind: string;
  start: number;
  end: number;
}

/** Elements for a page; the first `<mark>` is where the reader should look. */
export function pageElements(text: string, blocks: readonly PageBlock[], marks: readonly PageSpan[]): HTMLElement[] {
  return slicesOf(text, blocks).map((slice) => {
    const nodes = marked(text, slice, marks);
    if (slice.kind === "code") return el("pre", { attrs: { tabindex: 0 } }, ...nodes);
    const look = slice.kind === "heading" || slice.kind === "title" ? "page-heading" : "page-block";
    return el("p", { class: look, attrs: { dir: "auto" } }, ...nodes);
  });
}

/** The blocks in order, and whatever text stands between them. */
function slicesOf(text: string, blocks: readonly PageBlock[]): Slice[] {
  const slices: Slice[] = [];
  let at = 0;
  const between = (end: number): void => {
    if (text.slice(at, end).trim() !== "") slices.push({ kind: "paragraph", start: at, end });
  };
  for (const block of [...blocks].sort((a, b) => a.start - b.start)) {
    if (block.start < at || block.end <= block.start) continue;
    between(block.start);
    slices.push({ kind: block.kind, start: block.start, end: block.end });
    at = block.end;
  }
  between(text.length);
  return slices;
}

function marked(text: string, slice: Slice, marks: readonly PageSpan[]): Node[] {
  const nodes: Node[] = [];
  let at = slice.start;
  const plain = (end: number): void => {
    if (end > at) nodes.push(document.createTextNode(text.slice(at, end)));
  };
  for (const mark of [...marks].sort((a, b) => a.start - b.start)) {
    const start = Math.max(at, mark.start);
    const end = Math.min(slice.end, mark.end);
    if (start >= end) continue;
    plain(start);
    nodes.push(el("mark", {}, text.slice(start, end)));
    at = end;
  }
  plain(slice.end);
  return nodes;
}
