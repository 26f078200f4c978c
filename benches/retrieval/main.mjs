// How well questions find their passages, by language: ours and plain words, measured natively,
// beside Qwen-Agent's search, measured in Python, and the peers with their own analyzers, measured
// here. Prints tables; progress goes to standard error.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { RECORDS, draw } from "../plots/draw.mjs";
import { circumstances } from "../run.mjs";
import { ANALYZERS } from "../search/analyzers.mjs";
import { groupOf } from "./groups.mjs";
import { qualityOf, readSet, setsOf } from "./quality.mjs";
import { page } from "./report.mjs";

const SETS = fileURLToPath(new URL("../../tests/retrieval/sets", import.meta.url));
const USAGE = `\
usage: cargo xtask bench retrieval [FOLDER] [options]

  FOLDER         question sets; without it, the repository's
  --quick        only questions by people, a minute
  --engines A;B  only these peers: ${ANALYZERS.map(({ name }) => name).join("; ")}
  --reference    measure Qwen-Agent anew (needs Python 3); otherwise what was recorded of it is shown
  --record       write retrieval.md, retrieval.json and the plot into docs/benchmarks
`;

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`bench retrieval: ${error.message}`);
  process.exitCode = 1;
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { own: { type: "string" }, engines: { type: "string" }, quick: { type: "boolean" }, record: { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (values.record && (values.quick || values.engines || positionals.length > 0)) throw new Error("a part is not recorded");
  const folder = positionals[0] ?? SETS;
  const wanted = values.engines?.split(";").map((name) => name.trim());
  const unknown = wanted?.find((one) => !ANALYZERS.some(({ name }) => name === one));
  if (unknown !== undefined) throw new Error(`there is no peer "${unknown}"; there are ${ANALYZERS.map(({ name }) => name).join("; ")}`);
  const peers = ANALYZERS.filter(({ name }) => !wanted || wanted.includes(name));
  const names = setsOf(folder).filter((name) => !values.quick || groupOf(name) === "questions");
  const own = values.own ? read(values.own).sets : {};
  const reference = read(join(RECORDS, "retrieval-reference.json"));
  const sets = {};
  for (const name of names) {
    const { ours, words } = own[name] ?? {};
    sets[name] = { ...(ours && { "qwen-agent-wasm": ours, "plain words": words }), ...(reference.sets[name] && { "Qwen-Agent": reference.sets[name] }) };
    Object.assign(sets[name], await peersOn(folder, name, peers));
    console.error(`${name}: measured`);
  }
  const words = process.argv.slice(2).filter((word, at, all) => word !== "--own" && all[at - 1] !== "--own");
  const report = { run: circumstances(["cargo xtask bench retrieval", ...words].join(" ")), engines: enginesOf(reference, peers, sets), sets };
  console.log(page(report));
  if (values.record) record(report);
  return 0;
}

async function peersOn(folder, name, peers) {
  const set = readSet(folder, name);
  const figures = {};
  for (const { name: peer, open } of peers) {
    const build = await open(name.split(".")[0]);
    figures[peer] = await qualityOf(set, await build(set.texts));
  }
  return figures;
}

/** Those that have figures: with their versions, and how they are run. */
function enginesOf({ versions }, peers, sets) {
  const installed = JSON.parse(readFileSync(new URL("../search/package-lock.json", import.meta.url), "utf8")).packages;
  const all = [
    { name: "qwen-agent-wasm", as: "as it comes; no language is told to it" },
    { name: "plain words", as: "UAX-29 words in lower case and the same BM25" },
    { name: "Qwen-Agent", version: versions["qwen-agent"], as: `its keyword search with jieba ${versions.jieba} and rank-bm25 ${versions["rank-bm25"]}, in Python` },
    ...peers.map(({ name, package: peer, as }) => ({ name, version: installed[`node_modules/${peer}`].version, as })),
  ];
  return all.filter(({ name }) => Object.values(sets).some((set) => set[name]));
}

function record({ run, engines, sets }) {
  const rounded = (_key, value) => (typeof value === "number" ? Number(value.toFixed(4)) : value);
  const lines = (object) => Object.entries(object).map(([name, value]) => `"${name}": ${JSON.stringify(value, rounded)}`).join(",\n");
  writeFileSync(join(RECORDS, "retrieval.json"), `{\n"run": ${JSON.stringify(run, rounded)},\n"engines": ${JSON.stringify(engines)},\n"sets": {\n${lines(sets)}\n}\n}\n`);
  // From what is recorded, so that the page can be written again without measuring.
  writeFileSync(join(RECORDS, "retrieval.md"), page(read(join(RECORDS, "retrieval.json"))));
  console.error("wrote docs/benchmarks/retrieval.json and retrieval.md");
  draw("retrieval");
}

function read(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}
