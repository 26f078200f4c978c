// The examples of both READMEs on tools compile as they stand.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../", import.meta.url));

async function examplesOf(path) {
  const readme = await readFile(`${root}${path}`, "utf8");
  const [, section] = readme.split("\n## Tools\n");
  return [...section.split("\n## ")[0].matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code);
}

test("the examples on tools are programs", async (t) => {
  const [own, top] = [await examplesOf("README.md"), await examplesOf("../README.md")];
  assert.ok(own.length >= 4 && top.length >= 1);
  const examples = [...own, ...top];
  const folder = await mkdtemp(join(tmpdir(), "qwen-agent-readme-"));
  t.after(() => rm(folder, { recursive: true }));
  for (const [index, code] of examples.entries()) await writeFile(join(folder, `example${index}.ts`), code);
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({
    extends: `${root}test/consumer/tsconfig.json`,
    compilerOptions: { paths: { "qwen-agent-wasm": [`${root}dist/index.d.ts`], "qwen-agent-wasm/tools": [`${root}dist/tools/index.d.ts`] } },
    include: ["*.ts"],
  }));
  const compiling = promisify(execFile)(process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-p", folder]);
  await compiling.catch(({ stdout }) => assert.fail(stdout));
});
