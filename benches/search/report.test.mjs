// From measurements to figures, goals, tables and plots.

import assert from "node:assert/strict";
import { test } from "node:test";
import { enginesNamed } from "./engines.mjs";
import { figuresOf, median } from "./figures.mjs";
import { judged } from "./goals.mjs";
import { middle } from "./page/middle.mjs";
import { hottest } from "./profile.mjs";
import { number, page } from "./report.mjs";
import { fileFor } from "./server.mjs";

const visit = (build, cpu = build) => ({
  builds: [{ wall: 9 * build, cpu: 9 * cpu }, { wall: build, cpu }, { wall: build, cpu }],
  short: { walls: [1, 2, 9], runs: 10, cpu: 20, first: 0.5, ten: 0.75 },
  long: { 2000: { walls: [8, 8], runs: 4, cpu: 20 } },
  saved: { bytes: 500, wall: 1, cpu: 1 },
  loads: [{ wall: 50, cpu: 40 }, { wall: 4, cpu: 3 }, { wall: 6, cpu: 5 }],
  memory: { built: { heap: 1, wasm: 2 }, loaded: { heap: 0.5, wasm: 0.5, own: 0.25, empty: 0.375 } },
});

test("figures are medians of rounds, without the first build and load", () => {
  const figures = figuresOf([visit(100), visit(300), visit(200)], 1000);
  assert.deepEqual([figures.build, figures.buildFirst, figures.short, figures.shortCpu], [200, 1800, 2, 2]);
  assert.deepEqual([figures.long2000, figures.savedPerByte, figures.load, figures.loadFirst], [5, 0.5, 4, 40]);
  assert.deepEqual([figures.memoryBuilt, figures.memoryLoaded, figures.hit1, figures.hit10], [3, 1, 0.5, 0.75]);
  assert.deepEqual([figures.addedBuilt, figures.addedLoaded, figures.ownLoaded], [3, 0.625, 0.25]);
});

test("time is the lesser of wall and processor, or wall where there is no other", () => {
  assert.equal(figuresOf([visit(100, 60)], 1000).build, 60);
  assert.equal(figuresOf([visit(100, 160)], 1000).build, 100);
  assert.equal(figuresOf([visit(100, Number.NaN)], 1000).build, 100);
});

test("an engine that fails keeps what it had, and says why", () => {
  const failure = { step: "save", outcome: "crash", message: "the page ended" };
  const figures = figuresOf([{ builds: [{ wall: 7, cpu: 7 }], long: {}, loads: [], memory: {}, failure }], 1000);
  assert.deepEqual([figures.build, figures.short, figures.failure], [7, undefined, failure]);
});

test("runs count by their middle half", () => {
  assert.equal(middle([1, 2, 4, 100]), 3);
  assert.equal(middle([5]), 5);
  assert.equal(median([3, 1, 2]), 2);
});

const results = {
  en5: {
    "ours, full": { textBytes: 1e6, build: 100, short: 0.1, long2000: 1, savedPerByte: 0.5, savedBytes: 5e5, addedLoaded: 1 },
    "ours, words": { textBytes: 1e6, build: 60 },
    "bare floor": { textBytes: 1e6, build: 50 },
    FlexSearch: { textBytes: 1e6, build: 200, short: 0.4, long2000: 4 },
    Orama: { textBytes: 1e6, failure: { step: "build", outcome: "timeout", message: "build took more than 3 s" } },
  },
  "en100/10000": { "ours, full": { textBytes: 5e6, build: 500, short: 1 } },
  "en100/200000": { "ours, full": { textBytes: 1e8, build: 12_000, short: 9 } },
};

test("goals are judged by ratios to peers and by limits", () => {
  const found = judged(results);
  const of = (figure, corpus) => found.filter((goal) => goal.figure === figure && goal.corpus === corpus).map(({ measured, met }) => [measured, met]);
  assert.deepEqual(of("build", "en5"), [[2, false], [200 / 60, false], [1.2, true]]);
  assert.deepEqual(of("short", "en5"), [[4, true]]);
  assert.deepEqual(of("savedPerByte", "en5"), [[0.5, true]]);
  assert.deepEqual(of("memoryPerSaved", "en5"), [[2, false]]);
  assert.deepEqual(of("growth", "en100/200000"), [[1.2, true]]);
});

const run = { date: "2026-01-01", command: "x", cores: 2, cpu: "a", node: "20", chromium: "1", engines: [], corpora: { en5: { chunks: 1, bytes: 2 } }, rounds: 1, packages: [{ name: "a-doc", version: "1", license: "MIT" }] };

test("the page tells goals, ratios, failures and licenses", () => {
  const text = page({ run, results, images: { growth: "g.svg" } });
  assert.match(text, /\| build +\| English, 5 MB +\| ours, full +\| ≥ 2\.5 × FlexSearch +\| +2\.00 × \| missed \|/);
  assert.match(text, /time ≤ 1\.5 × bare floor \| +1\.20 × \| met/);
  assert.match(text, /\| FlexSearch +\| +2\.00 × \| +4\.00 × \|/);
  assert.match(text, /- Orama took too long during build: build took more than 3 s\./);
  assert.match(text, /\| a-doc +\|/);
  assert.match(text, /\(g\.svg\)/);
});

test("the page says where a peer is better, by less time or more hits", () => {
  const ahead = { en5: { "ours, full": { build: 100, short: 1, hit1: 0.5, hit10: 0.9 }, FlexSearch: { build: 90, short: 2, hit1: 0.6, hit10: 0.8 }, Orama: { build: 80 } } };
  const text = page({ run, results: ahead, images: {} });
  assert.match(text, /\| build +\| English, 5 MB +\| +100 \| FlexSearch 90\.0, Orama 80\.0 +\|/);
  assert.match(text, /\| hit@1 +\| English, 5 MB +\| +0\.50 \| FlexSearch 0\.60/);
  assert.doesNotMatch(text, /\| (short query|hit@10) +\| English, 5 MB +\| +\d[^|]*\| FlexSearch/);
});

test("numbers have three digits that count", () => {
  assert.deepEqual([12345, 123.4, 12.34, 1.234, 0.1234, 0.01234, 0.001234, 0, undefined].map(number), ["12,345", "123", "12.3", "1.23", "0.12", "0.012", "0.0012", "0.00", "–"]);
});

test("nothing outside the folders is served", () => {
  const folders = { "/pkg/": "/srv/pkg/" };
  assert.equal(fileFor(folders, "/pkg/dist/a.js"), "/srv/pkg/dist/a.js");
  assert.equal(fileFor(folders, "/pkg/../secret"), undefined);
  assert.equal(fileFor(folders, "/pkg/%2e%2e/secret"), undefined);
});

test("an engine that is not there is named", () => {
  assert.deepEqual(enginesNamed(["sqlite"]).map(({ name }) => name), ["SQLite FTS5"]);
  assert.throws(() => enginesNamed(["lucene"]), /no such engine: lucene/);
});

test("a profile tells each function's own share, without idle time", () => {
  const node = (id, functionName) => ({ id, callFrame: { functionName } });
  const profile = { nodes: [node(1, "(idle)"), node(2, "find"), node(3, "add")], samples: [1, 2, 3, 2], timeDeltas: [900, 20, 40, 40] };
  assert.deepEqual(hottest(profile), [{ name: "find", share: 0.6 }, { name: "add", share: 0.4 }]);
});
