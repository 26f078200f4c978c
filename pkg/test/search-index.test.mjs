// The search index for one's own texts, with the real wasm.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { requireBuilt } from "../test-support/built.mjs";

const TEXTS = ["The notice period is three months.", "Crocodiles are forbidden in the flat.", "关系数据库很快", "The rent is due monthly."];

let createSearchIndex, loadSearchIndex;

before(async () => {
  requireBuilt();
  ({ createSearchIndex, loadSearchIndex } = await import("../dist/search-index.js"));
});

for (const analysis of ["full", "words"]) {
  test(`${analysis}: texts are found by number, and again after save and load`, async () => {
    const index = await createSearchIndex({ analysis });
    index.addAll(TEXTS.slice(0, 2));
    index.addAll(TEXTS.slice(2));
    assert.equal(index.search("notice")[0].id, 0);
    assert.equal(index.search("数据库", 1)[0].id, 2);
    assert.deepEqual(index.search("zebra"), []);
    const loaded = await loadSearchIndex(index.save());
    assert.deepEqual(loaded.search("the rent"), index.search("the rent"));
    assert.deepEqual(loaded.save(), index.save());
    loaded.addAll(["A zebra"]);
    assert.deepEqual(loaded.search("zebra").map(({ id }) => id), [4]);
    const { wasmBytes, indexBytes } = loaded.memory();
    assert.ok(indexBytes > 0 && wasmBytes > indexBytes);
    index.free();
    loaded.free();
  });
}

test("pieces of words find other forms; words alone do not", async () => {
  const found = async (analysis) => {
    const index = await createSearchIndex({ analysis });
    index.addAll(TEXTS);
    return index.search("crocodile").map(({ id }) => id);
  };
  assert.deepEqual(await found("full"), [1]);
  assert.deepEqual(await found("words"), []);
});

test("a text that was taken out is not found, and its number is not given again", async () => {
  const index = await createSearchIndex();
  index.addAll(TEXTS);
  assert.equal(index.remove(1), true);
  assert.equal(index.remove(1), false);
  assert.equal(index.size, 3);
  assert.deepEqual(index.search("crocodiles"), []);
  index.addAll(["Crocodiles again"]);
  const loaded = await loadSearchIndex(index.save());
  assert.deepEqual(loaded.search("crocodiles").map(({ id }) => id), [4]);
});

test("a text tells why it was found, and composed letters are the same as marked ones", async () => {
  const index = await createSearchIndex();
  index.addAll([...TEXTS, "Ca fe\u0301 😀 café noir"]);
  const [hit] = index.search("caf\u00e9");
  assert.equal(hit.id, 4);
  const text = "Ca fe\u0301 😀 café noir";
  const { terms, highlights } = index.why("café", hit.id, text);
  assert.ok(Math.abs(terms.reduce((sum, { score }) => sum + score, 0) - hit.score) < 1e-3 * hit.score);
  const word = terms.find(({ kind }) => kind === "word");
  assert.equal(text.slice(word.places[0].start, word.places[0].end), "café");
  assert.deepEqual(highlights.map(({ start, end }) => text.slice(start, end)), ["café"]);
  assert.deepEqual(index.why("café", 0, TEXTS[0]), { terms: [], highlights: [] });
});

test("texts of any length and form keep their numbers", async () => {
  const index = await createSearchIndex();
  index.addAll(["", "x".repeat(3 << 20), "\ud800 lone", "😀 last"]);
  assert.deepEqual(index.search("lone").map(({ id }) => id), [2]);
  assert.deepEqual(index.search("last").map(({ id }) => id), [3]);
});

test("what is not such a file says so", async () => {
  const index = await createSearchIndex();
  index.addAll(TEXTS);
  const bytes = index.save();
  await assert.rejects(loadSearchIndex(bytes.with(bytes.length - 9, bytes.at(-9) ^ 0xff)), { name: "QwenAgentError", code: "index.damaged" });
  await assert.rejects(loadSearchIndex(bytes.slice(0, -1)), { code: "index.damaged" });
  await assert.rejects(loadSearchIndex(new Uint8Array([1, 2, 3])), { code: "index.foreign" });
});
