// From figures to pictures: as long as their values, with words for those who see none, and the
// recorded ones as they are drawn now.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ENGINES } from "../search/engines.mjs";
import { agentsPlot } from "./agents.mjs";
import { PLOTS, RECORDS, draw } from "./draw.mjs";
import { evalPlot } from "./eval.mjs";
import { needlePlot } from "./needle.mjs";
import { readersPlot } from "./readers.mjs";
import { retrievalPlot } from "./retrieval.mjs";
import { scalePlot } from "./scale.mjs";
import { growthPlot, ratioPlot } from "./search.mjs";
import { color, decades, dots, legend, linear, logarithmic, svg } from "./svg.mjs";

const count = (drawn, pattern) => [...drawn.matchAll(pattern)].length;

test("scales are linear or logarithmic, and what is below stands at the edge", () => {
  const scale = logarithmic([1, 100], [0, 10]);
  assert.deepEqual([scale(1), scale(10), scale(100)].map(Math.round), [0, 5, 10]);
  assert.deepEqual(decades([0.5, 2000]), [1, 10, 100, 1000]);
  assert.deepEqual([0, 0.5, 0.75, 1].map(linear([0.5, 1], [0, 10])), [0, 0, 5, 10]);
});

test("a picture tells its figures in words, names as text, and follows the reader's scheme", () => {
  const drawn = svg({ height: 10, title: "a & <b>", description: "c" }, []);
  assert.match(drawn, /<title id="title">a &amp; &lt;b><\/title>\n<desc id="description">c<\/desc>/);
  assert.match(drawn, /prefers-color-scheme:dark/);
  assert.doesNotMatch(drawn, /@font-face|url\(|<image|href/);
});

test("marks stand where their values are, and a figure that is missing has none", () => {
  const rows = [{ label: "a", values: [0.5, 1, undefined, Number.NaN] }];
  const { parts } = dots({ left: 100, top: 0, width: 200, title: "t", rows, scale: linear([0, 1], [0, 1]), ticks: [0, 1] });
  assert.ok(parts.includes(`<circle cx="200" cy="20" r="4" fill="${color(0)}"/>`));
  assert.ok(parts.includes(`<rect x="296" y="16" width="8" height="8" fill="${color(1)}"/>`));
  assert.equal(count(parts.join(""), /fill="#/g), 2);
});

test("a long legend goes on in another line", () => {
  assert.ok(legend(Array(12).fill("a long name"), 0).height > legend(["a long name"], 0).height);
});

const SEARCH = {
  en5: {
    "ours, full": { build: 100, short: 0.1, long2000: 1 },
    "ours, words": { build: 60 },
    FlexSearch: { build: 200, short: 0.4, long2000: 4 },
    Orama: { failure: { step: "build" } },
  },
  "en100/10000": { "ours, full": { textBytes: 5e6, build: 500, short: 1, savedMb: 2 } },
  "en100/200000": { "ours, full": { textBytes: 1e8, build: 12_000, short: 9 } },
};

test("search has a bar for each ratio and a line for each engine", () => {
  const bars = ratioPlot({ results: SEARCH });
  assert.equal(count(bars, /<rect [^>]*height="12" fill="#0072b2"/g), 3);
  assert.match(bars, />2 ×<|>2\.00 ×</);
  assert.match(bars, /FlexSearch: build 2\.00, short query 4\.00/);
  const lines = growthPlot({ results: SEARCH });
  assert.match(lines, /ours, full: Build, ms 500 at 5 MB and 12,000 at 100 MB/);
  assert.doesNotMatch(bars + lines, /NaN|undefined/);
  const everyone = Object.fromEntries(ENGINES.map(({ name }) => [name, { textBytes: 1e6, build: 1, short: 1 }]));
  const colors = growthPlot({ results: { "en100/2000": everyone } }).match(/points="[^"]*" fill="none" stroke="#[0-9a-f]{6}"/g).map((line) => line.slice(-8));
  assert.equal(new Set(colors).size, ENGINES.length);
  assert.equal(growthPlot({ results: {} }), undefined);
});

test("growth tells kilobytes and megabytes apart", () => {
  const drawn = scalePlot({ results: { "en100/200": { "ours, full": { textBytes: 99_000, build: 3, savedMb: 0.1 } }, ...SEARCH } });
  assert.match(drawn, />100 kB</);
  assert.match(drawn, /Saved, MB 0\.10 at 100 kB and 2\.00 at 5 MB/);
  assert.doesNotMatch(drawn, /NaN|undefined/);
});

test("agents have bars as long as their values", () => {
  const run = (ratio) => ({ ratio });
  const scheduling = [{ client: "Node", chunks: 100, latencyMs: 50, slots: 6, cold: run(1.5), warm: run(1.02) }];
  const drawn = agentsPlot({ scheduling, reference: [{ name: "ours", wallMs: 1000 }, { name: "a & <b>", wallMs: 25_000 }] });
  const widths = [...drawn.matchAll(/width="([\d.]+)" height="12"/g)].map(([, width]) => Number(width));
  assert.equal(widths.length, 4);
  assert.ok(Math.abs(widths[0] / widths[1] - 1.5 / 1.02) < 0.01);
  assert.ok(Math.abs(widths[3] / widths[2] - 25) < 0.1);
  assert.match(drawn, /a &amp; &lt;b>/);
});

test("needles have a cell for each length and depth, colored by the share that was found", () => {
  const cell = (tokens, found) => ({ language: "x", kind: "one", tokens, depth: 0, way: "level 1", found });
  const drawn = needlePlot([cell(8000, true), cell(8000, false), cell(1e6, true)]);
  assert.equal(count(drawn, /rgb\(/g), 2);
  assert.match(drawn, /rgb\(170 170 170\).*\n.*rgb\(0 114 178\)/);
  assert.match(drawn, /level 1: 2 of 3 found/);
});

test("readers are drawn from their tables, whatever note an engine has behind its name", () => {
  const tables = [
    { title: "Quality: pdf, exact text", columns: ["engine", "files", "F1"], rows: [["ours", 2, "0.990"], ["other", 2, "0.750"], ["old (stored)", 2, "0.5"]] },
    { title: "Speed in Chromium: pdf", columns: ["engine", "MB/s"], rows: [["ours", "10"], ["other (native)", "20"]] },
  ];
  const drawn = readersPlot({ run: { engines: [{ name: "ours" }, { name: "other" }] }, tables });
  assert.match(drawn, /F1, pdf, exact text: ours 0\.99, other 0\.75/);
  assert.match(drawn, /MB a second, pdf, Chromium: ours 10, other 20/);
});

test("retrieval has a row for each language of each kind of questions", () => {
  const both = (a, b) => ({ ours: { ndcg: a, recall: 1 }, peer: { ndcg: b, recall: 1 } });
  const drawn = retrievalPlot({ engines: [{ name: "ours" }, { name: "peer" }], sets: { "de.xquad": both(0.9, 0.8), "de.other": both(0.7, 0.6), "de.flores": both(0.5, 0.4) } });
  assert.match(drawn, /questions by people, ours 0\.800, peer 0\.700/);
  assert.match(drawn, /neighboring sentences, ours 0\.500/);
});

test("an evaluation has a mark for each set and a stroke for each floor, and says what is below", () => {
  const row = (set, value, floor = 0.8) => ({ part: "quotes", set, measure: "m", value, floor, passed: value >= floor });
  const drawn = evalPlot({ rows: [row("a", 0.9), row("b", 0.7), { part: "other", set: "c", measure: "n", value: 0, passed: true }] });
  assert.match(drawn, /quotes, m: mean 0\.800, lowest 0\.700 in b; other, n: mean 0\.000/);
  assert.match(drawn, /Below their floors: b, m\./);
  assert.equal(count(drawn, /class="floor"/g), 1 + 2);
  assert.match(evalPlot({ rows: [row("a", 0.9)] }), /None is below its floor/);
});

test("what is recorded is drawn as it stands there", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "plots-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const pictures = Object.keys(PLOTS).flatMap((name) => {
    let figures;
    try {
      figures = readFileSync(join(RECORDS, `${name}.json`));
    } catch {
      return [];
    }
    writeFileSync(join(folder, `${name}.json`), figures);
    return draw(name, folder);
  });
  assert.ok(pictures.length >= 5, String(pictures));
  for (const picture of pictures) assert.equal(readFileSync(join(folder, picture), "utf8"), readFileSync(join(RECORDS, picture), "utf8"), `${picture}; run node benches/plots/main.mjs`);
});
