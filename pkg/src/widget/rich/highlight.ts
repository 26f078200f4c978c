/**
 * Code in colors: lowlight makes a tree of it, and this spans. It is loaded with the first code whose
 * language is told; without one nothing is guessed. No markup is ever made of code.
 */

import type { CodeNode } from "../../vendor/highlight/highlight.js";

export { highlightStyles } from "./highlight-styles.js";

/** Longer code would hold up the page; it is as readable without colors. */
const MOST_CHARACTERS = 50_000;

/**
 * The code as text and spans with classes `hljs-…`; `undefined` where it is better left as it is:
 * the language is none of those known, or the code is very long. Rejects only if lowlight cannot be
 * loaded. `language` is as after the fence in Markdown: `js`, `Python`, `rust,ignore`.
 */
export async function highlight(code: string, language: string): Promise<DocumentFragment | undefined> {
  const name = languageIn(language);
  if (!name || code.length > MOST_CHARACTERS) return undefined;
  const { highlight: toTree, registered } = await import("../../vendor/highlight/highlight.js");
  if (!registered(name)) return undefined;
  const fragment = document.createDocumentFragment();
  fragment.append(...toTree(name, code).children.map(nodeOf));
  return fragment;
}

/** The first word of what stands after a fence, in small letters. */
export function languageIn(info: string): string {
  return /^\s*\{?\.?([\w+#-]*)/.exec(info)?.[1]?.toLowerCase() ?? "";
}

function nodeOf(node: CodeNode): Node {
  if (node.type === "text") return document.createTextNode(node.value);
  const span = document.createElement("span");
  span.className = node.properties?.className?.join(" ") ?? "";
  span.append(...node.children.map(nodeOf));
  return span;
}
