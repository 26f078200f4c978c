// No text may hold up a page: every regular expression of ours takes time that grows with the
// length of a text and no faster, and answers are read as Markdown within bounds.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { parse } from "acorn";
import { full } from "acorn-walk";
import { root } from "../test-support/built.mjs";

// In this process: its faster form is a binary that not every machine can run.
process.env.RECHECK_BACKEND = "pure";
const { checkSync } = await import("recheck");

/** Slower than in proportion to the text, and of texts that nobody but the page itself writes. */
const OF_THE_PAGE = new Map([["/\\/+$/", "base addresses of endpoints"]]);
/** Where expressions are made while running: of globs and names in the command, and by the schema checker, for schemas that the page wrote. */
const MADE = new Set(["cli/site.js", "tools/schema.js"]);

/** The scripts made of `src`, without what others have written. */
function scripts() {
  const sources = readdirSync(`${root}src`, { recursive: true }).filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts") && !name.startsWith("vendor"));
  return sources.map((name) => name.replace(/\.ts$/, ".js"));
}

function patternsOf(name) {
  const found = { literals: [], made: 0 };
  full(parse(readFileSync(`${root}dist/${name}`, "utf8"), { ecmaVersion: "latest", sourceType: "module" }), (node) => {
    if (node.type === "Literal" && node.regex) found.literals.push(node.regex);
    if ((node.type === "NewExpression" || node.type === "CallExpression") && node.callee.name === "RegExp") found.made += 1;
  });
  return found;
}

test("no regular expression of the package takes more than linear time", { timeout: 240_000 }, () => {
  const seen = new Set();
  const wrong = [];
  for (const name of scripts()) {
    const { literals, made } = patternsOf(name);
    if (made > 0 && !MADE.has(name)) wrong.push(`${name} makes an expression while running`);
    for (const { pattern, flags } of literals) {
      const written = `/${pattern}/${flags}`;
      if (seen.has(written)) continue;
      seen.add(written);
      if (OF_THE_PAGE.has(`/${pattern}/`)) continue;
      const { status, complexity, attack } = checkSync(pattern, flags, { timeout: 20_000 });
      if (status !== "safe") wrong.push(`${name}: ${written} is ${status}, ${complexity?.summary}: ${attack?.pattern}`);
    }
  }
  assert.ok(seen.size > 80, `${seen.size} found`);
  assert.deepEqual(wrong, []);
});

test("an expression that takes too long would be noticed", () => {
  for (const pattern of ["^(a+)+$", "\\s*\\n\\s*", "<meta\\b[^>]*>"]) assert.equal(checkSync(pattern, "").status, "vulnerable", pattern);
});

/** What Markdown's rules are slow or deep with, many times. */
const ENDLESS = {
  "emphasis that opens": "*a **a ", "emphasis within words": "a_b", brackets: "[", pictures: "![", "links in links": "[![", tags: "<a ", autolinks: "www.a(", addresses: "a-@", "struck words": "~a ",
  "formulas that open": "\n$$a", "formulas in brackets": "\n\\[a", quotes: ">", "lists in lists": "1. ", "lists in quotes": "> - ", lines: "a\n", rows: "|a", spaces: " ", backticks: "`a ``b ", footnotes: "[^1]",
};

/** Reads a text as the widget does, in steps, and gives what it came to. */
async function readInSteps(text) {
  const { Blocks } = await import("../dist/widget/markdown/blocks.js");
  const blocks = new Blocks();
  let read = [];
  for (let to = 0; to < text.length;) {
    to = Math.min(text.length, to + 6000);
    read = blocks.read(text.slice(0, to));
  }
  return read;
}

const depth = ({ tokens = [], items = [] }) => 1 + Math.max(0, ...[...tokens, ...items].map(depth));
const longest = ({ type, raw, tokens = [], items = [] }) => (items.length > 0 || type === "table" || type === "code" ? Math.max(0, ...[...tokens, ...items].map(longest)) : raw.length);

for (const [name, unit] of Object.entries(ENDLESS)) {
  test(`an answer of ${name} without end is read within bounds, and all of it is shown`, async () => {
    const { MOST_IN_PARAGRAPH, MOST_LEVELS } = await import("../dist/widget/markdown/blocks.js");
    const text = unit.repeat(200_000 / unit.length);
    const read = await readInSteps(text);
    for (const block of read) {
      assert.ok(longest(block) <= MOST_IN_PARAGRAPH, `${longest(block)} characters in one paragraph`);
      assert.ok(depth(block) <= MOST_LEVELS + 2, `${depth(block)} levels`);
    }
    const shown = read.map(({ raw }) => raw).join("");
    if (text.trim() !== "") assert.equal(shown.replace(/\s/g, ""), text.replace(/\s/g, ""));
  });
}

test("long answers that people want stay Markdown: code, lists and tables", async () => {
  const code = `\`\`\`js\n${"const a = 1;\n".repeat(10_000)}\`\`\``;
  assert.deepEqual((await readInSteps(code)).map(({ type }) => type), ["code"]);
  const list = Array.from({ length: 800 }, (_, n) => `- item ${n} with *some* words`).join("\n");
  assert.deepEqual((await readInSteps(list)).map(({ type }) => type), ["list"]);
  const table = `| a | b |\n| - | - |\n${"| some words | and more |\n".repeat(1500)}`;
  assert.deepEqual((await readInSteps(table)).map(({ type }) => type), ["table"]);
  const paragraphs = "A sentence with **bold** words.\n\n".repeat(5000);
  assert.ok((await readInSteps(paragraphs)).every(({ type }) => type === "paragraph"));
});

test("what is shown as written keeps its markers whole", async () => {
  const { cut, sign } = await import("../dist/widget/markdown/markers.js");
  const answer = "[1]".repeat(6000) + "😀".repeat(6000);
  const { source, markers } = sign(answer);
  const read = await readInSteps(source);
  const parts = read.flatMap(({ raw }) => cut(raw, markers));
  assert.equal(parts.filter((part) => typeof part !== "string").length, 6000);
  assert.equal(parts.filter((part) => typeof part === "string").join(""), "😀".repeat(6000));
  assert.ok(read.length > 2 && read.every(({ raw }) => raw.isWellFormed?.() ?? true));
});
