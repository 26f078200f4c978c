// Every error that the documentation names has words in the widget.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { repository } from "./support.mjs";

test("the widget has words for every documented error", async () => {
  const documentation = await readFile(`${repository}docs/errors.md`, "utf8");
  const source = await readFile(`${repository}pkg/src/widget/strings/en.ts`, "utf8");
  // The command's files cannot occur in a page.
  const codes = [...documentation.matchAll(/^\| `([a-z_.]+)` \|/gm)].map(([, code]) => code).filter((code) => !/^file\.(open|write)$/.test(code));
  assert.ok(codes.length > 20, "docs/errors.md names hardly any codes");
  const missing = codes.filter((code) => !["", ".todo"].every((part) => source.includes(`\n  "error.${code}${part}": "`)));
  assert.deepEqual(missing, []);
});
