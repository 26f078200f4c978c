// How the inspector shows a hit and a passage. Texts of documents become text nodes, never markup.

import type { ChunkInfo, Hit, TextPlace, WhyTerm } from "qwen-agent-wasm";
import { el } from "./dom.ts";

const kinds: Readonly<Record<WhyTerm["kind"], string>> = {
  word: "word",
  piece: "part of a word",
  character: "character",
  pair: "two in a row",
};
/** The rest weighs little, and a question of a paragraph has hundreds. */
const TERMS = 12;

export function hitView(hit: Hit): HTMLElement {
  const { terms = [], highlights = [] } = hit.why ?? {};
  return el(
    "li",
    { class: "inspected-item" },
    el("p", { class: "inspected-head" }, el("strong", { attrs: { dir: "auto" } }, hit.title ?? hit.documentId), ` · page ${hit.page} · score ${hit.score.toFixed(2)}`),
    el("p", { class: "inspected-text", attrs: { dir: "auto" } }, ...marked(hit.text, highlights)),
    terms.length > 0 && el("details", {}, el("summary", {}, `Why: ${terms.length === 1 ? "1 term" : `${terms.length} terms`}`), termTable(terms, hit.score)),
  );
}

export function chunkView({ ordinal, tokens, text, headings, spans }: ChunkInfo): HTMLElement {
  const pages = [...new Set(spans.map(({ page }) => page))];
  return el(
    "li",
    { class: "inspected-item" },
    el("p", { class: "inspected-head" }, el("strong", {}, `Passage ${ordinal + 1}`), ` · page ${pages.join(", ")} · about ${tokens} tokens`),
    headings.length > 0 && el("p", { class: "field-hint", attrs: { dir: "auto" } }, headings.join(" › ")),
    el("p", { class: "inspected-text", attrs: { dir: "auto" } }, text),
  );
}

function termTable(terms: readonly WhyTerm[], score: number): HTMLElement {
  const head = ["Term", "Kind", "Rarity", "In the passage", "In the question", "Score"];
  const rows = terms.slice(0, TERMS).map(({ text, kind, idf, frequency, weight, score: part }) => {
    const cells = [kinds[kind], idf.toFixed(2), frequency, weight, `${part.toFixed(2)} (${Math.round((100 * part) / score)} %)`];
    return el("tr", {}, el("th", { attrs: { scope: "row", dir: "auto" } }, text), ...cells.map((cell) => el("td", {}, String(cell))));
  });
  const table = el("table", { class: "terms" }, el("thead", {}, el("tr", {}, ...head.map((word) => el("th", { attrs: { scope: "col" } }, word)))), el("tbody", {}, ...rows));
  const left = terms.length - rows.length;
  return el("div", { class: "terms-frame" }, table, left > 0 && el("p", { class: "field-hint" }, `and ${left} more that weigh less`));
}

/** The text, with the places in `mark` elements. */
function marked(text: string, places: readonly TextPlace[]): (Node | string)[] {
  const parts: (Node | string)[] = [];
  let at = 0;
  for (const { start, end } of places) {
    parts.push(text.slice(at, start), el("mark", {}, text.slice(start, end)));
    at = end;
  }
  parts.push(text.slice(at));
  return parts;
}
