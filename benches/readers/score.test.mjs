// The scorer against cases that were counted by hand, and against the numbers that the Python
// program gives which defined these measures.

import assert from "node:assert/strict";
import { test } from "node:test";
import { bagOf, commonSubsequence, medianBag, order, overlap, score, summary, tokens, withoutMarkup } from "./score.mjs";
import { compare, relations } from "./tables.mjs";

test("words are composed, in lower case, and without marks of punctuation", () => {
  assert.deepEqual(tokens("ﬁne Ａ１ ½ x²"), ["fine", "a1", "1", "2", "x2"]);
  assert.deepEqual(tokens("a_b c.d e\u0301t\u00e9"), ["a", "b", "c", "d", "été"]);
  assert.deepEqual(tokens("İSTANBUL ΣΊΣΥΦΟΣ"), ["i\u0307stanbul", "σίσυφος"]);
  assert.deepEqual(tokens("naïve\u00a0space\u3000wide"), ["naïve", "space", "wide"]);
  assert.deepEqual(tokens(" \n\f "), []);
});

test("words broken at the end of a line are joined", () => {
  assert.deepEqual(tokens("The con-\n  tract, of 2024\u2010\n01 isn't well-known."), ["the", "contract", "of", "202401", "isn", "t", "well", "known"]);
  assert.deepEqual(tokens("line\r\nbreak-\r\nage"), ["line", "breakage"]);
});

test("scripts without spaces count by code point, others by word", () => {
  assert.deepEqual(tokens("「日本語」テスト"), [..."日本語テスト"]);
  assert.deepEqual(tokens("ภาษา ที่"), [..."ภาษาที่"]);
  assert.deepEqual(tokens("ខ្មែរ"), [..."ខ្មែរ"]);
  assert.deepEqual(tokens("PDF版2"), ["pdf", "版", "2"]);
  assert.deepEqual(tokens("한국어 문서"), ["한국어", "문서"]);
  assert.deepEqual(tokens("हिन्दी में"), ["हिन्दी", "में"]);
});

test("characters that are not seen are dropped", () => {
  assert.deepEqual(tokens("soft\u00adhyphen co\ufffdde \ue000x"), ["softhyphen", "code", "x"]);
  assert.deepEqual(tokens("س\u0640لام\u200fعليكم"), ["سلامعليكم"]);
});

test("F1 and recall count tokens as often as they occur", () => {
  const { f1, recall } = overlap(bagOf(["a", "a", "b"]), bagOf(["a", "b", "b", "c"]));
  assert.equal(f1, 4 / 7);
  assert.equal(recall, 2 / 4);
  assert.deepEqual(overlap(bagOf([]), bagOf([])), { f1: 1, recall: 1 });
  assert.deepEqual(overlap(bagOf([]), bagOf(["a"])), { f1: 0, recall: 0 });
});

test("the median of several engines is taken token by token", () => {
  const odd = medianBag([bagOf(["a", "a", "b"]), bagOf(["a", "c"]), bagOf(["a", "b"])]);
  assert.deepEqual([...odd], [["a", 1], ["b", 1]]);
  const even = medianBag([bagOf(["a", "a", "b"]), bagOf(["a"])]);
  assert.deepEqual([...even], [["a", 1.5], ["b", 0.5]]);
});

test("order is the longest common subsequence, whatever its length", () => {
  assert.equal(order([..."abcd"], [..."acbd"]), 6 / 8);
  assert.equal(order([], []), 1);
  assert.equal(order(["a"], []), 0);
  const long = Array.from({ length: 1000 }, (_, at) => String((at * at) % 37));
  const other = long.map((token, at) => (at % 5 === 0 ? "x" : token)).reverse();
  assert.equal(commonSubsequence(long, long), 1000);
  assert.equal(commonSubsequence(long, other), byTable(long, other));
  assert.equal(commonSubsequence(other, long), byTable(long, other));
});

/** The textbook's table. */
function byTable(a, b) {
  let row = new Array(b.length + 1).fill(0);
  for (const token of a) {
    const next = [0];
    for (const [at, other] of b.entries()) next.push(token === other ? row[at] + 1 : Math.max(row[at + 1], next[at]));
    row = next;
  }
  return row[b.length];
}

test("scores agree with those of the Python program", () => {
  const rounded = (text, references) => Object.values(score(text, references.map(tokens))).map((value) => Number(value.toFixed(10)));
  assert.deepEqual(rounded("one two three four five six", ["one two four three five seven eight"]), [0.7692307692, 0.7142857143, 0.6153846154]);
  assert.deepEqual(rounded("the cat sat on the mat", ["the cat sat on the mat today", "a cat sat on the mat", "the mat sat on the cat"]), [1, 1, 0.9230769231]);
  assert.deepEqual(rounded("the cat sat on the mat", ["the cat sat on the mat today", "a cat sat on a mat"]), [0.8, 0.7692307692, 0.9230769231]);
});

test("a reference of a few tokens gives no score, and a failure gives nought", () => {
  assert.equal(score("a b c d", [tokens("a b c d")]), undefined);
  assert.equal(score("a", []), undefined);
  assert.deepEqual(score("", [tokens("a b c d e")]), { f1: 0, recall: 0, order: 0 });
});

test("markup of engines that write Markdown is no text of the file", () => {
  assert.equal(withoutMarkup("markitdown", "a [b](c) NaN").split(/\s+/).join(" "), "a [b ");
  assert.equal(withoutMarkup("pandoc", "a [b](c) NaN"), "a [b](c) NaN");
});

test("a summary has means, and counts the poor and the good", () => {
  const of = (f1) => ({ f1, recall: 1, order: 0.5 });
  assert.deepEqual(summary([of(0.25), of(0.5), of(0.95), of(1)]), { files: 4, f1: 0.675, recall: 1, order: 0.5, poor: 1, good: 2 });
});

test("cells are scored by their neighbours, wherever a table begins and is split", () => {
  const wanted = relations([["", "2023", "2024"], ["Rice", "1.50", "7"], ["", "", ""], ["Tea", "3", "4"]]);
  assert.equal(wanted.length, 7);
  const split = [[["", "", "2023", "2024"], ["", "Rice", "1.5", "7"]], [["Tea", "3", "4"]]].flatMap(relations);
  assert.deepEqual(compare(wanted, split), { right: 7, wanted: 7, found: 7 });
  const shifted = relations([["2023", "2024"], ["Rice", "1.5", "7"], ["Tea", "3", "4"]]);
  assert.equal(compare(wanted, shifted).right, 5, "the years stand over the wrong columns");
});
