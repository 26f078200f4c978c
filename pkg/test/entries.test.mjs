// What the package offers to bundlers, service workers, React and script tags: entries that do
// nothing on import, a list of files that is true, a bundle whose addresses are right.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { transform } from "esbuild";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { bundle } from "../scripts/bundle.mjs";
import { closure } from "../scripts/graph.mjs";
import { atOnce, measure, ofWidget } from "../scripts/size.mjs";
import { requireBuilt, root } from "../test-support/built.mjs";

const execute = promisify(execFile);
const dist = `${root}dist/`;
let manifest;

before(async () => {
  requireBuilt();
  manifest = JSON.parse(await readFile(`${root}package.json`, "utf8"));
});

/** Entries that a program imports, and their scripts. The two workers act when they are run. */
function scripts() {
  const entries = Object.entries(manifest.exports).filter(([name, entry]) => entry.default?.endsWith(".js") && !/worker\.js$/.test(name));
  return Object.fromEntries(entries.map(([name, entry]) => [name, entry.default]));
}

test("importing any entry starts nothing and loads nothing", async () => {
  const entries = Object.values(scripts());
  assert.ok(entries.length >= 6);
  const script = `
    const calls = [];
    const told = (name) => function () { calls.push(name); throw new Error(name); };
    globalThis.fetch = told("fetch");
    globalThis.Worker = told("Worker");
    globalThis.XMLHttpRequest = told("XMLHttpRequest");
    globalThis.indexedDB = new Proxy({}, { get: () => told("indexedDB") });
    for (const name of ["compile", "instantiate", "compileStreaming", "instantiateStreaming", "Module", "Instance"]) WebAssembly[name] = told(name);
    process.getBuiltinModule = told("a builtin module");
    const known = new Set(Object.getOwnPropertyNames(globalThis));
    for (const entry of ${JSON.stringify(entries)}) await import(new URL(entry, ${JSON.stringify(pathToFileURL(root).href)}));
    const globals = Object.getOwnPropertyNames(globalThis).filter((name) => !known.has(name));
    console.log(JSON.stringify({ calls, globals, active: process.getActiveResourcesInfo().filter((kind) => !/FSReq|PipeWrap|TTYWrap|Close/.test(kind)) }));`;
  const { stdout } = await execute(process.execPath, ["--input-type=module", "-e", script], { timeout: 20_000, cwd: root });
  assert.deepEqual(JSON.parse(stdout), { calls: [], globals: [], active: [] });
});

test("no script of the package awaits at its top", async () => {
  const files = (await readdir(dist, { recursive: true })).filter((name) => name.endsWith(".js"));
  assert.ok(files.length > 60);
  for (const name of files) {
    const text = await readFile(dist + name, "utf8");
    // In ES2021 there was no such thing, and esbuild says so.
    await transform(text.replace(/^#!.*/, ""), { format: "esm", target: "es2021", logLevel: "silent", sourcefile: name }).catch(({ message }) => assert.fail(message));
  }
  await assert.rejects(transform("await 1;", { format: "esm", target: "es2021", logLevel: "silent" }));
});

test("no script for pages names Node's process, which some bundlers miss", async () => {
  const { files } = JSON.parse(await readFile(`${dist}assets.json`, "utf8"));
  const scripts = files.filter(({ path }) => path.endsWith(".js"));
  assert.ok(scripts.length > 40);
  for (const { path } of scripts) {
    const { code } = await transform(await readFile(dist + path, "utf8"), { target: "es2022" });
    const strings = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g;
    assert.doesNotMatch(code.replace(strings, '""'), /(?<![.\w$])process(?![\w$:])/, path);
  }
});

test("every entry has a folder for those who do not read `exports`, such as Parcel and older resolvers", async () => {
  const entries = Object.entries(manifest.exports).filter(([name, { types, default: script }]) => name !== "." && types && script.endsWith(".js"));
  assert.ok(entries.length >= 5);
  for (const [name, { types, default: script }] of entries) {
    const folder = name.slice(2);
    assert.deepEqual(JSON.parse(await readFile(`${root}${folder}/package.json`, "utf8")), { type: "module", main: `../${script.slice(2)}`, types: `../${types.slice(2)}` });
    assert.ok(manifest.files.includes(folder), `${folder} is not packed`);
  }
});

test("bundlers may drop what is imported and not used, except for scripts that act", async () => {
  const acting = new Set(manifest.sideEffects);
  for (const name of ["./dist/worker.js", "./dist/stored-worker.js", "./dist/tools/code/sandbox-worker.js"]) assert.ok(acting.has(name));
  for (const name of acting) assert.ok(existsSync(root + name), name);
  // An element is defined on import: a page that only imports the entry must keep it.
  if (manifest.exports["./widget"]) for (const name of [manifest.exports["./widget"].default, "./dist/widget.js"]) assert.ok(acting.has(name), name);
});

test("the list of files for a page is true, and has all that an entry asks for", async () => {
  const { version, files } = JSON.parse(await readFile(`${dist}assets.json`, "utf8"));
  assert.equal(version, manifest.version);
  const listed = new Map(files.map((file) => [file.path, file]));
  for (const { path, bytes, integrity, purposes } of files) {
    const content = await readFile(dist + path);
    assert.equal(content.length, bytes, path);
    assert.equal(`sha256-${createHash("sha256").update(content).digest("base64")}`, integrity, path);
    assert.ok(purposes.length > 0, path);
    // Without comments, in which such addresses stand, too.
    const text = path.endsWith(".js") ? (await transform(content.toString(), { target: "es2022" })).code : "";
    for (const [, address] of text.matchAll(/new URL\("([^"]+)", import\.meta\.url\)/g)) {
      assert.ok(listed.has(new URL(address, `file:///${path}`).pathname.slice(1)), `${path} asks for ${address}`);
    }
  }
  const named = (purpose) => files.filter(({ purposes }) => purposes.includes(purpose)).map(({ path }) => path);
  for (const [purpose, path] of [["core", "wasm/core_bg.wasm"], ["readers", "wasm/readers_bg.wasm"], ["pdf", "wasm/pdf_bg.wasm"], ["pdf-cjk", "wasm/pdf-cjk.bin"], ["vocabulary", "assets/qwen-vocabulary.bin"]]) assert.deepEqual(named(purpose), [path]);
  for (const [purpose, path] of [["worker", "worker.js"], ["worker", "stored-worker.js"], ["sandbox", "vendor/quickjs/quickjs.wasm"], ["sandbox", "tools/code/sandbox-worker.js"], ["api", "index.js"], ["copy", "wasm/core-inline.js"]]) assert.ok(named(purpose).includes(path), path);
  for (const path of (await closure(dist, "worker.js")).atOnce) assert.ok(named("worker").includes(path), path);
  if (manifest.exports["./widget"]) for (const path of ["widget.js", "widget/index.js"]) assert.ok(listed.has(path), path);
  // What runs in Node or on your server is not for pages.
  for (const { path } of files) assert.doesNotMatch(path, /^(cli|proxy|node\.js)/);
});

test("the slim entry brings no copies of the wasm along, the whole one does", async () => {
  const inlined = async (entry) => {
    const { atOnce, later } = await closure(dist, entry);
    return [...atOnce, ...later].filter((path) => /-inline\.js$|^vendor\/lzma/.test(path)).length;
  };
  assert.deepEqual([await inlined("slim.js"), await inlined("index.js") > 3], [0, true]);
  const slim = await import("../dist/slim.js");
  assert.deepEqual(Object.keys(slim), Object.keys(await import("../dist/index.js")));
  const qa = await slim.createAssistant();
  await qa.documents.add({ name: "a.txt", bytes: new TextEncoder().encode("The notice period is three months.") }).done;
  assert.match((await qa.ask("How long is the notice period?").result).text, /three months/);
  await qa.dispose();
});

test("the proxy stands alone, and the worker brings no page's script along", async () => {
  for (const path of (await closure(dist, "proxy/index.js")).atOnce) assert.match(path, /^proxy\//);
  for (const path of (await closure(dist, "worker.js")).atOnce) assert.doesNotMatch(path, /linked-assistant|spawn|inline|react|widget/);
});

test("a bundle of an entry works from where it lies, and leaves large files where they are", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "qwen-agent-bundle-"));
  t.after(() => rm(folder, { recursive: true }));
  await cp(dist, folder, { recursive: true });
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await writeFile(join(folder, "tools", "entry.js"), 'export { createAssistant } from "../index.js";\nexport { codeInterpreter, ToolBox } from "./index.js";\n');
  const made = await bundle(folder, "tools/entry.js", "page");
  assert.ok(made.includes("page.js") && made.every((name) => /^page(-\w+)?\.js$/.test(name)), made.join());
  for (const name of made) assert.ok((await readFile(join(folder, name))).length < 60_000, name);
  const { createAssistant, codeInterpreter, ToolBox } = await import(pathToFileURL(join(folder, "page.js")).href);
  const qa = await createAssistant();
  await qa.documents.add({ name: "a.md", bytes: new TextEncoder().encode("# Lease\n\nThe notice period is three months.") }).done;
  assert.match((await qa.ask("How long is the notice period?").result).text, /three months/);
  await qa.dispose();
  const reply = await new ToolBox([codeInterpreter()], { consent: () => true }).call({ id: "1", name: "code_interpreter", arguments: { code: "console.log(6 * 7)" } });
  assert.match(reply.content ?? JSON.stringify(reply), /42/);
  await assert.rejects(bundle(folder, "missing/index.js", "other"), /missing\/index\.js is missing/);
  await writeFile(join(folder, "tools", "lost.js"), 'export const url = new URL("../nowhere.wasm", import.meta.url);\n');
  await assert.rejects(bundle(folder, "tools/lost.js", "lost"), /nowhere\.wasm is asked for/);
  await writeFile(join(folder, "tools", "lost.js"), "export const here = import.meta.dirname;\n");
  await assert.rejects(bundle(folder, "tools/lost.js", "lost"), /import\.meta in a way/);
  await writeFile(join(folder, "tools", "found.js"), "export const here = import.meta.url;\n");
  await bundle(folder, "tools/found.js", "found");
  assert.equal((await import(pathToFileURL(join(folder, "found.js")).href)).here, pathToFileURL(join(folder, "tools", "found.js")).href);
});

test("sizes count what is loaded at once, and of the widget what comes with the first opening", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "qwen-agent-sizes-"));
  t.after(() => rm(folder, { recursive: true }));
  const filler = (name) => `export const ${name} = ${JSON.stringify(name.repeat(2000))};\nconsole.log(${name});\n`;
  const files = {
    "index.js": filler("api"),
    "vendor/soon.js": filler("soon"),
    "vendor/math.js": filler("math"),
    "widget/strings/en.js": filler("english"),
    "widget/strings/zh.js": filler("chinese"),
    "widget/panel.js": `import "../vendor/soon.js";\nexport const later = () => [import("../vendor/math.js"), import("./strings/en.js"), import("./strings/zh.js"), import("../index.js")];\n`,
    "widget/index.js": `console.log("launcher");\nexport const open = () => import("./panel.js");\n`,
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const size = async (rule) => (await measure("widget/index.js", rule, folder)).raw;
  assert.ok((await size(atOnce)) < 200);
  const widget = await size(ofWidget);
  // The library that the panel needs, and English.
  assert.ok(widget > 2000 * "soonenglish".length && widget < 2000 * "soonenglish".length + 1500, `${widget}`);
});

test("the component of React gives the element's tag on a server", async () => {
  const { QwenAssistant } = await import("../dist/react.js");
  const html = renderToString(createElement(QwenAssistant, { baseURL: "/api/qwen", model: "qwen-plus", open: true, className: "help", theme: "dark", suggestions: ["Who signs?"], onReady() {} }, createElement("p", { slot: "empty" }, "Ask me")));
  assert.match(html, /^<qwen-assistant base-url="\/api\/qwen" open="" class="help" model="qwen-plus" theme="dark"><p slot="empty">Ask me<\/p><\/qwen-assistant>$/);
  assert.equal(renderToString(createElement(QwenAssistant, { open: false })), "<qwen-assistant></qwen-assistant>");
  // Frameworks that tell server and page apart look for this before the first statement.
  assert.match(await readFile(`${dist}react.js`, "utf8"), /^(\/\*[^]*?\*\/\s*)?"use client";/);
});

test("publint finds nothing to say", async (t) => {
  const { publint } = await import("publint");
  const { formatMessage } = await import("publint/utils");
  const tarball = await readFile(await packed(t));
  const { messages } = await publint({ strict: true, pack: { tarball: Uint8Array.from(tarball).buffer } });
  assert.deepEqual(messages.map((message) => formatMessage(message, manifest, { color: false })), []);
});

test("are-the-types-wrong finds nothing wrong for programs of ES modules", async (t) => {
  const excluded = Object.keys(manifest.exports).filter((name) => /\.(json|wasm|bin)$|worker\.js$/.test(name));
  const arguments_ = [await packed(t), "--format", "json", "--exclude-entrypoints", ...excluded];
  const { stdout } = await execute(process.execPath, [`${root}node_modules/@arethetypeswrong/cli/dist/index.js`, ...arguments_], { maxBuffer: 1 << 26 }).catch((error) => error);
  const { analysis } = JSON.parse(stdout);
  assert.ok(Object.keys(analysis.entrypoints).length >= 6, Object.keys(analysis.entrypoints).join());
  // A program of CommonJS loads this package, which is one of ES modules, by `import()`.
  const counted = analysis.problems.filter(({ kind }) => kind !== "CJSResolvesToESM");
  assert.deepEqual(counted, []);
});

async function packed(t) {
  const folder = await mkdtemp(join(tmpdir(), "qwen-agent-packed-"));
  t.after(() => rm(folder, { recursive: true }));
  const { stdout } = await execute("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], { cwd: root });
  return join(folder, JSON.parse(stdout)[0].filename);
}
