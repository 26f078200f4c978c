// A short soak: what `cargo xtask soak` does for minutes, for seconds. It finds what does not work
// over and over, what is left of workers, databases and elements, and whether the soak itself would
// notice. How much memory grows only the long one can tell.

import assert from "node:assert/strict";
import { test } from "node:test";
import { startChromium } from "../../benches/soak/chromium.mjs";
import { soak } from "../../benches/soak/cycles.mjs";
import { day } from "../../benches/soak/day.mjs";
import { growth, judged } from "../../benches/soak/flat.mjs";
import { serveSoak } from "../../benches/soak/serve.mjs";
import { startServer } from "../../tests/endpoint/server.mjs";
import { SLOW_MS } from "./browser.mjs";

const CYCLES = 32;
const WIDGETS = 8;

const points = (...values) => values.map((value, index) => ({ cycle: 10 * (index + 1), figures: { value } }));

test("growth is that of the second half, and what happens once is none", () => {
  assert.equal(growth(points(1, 2, 3, 4, 4, 4, 4, 4), "value"), 0);
  assert.ok(Math.abs(growth(points(100, 100, 100, 100, 101, 102, 103, 104), "value") - 4 / 102) < 1e-9);
  assert.deepEqual(judged(points(500, 100, 100, 100, 101, 100, 100, 100)).map(({ flat }) => flat), [true]);
  assert.deepEqual(judged(points(100, 100, 100, 100, 100, 120, 120, 120)).map(({ flat }) => flat), [true]);
  assert.deepEqual(judged(points(100, 102, 104, 106, 108, 110)).map(({ flat }) => flat), [false]);
  assert.deepEqual(judged(points(110, 108, 106, 104, 102, 100)).map(({ flat }) => flat), [true]);
  assert.throws(() => growth(points(1), "value"), /less than twice/);
});

async function prepared(t) {
  const [server, endpoint, browser] = await Promise.all([serveSoak(), startServer(), startChromium()]);
  t.after(async () => {
    await browser.close();
    await endpoint.stop();
    server.close();
  });
  return { browser, baseURL: endpoint.baseURL, open: (name) => browser.open(server.addressOf(name)) };
}

test("a short soak leaves no worker, no node and no listener behind", { timeout: 2 * SLOW_MS }, async (t) => {
  const { open, baseURL } = await prepared(t);
  const log = (line) => t.diagnostic(line);
  for (const [run, cycles] of [["cycles", CYCLES], ["widgets", WIDGETS]]) {
    const page = await open("page.html");
    const { points, workersAfter } = await soak(page, { cycles, steps: 4, quietMs: 500, measuresItself: false, baseURL, run, log });
    const [, middle, , end] = points.map(({ figures }) => figures);
    assert.equal(end.listeners, middle.listeners, `${run}: listeners`);
    // One widget has hundreds.
    assert.ok(end.nodes < 100, `${run}: ${end.nodes} nodes`);
    assert.equal(end.workers, 2);
    assert.equal(workersAfter, 0);
    assert.ok(end.wasm > 1e6 && end.pageHeap > 1e5 && end.workerHeap > 1e5);
    await page.close();
  }
});

test("a library finds the same when it was merged, opened again or imported, and when half of it is gone", { timeout: 2 * SLOW_MS }, async (t) => {
  const { browser, open } = await prepared(t);
  const { phases, different, documents } = await day(browser, await open("day.html"), { megabytes: 1, looks: 3, log: () => {} });
  assert.deepEqual(different, []);
  assert.equal(documents, 16);
  assert.equal(phases.find(({ phase }) => phase === "remove half of the documents").result.documents, 8);
});
