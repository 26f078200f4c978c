// What the HTML peers share: bytes to a document of linkedom, and its text with blocks apart.

import { parseHTML } from "linkedom";

const UNSEEN = new Set(["SCRIPT", "STYLE", "TEMPLATE", "NOSCRIPT", "HEAD", "SVG", "IFRAME", "OBJECT"]);
const INLINE = new Set("A ABBR ACRONYM B BDI BDO BIG CITE CODE DATA DEL DFN EM FONT I INS KBD LABEL MARK NOBR Q RB RT RUBY S SAMP SMALL SPAN STRIKE STRONG SUB SUP TIME TT U VAR WBR".split(" "));
const ELEMENT = 1;
const TEXT = 3;

/** The document of a page, in the encoding of its byte order mark, its `meta` element, or UTF-8. */
export function parse(bytes) {
  return parseHTML(new TextDecoder(charset(bytes)).decode(bytes)).document;
}

function charset(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 1024));
  const named = /<meta[^>]+charset\s*=\s*["']?\s*([\w:-]+)/i.exec(head)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(named).encoding;
  } catch {
    return "utf-8";
  }
}

/** The text below a node, on a new line at every block. */
export function visibleText(node) {
  const parts = [];
  collect(node, parts);
  return parts.join("");
}

function collect(node, parts) {
  for (const child of node.childNodes) {
    if (child.nodeType === TEXT) parts.push(child.data);
    if (child.nodeType !== ELEMENT) continue;
    const name = child.tagName.toUpperCase();
    if (UNSEEN.has(name) || child.hasAttribute("hidden")) continue;
    const edge = INLINE.has(name) ? "" : "\n";
    parts.push(edge);
    collect(child, parts);
    parts.push(edge);
  }
}
