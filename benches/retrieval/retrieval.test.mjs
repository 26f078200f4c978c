// The measures, the groups and the tables of retrieval, without any engine of npm.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { groupOf, languagesOf, meansOf } from "./groups.mjs";
import { ndcg, qualityOf, readSet, recall } from "./quality.mjs";
import { losses, page } from "./report.mjs";

const SETS = fileURLToPath(new URL("../../tests/retrieval/sets", import.meta.url));

test("gains count by their place, and only the first five are recalled", () => {
  assert.equal(ndcg([3, 1], new Set([3])), 1);
  assert.ok(Math.abs(ndcg([1, 3], new Set([3])) - 1 / Math.log2(3)) < 1e-12);
  assert.equal(ndcg([...Array(10).keys(), 42], new Set([42])), 0);
  assert.equal(recall([0, 1, 2, 3, 4, 5], new Set([4, 5])), 0.5);
});

test("an engine that knows the answers has them all, and a passage that is the query does not count", async () => {
  const set = readSet(SETS, "en.flores");
  const wantedOf = new Map(set.queries.map(({ q, wanted }) => [q, wanted]));
  const knowing = (q) => [set.passages.findIndex(({ text }) => text === q), ...wantedOf.get(q)];
  assert.deepEqual(await qualityOf(set, knowing), { ndcg: 1, recall: 1 });
  assert.deepEqual(await qualityOf(set, () => []), { ndcg: 0, recall: 0 });
});

const both = (ours, peer) => ({ "qwen-agent-wasm": { ndcg: ours, recall: 1 }, ...(peer && { peer: { ndcg: peer, recall: 1 } }) });

test("sets have groups and languages, and a mean needs all of its sets", () => {
  assert.deepEqual(["de.xquad", "de.ntrex", "de.flores"].map(groupOf), ["questions", "NTREX", "FLORES"]);
  const [de] = languagesOf({ "de.a": both(0.4, 0.2), "de.b": both(0.6) }, "questions");
  assert.deepEqual([de.language, de.means["qwen-agent-wasm"].ndcg, de.means.peer], ["de", 0.5, undefined]);
  assert.deepEqual(meansOf({}, []), {});
});

test("the page says where another engine is better", () => {
  const engines = [{ name: "qwen-agent-wasm", as: "a" }, { name: "peer", version: "2", as: "b" }];
  const sets = { "de.xquad": both(0.9, 0.8), "en.xquad": both(0.7, 0.75) };
  assert.match(losses(engines, sets)[1], /\| en\.xquad \| 0\.700 \| peer +\| +0\.750 \|/);
  assert.match(losses(engines, { "de.xquad": both(0.9, 0.8) })[1], /On none/);
  const run = { date: "2000-01-01", command: "c", cores: 1, cpu: "x", load: 0, node: "20", version: "1" };
  assert.match(page({ run, engines, sets }), /\*\*0\.900\*\*/);
});

test("what is recorded is the page of the recorded figures", () => {
  const folder = fileURLToPath(new URL("../../docs/benchmarks/", import.meta.url));
  const report = JSON.parse(readFileSync(join(folder, "retrieval.json"), "utf8"));
  assert.equal(page(report), readFileSync(join(folder, "retrieval.md"), "utf8"));
});
