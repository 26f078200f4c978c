// The examples of the README's section on tools compile as they stand.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../", import.meta.url));

test("the examples on tools are programs", async (t) => {
  const readme = await readFile(`${root}README.md`, "utf8");
  const [, section] = readme.split("\n## Tools\n");
  const examples = [...section.split("\n## ")[0].matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code);
  assert.ok(examples.length >= 3);
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
