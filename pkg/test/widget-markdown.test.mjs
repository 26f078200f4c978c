// How the widget reads an answer: citation markers survive Markdown, money is no formula, and what
// is finished is not read again. In Node; what is drawn of it is tested in a browser.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { requireBuilt } from "../test-support/built.mjs";

const part = (name) => import(new URL(`../dist/widget/markdown/${name}.js`, import.meta.url).href);

before(requireBuilt);

test("markers come back as what they were, where they were", async () => {
  const { sign, cut, unsigned } = await part("markers");
  const answers = ["One [1], two [2][3].", "[1](https://example.com) and [12]: x", "a[1] `b[2]`", "no markers", "[12345] [] [x]"];
  for (const answer of answers) {
    const { source, markers } = sign(answer);
    for (const { start, end, number } of markers) assert.equal(answer.slice(start, end), `[${number}]`);
    assert.equal(unsigned(source, markers), answer);
    assert.deepEqual(cut(source, markers).filter((piece) => typeof piece !== "string"), markers);
  }
  assert.equal(sign("[12345] [] [x]").markers.length, 0);
});

test("signs in a model's own words are taken out, and point to nothing", async () => {
  const { sign, cut } = await part("markers");
  const forged = "\ufffc\ue000\ufffc";
  const { source, markers } = sign(`${forged}Truth${forged} [1]`);
  assert.deepEqual(cut(source, markers), ["Truth ", markers[0]]);
});

test("as an answer grows, what was signed stays as it was", async () => {
  const { sign } = await part("markers");
  const answer = "First [1]. Then **bold.**[2] and [3](x) [4]: y";
  for (let length = 0; length < answer.length; length += 1) {
    // A bracket that is not closed yet is the only thing that may change.
    const grown = sign(answer.slice(0, length)).source.replace(/\[\d*$/, "");
    assert.ok(sign(answer).source.startsWith(grown), answer.slice(0, length));
  }
});

test("a bold sentence before a marker is bold", async () => {
  const { sign } = await part("markers");
  const { Blocks } = await part("blocks");
  const [paragraph] = new Blocks().read(sign("**Yes.**[1] **是的。**[2]").source);
  assert.deepEqual(paragraph.tokens.map(({ type }) => type), ["strong", "text", "strong", "text"]);
});

test("blocks that are finished are the same objects, and all are those of the whole text", async () => {
  const { Blocks } = await part("blocks");
  const text = "# Head\n\nA paragraph\nof two lines.\n\n- one\n- two\n\n  more of two\n\n1. first\n\n```js\ncode\n\nmore\n```\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n> quote\n\n$$\nx\n$$\n\nThe end.";
  const growing = new Blocks();
  let before = [];
  for (let length = 1; length <= text.length; length += 1) {
    const now = growing.read(text.slice(0, length));
    const finished = before.slice(0, Math.max(0, Math.min(before.length, now.length) - 1));
    finished.forEach((block, at) => assert.equal(now[at], block, text.slice(0, length)));
    before = now;
  }
  const shape = (blocks) => blocks.map(({ type, raw }) => [type, raw.trim()]);
  assert.deepEqual(shape(before), shape(new Blocks().read(text)));
  assert.deepEqual(before.map(({ type }) => type), ["heading", "paragraph", "list", "list", "code", "table", "blockquote", "math", "paragraph"]);
});

test("another text is read from its beginning", async () => {
  const { Blocks } = await part("blocks");
  const blocks = new Blocks();
  blocks.read("One.\n\nTwo.\n\nThree.");
  assert.deepEqual(blocks.read("Other.\n\nText.").map(({ text }) => text), ["Other.", "Text."]);
});

const formulas = ["$x$", "$a^2+b^2=c^2$", "$5x$", "$\\alpha$", "$O(n)$", "\\(x\\)", "$E = mc^2$", "$f(x) = 2$", "$n!$"];
const prices = ["It costs $5 and then $6.", "$5-$10", "US$5 or A$6", "from $100 to the price of 200$", "$5, $6 and $7", "between $3 and $4", "$ x $", "echo $HOME and $PATH", "$1,000.50 (about $2)"];

test("formulas are told from amounts of money", async () => {
  const { Blocks } = await part("blocks");
  const typesIn = (text) => new Blocks().read(text).flatMap(({ tokens = [] }) => tokens.map(({ type }) => type));
  for (const text of formulas) assert.ok(typesIn(`So ${text}.`).includes("math"), text);
  for (const text of prices) assert.ok(!typesIn(text).includes("math"), text);
});
