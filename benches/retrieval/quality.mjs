// The question sets, and how well a ranking answers them: what tests/retrieval/measure.rs measures,
// for engines in JavaScript.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** As many as a ranking is looked at. */
const DEPTH = 20;
const SUFFIX = ".passages.jsonl";

export function setsOf(folder) {
  return readdirSync(folder).filter((file) => file.endsWith(SUFFIX)).map((file) => file.slice(0, -SUFFIX.length)).sort();
}

/** `{ texts, passages, queries: [{ q, wanted }] }`; a title counts twice, as it does for ours. */
export function readSet(folder, name) {
  const rows = (what) => readFileSync(join(folder, `${name}.${what}.jsonl`), "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
  const passages = rows("passages");
  const places = new Map(passages.map(({ id }, place) => [id, place]));
  const texts = passages.map(({ title, text }) => (title ? [title, title, text].join("\n") : text));
  const queries = rows("queries").map(({ q, gold }) => ({ q, wanted: new Set(gold.map((id) => places.get(id))) }));
  return { texts, passages, queries };
}

/** The means over the queries of a set; `search` is of `analyzers.mjs`. */
export async function qualityOf({ passages, queries }, search) {
  const sum = { ndcg: 0, recall: 0 };
  for (const { q, wanted } of queries) {
    // A passage that is the query itself does not count.
    const ranking = (await search(q, DEPTH)).filter((place) => passages[place].text !== q);
    sum.ndcg += ndcg(ranking, wanted);
    sum.recall += recall(ranking, wanted);
  }
  return { ndcg: sum.ndcg / queries.length, recall: sum.recall / queries.length };
}

export function ndcg(ranking, wanted) {
  const gain = (place) => 1 / Math.log2(place + 2);
  const found = ranking.slice(0, 10).reduce((sum, passage, place) => sum + (wanted.has(passage) ? gain(place) : 0), 0);
  const best = Array.from({ length: Math.min(10, wanted.size) }, (_, place) => gain(place)).reduce((sum, one) => sum + one, 0);
  return found / best;
}

export function recall(ranking, wanted) {
  return ranking.slice(0, 5).filter((passage) => wanted.has(passage)).length / Math.min(5, wanted.size);
}
