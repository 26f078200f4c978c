// Every block of code in the documents is tested. TypeScript, JavaScript and Vue are compiled, and
// HTML is opened, by tests/consumers, which has the packed package; here are the other kinds.
import assert from "node:assert/strict";
import { test } from "node:test";
import { blocks, excuseOf, placeOf } from "./documents.mjs";
import { parse, run, workplace } from "./shell.mjs";

const all = await blocks();
const of = (...kinds) => all.filter(({ kind }) => kinds.includes(kind));

/** Kinds, and who tests them. `text` is output, and drawings. */
const KINDS = ["ts", "tsx", "js", "vue", "html", "sh", "json", "css", "text", "nginx"];

test("every block is of a kind that is tested, or says why it is not", () => {
  assert.ok(all.length > 80, `${all.length} blocks`);
  for (const block of all) {
    assert.ok(KINDS.includes(block.kind), `${placeOf(block)} is of the kind "${block.kind}"`);
    if (block.kind === "nginx") assert.ok(excuseOf(block), `${placeOf(block)} is not tested: say why`);
    if (block.remark?.startsWith("not run")) assert.ok(excuseOf(block), `${placeOf(block)} does not say why it is not run`);
  }
});

test("only shells, headers and other servers' files are excused", () => {
  for (const block of all.filter(excuseOf)) assert.ok(["sh", "text", "nginx"].includes(block.kind), placeOf(block));
});

test("JSON is JSON", () => {
  const found = of("json");
  assert.ok(found.length > 0);
  for (const block of found) for (const line of block.title?.endsWith(".jsonl") ? block.code.trim().split("\n") : [block.code]) assert.doesNotThrow(() => JSON.parse(line), placeOf(block));
});

// The tutorial is run as a whole, in a folder of its own, by tests/consumers.
const paths = new Set(of("sh").map(({ path }) => path).filter((path) => path !== "docs/tutorial.md"));
for (const path of paths) {
  test(`the commands of ${path} run, one after another`, { timeout: 120_000 }, async (t) => {
    const place = await workplace(t);
    for (const block of of("sh").filter((other) => other.path === path)) {
      const done = excuseOf(block) ? parse(block.code) : run(place, block.code);
      await done.catch((error) => assert.fail(`${placeOf(block)}: ${error.message}`));
    }
  });
}

test("a command that fails, or that is none, is found", async (t) => {
  const place = await workplace(t);
  for (const wrong of ["npx qwen-agent index nowhere -o x.qai", "npx qwen-agent search --no-such-option", "cargo xtask fly", "node benches/nowhere.mjs"]) await assert.rejects(run(place, wrong), wrong);
  await assert.rejects(parse("if true\n"));
});
