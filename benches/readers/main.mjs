// Measures the document readers side by side with others: what they find, how fast they are, and
// which files break them. Prints Markdown; progress goes to standard error.

import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { RECORDS, draw } from "../plots/draw.mjs";
import { compareInChromium } from "./chromium.mjs";
import { filesOf } from "./corpus.mjs";
import { ENGINES, enginesNamed } from "./engines.mjs";
import { page } from "./markdown.mjs";
import { measure } from "./measure.mjs";
import { missing, tablesOf, tableOfCells } from "./report.mjs";
import { compareTables } from "./tables.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const USAGE = `\
usage: node benches/readers/main.mjs [CORPUS…] [options]

  CORPUS           a folder of documents; without one, the repository's tests/inputs
  --kind K         only these kinds (pdf, docx, …), with commas between
  --engines A,B    only these engines beside ours: ${ENGINES.map(({ name }) => name).filter((name) => name !== "ours").join(", ")}
  --passes N       timed passes, 3 unless told
  --timeout S      seconds that an engine has for a file, 60 unless told
  --worst N        list the N files that ours reads worst
  --tables FILE    where the cells of tables should stand, as record-tables.py writes it; without
                   it, that of the repository's tests/inputs if those are measured
  --chromium       also compare the speed on PDFs inside headless Chromium
  --json FILE      write all that was measured
  --markdown FILE  write the tables
  --record         write readers.json, readers.md and the plot into docs/benchmarks
`;

/** Below this a median says nothing. */
const LEAST_PASSES = 3;

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`bench readers: ${error.message}`);
  process.exitCode = 1;
}

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (!options) return 2;
  const corpora = options.corpora.map((corpus) => ({ corpus, files: filesOf(corpus, options.kinds) }));
  const files = corpora.flatMap((one) => one.files);
  if (files.length === 0) throw new Error("there are no documents of these kinds in the corpus");
  const engines = await measure(files, enginesNamed(options.engines), { ...options, log: (line) => console.error(line) });
  const cells = await inTables(options);
  const browser = options.chromium ? await inChromium(files, options) : undefined;
  const run = facts(options, corpora, engines, browser);
  const report = {
    run,
    notes: [...missing(engines), ...(browser?.error ? [browser.error] : [])],
    tables: [...tablesOf(files, engines, options.worst), ...cells, ...(browser?.table ? [browser.table] : [])],
  };
  console.log(page(report));
  if (options.markdown) write(options.markdown, page(report));
  if (options.json) write(options.json, json({ ...report, files: files.map(measured), browser: browser?.files ?? [] }));
  if (options.record) draw("readers");
  const ours = engines.find(({ name }) => name === "ours");
  if (ours.error) throw new Error(`ours could not be run (${ours.error}); run \`cargo xtask build\``);
  return browser?.error ? 1 : 0;
}

/** Cells of tables, for the first corpus that their places are known of. */
async function inTables({ corpora, tables, log }) {
  const inputs = resolve(ROOT, "tests/inputs");
  const file = tables ?? (corpora.includes(inputs) ? resolve(inputs, "tables.json") : undefined);
  if (!file) return [];
  const corpus = tables ? corpora[0] : inputs;
  return [tableOfCells(await compareTables(corpus, file, log))];
}

/** What was measured before should not be lost with a browser. */
async function inChromium(files, options) {
  try {
    return await compareInChromium(files, options);
  } catch (error) {
    return { error: `The comparison in Chromium failed: ${error.message.split("\n")[0]}` };
  }
}

function readOptions(words) {
  const string = { type: "string" };
  let parsed;
  try {
    parsed = parseArgs({
      args: words,
      allowPositionals: true,
      options: {
        kind: string, engines: string, tables: string, json: string, markdown: string,
        passes: { type: "string", default: "3" }, timeout: { type: "string", default: "60" }, worst: { type: "string", default: "0" },
        chromium: { type: "boolean", default: false }, record: { type: "boolean", default: false }, help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`);
    return undefined;
  }
  const { values, positionals } = parsed;
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const list = (text) => text?.split(",").filter(Boolean);
  return {
    corpora: positionals.length > 0 ? positionals.map((path) => resolve(path)) : [resolve(ROOT, "tests/inputs")],
    kinds: list(values.kind),
    engines: list(values.engines),
    tables: values.tables && resolve(values.tables),
    record: values.record,
    json: values.record ? join(RECORDS, "readers.json") : values.json,
    markdown: values.record ? join(RECORDS, "readers.md") : values.markdown,
    passes: whole(values.passes, "--passes", LEAST_PASSES),
    seconds: whole(values.timeout, "--timeout", 1),
    worst: whole(values.worst, "--worst", 0),
    chromium: values.chromium,
    words,
  };
}

function whole(text, name, least) {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least) return number;
  throw new Error(`${name} takes a whole number from ${least}`);
}

function facts({ words, corpora: paths }, corpora, engines, browser) {
  // A folder elsewhere is named, but where it lies on this machine tells nobody anything.
  const shown = words.map((word) => (isAbsolute(word) || paths.includes(resolve(word)) ? place(resolve(word)) : word));
  return {
    date: new Date().toISOString().slice(0, 10),
    command: ["cargo xtask bench readers", ...shown].join(" "),
    corpora: corpora.map(({ corpus, files }) => ({ name: place(corpus), files: files.length })),
    node: process.versions.node,
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    chromium: browser?.version,
    engines: engines.filter(({ error }) => !error).map(({ name, version }) => ({ name, version })),
  };
}

function place(path) {
  const within = relative(ROOT, path);
  return within.startsWith("..") || within === "" ? `…/${basename(path)}` : within.split(sep).join("/");
}

function measured({ name, kind, bytes, language, group, references, results }) {
  return { name, kind, bytes, language, group, references: Object.keys(references), results };
}

/** A line for every table and file, so that two runs can be compared line by line. */
function json(report) {
  const rounded = (_key, value) => (typeof value === "number" ? Number(value.toFixed(4)) : value);
  const entries = Object.entries(report).map(([name, value]) => {
    const lines = Array.isArray(value) ? `[\n${value.map((item) => JSON.stringify(item, rounded)).join(",\n")}\n]` : JSON.stringify(value, rounded);
    return `"${name}": ${lines}`;
  });
  return `{\n${entries.join(",\n")}\n}\n`;
}

function write(path, content) {
  mkdirSync(dirname(resolve(path)), { recursive: true });
  writeFileSync(path, content);
  console.error(`wrote ${path}`);
}
