// Tells formulas from amounts of money: `$…$` and `\(…\)` in a line, `$$…$$` and `\[…\]` apart. It
// finds them and draws nothing.

import type { Token, TokenizerExtension } from "../../vendor/marked/marked.esm.js";

/** A formula as a token: `text` is the TeX. */
export interface MathToken extends Token {
  type: "math";
  text: string;
  display: boolean;
}

const apart = /^(?:\$\$([\s\S]+?)\$\$|\\\[([\s\S]+?)\\\])[ \t]*(?:\n|$)/;
const inline = /^(?:\$\$([^$\n]+?)\$\$|\\\[([^\n]+?)\\\]|\\\(([^\n]+?)\\\)|\$((?:\\[^\n]|[^$\\\n])+?)\$(?!\d))/;

/** What a formula has and a price has not. */
const mathematical = /[\\^_={}<>+*/]|\d\s*[a-z]\b/i;
const words = /\p{L}{2,}/u;

export const mathExtensions: TokenizerExtension[] = [
  {
    name: "math-apart",
    level: "block",
    start: (source) => placeOf(/(?:^|\n)(?:\$\$|\\\[)/, source),
    tokenizer(source) {
      const match = apart.exec(source);
      return match ? token(match[0], match[1] ?? match[2] ?? "", true) : undefined;
    },
  },
  {
    name: "math",
    level: "inline",
    start: (source) => placeOf(/\$|\\[[(]/, source),
    tokenizer(source) {
      const match = inline.exec(source);
      if (!match) return undefined;
      const [raw, doubled, bracketed, round, single] = match;
      if (single !== undefined && !isFormula(single)) return undefined;
      return token(raw, doubled ?? bracketed ?? round ?? single ?? "", doubled !== undefined || bracketed !== undefined);
    },
  },
];

/** "costs $5 and then $6" has no formula; "$x$", "$5x$" and "$O(n)$" are some. */
export function isFormula(text: string): boolean {
  if (/^\s|\s$/.test(text)) return false;
  const plain = text.replace(/\\[a-zA-Z]+/g, " ");
  if (/^[\d.,]/.test(text)) return mathematical.test(text) && !/\p{L}{4,}/u.test(plain);
  return mathematical.test(text) || !words.test(plain);
}

function token(raw: string, text: string, display: boolean): MathToken {
  return { type: "math", raw, text: text.trim(), display };
}

function placeOf(pattern: RegExp, source: string): number | undefined {
  const at = source.search(pattern);
  if (at < 0) return undefined;
  return source[at] === "\n" ? at + 1 : at;
}
