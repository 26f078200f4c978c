// The declarations, as a user's compiler sees them, and the house rules that a compiler can check.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../", import.meta.url));

test("a user's program compiles, strictly and without the types of Node", async () => {
  const compiling = promisify(execFile)(process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-p", `${root}test/consumer/tsconfig.json`]);
  await compiling.catch(({ stdout }) => assert.fail(stdout));
});

test("a compiler finds the declarations of every entry, as Node and as bundlers resolve it", async (t) => {
  const { exports: entries } = JSON.parse(await readFile(`${root}package.json`, "utf8"));
  const folder = await mkdtemp(join(tmpdir(), "qwen-agent-entries-"));
  t.after(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, "node_modules"));
  await symlink(root, join(folder, "node_modules", "qwen-agent-wasm"), "dir");
  const scripts = Object.keys(entries).filter((entry) => !entry.endsWith(".json")).map((entry) => entry.replace(".", "qwen-agent-wasm"));
  assert.ok(scripts.length > 8);
  const lines = scripts.map((entry, index) => (/\.(wasm|bin)$/.test(entry) ? `import url${index} from "${entry}";\nexport const text${index}: string = url${index};` : `import "${entry}";\nexport type * as entry${index} from "${entry}";`));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await writeFile(join(folder, "all.ts"), lines.join("\n"));
  for (const [module, moduleResolution] of [["nodenext", "nodenext"], ["esnext", "bundler"]]) {
    const options = ["--strict", "--noEmit", "--target", "es2022", "--lib", "es2022,dom,esnext.disposable", "--types", "", "--noUncheckedSideEffectImports"];
    const args = [`${root}node_modules/typescript/bin/tsc`, ...options, "--module", module, "--moduleResolution", moduleResolution, "all.ts"];
    await promisify(execFile)(process.execPath, args, { cwd: folder }).catch(({ stdout }) => assert.fail(`${moduleResolution}: ${stdout}`));
  }
});

test("files are short, begin with what they are for, and use no any", async () => {
  const files = (await readdir(`${root}src`, { recursive: true })).filter((name) => name.endsWith(".ts"));
  for (const name of files) {
    const text = await readFile(`${root}src/${name}`, "utf8");
    // A language's words are one list.
    if (!name.startsWith("widget/strings/")) assert.ok(text.split("\n").length <= 300, `${name} is too long`);
    assert.match(text, /^(#!.*\n|\/\/\/.*\n)*(\/\*\*|\/\/ )/, `${name} does not say what it is for`);
    const code = text.replace(/\/\*[^]*?\*\/|\/\/.*|`[^`]*`|"[^"\n]*"/g, "");
    // `AbortSignal.any` is none.
    assert.doesNotMatch(code, /(?<!\.)\bany\b/, `${name} uses any`);
  }
});
