// Every error that the documentation names has words in the page.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { repository, www } from "./support.mjs";

test("the page has words for every documented error", async () => {
  const documentation = await readFile(`${repository}docs/errors.md`, "utf8");
  const source = await readFile(`${www}src/problems.ts`, "utf8");
  // Warnings bring their own sentences, and the command's files cannot occur in a page.
  const codes = [...documentation.matchAll(/^\| `([a-z_.]+)` \|/gm)].map(([, code]) => code).filter((code) => !/^(page|file)\./.test(code));
  assert.ok(codes.length > 20, "docs/errors.md names hardly any codes");
  const missing = codes.filter((code) => !source.includes(`\n  "${code}": [`) && !source.includes(`\n  ${code}: [`));
  assert.deepEqual(missing, []);
});
