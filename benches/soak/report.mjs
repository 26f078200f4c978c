// What a soak came to, as text for the terminal and for docs/benchmarks.

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { MOST_GROWTH } from "./flat.mjs";

const DOCS = fileURLToPath(new URL("../../docs/benchmarks/", import.meta.url));
/** At these parts of all cycles a table has a row. */
const SHOWN = [0.1, 0.25, 0.5, 0.75, 1];
const FIGURES = [
  ["wasm", "wasm MB", mega],
  ["workerHeap", "worker heap MB", mega],
  ["pageHeap", "page heap MB", mega],
  ["workers", "workers", String],
  ["records", "stored records", String],
  ["files", "stored files", String],
  ["nodes", "DOM nodes", String],
  ["listeners", "listeners", String],
];
const SAID = {
  cycles: `Two assistants at once: one lives through all cycles, in memory; the other stores, and is disposed of and made anew every tenth cycle.
A third, without a worker and with a \`fetch\` of the page's own, is made, used and disposed of at that moment, too.
In each cycle, each adds a file (in turn Markdown, HTML, CSV, DOCX, XLSX, PPTX, PDF and JSON) and a text, asks (in turn levels \`retrieve\` and \`read\`, every fifth left in the middle, every third in a conversation), searches, looks at a page and at chunks, and removes both.`,
  widgets: `An element is put into the page, opened, given a text and asked, and is taken out again, every fourth one while it answers.
Every second stands in the page, the others have a launcher. Two assistants lie idle beside it.`,
};

export function record(result) {
  writeFileSync(`${DOCS}soak.json`, `${JSON.stringify(result, null, 1)}\n`);
  writeFileSync(`${DOCS}soak.md`, document(result));
}

function document(result) {
  const { date, command, cores, cpu, load, node, chromium } = result.run;
  const facts = { date, command: `\`${command}\``, machine: `${cores} cores, ${cpu}`, "load before": load, Node: node, Chromium: chromium };
  return `# Soak: what is held after long use

Written by \`cargo xtask soak --record\`.

${table(["", ""], Object.entries(facts).map(([name, value]) => [name, String(value)]))}

${tables(result)}`;
}

export function tables({ soaks, day }) {
  return [...soaks.map(ofSoak), ...(day ? [ofDay(day)] : [])].join("\n");
}

function ofSoak({ run, cycles, points, figures, ownBytes, workersAfter }) {
  const rows = SHOWN.map((share) => points.find(({ cycle }) => cycle >= share * cycles)).filter((point, index, all) => all.indexOf(point) === index);
  const growth = FIGURES.map(([name]) => figures.find(({ figure }) => figure === name)).map(({ growth, flat }) => `${percent(growth)}${flat ? "" : " **not flat**"}`);
  return `## ${cycles} ${run === "cycles" ? "cycles" : "times a widget"}

${SAID[run]}
Measured after garbage was collected, in a quiet moment; growth is that over the second half, by the lines fitted to its two quarters, of which the flatter counts, and must be below ${percent(MOST_GROWTH)}: what leaks grows in both, what an engine makes once is in one.

${table(["cycle", ...FIGURES.map(([, title]) => title)], [...rows.map(({ cycle, figures }) => [String(cycle), ...FIGURES.map(([name, , show]) => show(figures[name]))]), ["growth", ...growth]], true)}

Of ${points.length} points; in the end${ownBytes ? ` the page itself measured ${mega(ownBytes)} MB of scripts and wasm (\`measureUserAgentSpecificMemory\`), and` : ""} ${workersAfter} workers were left when everything was disposed of.
`;
}

function ofDay({ megabytes, documents, phases, different }) {
  const rows = phases.map(({ phase, seconds, peak, wasm, as, result }) => [phase, seconds.toFixed(1), peak === undefined ? "" : mega(peak), mega(wasm), told(result, as, different.some((text) => text.startsWith(`"${phase}"`)))]);
  const { tokens, chunks } = phases[0].result;
  return `## A day's work: ${megabytes} MB of text

${documents} documents in eight scripts (${tokens.toLocaleString("en")} tokens, ${chunks.toLocaleString("en")} chunks), made of the retrieval tests' passages with numbers and made-up words in them.
"Peak" is the most resident memory of the page's process during a phase, in which garbage and the making of the texts are counted, too; "wasm" is the worker's wasm memory after it, which never shrinks while a worker lives.
Merging begins after a quiet moment of two seconds, and its end is known when for five seconds nothing changes.

${table(["phase", "seconds", "peak MB", "wasm MB", ""], rows, true)}
`;
}

function told({ documents, tokens, queries, hits, medianMs, longestMs, parts, partsBefore, bytes }, as, differs) {
  const words = [];
  if (documents !== undefined) words.push(`${documents} documents`);
  if (tokens === undefined && bytes !== undefined) words.push(`${mega(bytes)} MB`);
  if (queries !== undefined) words.push(`${queries} queries, ${hits} hits, median ${medianMs.toFixed(1)} ms, longest ${longestMs.toFixed(1)} ms`);
  if (parts !== undefined) words.push(`${partsBefore} parts became ${parts}`);
  if (as) words.push(differs ? `**not as in "${as}"**` : `as in "${as}"`);
  return words.join("; ");
}

function mega(bytes) {
  return (bytes / 1e6).toFixed(bytes < 1e8 ? 2 : 0);
}

function percent(share) {
  return `${(100 * share).toFixed(2)} %`;
}

/** Columns of one width, so that the source can be read, too; all but the first to the right if they are numbers. */
function table(head, rows, numbers = false) {
  const widths = head.map((title, column) => Math.max(3, title.length, ...rows.map((row) => row[column].length)));
  const isRight = (column) => numbers && column > 0 && head[column] !== "";
  const line = (cells) => `| ${cells.map((cell, column) => (isRight(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join(" | ")} |`;
  const rule = `| ${widths.map((width, column) => (isRight(column) ? `${"-".repeat(width - 1)}:` : "-".repeat(width))).join(" | ")} |`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}
