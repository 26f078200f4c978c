// Stands in for what scripts/bundles/highlight.mjs becomes in dist, so that the package compiles.

/** Code as a tree (hast): elements are all spans. */
export type CodeNode = { type: "text"; value: string } | CodeElement;

export interface CodeElement {
  type: "root" | "element";
  properties?: { className?: string[] };
  children: CodeNode[];
}

/** Whether a language is known by this name or alias. */
export declare function registered(language: string): boolean;
export declare function highlight(language: string, code: string): CodeElement;
