// Cuts an answer into blocks of Markdown while it grows: what stands before the last block is not
// looked at again, so that a long answer costs no more at its end than at its beginning.

import { Marked, type Token } from "../../vendor/marked/marked.esm.js";
import { mathExtensions } from "./math.js";

const marked = new Marked({ gfm: true, breaks: true, extensions: mathExtensions });

export class Blocks {
  #source = "";
  /** Blocks that nothing can change any more, and where they end. */
  #done: Token[] = [];
  #end = 0;
  #last: Token[] = [];

  /** The blocks of `source`; those that are the same as before are the same objects. */
  read(source: string): readonly Token[] {
    if (source !== this.#source) {
      if (!source.startsWith(this.#source.slice(0, this.#end))) this.#forget();
      this.#source = source;
      this.#readOn(new marked.Lexer(marked.defaults).lex(source.slice(this.#end)));
    }
    return [...this.#done, ...this.#last];
  }

  #readOn(tokens: Token[]): void {
    const last = tokens.findLastIndex(({ type }) => type !== "space");
    const finished = tokens.slice(0, Math.max(0, last));
    this.#end += finished.reduce((length, { raw }) => length + raw.length, 0);
    this.#done.push(...finished.filter(shown));
    this.#last = tokens.slice(Math.max(0, last)).filter(shown);
  }

  #forget(): void {
    this.#done = [];
    this.#end = 0;
  }
}

/** Empty lines and targets of links show nothing. */
function shown({ type }: Token): boolean {
  return type !== "space" && type !== "def";
}
