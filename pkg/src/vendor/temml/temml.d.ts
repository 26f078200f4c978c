// Stands in for what scripts/bundles/temml.mjs becomes in dist, so that the package compiles.

/** A node of a formula before it is one of the DOM. Text nodes have neither attributes nor children. */
export interface MathTree {
  attributes?: Record<string, string>;
  /** Set one by one as properties of the element's style. */
  style?: Record<string, string>;
  children?: MathTree[];
  toNode(): Node;
}

export interface MathOptions {
  displayMode: boolean;
  throwOnError: boolean;
  trust: boolean;
  /** How many macros may be replaced. */
  maxExpand: number;
  /** In em, and in points. */
  maxSize: [number, number];
}

export declare function toTree(tex: string, options: MathOptions): MathTree;
