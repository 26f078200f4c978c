// Which engines there are, what each reads, and how to start it. Nothing is loaded here: each
// engine lives in a process of its own, see engine-process.mjs.
//
// `reference` is the name under which a corpus stores what the same engine gave; an engine is
// never scored against itself.

export const ENGINES = [
  { name: "ours", kinds: "all", module: "./engines/ours.mjs" },
  { name: "pdf.js", kinds: ["pdf"], module: "./engines/pdfjs.mjs", reference: "pdfjs" },
  { name: "pdf-crate", kinds: ["pdf"], module: "./engines/pdf-crate.mjs", note: "native, not wasm" },
  { name: "mammoth", kinds: ["docx"], module: "./engines/mammoth.mjs", reference: "mammoth" },
  { name: "officeparser", kinds: ["docx", "pptx", "xlsx"], module: "./engines/officeparser.mjs", reference: "officeparser" },
  { name: "readability", kinds: ["html"], module: "./engines/readability.mjs" },
  { name: "linkedom", kinds: ["html"], module: "./engines/linkedom.mjs", note: "all visible text" },
  { name: "TextDecoder", kinds: ["txt"], module: "./engines/text-decoder.mjs", note: "UTF-8, or what the byte order mark says" },
];

/** The engines with these names, ours always among them. */
export function enginesNamed(names) {
  if (!names) return ENGINES;
  const unknown = names.filter((name) => !ENGINES.some((engine) => engine.name === name));
  if (unknown.length > 0) throw new Error(`there is no engine ${unknown.join(", ")}; there are ${ENGINES.map(({ name }) => name).join(", ")}`);
  return ENGINES.filter(({ name }) => name === "ours" || names.includes(name));
}

export function reads({ kinds }, kind) {
  return kinds === "all" || kinds.includes(kind);
}
