// Growth: the power that a cost grows with, the least of each size, and who did not survive.

import assert from "node:assert/strict";
import { test } from "node:test";
import { scalePage, slope } from "./scale-report.mjs";

test("the power is the slope of the logarithms", () => {
  const points = [1, 10, 100].map((x) => [Math.log(x), Math.log(3 * x ** 1.5)]);
  assert.ok(Math.abs(slope(points) - 1.5) < 1e-9);
});

test("the page tells steepness, the least of each size, and failures", () => {
  const results = {
    "en100/200": { "ours, full": { textBytes: 99_000, build: 10 }, FlexSearch: { textBytes: 99_000, build: 5 }, "bare floor": { textBytes: 99_000, build: 1 } },
    "en100/2000": { "ours, full": { textBytes: 990_000, build: 100 }, FlexSearch: { textBytes: 990_000, build: 500, failure: { outcome: "timeout", step: "load", message: "load took more than 1 s" } } },
  };
  const run = { date: "2000-01-01", command: "c", cores: 1, cpu: "x", load: 0, node: "20", version: "1", engines: [], timeout: 1 };
  const text = scalePage({ run, results });
  assert.match(text, /\| FlexSearch +\| +2\.00 \|/);
  assert.match(text, /\| ours, full +\| +1\.00 \|/);
  assert.match(text, /\| engine +\| +100 kB \| +1 MB \|/);
  assert.match(text, /\| FlexSearch +\| \*\*5\.00\*\* \|/);
  assert.match(text, /- FlexSearch took too long during load with 1 MB: load took more than 1 s\./);
});
