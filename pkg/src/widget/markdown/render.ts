// Draws tokens of Markdown as elements. It must make text nodes of all that a model wrote: no
// markup is ever parsed, no picture is loaded, and links lead to the web or to mail only.

import type { Token } from "../../vendor/marked/marked.esm.js";
import { button, el, icon } from "../dom.js";
import { icons } from "../icons.js";
import { adoptStyles, highlight, renderMath, type Drawn } from "../rich.js";
import type { Translate } from "../strings/translate.js";
import { cut, unsigned, type Marker } from "./markers.js";
import type { MathToken } from "./math.js";

export interface Drawing {
  t: Translate;
  markers: readonly Marker[];
  /** The element of a marker; undefined for brackets that are none. */
  marker(marker: Marker): HTMLElement | undefined;
  /** Says that something was copied. */
  copied(): void;
  /** The block may still grow: what is costly to draw can wait. */
  growing: boolean;
}

/** What must not begin a line, and therefore stays with the marker before it. */
const trailingPunctuation = /^[.,;:!?)\]»”’。,、;:!?)】」』]+/;

export function blockElement(token: Token, drawing: Drawing): Node {
  switch (token.type) {
    case "heading":
      // The widget's own headings end at level three; an answer may not outrank them.
      return el("h4", { attrs: { dir: "auto" } }, ...inlineNodes(token.tokens, drawing));
    case "blockquote":
      return el("blockquote", { attrs: { dir: "auto" } }, ...blockNodes(token.tokens, drawing));
    case "list":
      return listElement(token, drawing);
    case "code":
      return codeElement(token, drawing);
    case "table":
      return tableElement(token, drawing);
    case "hr":
      return el("hr");
    case "math":
      return mathElement(token as MathToken, drawing);
    case "html":
      return el("p", { class: "as-written", attrs: { dir: "auto" } }, ...textNodes(token.raw.trimEnd(), drawing));
    default:
      return el("p", { attrs: { dir: "auto" } }, ...inlineNodes(token.tokens ?? [token], drawing));
  }
}

function blockNodes(tokens: readonly Token[] = [], drawing: Drawing): Node[] {
  return tokens.filter(({ type }) => type !== "space" && type !== "def").map((token) => blockElement(token, drawing));
}

function listElement(token: Token, drawing: Drawing): HTMLElement {
  const items = (token["items"] as Token[]).map((item) => el("li", { attrs: { dir: "auto" } }, ...itemNodes(item, drawing)));
  if (token["ordered"] !== true) return el("ul", {}, ...items);
  return el("ol", { attrs: { start: Number(token["start"] ?? 1) } }, ...items);
}

/** A tight item's text is a block of its own without a paragraph around it. */
function itemNodes(item: Token, drawing: Drawing): Node[] {
  return (item.tokens ?? []).flatMap((token): Node[] => {
    if (token.type === "text") return inlineNodes(token.tokens ?? [token], drawing);
    if (token.type === "checkbox") return [document.createTextNode(token["checked"] === true ? "☑ " : "☐ ")];
    return blockNodes([token], drawing);
  });
}

function tableElement(token: Token, drawing: Drawing): HTMLElement {
  const alignments = token["align"] as (string | null)[];
  const row = (tag: "th" | "td", cells: Token[]): HTMLElement =>
    el("tr", {}, ...cells.map((cell, column) => el(tag, { class: alignments[column] ? `align-${alignments[column]}` : undefined, attrs: { dir: "auto" } }, ...inlineNodes(cell.tokens, drawing))));
  const head = el("thead", {}, row("th", token["header"] as Token[]));
  const body = el("tbody", {}, ...(token["rows"] as Token[][]).map((cells) => row("td", cells)));
  return el("div", { class: "table", attrs: { tabindex: 0, role: "group", "aria-label": drawing.t("answer.table") } }, el("table", {}, head, body));
}

function codeElement(token: Token, { t, markers, growing, copied }: Drawing): HTMLElement {
  const text = unsigned(token.text ?? "", markers);
  const language = unsigned(String(token["lang"] ?? ""), markers).split(/\s/)[0] ?? "";
  const code = el("code", {}, text);
  const copy = button("", () => void copyText(text, copied), { class: "quiet-icon", attrs: { "aria-label": t("answer.code.copy"), title: t("answer.code.copy") } });
  copy.append(icon(icons.copy));
  if (!growing && language !== "") void replaceBy(code, highlight(text, language));
  return el("div", { class: "code", attrs: { dir: "ltr" } }, el("div", { class: "code-head" }, el("span", {}, language), copy), el("pre", { attrs: { tabindex: 0 } }, code));
}

/** The formula as it was written, until it is drawn; it stays so if it cannot be. */
function mathElement(token: MathToken, { markers, growing }: Drawing): HTMLElement {
  const tex = unsigned(token.text, markers);
  const inside = el("code", {}, tex);
  if (!growing) void replaceBy(inside, renderMath(tex, token.display));
  return el(token.display ? "div" : "span", { class: token.display ? "formula formula-apart" : "formula", attrs: { dir: "ltr" } }, inside);
}

async function replaceBy(element: HTMLElement, drawing: Promise<Drawn | undefined>): Promise<void> {
  const drawn = await drawing.catch(() => undefined);
  if (!drawn) return;
  const { node, styles } = drawn;
  adoptStyles(element, styles);
  if (element.parentElement?.localName === "pre") element.replaceChildren(node);
  else element.replaceWith(node);
}

export async function copyText(text: string, copied: () => void): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    copied();
  } catch {
    // Without permission, the reader still can select it.
  }
}

export function inlineNodes(tokens: readonly Token[] = [], drawing: Drawing): Node[] {
  return tokens.flatMap((token): Node[] => {
    switch (token.type) {
      case "strong":
        return [el("strong", {}, ...inlineNodes(token.tokens, drawing))];
      case "em":
        return [el("em", {}, ...inlineNodes(token.tokens, drawing))];
      case "del":
        return [el("del", {}, ...inlineNodes(token.tokens, drawing))];
      case "codespan":
        return [el("code", {}, unsigned(token.text ?? "", drawing.markers))];
      case "br":
        return [el("br")];
      case "link":
        return linkNodes(token, drawing);
      case "image":
        return imageNodes(token, drawing);
      case "math":
        return [mathElement(token as MathToken, drawing)];
      case "html":
        return textNodes(token.raw, drawing);
      case "escape":
        return textNodes(token.text ?? "", drawing);
      default:
        return token.tokens ? inlineNodes(token.tokens, drawing) : textNodes(entities(token.text ?? token.raw), drawing);
    }
  });
}

/** An address that is written out ends where a marker follows it; in a link's words, markers are words. */
function linkNodes(token: Token, drawing: Drawing): Node[] {
  const [href, ...rest] = cut(String(token["href"]), drawing.markers);
  if (token["autolink"] === true && typeof href === "string") {
    return [link(href, [href.replace(/^mailto:/, "")]), ...rest.flatMap((part) => (typeof part === "string" ? [document.createTextNode(part)] : markerNodes(part, drawing)))];
  }
  const words = inlineNodes(token.tokens, { ...drawing, marker: () => undefined });
  return [link(unsigned(String(token["href"]), drawing.markers), words)];
}

function imageNodes(token: Token, { t, markers }: Drawing): Node[] {
  const href = unsigned(String(token["href"]), markers);
  return [link(href, [t("answer.image", { name: unsigned(token.text ?? "", markers) || href })])];
}

/** A link to the web or to mail; of all others the words are left. */
function link(href: string, words: (Node | string)[]): Node {
  if (!/^(?:https?|mailto):/i.test(href)) return el("span", {}, ...words);
  return el("a", { attrs: { href, target: "_blank", rel: "noopener noreferrer nofollow", title: href } }, ...words);
}

/** Words with their markers; what must not begin a line stays with the marker before it. */
function textNodes(text: string, drawing: Drawing): Node[] {
  const nodes: Node[] = [];
  let before: HTMLElement | undefined;
  for (const part of cut(text, drawing.markers)) {
    if (typeof part !== "string") {
      const drawn = markerNodes(part, drawing);
      before = drawn[0] instanceof HTMLElement ? drawn[0] : undefined;
      nodes.push(...drawn);
      continue;
    }
    const tail = before ? (trailingPunctuation.exec(part)?.[0] ?? "") : "";
    if (before && tail !== "") nodes.splice(-1, 1, el("span", { class: "unbroken" }, before, tail));
    if (part.length > tail.length) nodes.push(document.createTextNode(part.slice(tail.length)));
    before = undefined;
  }
  return nodes;
}

function markerNodes(marker: Marker, drawing: Drawing): Node[] {
  return [drawing.marker(marker) ?? document.createTextNode(`[${marker.number}]`)];
}

const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

/** The few entities that models write; Markdown leaves them to the reader of its HTML, and there is none. */
function entities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (all, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return named[name] ?? all;
    const code = decimal === undefined ? parseInt(hex ?? "", 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

/** One paragraph for each line, for answers whose lines are quotes, in which nothing is Markdown. */
export function lineElement(line: string, drawing: Drawing): HTMLElement {
  return el("p", { attrs: { dir: "auto" } }, ...textNodes(line, drawing));
}
