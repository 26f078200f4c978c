// The tools of the package in a page of the strictest policy: the sandbox, the stores of the
// browser, fetching, MCP. Once with the package's files as they are, once as Vite bundles them.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { build } from "vite";
import { startMcp } from "../../pkg/test-support/mcp-server.mjs";
import { securityHeaders, serveFile } from "../server/static.mjs";
import { complaintsOf, openPage, SLOW_MS } from "./browser.mjs";
import { repository, startEndpoint, until, www } from "./support.mjs";

const options = { timeout: 3 * SLOW_MS };
const dist = `${repository}pkg/dist`;
let bundled;

after(() => bundled && rm(bundled, { recursive: true, force: true }));

/** The tools alone, bundled. Below www, where `qwen-agent-wasm` is found. */
async function bundle() {
  if (bundled) return bundled;
  bundled = await mkdtemp(join(www, "node_modules/.tools-test-"));
  const entry = join(bundled, "entry.js");
  await writeFile(entry, 'export * from "qwen-agent-wasm/tools";\n');
  await build({
    root: bundled,
    configFile: false,
    logLevel: "error",
    base: "./",
    worker: { format: "es" },
    build: { outDir: "out", target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false }, rolldownOptions: { input: entry, preserveEntrySignatures: "strict", output: { entryFileNames: "index.js" } } },
  });
  return bundled;
}

/** A page that has the tools as `window.tools`, from a server with the strictest policy. */
async function open(t, { root, script }, context) {
  const asked = [];
  const listener = (request, response) => {
    const path = request.url.split("?", 1)[0];
    asked.push({ path, headers: request.headers });
    for (const [name, value] of securityHeaders) response.setHeader(name, value);
    const send = (status, type, body, headers = {}) => response.writeHead(status, { "Content-Type": type, ...headers }).end(body);
    if (path === "/") return send(200, "text/html", "<!doctype html><title>tools</title>");
    if (path === "/favicon.ico") return response.writeHead(204).end();
    if (path === "/text") return send(200, "text/plain", "a page of text");
    if (path === "/away") return send(302, "text/plain", "", { Location: "https://example.invalid/" });
    return serveFile(root, path, request, response);
  };
  const { page, origin } = await openPage(t, listener, context);
  const complaints = complaintsOf(page);
  const load = async () => {
    await page.goto(origin);
    await page.evaluate(async (script) => {
      window.violations = [];
      document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => window.violations.push(`${violatedDirective} ${blockedURI}`));
      // What pages under Trusted Types have to do for any worker of their own origin.
      window.trustedTypes.createPolicy("default", { createScriptURL: (url) => (new URL(url, location.href).origin === location.origin && !url.startsWith("blob:") ? url : null) });
      window.tools = await import(script);
    }, script);
  };
  await load();
  const violations = () => page.evaluate(() => window.violations);
  return { page, origin, asked, load, complaints, violations };
}

const files = { root: dist, script: "/tools/index.js" };

/** Runs programs in the page, one after another. */
const programs = (page, codes, settings) => page.evaluate(async ([codes, settings]) => {
  const box = new window.tools.ToolBox([window.tools.codeInterpreter(settings)]);
  const replies = [];
  for (const code of codes) replies.push(await box.call({ id: "1", name: "code_interpreter", arguments: { code } }));
  return replies.map(({ content, error }) => content ?? `${error.code}: ${error.message}`);
}, [codes, settings]);

for (const kind of ["as they are", "bundled by Vite"]) {
  test(`the sandbox runs programs under the strictest policy (files ${kind})`, options, async (t) => {
    const from = kind === "bundled by Vite" ? { root: join(await bundle(), "out"), script: "/index.js" } : files;
    const { page, asked, complaints, violations } = await open(t, from);
    assert.ok(!asked.some(({ path }) => path.endsWith(".wasm")), "the interpreter was loaded before it was needed");
    const names = ["fetch", "XMLHttpRequest", "WebSocket", "Worker", "indexedDB", "caches", "navigator", "location", "document", "self", "postMessage", "importScripts", "setTimeout", "WebAssembly", "process"];
    const replies = await programs(page, [
      "console.log('sum', 1 + 2); [1, 2].map((n) => n * n)",
      `${JSON.stringify(names)}.filter((name) => typeof globalThis[name] !== "undefined" || typeof Function("return typeof " + name)() === "object")`,
      "this.constructor.constructor('return typeof fetch + typeof document')()",
      "await import('/text')",
      "Object.prototype.polluted = 'yes'; 1",
      "null.x",
    ], { timeoutMs: 20_000 });
    assert.equal(replies[0], "sum 3\n=> [1, 4]");
    assert.equal(replies[1], "=> []");
    assert.equal(replies[2], '=> "undefinedundefined"');
    assert.match(replies[3], /^Uncaught ReferenceError/);
    assert.equal(replies[4], "=> 1");
    assert.match(replies[5], /^Uncaught TypeError/);
    assert.equal(await page.evaluate(() => ({}).polluted), undefined);
    assert.equal(asked.filter(({ path }) => path.endsWith(".wasm")).length, 1);
    assert.ok(!asked.some(({ path }) => path === "/text"));
    assert.deepEqual(await violations(), []);
    assert.deepEqual(complaints, []);
  });
}

test("an assistant's worker calls the tools of its page, the sandbox among them", options, async (t) => {
  const endpoint = await startEndpoint(t);
  const { page, origin, complaints, violations } = await open(t, files);
  // The policy allows the page's own origin only, as a proxy there would be used.
  await page.route(`${origin}/v1/**`, async (route) => route.fulfill({ response: await route.fetch({ url: route.request().url().replace(`${origin}/v1`, endpoint.baseUrl) }) }));
  const { answers, calls } = await page.evaluate(async () => {
    const { createAssistant } = await import("/index.js");
    const { codeInterpreter, defineTool } = window.tools;
    const title = defineTool({ name: "page_title", description: "The title of the page.", run: () => document.title });
    const qa = await createAssistant({ endpoint: { baseURL: "/v1", model: "qwen-scripted" }, level: "reason", tools: [title, codeInterpreter()] });
    const answers = [];
    const calls = [];
    for (const question of ["What is the title of this page?", "6 * 7 // by the code interpreter"]) {
      const run = qa.ask(question);
      for await (const { type, name, content, failed } of run) if (type === "tool-result") calls.push([name, content, failed]);
      answers.push((await run.result).text);
    }
    await qa.dispose();
    return { answers, calls };
  });
  assert.deepEqual(calls, [["page_title", "tools", false], ["code_interpreter", "=> 42", false]]);
  assert.deepEqual(answers, ["page_title says: tools", "code_interpreter says: => 42"]);
  assert.deepEqual(await violations(), []);
  assert.deepEqual(complaints, []);
});

test("programs that do not end are stopped, and the page stays responsive meanwhile", options, async (t) => {
  const { page, complaints } = await open(t, files);
  const running = programs(page, ["for (;;);", "for (;;) await 1", "const a = []; for (;;) a.push(new Array(1e5).fill(0))"], { timeoutMs: 1500, memoryMB: 32 });
  assert.equal(await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => resolve("alive")))), "alive");
  const replies = await running;
  for (const reply of replies.slice(0, 2)) assert.match(reply, /^tool\.timeout/);
  assert.match(replies[2], /out of memory|tool\.timeout/);
  await until(() => page.workers().length === 0, "the sandboxes to end");
  assert.deepEqual(complaints, []);
});

test("a page whose policy forbids WebAssembly is told so", options, async (t) => {
  const { page } = await open(t, files);
  await page.route("**/*", async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers() };
    headers["content-security-policy"] = headers["content-security-policy"].replace(" 'wasm-unsafe-eval'", "");
    await route.fulfill({ response, headers });
  });
  await page.reload();
  const message = await page.evaluate(async () => {
    window.trustedTypes.createPolicy("default", { createScriptURL: (url) => url });
    const { ToolBox, codeInterpreter } = await import("/tools/index.js");
    const { error } = await new ToolBox([codeInterpreter()]).call({ id: "1", name: "code_interpreter", arguments: { code: "1" } });
    return error.message;
  });
  assert.match(message, /WebAssembly|wasm-unsafe-eval/);
});

const storing = (page, name, actions) => page.evaluate(async ([name, actions]) => {
  const box = new window.tools.ToolBox([window.tools.keyValueStore({ name, maxEntries: 3, maxTotalLength: 20 })]);
  const replies = [];
  for (const args of actions) {
    const { content, error } = await box.call({ id: "1", name: "key_value_store", arguments: args });
    replies.push(content ?? error.code);
  }
  return replies;
}, [name, actions]);

test("what the model keeps is there after a reload, in a database of its own, within limits", options, async (t) => {
  const { page, load, complaints } = await open(t, files);
  await page.evaluate(() => new Promise((resolve, reject) => {
    const request = indexedDB.open("private", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("entries").put("secret", "key");
    request.onsuccess = () => resolve(request.result.close());
    request.onerror = () => reject(request.error);
  }));
  const set = (key, value) => ({ action: "set", key, value });
  assert.deepEqual(await storing(page, "notes", [set("b", "two"), set("a", "one"), set("a", "uno"), { action: "list" }]), ["(stored)", "(stored)", "(stored)", '["a","b"]']);
  await load();
  const after = [{ action: "get", key: "a" }, set("c", "x".repeat(15)), set("c", "x"), set("d", "y"), { action: "delete", key: "b" }, { action: "delete", key: "b" }, { action: "list" }];
  assert.deepEqual(await storing(page, "notes", after), ["uno", "tool.failed", "(stored)", "tool.failed", "(deleted)", "(there is no such key)", '["a","c"]']);
  assert.deepEqual(await storing(page, "private", [{ action: "list" }, { action: "get", key: "key" }]), ["[]", "(there is no such key)"]);
  const names = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name).sort());
  assert.deepEqual(names, ["private", "qwen-agent-tool-notes", "qwen-agent-tool-private"]);
  // The visitor clears it meanwhile: the next call makes it anew.
  const again = await page.evaluate(async () => {
    const box = new window.tools.ToolBox([window.tools.keyValueStore({ name: "notes" })]);
    const act = async (args) => (await box.call({ id: "1", name: "key_value_store", arguments: args })).content;
    const before = await act({ action: "list" });
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase("qwen-agent-tool-notes");
      request.onsuccess = resolve;
      request.onerror = () => reject(request.error);
    });
    return [before, await act({ action: "list" }), await act({ action: "set", key: "k", value: "v" }), await act({ action: "get", key: "k" })];
  });
  assert.deepEqual(again, ['["a","c"]', "[]", "(stored)", "v"]);
  assert.deepEqual(complaints, []);
});

test("two calls at once do not exceed the limits together", options, async (t) => {
  const { page } = await open(t, files);
  const replies = await page.evaluate(async () => {
    const box = new window.tools.ToolBox([window.tools.keyValueStore({ name: "race", maxEntries: 1 })]);
    const calls = ["a", "b", "c"].map((key) => box.call({ id: key, name: "key_value_store", arguments: { action: "set", key, value: key } }));
    return (await Promise.all(calls)).map(({ content }) => content);
  });
  assert.equal(replies.filter((content) => content === "(stored)").length, 1);
});

test("pages of the own origin are read without cookies, and redirects are refused", options, async (t) => {
  const { page, origin, asked } = await open(t, files);
  await page.evaluate(() => (document.cookie = "session=secret"));
  const replies = await page.evaluate(async (origin) => {
    const box = new window.tools.ToolBox([window.tools.fetchPage()]);
    const read = (url) => box.call({ id: "1", name: "fetch_page", arguments: { url } });
    return [await read(`${origin}/text`), await read("/text?relative"), await read("/away"), await read("https://example.invalid/x"), await read("/missing")];
  }, origin);
  assert.equal(replies[0].content, "a page of text");
  assert.equal(replies[1].content, "a page of text");
  assert.deepEqual(replies.slice(2).map(({ error }) => error.code), ["tool.refused", "tool.refused", "tool.failed"]);
  const request = asked.find(({ path }) => path === "/text");
  assert.equal(request.headers.cookie, undefined);
  assert.equal(request.headers.referer, undefined);
});

test("an MCP server of another origin is used from a page", options, async (t) => {
  const { url } = await startMcp(t, { cors: true });
  const { page, complaints, violations } = await open(t, files);
  const replies = await page.evaluate(async (url) => {
    const remote = await window.tools.mcpTools({ url, sideEffects: false });
    const box = new window.tools.ToolBox([remote]);
    const call = (name, args) => box.call({ id: "1", name, arguments: args });
    const replies = [await call("add", { a: 2, b: 40 }), await call("drops", {}), await call("fails", {})];
    await remote.close();
    return replies.map(({ content, error }) => content ?? error.code);
  }, url);
  assert.deepEqual(replies, ["42", "answered later", "tool.failed"]);
  assert.deepEqual(await violations(), []);
  assert.deepEqual(complaints, []);
});
