// How cost grows with the text: every engine over 100 kB to 100 MB of the same mixed English, in
// headless Chromium, each size in a fresh browser. What takes too long or ends its page is named,
// and is spared larger texts. Prints Markdown; progress goes to standard error.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { RECORDS, draw } from "../plots/draw.mjs";
import { circumstances } from "../run.mjs";
import { corporaIn, textsOf } from "./corpora.mjs";
import { ENGINES, enginesNamed } from "./engines.mjs";
import { figuresOf } from "./figures.mjs";
import { measure } from "./measure.mjs";
import { LONG, queriesOf } from "./queries.mjs";
import { number } from "./report.mjs";
import { scalePage } from "./scale-report.mjs";

const CORPUS = "en100";
const LANGUAGE = "en";
/** Chunks of 500 bytes: 100 kB, 300 kB, 1, 3, 10, 30 and 100 MB. */
const SIZES = [200, 600, 2_000, 6_000, 20_000, 60_000, 200_000];
const QUICK_SIZES = SIZES.slice(0, 3);
const QUERIES = { short: 100, long: 4 };
const EFFORT = { builds: 5, buildMs: 6_000, loads: 5, loadMs: 3_000, short: { leastMs: 400, mostMs: 3_000 }, long: { leastMs: 300, mostMs: 3_000 } };
const QUICK = { builds: 3, buildMs: 500, loads: 3, loadMs: 500, short: { leastMs: 100, mostMs: 500 }, long: { leastMs: 100, mostMs: 500 } };
const USAGE = `\
usage: cargo xtask bench scale [options]

  --quick        100 kB to 1 MB, a minute or two
  --engines A,B  only these: ${ENGINES.map(({ module }) => module).join(", ")}
  --timeout S    seconds for a step (a build, a load), 120 unless told
  --record       write scale.md, scale.json and the plot into docs/benchmarks
`;

// The driver of the browser would only close it; on exit it does so, too.
process.once("SIGTERM", () => process.exit(143));

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`bench scale: ${error.message}`);
  process.exitCode = 1;
}

async function main() {
  const flag = { type: "boolean", default: false };
  const { values } = parseArgs({ options: { quick: flag, record: flag, help: flag, engines: { type: "string" }, timeout: { type: "string", default: "120" } } });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const seconds = Number(values.timeout);
  if (!(seconds > 0)) throw new Error("--timeout takes a number of seconds");
  if (values.record && values.quick) throw new Error("a part is not recorded; leave out --quick");
  const { folder } = corporaIn();
  const effort = { ...(values.quick ? QUICK : EFFORT), seconds };
  const engines = enginesNamed(values.engines?.split(","));
  const run = circumstances(["cargo xtask bench scale", ...process.argv.slice(2)].join(" "));
  const { results, chromium } = await grow(tasksOf(folder, values.quick ? QUICK_SIZES : SIZES), engines, folder, effort);
  const report = { run: { ...run, chromium, timeout: seconds, engines: engines.map(versioned) }, results };
  console.log(scalePage(report));
  if (values.record) record(report);
  const ours = engines.filter(({ ours }) => ours).flatMap(({ name }) => Object.values(results).map((result) => result[name]?.failure)).find(Boolean);
  if (ours) throw new Error(`ours failed: ${ours.message}`);
  return 0;
}

/** Every size is asked the same, from the smallest. */
function tasksOf(folder, sizes) {
  const texts = textsOf(folder, CORPUS, sizes.at(-1));
  const { short, long } = queriesOf(texts.slice(0, sizes[0]), LANGUAGE, QUERIES);
  const queries = { short, long: { [LONG.at(-1)]: long[LONG.at(-1)] } };
  return sizes.map((chunks) => {
    const textBytes = texts.slice(0, chunks).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    return { key: `${CORPUS}/${chunks}`, corpus: CORPUS, language: LANGUAGE, chunks, textBytes, queries };
  });
}

async function grow(tasks, engines, folder, effort) {
  const results = {};
  const failed = new Set();
  let chromium;
  for (const task of tasks) {
    for (const engine of engines.filter(({ module }) => !failed.has(module))) {
      const visit = await measure(engine, task, folder, effort);
      chromium ??= visit.chromium;
      if (visit.failure) failed.add(engine.module);
      const figures = figuresOf([visit], task.textBytes);
      const savedMb = figures.savedBytes / 1e6;
      (results[task.key] ??= {})[engine.name] = { textBytes: task.textBytes, ...figures, ...(savedMb && { savedMb }) };
      const { build, short, failure } = figures;
      console.error(`${task.key}, ${engine.name}: build ${number(build)} ms, short query ${number(short)} ms${failure ? `; ${failure.outcome} at ${failure.step}: ${failure.message}` : ""}`);
    }
  }
  return { results, chromium };
}

/** From the lock file, which is what was installed. */
function versioned({ name, package: peer }) {
  const { packages } = JSON.parse(readFileSync(new URL("./package-lock.json", import.meta.url), "utf8"));
  return { name, version: packages[`node_modules/${peer}`]?.version };
}

/** A line for every engine and size, so that two runs can be compared line by line. */
function record({ run, results }) {
  const rounded = (_key, value) => (typeof value === "number" ? Number(value.toPrecision(5)) : value);
  const lines = (object, print) => Object.entries(object).map(([name, value]) => `${JSON.stringify(name)}: ${print(value)}`).join(",\n");
  const sizes = lines(results, (engines) => `{\n${lines(engines, (figures) => JSON.stringify(figures, rounded))}\n}`);
  writeFileSync(join(RECORDS, "scale.json"), `{\n"run": ${JSON.stringify(run, rounded)},\n"results": {\n${sizes}\n}\n}\n`);
  writeFileSync(join(RECORDS, "scale.md"), scalePage(JSON.parse(readFileSync(join(RECORDS, "scale.json"), "utf8"))));
  console.error("wrote docs/benchmarks/scale.json and scale.md");
  draw("scale");
}
