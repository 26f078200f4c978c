// From figures to the page: what was run, goals, tables by corpus, growth, and whose texts they are.

import { table } from "../readers/markdown.mjs";
import { CORPORA, ENGINES, PEERS } from "./engines.mjs";
import { COMPARED } from "./figures.mjs";
import { judged } from "./goals.mjs";
import { losses } from "./losses.mjs";
import { LONG } from "./queries.mjs";

const MODES = ENGINES.filter(({ ours }) => ours);
const FIGURES = { build: "build", growth: "build, a byte of 100 MB against one of 5 MB", short: "short query", long2000: "2,000-word query", savedPerByte: "saved bytes per byte of text", load: "load to the first hit, ms", memoryPerSaved: "memory that a loaded index adds, per saved byte", hit1: "hit@1", hit10: "hit@10" };

/** The whole page as Markdown. `results[key][engine name]` are figures; see main.mjs. */
export function page({ run, results, images }) {
  const parts = [
    "# Search, side by side",
    "Written by `cargo xtask bench peers`, which measures all of it in one run in headless Chromium.",
    table(["", ""], facts(run)),
    ...METHOD,
    ...goals(results),
    ...losses(results, { number, title }),
    ...(images.ratios ? [`![How many times faster, smaller or leaner than each peer](${images.ratios})`] : []),
    ...Object.keys(CORPORA).filter((corpus) => results[corpus]).flatMap((corpus) => corpusTables(corpus, results[corpus])),
    ...growthTables(results, images.growth),
    ...sources(run),
  ];
  return `${parts.join("\n\n")}\n`;
}

const METHOD = [
  "Times are processor time of the page's main thread, or wall time where that is less; short queries are wall time, the median of the queries. A build goes from texts in the page to the first answer, a load from the saved index in a fresh page to the first answer.",
  "Peers run as their readmes say. Most of them cannot cut Chinese, so all peers get the same tokens of it: words, and pairs of neighboring characters. Ours cuts it itself, and with all languages in mind: words and their parts of four letters in the full mode.",
  "The bare floor is a small Rust index of plain words (`benches/search/floor`) with nothing that a product needs: it cannot be saved, and is no peer but the least that can be hoped for.",
  "`hit@1` and `hit@10` tell how often the chunk was found from which a short query's words were taken. Orama's saved index holds the texts. LangChain.js has no index: it keeps the texts, which are its saved form, and goes over all of them for every question; its other store in memory, for vectors, needs a model that makes them. Memory is what an index adds to that of JavaScript after garbage collection, without the texts, and the wasm memory with all that it held at its height; loaded, it is without the saved bytes, too. `added MB` is what a loaded index adds: the same without what our module takes with an empty index (its stack and tables); `index MB` are the bytes of the index itself, as `memory()` tells them.",
];

function facts(run) {
  return [
    ["date", run.date],
    ["command", `\`${run.command}\``],
    ["machine", `${run.cores} cores, ${run.cpu}`],
    ["Node", run.node],
    ["Chromium", run.chromium],
    ["engines", run.engines.map(({ name, version }) => `${name} ${version}`).join(", ")],
    ["corpora", Object.entries(run.corpora).map(([name, { chunks, bytes }]) => `${name}: ${grouped(chunks)} chunks, ${grouped(bytes)} bytes`).join("; ")],
    ["rounds", run.rounds],
  ];
}

function goals(results) {
  const rows = judged(results).map((goal) => {
    const { corpus, figure, mode, against, measured, met } = goal;
    return [FIGURES[figure], title(corpus), mode, wanted(goal), against ? `${number(measured)} ×` : number(measured), met ? "met" : "missed"];
  });
  return rows.length === 0 ? [] : ["## Goals", table(["figure", "corpus", "mode", "goal", "measured", "result"], rows)];
}

function wanted({ against, times, slower, asGood, most, least }) {
  if (asGood) return `≥ that of the ${against}`;
  if (slower) return `time ≤ ${slower} × ${against}`;
  if (against) return `≥ ${times} × ${against}`;
  return most === undefined ? `≥ ${least}` : `≤ ${most}`;
}

function corpusTables(corpus, engines) {
  const columns = ["engine", "build ms", "first build", "short p50 ms", ...LONG.map((words) => `${grouped(words)} words`), "saved / text", "load ms", "first load", "heap MB", "wasm MB", "loaded MB", "added MB", "index MB", "hit@1", "hit@10"];
  const names = ["build", "buildFirst", "short", ...LONG.map((words) => `long${words}`), "savedPerByte", "load", "loadFirst", "heapBuilt", "wasmBuilt", "memoryLoaded", "addedLoaded", "ownLoaded", "hit1", "hit10"];
  const rows = Object.entries(engines).map(([engine, figures]) => [engine, ...names.map((name) => number(figures[name]))]);
  return [`## ${CORPORA[corpus].title}`, table(columns, rows), ...failures(engines), ...ratios(engines)];
}

/** How many times ours is better than each peer. */
function ratios(engines) {
  return MODES.filter(({ name }) => engines[name]).flatMap(({ name }) => {
    const rows = PEERS.filter((peer) => engines[peer.name]).map((peer) => {
      const cells = COMPARED.map(([figure]) => engines[peer.name][figure] / engines[name][figure]);
      return [peer.name, ...cells.map((ratio) => (Number.isFinite(ratio) ? `${number(ratio)} ×` : "–"))];
    });
    return rows.length === 0 ? [] : [`Each peer's figure divided by that of ${name}:`, table(["peer", ...COMPARED.map(([, title]) => title)], rows)];
  });
}

function growthTables(results, image) {
  const keys = Object.keys(results).filter((key) => key.includes("/"));
  if (keys.length === 0) return [];
  const columns = ["engine", "text MB", "build ms", "ms a MB", "short p50 ms", "2,000 words", "saved / text", "load ms", "heap MB", "wasm MB", "loaded MB", "hit@1", "hit@10"];
  const rows = ENGINES.flatMap(({ name }) => keys.filter((key) => results[key][name]).map((key) => {
    const figures = results[key][name];
    const megabytes = figures.textBytes / 1e6;
    const known = ["short", "long2000", "savedPerByte", "load", "heapBuilt", "wasmBuilt", "memoryLoaded", "hit1", "hit10"].map((figure) => number(figures[figure]));
    return [name, number(megabytes), number(figures.build), number(figures.build / megabytes), ...known];
  }));
  const failed = keys.flatMap((key) => failures(results[key], title(key)));
  return ["## Growth", ...(image ? [`![Build time and query time from 1 MB to 100 MB](${image})`] : []), table(columns, rows), ...failed];
}

function failures(engines, where) {
  const lines = Object.entries(engines).filter(([, { failure }]) => failure).map(([name, { failure }]) => {
    const what = { crash: "ran out of memory or crashed", timeout: "took too long", error: "failed" }[failure.outcome];
    return `- ${name} ${what} during ${failure.step}${where ? ` with ${where}` : ""}: ${failure.message}.`;
  });
  return lines.length === 0 ? [] : [lines.join("\n")];
}

function sources({ packages }) {
  const rows = packages.map(({ name, version, license }) => [name, version, license]);
  return ["## Texts", "From these packages of Debian, each under its own license; no text of theirs is in this repository. The license is what the package's copyright file says of all its files.", table(["package", "version", "license"], rows)];
}

export function title(key) {
  const [corpus, chunks] = key.split("/");
  return chunks ? `English, ${grouped(Math.round(Number(chunks) / 2000))} MB` : CORPORA[corpus].title;
}

/** Three digits that count. */
export function number(value) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size >= 1000) return grouped(Math.round(value));
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 || size === 0 ? 2 : size >= 0.01 ? 3 : 4);
}

const grouped = (value) => value.toLocaleString("en-US");
