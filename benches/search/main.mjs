// Measures our search index side by side with others in headless Chromium. Prints Markdown;
// progress goes to standard error.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { corporaIn, textsOf } from "./corpora.mjs";
import { CORPORA, ENGINES, enginesNamed } from "./engines.mjs";
import { draw } from "../plots/draw.mjs";
import { figuresOf } from "./figures.mjs";
import { measure, profile } from "./measure.mjs";
import { hottest } from "./profile.mjs";
import { LONG, queriesOf } from "./queries.mjs";
import { number, page } from "./report.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const RECORDS = join(ROOT, "docs/benchmarks");
const USAGE = `\
usage: node benches/search/main.mjs [options]

  --quick          a few minutes: one round, 1 and 5 MB
  --engines A,B    only these: ${ENGINES.map(({ module }) => module).join(", ")}
  --corpora A,B    only these: ${Object.keys(CORPORA).join(", ")}; en100 is growth from 1 MB to 100 MB
  --rounds N       rounds over all engines, 3 unless told; growth is measured in the first
  --timeout S      seconds for a step (a build, a load), 300 unless told
  --record         write search.md, search.json and the plots into docs/benchmarks
  --profile DIR    instead of measuring, write processor profiles of ours (builds, short and long
                   queries), and print the functions that took most
`;

/** Chunks of 500 bytes: 1, 5, 25 and 100 MB. */
const SIZES = [2_000, 10_000, 50_000, 200_000];
/** The same queries at every size, so they come from the smallest. */
const ASKED_OF = SIZES[0];
const GROWING = ["ours-full", "ours-words", "flexsearch", "sqlite", "minisearch", "floor"];
const QUICK_GROWING = ["ours-full", "ours-words", "flexsearch", "sqlite"];

const FULL = { rounds: 3, sizes: SIZES, growing: GROWING, builds: 5, buildMs: 6_000, growthBuildMs: 20_000, loads: 5, loadMs: 4_000, short: { leastMs: 600, mostMs: 3_000 }, long: { leastMs: 400, mostMs: 2_000 }, queries: { short: 200, long: 8 } };
const QUICK = { rounds: 1, sizes: SIZES.slice(0, 2), growing: QUICK_GROWING, builds: 3, buildMs: 1_500, growthBuildMs: 1_500, loads: 3, loadMs: 1_000, short: { leastMs: 300, mostMs: 1_000 }, long: { leastMs: 150, mostMs: 800 }, queries: { short: 200, long: 8 } };

// The driver of the browser would only close it; on exit it does so, too.
process.once("SIGTERM", () => process.exit(143));

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`bench peers: ${error.message}`);
  process.exitCode = 1;
}

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (!options) return 2;
  const { folder, made } = corporaIn();
  const tasks = tasksOf(folder, made, options);
  if (options.profile) return writeProfiles(tasks, folder, options);
  const visits = await visitAll(tasks, folder, options);
  const results = resultsOf(tasks, visits);
  const run = facts(options, made, visits);
  const images = { ratios: options.record && results.en5 && "search-ratios.svg", growth: options.record && options.corpora.includes("en100") && "search-growth.svg" };
  const text = page({ run, results, images });
  console.log(page({ run, results, images: {} }));
  if (options.record) {
    write("search.md", text);
    write("search.json", json({ run, results, visits: visits.map(shortened) }));
    draw("search");
  }
  const oursFailed = visits.find(({ engine, visit }) => engine.ours && visit.failure);
  if (oursFailed) throw new Error(`ours failed: ${oursFailed.visit.failure.message}`);
  return 0;
}

/** What is asked of every engine: `{ key, corpus, language, chunks, textBytes, queries, isGrowth }`. */
function tasksOf(folder, made, { corpora, effort }) {
  return corpora.flatMap((corpus) => {
    const { language } = CORPORA[corpus];
    if (corpus !== "en100") {
      const queries = queriesOf(textsOf(folder, corpus), language, effort.queries);
      return [{ key: corpus, corpus, language, ...made.corpora[corpus], textBytes: made.corpora[corpus].bytes, queries }];
    }
    const texts = textsOf(folder, corpus);
    const { short, long } = queriesOf(texts.slice(0, ASKED_OF), language, effort.queries);
    const queries = { short, long: { [LONG.at(-1)]: long[LONG.at(-1)] } };
    return effort.sizes.map((chunks) => {
      const textBytes = texts.slice(0, chunks).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
      return { key: `${corpus}/${chunks}`, corpus, language, chunks, textBytes, queries, isGrowth: true };
    });
  });
}

/** All engines in turn, and that again each round, so that a slow moment hits none alone. */
async function visitAll(tasks, folder, { engines, effort }) {
  const visits = [];
  const failed = new Set();
  for (let round = 1; round <= effort.rounds; round += 1) {
    // Growth takes its time from many builds of one visit instead of many visits.
    for (const task of tasks.filter(({ isGrowth }) => !isGrowth || round === 1)) {
      for (const engine of engines.filter(({ module }) => !task.isGrowth || effort.growing.includes(module))) {
        // What fails once would only take time again, and more text does not help.
        const failure = `${task.corpus} ${engine.module}`;
        if (failed.has(failure)) continue;
        const buildMs = task.isGrowth ? effort.growthBuildMs : effort.buildMs;
        const visit = await measure(engine, task, folder, { ...effort, buildMs });
        if (visit.failure) failed.add(failure);
        visits.push({ key: task.key, round, engine, visit });
        console.error(progress(round, task, engine, visit, effort));
      }
    }
  }
  return visits;
}

function progress(round, task, { name }, visit, { rounds }) {
  const { build, short, load, failure } = figuresOf([visit], task.textBytes);
  const told = `build ${number(build)} ms, short query ${number(short)} ms, load ${number(load)} ms`;
  return `round ${round} of ${rounds}, ${task.key}, ${name}: ${told}${failure ? `; ${failure.outcome} at ${failure.step}: ${failure.message}` : ""}`;
}

function resultsOf(tasks, visits) {
  const results = {};
  for (const { key, textBytes } of tasks) {
    for (const { name } of ENGINES) {
      const ofEngine = visits.filter((visit) => visit.key === key && visit.engine.name === name).map(({ visit }) => visit);
      if (ofEngine.length > 0) (results[key] ??= {})[name] = { textBytes, ...figuresOf(ofEngine, textBytes) };
    }
  }
  return results;
}

async function writeProfiles(tasks, folder, { profile: target, engines, effort }) {
  mkdirSync(target, { recursive: true });
  for (const engine of engines.filter(({ ours }) => ours)) {
    for (const task of tasks.filter(({ isGrowth }) => !isGrowth)) {
      for (const [name, content] of Object.entries(await profile(engine, task, folder, effort.seconds))) {
        const file = join(target, `${engine.module}-${task.key}-${name}.cpuprofile`);
        writeFileSync(file, JSON.stringify(content));
        const lines = hottest(content).map(({ name, share }) => `${(share * 100).toFixed(1).padStart(5)} %  ${name}`);
        console.log([file, ...lines, ""].join("\n"));
      }
    }
  }
  return 0;
}

function readOptions(words) {
  const string = { type: "string" };
  const flag = { type: "boolean", default: false };
  let values;
  try {
    ({ values } = parseArgs({ args: words, options: { quick: flag, record: flag, help: flag, engines: string, corpora: string, rounds: string, timeout: { type: "string", default: "300" }, profile: string } }));
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`);
    return undefined;
  }
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const list = (text) => text?.split(",").filter(Boolean);
  const corpora = list(values.corpora) ?? Object.keys(CORPORA);
  const unknown = corpora.find((corpus) => !CORPORA[corpus]);
  if (unknown) throw new Error(`no such corpus: ${unknown}`);
  const effort = { ...(values.quick ? QUICK : FULL), seconds: whole(values.timeout, "--timeout") };
  if (values.rounds) effort.rounds = whole(values.rounds, "--rounds");
  return { engines: enginesNamed(list(values.engines)), corpora, effort, record: values.record, profile: values.profile && resolve(values.profile), words };
}

function whole(text, name) {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`${name} takes a whole number from 1`);
}

function facts({ words, engines, effort }, made, visits) {
  return {
    date: new Date().toISOString().slice(0, 10),
    command: ["cargo xtask bench peers", ...words].join(" "),
    node: process.versions.node,
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    chromium: visits.find(({ visit }) => visit.chromium)?.visit.chromium ?? "unknown",
    engines: engines.filter(({ isFloor }) => !isFloor).map(({ name, package: peer }) => ({ name, version: versionOf(peer) })),
    corpora: made.corpora,
    packages: made.packages,
    rounds: effort.rounds,
  };
}

/** From the lock file, which is what was installed. */
function versionOf(peer) {
  const file = peer ? "./package-lock.json" : "../../pkg/package.json";
  const content = JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8"));
  return peer ? content.packages[`node_modules/${peer}`].version : content.version;
}

/** Without the time of every single query. */
function shortened({ key, round, engine, visit }) {
  const bare = (search) => search && { ...search, walls: undefined };
  const long = Object.fromEntries(Object.entries(visit.long).map(([words, search]) => [words, bare(search)]));
  return { key, round, engine: engine.name, ...visit, short: bare(visit.short), long };
}

/** A line for every visit, so that two runs can be compared line by line. */
function json({ run, results, visits }) {
  const rounded = (_key, value) => (typeof value === "number" ? Number(value.toPrecision(5)) : value);
  const lines = visits.map((visit) => JSON.stringify(visit, rounded)).join(",\n");
  return `{\n"run": ${JSON.stringify(run)},\n"results": ${JSON.stringify(results, rounded, 1)},\n"visits": [\n${lines}\n]\n}\n`;
}

function write(name, content) {
  const path = join(RECORDS, name);
  if (!existsSync(dirname(path))) mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  console.error(`wrote docs/benchmarks/${name}`);
}
