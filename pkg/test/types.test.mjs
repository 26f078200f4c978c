// The declarations, as a user's compiler sees them, and the house rules that a compiler can check.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../", import.meta.url));

test("a user's program compiles, strictly and without the types of Node", async () => {
  const compiling = promisify(execFile)(process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-p", `${root}test/consumer/tsconfig.json`]);
  await compiling.catch(({ stdout }) => assert.fail(stdout));
});

test("files are short, begin with what they are for, and use no any", async () => {
  const files = (await readdir(`${root}src`, { recursive: true })).filter((name) => name.endsWith(".ts"));
  for (const name of files) {
    const text = await readFile(`${root}src/${name}`, "utf8");
    assert.ok(text.split("\n").length <= 300, `${name} is too long`);
    assert.match(text, /^(#!.*\n|\/\/\/.*\n)*(\/\*\*|\/\/ )/, `${name} does not say what it is for`);
    const code = text.replace(/\/\*[^]*?\*\/|\/\/.*|`[^`]*`|"[^"\n]*"/g, "");
    // `AbortSignal.any` is none.
    assert.doesNotMatch(code, /(?<!\.)\bany\b/, `${name} uses any`);
  }
});
