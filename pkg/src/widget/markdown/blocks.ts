// Cuts an answer into blocks of Markdown while it grows: what stands before the last block is not
// looked at again, so that a long answer costs no more at its end than at its beginning. What would
// cost too much to read as Markdown, or lies too deep, is shown as it was written from there on.

import { Marked, type Token } from "../../vendor/marked/marked.esm.js";
import { mathExtensions } from "./math.js";

const marked = new Marked({ gfm: true, breaks: true, extensions: mathExtensions });

/**
 * Some texts take Markdown's rules time that grows with the square of a paragraph's length. People
 * write no longer ones, and since a text is read in steps, it never is much longer when it is noticed.
 */
export const MOST_IN_PARAGRAPH = 12_000;
/** Of a list or a table, which is read again with each part that comes until it ends. */
export const MOST_IN_BLOCK = 60_000;
/** Deeper lists and quotes would end the stack, ours or that of the browser. */
export const MOST_LEVELS = 24;
/** What is shown as it was written comes in pieces, of which only the last is drawn anew. */
const MOST_IN_PIECE = 4_000;

export class Blocks {
  #source = "";
  /** Blocks that nothing can change any more, and where they end. */
  #done: Token[] = [];
  #end = 0;
  #last: Token[] = [];
  #asWritten = false;

  /** The blocks of `source`; those that are the same as before are the same objects. */
  read(source: string): readonly Token[] {
    if (source !== this.#source) {
      if (!source.startsWith(this.#source.slice(0, this.#end))) this.#forget();
      this.#source = source;
      this.#readOn(source.slice(this.#end));
    }
    return [...this.#done, ...this.#last];
  }

  #readOn(text: string): void {
    const tokens = this.#asWritten ? undefined : lexed(text);
    this.#asWritten = tokens === undefined;
    const blocks = tokens ?? pieces(text);
    const last = blocks.findLastIndex(({ type }) => type !== "space");
    const finished = blocks.slice(0, Math.max(0, last));
    this.#end += finished.reduce((length, { raw }) => length + raw.length, 0);
    this.#done.push(...finished.filter(shown));
    this.#last = blocks.slice(Math.max(0, last)).filter(shown);
  }

  #forget(): void {
    this.#done = [];
    this.#end = 0;
    this.#asWritten = false;
  }
}

/** Empty lines and targets of links show nothing. */
function shown({ type }: Token): boolean {
  return type !== "space" && type !== "def";
}

/** The tokens, unless they are too long or too deep. */
function lexed(text: string): Token[] | undefined {
  try {
    const tokens = new marked.Lexer(marked.defaults).lex(text);
    return tokens.some((token) => isTooLong(token) || isDeeper(token, MOST_LEVELS)) ? undefined : tokens;
  } catch {
    // Nested so deeply that the stack was used up.
    return undefined;
  }
}

/** Code has no rules within, so it may be of any length. */
function isTooLong(token: Token): boolean {
  const { type, raw } = token;
  if (type === "code" || type === "space") return false;
  if (type === "list") return raw.length > MOST_IN_BLOCK || (token["items"] as Token[]).some((item) => item.raw.length > MOST_IN_PARAGRAPH);
  if (type === "table") return raw.length > MOST_IN_BLOCK || raw.split("\n").some((row) => row.length > MOST_IN_PARAGRAPH);
  return raw.length > MOST_IN_PARAGRAPH;
}

function isDeeper(token: Token, levels: number): boolean {
  const within = [...(token.tokens ?? []), ...((token["items"] as Token[] | undefined) ?? [])];
  return within.length > 0 && (levels === 0 || within.some((one) => isDeeper(one, levels - 1)));
}

/** A text as it was written, cut at line ends and spaces, which stand in no marker's sign. */
function pieces(text: string): Token[] {
  const all: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const end = at + MOST_IN_PIECE;
    const cut = end < text.length ? Math.max(text.lastIndexOf("\n", end - 1), text.lastIndexOf(" ", end - 1)) + 1 : text.length;
    // A word without an end is cut before a marker, or wherever no character is cut in two.
    const next = cut > at ? cut : wholeCharacters(text, end);
    all.push({ type: "html", raw: text.slice(at, next) });
    at = next;
  }
  return all;
}

function wholeCharacters(text: string, end: number): number {
  if (/[\uDC00-\uDFFF]/.test(text[end] ?? "")) return end - 1;
  // Signs have three characters each, and may follow one another.
  let first = end;
  while (/[\ue000-\uf8ff\ufffc]/.test(text[first - 1] ?? "")) first -= 1;
  return end - ((end - first) % 3);
}
