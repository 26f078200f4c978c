/**
 * The colors of code. They hold a contrast of 4.5 to 1 on the grounds given here, which whoever
 * shows code must not make lighter by day or darker by night than text needs; a test computes it.
 */

/** By kind of word: by day, by night. */
export const codeColors = {
  comment: ["#5f5a50", "#a9a799"],
  keyword: ["#8a1c5c", "#f09ac6"],
  string: ["#2a6110", "#a5d48a"],
  number: ["#8a4400", "#f0b97c"],
  name: ["#0b4f8a", "#8fc4f5"],
  type: ["#0f5f58", "#7cc9bd"],
  removed: ["#8c2318", "#f5b3a8"],
} as const;

/** The grounds that code stands on, by day and by night. */
export const codeGrounds = { day: ["#ffffff", "#f1eee7"], night: ["#161715", "#262824"] } as const;

const kinds: Record<keyof typeof codeColors, string[]> = {
  comment: ["comment", "quote"],
  keyword: ["keyword", "meta", "selector-tag", "doctag", "section"],
  string: ["string", "regexp", "addition", "char", "link"],
  number: ["number", "literal", "symbol", "bullet", "variable.constant_"],
  name: ["title", "name", "attr", "attribute", "property", "selector-id", "selector-class", "selector-attr", "selector-pseudo"],
  type: ["type", "built_in", "class", "template-tag", "template-variable", "variable", "variable.language_"],
  removed: ["deletion"],
};

/** For a constructed style sheet. Which colors are used follows `color-scheme`. */
export const highlightStyles = [
  ...Object.entries(kinds).map(([kind, classes]) => {
    const [day, night] = codeColors[kind as keyof typeof codeColors];
    return `${classes.map((name) => `.hljs-${name}`).join(", ")} { color: light-dark(${day}, ${night}); }`;
  }),
  ".hljs-comment, .hljs-quote, .hljs-emphasis { font-style: italic; }",
  ".hljs-strong, .hljs-section { font-weight: bold; }",
].join("\n");
