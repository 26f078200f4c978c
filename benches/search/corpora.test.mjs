// What becomes of files on their way to chunks and queries.

import assert from "node:assert/strict";
import { test } from "node:test";
import { chunks, randomFrom, shuffle } from "./chunks.mjs";
import { tokens } from "./page/tokens.mjs";
import { licenseIn, packageNames } from "./packages.mjs";
import { isProse, paragraphs } from "./paragraphs.mjs";
import { LONG, queriesOf, span } from "./queries.mjs";
import { fromRoff } from "./roff.mjs";

test("manual pages lose their requests", () => {
  const source = '.\\" a comment\n.SH NAME\nls \\- list\n\\fBfiles\\fR\n.PP\n"Second" paragraph';
  assert.deepEqual(fromRoff(source).split("\n").map((line) => line.trim()).filter(Boolean), ['NAME ls - list files', 'Second" paragraph']);
});

test("prose is mostly letters, and long enough", () => {
  assert.equal(isProse("This sentence is long enough, and it is about something.", "en"), true);
  assert.equal(isProse("too short", "en"), false);
  assert.equal(isProse("0x00 0x01 0x02 0x03 0x04 0x05 0x06 0x07 0x08 0x09 0x0a", "en"), false);
  assert.equal(isProse("这是一个关于某事的句子", "zh"), true);
  assert.equal(isProse("only some 汉字 among English", "zh"), false);
});

test("a paragraph is taken once, without its line breaks", () => {
  const [first, second] = ["The first paragraph has more than forty characters.", "The second paragraph has more than forty characters, too."];
  const files = { "a.txt": `${first.replaceAll(" ", "\n")}\n\n${second}\n\n${first}\n`, "b.html": `${second}\n${first}` };
  const found = (file) => [...paragraphs([file], "en", new Set(), (name) => files[name])];
  assert.deepEqual(found("a.txt"), [first, second]);
  assert.deepEqual(found("b.html"), [second, first]);
});

test("chunks are full, cut at words, and hold all the text", () => {
  const text = Array.from({ length: 500 }, (_, at) => `word${at}`);
  const cut = [...chunks([text.slice(0, 300).join(" "), text.slice(300).join(" ")], 100)];
  assert.deepEqual(cut.join(" ").split(/\s/), text);
  assert.ok(cut.every((chunk) => Buffer.byteLength(chunk) <= 100));
  assert.ok(cut.slice(0, -1).every((chunk) => Buffer.byteLength(chunk) > 85));
});

test("chunks of Chinese are cut between characters", () => {
  const text = "汉字".repeat(100);
  const cut = [...chunks([text], 50)];
  assert.equal(cut.join(""), text);
  assert.ok(cut.every((chunk) => Buffer.byteLength(chunk) <= 50));
});

test("a word longer than a chunk is cut", () => {
  assert.deepEqual([...chunks(["x".repeat(25)], 10)].map(({ length }) => length), [10, 10, 5]);
});

test("chance is the same every time", () => {
  const numbers = () => shuffle(Array.from({ length: 50 }, (_, at) => at), randomFrom(3));
  assert.deepEqual(numbers(), numbers());
  assert.notDeepEqual(numbers(), [...numbers()].sort((a, b) => a - b));
  assert.deepEqual([...numbers()].sort((a, b) => a - b), Array.from({ length: 50 }, (_, at) => at));
});

test("short queries are consecutive words of their chunk, long ones have their number of words", () => {
  const texts = Array.from({ length: 300 }, (_, chunk) => Array.from({ length: 60 }, (_, at) => `w${"abcdefghij"[chunk % 10]}${"klmnopqrst"[at % 10]}`).join(" "));
  const { short, long } = queriesOf(texts, "en", { short: 20, long: 2 });
  assert.equal(short.length, 20);
  for (const { query, chunk } of short) {
    assert.ok(texts[chunk].includes(query));
    assert.ok(query.split(" ").length >= 2 && query.split(" ").length <= 8);
  }
  assert.deepEqual(LONG.map((words) => long[words].map((query) => query.split(" ").length)), LONG.map((words) => [words, words]));
});

test("two Han characters count as a word, and a text without enough has no query", () => {
  assert.equal(span("春眠不覺曉處處聞啼鳥", "zh", 3, () => 0), "春眠不覺曉處");
  assert.equal(span("春眠", "zh", 3, () => 0), undefined);
});

test("the tokens of peers are words, and pairs of Han characters", () => {
  assert.deepEqual(tokens("Git 版本控制 v2和 C"), ["git", "版本", "本控", "控制", "v2", "和", "c"]);
});

test("a license is that of all files", () => {
  const copyright = "Format: x\n\nFiles: *\nCopyright: someone\nLicense: MPL-2.0\n\nFiles: debian/*\nLicense: GPL-2+\n";
  assert.equal(licenseIn(copyright), "MPL-2.0");
  assert.equal(licenseIn("It is free."), undefined);
  assert.equal(new Set(packageNames()).size, packageNames().length);
});
