// Stands in for marked, which scripts/vendor.mjs copies into dist, so that the package compiles:
// what the widget uses of it, and no more.

/** A piece of Markdown. What else it has depends on `type`. */
export interface Token {
  type: string;
  raw: string;
  text?: string;
  tokens?: Token[];
  [more: string]: unknown;
}

export interface TokenizerExtension {
  name: string;
  level: "block" | "inline";
  /** Where the next one may begin. */
  start(source: string): number | undefined;
  tokenizer(source: string): Token | undefined;
}

export interface MarkedOptions {
  readonly [option: string]: unknown;
}

export declare class Marked {
  constructor(options: { breaks?: boolean; gfm?: boolean; extensions?: TokenizerExtension[] });
  readonly defaults: MarkedOptions;
  readonly Lexer: new (options: MarkedOptions) => Lexer;
}

export interface Lexer {
  lex(source: string): Token[];
  readonly tokens: { links: Record<string, { href: string; title: string | null }> };
}
