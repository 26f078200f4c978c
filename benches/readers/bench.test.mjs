// The rest of the comparison without any engine of npm: what belongs to a corpus, engines that
// fail in every way, and what the tables make of it.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { filesOf } from "./corpus.mjs";
import { EngineProcess } from "./engine-process.mjs";
import { table } from "./markdown.mjs";
import { measure } from "./measure.mjs";
import { speed, tablesOf } from "./report.mjs";

const TEXT = "one two three four five six";

/** An engine that does what the file's text tells it to do. */
const OBEDIENT = module(`
  export const open = async () => ({ version: "1", read: async (bytes) => {
    const text = new TextDecoder().decode(bytes);
    if (text === "hang") for (;;);
    if (text === "die") process.exit(3);
    if (text === "trap") throw new WebAssembly.RuntimeError("unreachable");
    if (text === "fail") throw Object.assign(new Error("in /some/where/file.js: no\\nmore"), { code: "read.damaged" });
    if (text === "refuse") throw Object.assign(new Error("no"), { code: "read.unsupported" });
    return { text };
  } })`);

function module(source) {
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

function corpus(t, contents) {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(contents)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

test("a manifest tells kinds, languages and references", (t) => {
  const folder = corpus(t, {
    "MANIFEST.tsv": "file\tbytes\tlanguage_or_script\tfeatures\treferences\npdf/a.pdf\t3\tde\t-\ttruth\ntxt/b.txt\t3\t-\t-\tx,y\n",
    "pdf/a.pdf": "pdf", "pdf/refs/a.pdf.truth.txt.gz": gzipSync(TEXT),
    "txt/b.txt": "txt", "txt/refs/b.txt.x.txt.gz": gzipSync("a b"), "txt/refs/b.txt.y.txt.gz": gzipSync("a c"),
  });
  const [pdf, txt] = filesOf(folder);
  assert.deepEqual([pdf.kind, pdf.language, pdf.group, pdf.bytes], ["pdf", "de", "pdf, exact text", 3]);
  assert.deepEqual(pdf.references, { truth: TEXT.split(" ") });
  assert.deepEqual([txt.kind, txt.group, txt.references], ["txt", "txt, median of engines", { x: ["a", "b"], y: ["a", "c"] }]);
  assert.deepEqual(filesOf(folder, ["txt"]).map(({ name }) => name), ["txt/b.txt"]);
});

test("a folder without a manifest is taken as it is", (t) => {
  const folder = corpus(t, { "README.md": "", "pdf/a.pdf": "", "pdf/a.pdf.truth.txt": TEXT, "pdf/b.bin": "", "deep/er/c.htm": "", "pdf/refs/a.pdf.x.txt.gz": gzipSync("y") });
  const files = filesOf(folder);
  assert.deepEqual(files.map(({ name, kind }) => [name, kind]), [["deep/er/c.htm", "html"], ["pdf/a.pdf", "pdf"]]);
  assert.deepEqual(Object.keys(files[1].references).sort(), ["truth", "x"]);
});

test("an engine that hangs, dies or traps loses one file, and goes on with the next", async (t) => {
  const folder = corpus(t, { "txt/1.txt": "hang", "txt/2.txt": TEXT, "txt/3.txt": "die", "txt/4.txt": "trap", "txt/5.txt": "fail", "txt/6.txt": TEXT });
  const child = new EngineProcess(OBEDIENT, -1);
  t.after(() => child.close());
  assert.deepEqual(await child.open(), { version: "1" });
  const answers = [];
  for (const { path } of filesOf(folder)) answers.push(await child.read(path, true));
  assert.deepEqual(answers.map(({ outcome }) => outcome), ["timeout", "ok", "crash", "panic", "error", "ok"]);
  assert.equal(answers[5].text, TEXT);
  assert.deepEqual(answers[4].error, { code: "read.damaged", message: "in file.js: no" });
});

test("an engine that does not start is told and left out", async () => {
  const child = new EngineProcess(module("throw new Error('not installed')"), 1);
  assert.deepEqual(await child.open(), { error: "not installed" });
});

test("failures count as empty texts, and an engine is not scored against itself", async (t) => {
  const folder = corpus(t, {
    "txt/1.txt": TEXT, "txt/2.txt": "fail",
    ...Object.fromEntries([1, 2].flatMap((number) => ["x", "y", "self"].map((engine) => [`txt/refs/${number}.txt.${engine}.txt`, engine === "self" ? "z z z z z" : TEXT]))),
  });
  const files = filesOf(folder);
  const engines = [{ name: "ours", kinds: "all", module: OBEDIENT }, { name: "peer", kinds: ["txt"], module: OBEDIENT, reference: "self" }];
  const started = await measure(files, engines, { passes: 3, seconds: 5, log: () => {} });
  assert.deepEqual(files.map(({ results }) => results.peer.score?.f1), [1, 0]);
  assert.equal(files[0].results.ours.ms.length, 3);
  const [, quality, , robustness] = tablesOf(files, started, 0);
  assert.deepEqual(quality.rows[0].slice(0, 3), ["ours", 2, "0.500"]);
  assert.deepEqual(robustness.rows[1], ["peer", 2, 1, 1, 0, 0, 0, "read.damaged 1"]);
});

test("a kind that an engine refuses throughout is told, not scored", async (t) => {
  const files = filesOf(corpus(t, { "docx/a.docx": "refuse", "docx/a.docx.truth.txt": TEXT }));
  const started = await measure(files, [{ name: "ours", kinds: "all", module: OBEDIENT }], { passes: 3, seconds: 5, log: () => {} });
  const [head, ...rest] = tablesOf(files, started, 5);
  assert.match(head.notes[0], /`ours` does not read docx/);
  assert.deepEqual(rest.flatMap(({ rows = [] }) => rows), []);
});

test("rates are of the median pass, and compared over the files that both read", () => {
  const files = [
    { bytes: 3e6, results: { ours: { ms: [1000, 9000, 2000] }, peer: { ms: [4000, 4000, 4000] } } },
    { bytes: 1e6, results: { ours: { ms: [] }, peer: { ms: [1000, 1000, 1000] } } },
  ];
  const { rows } = speed("txt", files, [{ name: "ours" }, { name: "peer", note: "native" }]);
  assert.deepEqual(rows, [["ours", 1, "3.00", "1.50", "", ""], ["peer (native)", 2, "4.00", "0.80", "1.50", "2.00 ×"]]);
});

test("tables are Markdown with numbers to the right", () => {
  assert.equal(table(["engine", "F1"], [["a|b", "0.5"]]), "| engine |  F1 |\n| ------ | --: |\n| a\\|b   | 0.5 |");
});
