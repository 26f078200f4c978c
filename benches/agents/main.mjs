// Measures how agents read every chunk of a document: how near to the ideal, beside Qwen-Agent,
// how soon they react, and what faults cost. Prints tables; progress goes to standard error.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { CLIENTS, besideReference, faultsOf, reactions, schedulingOf, waysOf } from "./cases.mjs";
import { draw } from "../plots/draw.mjs";
import { startChromium } from "./chromium.mjs";
import { paragraphs, textOfChunks } from "./document.mjs";
import { chunkCounter } from "./node.mjs";
import { startEndpoint } from "./process.mjs";
import { page } from "./report.mjs";

const RESULTS = fileURLToPath(new URL("../../docs/benchmarks/", import.meta.url));
const PARTS = ["scheduling", "reference", "ways", "faults"];
const USAGE = `\
usage: node benches/agents/main.mjs [options]

  --only A,B       only these parts: ${PARTS.join(", ")} (reactions come with scheduling)
  --passes N       runs of each kind, 3 unless told
  --quick          the shorter document, the shorter latency, one run of each kind
  --no-chromium    Node only
  --no-reference   without Qwen-Agent
  --record         write the figures into docs/benchmarks
`;

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`bench agents: ${error.message}`);
  process.exitCode = 1;
}
// Wasm's timers of aborted requests should not hold this up.
process.exit();

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (!options) return 2;
  const log = (line) => console.error(line);
  const texts = await textsOf(options.quick ? [100] : [100, 500]);
  const [short] = texts;
  const wants = (part) => options.only.includes(part);
  const run = facts(options);
  const endpoint = await startEndpoint();
  let browser;
  const measured = {};
  try {
    if (options.chromium && wants("scheduling")) browser = await startChromium();
    const clients = { ...CLIENTS, ...(browser ? { Chromium: (given) => browser.open(given) } : {}) };
    const common = { endpoint, passes: options.passes, log };
    if (wants("reference")) {
      measured.reference = await besideReference({ ...common, python: options.reference ? process.env.QWEN_AGENT_PYTHON : undefined, ...short, latencyMs: 50 });
    }
    if (wants("ways")) measured.ways = await waysOf({ ...common, texts, latencyMs: 50 });
    if (wants("scheduling")) {
      measured.scheduling = await schedulingOf({ ...common, clients, texts, latencies: options.quick ? [50] : [50, 200], slots: [6, 16] });
      measured.reactions = await reactions({ ...common, clients, text: short.text, passes: 5, scheduling: measured.scheduling });
    }
    if (wants("faults")) measured.faults = await faultsOf({ ...common, ...short, long: texts.at(-1), latencyMs: 50 });
  } finally {
    endpoint.stop();
    await browser?.close();
  }
  run.chromium = browser?.version;
  const reference = measured.reference?.find(({ version }) => version);
  if (reference) run.reference = `${reference.version}, Python ${reference.python}`;
  const report = { run, ...measured };
  console.log(page(report));
  if (options.record) record(report);
  return 0;
}

function readOptions(words) {
  const flag = { type: "boolean", default: false };
  let values;
  try {
    ({ values } = parseArgs({
      args: words,
      options: {
        only: { type: "string", default: PARTS.join(",") }, passes: { type: "string" }, quick: flag,
        "no-chromium": flag, "no-reference": flag, record: flag, help: flag,
      },
    }));
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`);
    return undefined;
  }
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const only = values.only.split(",");
  const unknown = only.find((part) => !PARTS.includes(part));
  if (unknown !== undefined) throw new Error(`there is no part "${unknown}"; there are ${PARTS.join(", ")}`);
  const passes = Number(values.passes ?? (values.quick ? 1 : 3));
  if (!Number.isInteger(passes) || passes < 1) throw new Error("--passes takes a whole number from 1");
  return { only, passes, quick: values.quick, chromium: !values["no-chromium"], reference: !values["no-reference"], record: values.record, words };
}

async function textsOf(wanted) {
  const [all, count] = [paragraphs(), await chunkCounter()];
  const texts = [];
  for (const target of wanted) {
    const text = await textOfChunks(all, target, count);
    texts.push({ chunks: await count(text), text });
  }
  return texts;
}

function facts({ words, passes }) {
  const { version } = JSON.parse(readFileSync(new URL("../../pkg/package.json", import.meta.url), "utf8"));
  return {
    date: new Date().toISOString().slice(0, 10),
    command: ["cargo xtask bench agents", ...words].join(" "),
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    /** Figures of a busy machine say less. */
    load: loadavg()[0],
    node: process.versions.node,
    version,
    passes,
  };
}

/** A line for every row, so that two runs can be compared line by line. */
function record(report) {
  const rounded = (_key, value) => (typeof value === "number" ? Number(value.toFixed(3)) : value);
  const lines = (value) => (Array.isArray(value) ? `[\n${value.map((row) => JSON.stringify(row, rounded)).join(",\n")}\n]` : JSON.stringify(value, rounded));
  const flat = { ...report, faults: report.faults?.rows };
  const entries = Object.entries(flat).filter(([, value]) => value !== undefined).map(([name, value]) => `"${name}": ${lines(value)}`);
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(`${RESULTS}agents.json`, `{\n${entries.join(",\n")}\n}\n`);
  writeFileSync(`${RESULTS}agents.md`, page(report));
  console.error("wrote docs/benchmarks/agents.json and agents.md");
  draw("agents");
}
