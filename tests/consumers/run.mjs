// The consumer matrix: the packed package, used without any configuration in every way that pages
// are made, opened in headless Chromium and asked a question; and in Node.
//
//   node tests/consumers/run.mjs [--all] [--record]
//
// --all tries the large bundlers, too; --record writes docs/consumers.md, and needs --all.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { parseArgs } from "node:util";
import { app } from "./app.mjs";
import { blocks, compile } from "./blocks.mjs";
import { answered, checkAnswer, closeBrowser, newPage } from "./browser.mjs";
import { cells } from "./cells.mjs";
import { htmlPages, vuePage } from "./pages.mjs";
import { clean, execute, packed, project, repository, version } from "./prepare.mjs";
import { reactPage, reactWidget } from "./react.mjs";
import { report } from "./report.mjs";
import { servesProxy } from "./runtimes.mjs";
import { serve } from "./serve.mjs";
import { tutorial } from "./tutorial.mjs";
import { pdf } from "../../pkg/test-support/built.mjs";

const { values } = parseArgs({ options: { all: { type: "boolean", default: false }, record: { type: "boolean", default: false }, only: { type: "string" } } });
const rows = [];
const servers = [];

after(async () => {
  await closeBrowser();
  await clean();
});

for (const { name, set, tool, open, interpreter = true } of cells) {
  if (set === "all" && !values.all) continue;
  if (values.only && !name.includes(values.only)) continue;
  // A tool that hangs is a failure, too.
  test(`${name}: the page answers`, { timeout: 420_000 }, async (t) => {
    const found = await answered(t, await open(t));
    assert.equal(found.program, interpreter, "the code interpreter");
    rows.push({ name, set, version: tool && (await version(set, tool)), ...found });
    t.diagnostic(`${name}: ${JSON.stringify(found)}`);
  });
}

test("Node: an import answers", async () => {
  const folder = await project("quick", "node", { "app.mjs": `${app()}\nconsole.log(JSON.stringify(await ask(Buffer.from(process.argv[2], "base64"))));\n` });
  const bytes = pdf(["The walrus sleeps on the first page."]);
  const { stdout } = await execute(process.execPath, ["app.mjs", bytes.toString("base64")], { cwd: folder });
  const answer = JSON.parse(stdout);
  checkAnswer(answer);
  assert.equal(answer.program.trim(), "42");
  rows.push({ name: "Node, `import`", set: "quick", version: process.versions.node, program: true, work: "worker (thread)", wasm: "files" });
});

test("in a page, importing every entry starts no worker and fetches nothing but scripts", async (t) => {
  const { exports: entries } = JSON.parse((await execute(process.execPath, ["-p", "JSON.stringify(require('./package.json'))"], { cwd: await packed() })).stdout);
  const addresses = Object.entries(entries).filter(([name, entry]) => entry.default?.endsWith(".js") && !/worker|react|widget/.test(name)).map(([, entry]) => entry.default.slice(1));
  assert.ok(addresses.length >= 5);
  const url = await serve(t, await packed(), { fallback: false });
  const page = await newPage(t);
  await page.route(`${url}/`, (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Nothing</title>" }));
  const asked = [];
  page.on("request", (request) => asked.push([request.resourceType(), new URL(request.url()).pathname]));
  await page.goto(`${url}/`);
  await page.evaluate(async (paths) => {
    for (const path of paths) await import(path);
  }, addresses);
  await page.waitForLoadState("networkidle");
  assert.equal(page.workers().length, 0);
  assert.deepEqual(asked.filter(([kind, path]) => kind !== "script" && path !== "/" && path !== "/favicon.ico"), []);
  assert.deepEqual(asked.filter(([, path]) => /-inline|vendor\/lzma|worker\.js/.test(path)), []);
});

test("the component of React tells its element all it was given, and hears it", reactPage);

test("the component of React is the widget: it answers", { timeout: 120_000 }, reactWidget);

test("every example of the documentation compiles, strictly", async () => {
  const examples = await blocks();
  assert.ok(examples.length >= 50, `${examples.length} examples`);
  assert.equal(await compile(examples), "");
  // A compiler that finds nothing wrong in anything would prove nothing.
  assert.match(await compile([{ path: "wrong", line: 1, kind: "ts", code: 'import { createAssistant } from "qwen-agent-wasm";\nawait createAssistant({ level: 7 });\n' }]), /wrong-line-1/);
});

test("every page of the documentation opens, and its widget is ready", { timeout: 120_000 }, htmlPages);

test("the example in Vue is the widget", { timeout: 120_000 }, vuePage);

test("the tutorial does what it says", { timeout: 180_000 }, tutorial);

for (const runtime of ["node", ...(values.all ? ["deno", "bun", "workerd"] : [])]) {
  test(`the proxy serves pages in ${runtime}`, { timeout: 120_000 }, async (t) => {
    const { version: which } = await servesProxy(t, runtime);
    servers.push({ runtime, version: which });
  });
}

if (values.record) {
  test("what was found is written down", async () => {
    assert.ok(values.all && rows.length === cells.length + 1 && servers.length > 3, "--record needs --all, and that every cell passes");
    await writeFile(join(repository, "docs/consumers.md"), report(rows, servers));
  });
}
