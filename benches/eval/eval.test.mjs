// The evaluation's floors and tables, and the readers' part of it, held to the recorded floors.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { judged, keyOf, raised, readFloors, writeFloors } from "./floors.mjs";
import { readersRows } from "./readers.mjs";
import { means, page } from "./report.mjs";

const row = (set, value, part = "quotes") => ({ part, set, measure: "m", value, count: 4 });

test("a figure is judged by its floor, and one without a floor passes", () => {
  const floors = new Map([["quotes\ta\tm", 0.8]]);
  assert.deepEqual(judged([row("a", 0.8), row("a", 0.79), row("b", 0)], floors).map(({ passed }) => passed), [true, false, true]);
});

test("recording raises floors and never lowers them", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "floors-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "floors.tsv");
  const floors = new Map([["quotes\ta\tm", 0.8], ["quotes\tb\tm", 0.8]]);
  const next = raised([row("a", 0.9), row("b", 0.5), row("c", 0), row("d", 1, "needles")], floors);
  assert.deepEqual([...next.values()], [0.89, 0.8, 1]);
  writeFloors(next, file);
  assert.deepEqual(readFloors(file), next);
});

test("means are over the sets of a measure, and tell the lowest", () => {
  const [{ mean, lowest }] = means([row("a", 0.5), row("b", 1)]);
  assert.deepEqual([mean, lowest.set], [0.75, "a"]);
  const run = { date: "2000-01-01", command: "c", cores: 1, cpu: "x", load: 0, node: "20", version: "1" };
  assert.match(page({ run, rows: judged([row("a", 0.5)], new Map([["quotes\ta\tm", 0.6]])) }), /\| 0\.600 \| +0\.500 \| \*\*no\*\*/);
});

test("the readers read the repository's inputs as well as before", async () => {
  const floors = readFloors();
  const rows = await readersRows();
  assert.ok(rows.length >= 10, String(rows.length));
  for (const found of rows) assert.ok(found.value === 0 || floors.has(keyOf(found)), `${keyOf(found)} has no floor`);
  assert.deepEqual(judged(rows, floors).filter(({ passed }) => !passed), []);
});
