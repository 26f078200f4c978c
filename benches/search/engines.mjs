// What is compared: which corpora and which engines. Each engine has a module in `engines/`, bundled
// with the page that runs it.

export const CORPORA = {
  en5: { title: "English, 5 MB", language: "en" },
  zh5: { title: "Chinese, 5 MB", language: "zh" },
  en100: { title: "English, growing", language: "en" },
};

/** `package` tells the version of a peer. The floor is what no index can do without, and no product. */
export const ENGINES = [
  { name: "ours, full", module: "ours-full", ours: "full" },
  { name: "ours, words", module: "ours-words", ours: "words" },
  { name: "MiniSearch", module: "minisearch", package: "minisearch" },
  { name: "FlexSearch", module: "flexsearch", package: "flexsearch" },
  { name: "Orama", module: "orama", package: "@orama/orama" },
  { name: "SQLite FTS5", module: "sqlite", package: "@sqlite.org/sqlite-wasm" },
  { name: "wink-bm25", module: "wink", package: "wink-bm25-text-search" },
  { name: "LangChain.js", module: "langchain", package: "@langchain/community" },
  { name: "bare floor", module: "floor", isFloor: true },
];

export const PEERS = ENGINES.filter(({ ours, isFloor }) => !ours && !isFloor);

/** The engines whose module is named; all of them without names. */
export function enginesNamed(names) {
  if (!names) return ENGINES;
  const unknown = names.filter((name) => !ENGINES.some(({ module }) => module === name));
  if (unknown.length > 0) throw new Error(`no such engine: ${unknown.join(", ")}`);
  return ENGINES.filter(({ module }) => names.includes(module));
}
