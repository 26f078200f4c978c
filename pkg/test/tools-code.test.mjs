// The code interpreter: what programs give, that their limits hold, and every escape we know of.
import assert from "node:assert/strict";
import { test } from "node:test";
import { QwenAgentError } from "../dist/index.js";
import { ToolBox, codeInterpreter } from "../dist/tools/index.js";

const interpreters = new Map();

function boxOf(options) {
  const key = JSON.stringify(options);
  if (!interpreters.has(key)) interpreters.set(key, new ToolBox([codeInterpreter(options)]));
  return interpreters.get(key);
}

const run = (code, { signal, ...options } = {}) => boxOf(options).call({ id: "1", name: "code_interpreter", arguments: { code } }, { signal });

async function gives(code, content, options) {
  assert.deepEqual(await run(code, options), { id: "1", content }, code);
}

test("the value of the last expression and what is printed are the result", async () => {
  const table = [
    ["1 + 2", "=> 3"],
    ["const a = [1, 2, 3]; console.log('sum', a.reduce((x, y) => x + y)); a.map((x) => x * x)", "sum 6\n=> [1, 4, 9]"],
    ["console.log('one'); console.warn({ two: 2 }); undefined", "one\n{ two: 2 }"],
    ["const value = await Promise.resolve(7); value * 6", "=> 42"],
    ["async function main() { return 'done'; } main()", '=> "done"'],
    ["", "(the program printed nothing, and its last expression has no value)"],
    ["2n ** 70n", "=> 1180591620717411303424n"],
    ["new Date(0)", "=> 1970-01-01T00:00:00.000Z"],
    ["new Map([['k', { v: [1] }]])", '=> Map(1) { "k" => { v: [1] } }'],
    ["new Set([1, 'x'])", '=> Set(2) { 1, "x" }'],
    ["const a = { n: 1 }; a.self = a; a", "=> { n: 1, self: [Circular] }"],
    ["class P { x = 1 } new P()", "=> P { x: 1 }"],
    ["new Uint8Array([1, 2])", "=> Uint8Array [1, 2]"],
    ["(function named() {})", "=> [Function named]"],
    ["[1, , 3].length", "=> 3"],
    ["Array.from({ length: 1e6 }, (_, i) => i)", `=> [${Array.from({ length: 100 }, (_, i) => i).join(", ")}, … 999900 more]`],
    ["'日本語 😀'", '=> "日本語 😀"'],
    ["Object.create(null, { hidden: { value: 1 }, shown: { value: 2, enumerable: true } })", "=> { shown: 2 }"],
    ["({ get bad() { throw new Error('no'); } })", "=> [a value that cannot be shown]"],
  ];
  for (const [code, content] of table) await gives(code, content);
});

test("a program that throws says so after what it printed", async () => {
  const { content } = await run("console.log('before');\nnull.x");
  assert.match(content, /^before\nUncaught TypeError: .*null.*\n.*program\.js:2/);
  await gives("throw 'just text'", 'Uncaught "just text"');
  assert.match((await run("let 5 = x")).content, /^Uncaught SyntaxError/);
  assert.match((await run("await new Promise(() => {})")).content, /waits for a promise that nothing settles/);
});

test("nothing is left of one program for the next", async () => {
  await gives("globalThis.kept = 1; Array.prototype.map = null; kept", "=> 1");
  await gives("typeof kept + [1].map(String)", '=> "undefined1"');
});

test("nothing of the outer realm can be reached", async () => {
  const names = ["fetch", "XMLHttpRequest", "WebSocket", "Worker", "importScripts", "postMessage", "indexedDB", "caches", "localStorage", "navigator", "location", "document", "window", "self", "process", "require", "module", "Buffer", "setTimeout", "setInterval", "setImmediate", "MessageChannel", "BroadcastChannel", "WebAssembly", "Atomics", "Deno", "Bun", "print", "std", "os"];
  await gives(`${JSON.stringify(names)}.filter((name) => name in globalThis || typeof globalThis[name] !== "undefined")`, "=> []");
  // Everything there is belongs to the language.
  const { content } = await run("Object.getOwnPropertyNames(globalThis).filter((name) => /^[a-z]/.test(name)).sort().join(' ')");
  const known = /^=> "(console|decodeURI|decodeURIComponent|encodeURI|encodeURIComponent|escape|eval|globalThis|isFinite|isNaN|parseFloat|parseInt|queueMicrotask|undefined|unescape| |performance|btoa|atob|gc|navigator)+"$/;
  assert.match(content, known);
});

const LATE = "tool.timeout";

/** Escapes: the program, and what must come of it. */
const escapes = [
  ["the constructor of a function", "this.constructor.constructor('return this')() === globalThis", /^=> true$/],
  ["a Function that looks for process", "Function('return typeof process + typeof require + typeof fetch')()", /undefinedundefinedundefined/],
  ["an async function's constructor", "await (async () => {}).constructor('return typeof process')()", /"undefined"/],
  ["a generator's constructor", "(function* () {}).constructor('yield typeof process')().next().value", /"undefined"/],
  ["indirect eval", "(0, eval)('typeof process + typeof self')", /undefinedundefined/],
  ["the host function behind console", "console.log.constructor('return typeof process')()", /"undefined"/],
  ["the caller of a host function", "(() => { try { return typeof console.log.caller; } catch (e) { return e.name; } })()", /undefined|object|TypeError/],
  ["a getter that is called by the printer", "({ get x() { return this.constructor.constructor('return typeof process')(); } })", /"undefined"/],
  ["a toString that is called by the printer", "throw { toString() { return Function('return typeof process')(); } }", /Uncaught/],
  ["a proxy in every place", "const p = new Proxy(function () {}, { get: (t, k) => (k === Symbol.toPrimitive ? () => 'x' : p), apply: () => p, ownKeys: () => [], has: () => true, getPrototypeOf: () => Array.prototype }); console.log(p); p", /./],
  ["a thenable as the result", "({ then(resolve) { resolve(Function('return typeof process')()); } })", /undefined|then/],
  ["Error.prepareStackTrace", "Error.prepareStackTrace = (e, frames) => frames.map((f) => f.getThis?.()); String(new Error('x').stack)", /./],
  ["import()", "await import('node:fs')", /Uncaught ReferenceError/],
  ["import() of an address", "await import('https://example.com/x.js')", /Uncaught ReferenceError/],
  ["import() of a data address", "await import('data:text/javascript,export default 1')", /Uncaught ReferenceError/],
  ["an import declaration", "import fs from 'node:fs'", /Uncaught SyntaxError/],
  ["import.meta", "import.meta.url", /Uncaught SyntaxError/],
  ["pollution of Object.prototype", "Object.prototype.polluted = 'yes'; Array.prototype.polluted = 'yes'; __proto__.polluted = 'yes'; 1", /^=> 1$/],
  ["pollution by JSON", "Object.assign({}, JSON.parse('{\"__proto__\":{\"polluted\":\"yes\"}}')); 1", /^=> 1$/],
  ["a console that was replaced", "console.log = null; globalThis.console = undefined; 1", /^=> 1$/],
  ["broken built-ins", "JSON.stringify = Array.prototype.slice = Array.prototype.map = String.prototype.slice = () => { throw 1 }; [1]", /./],
  ["an endless loop", "while (true);", LATE],
  ["an endless loop that catches", "for (;;) { try { while (true); } catch {} finally { continue; } }", LATE],
  ["an endless getter", "({ get x() { for (;;); } })", LATE],
  ["an endless toString in an error", "throw { get message() { for (;;); }, get name() { for (;;); } }", LATE],
  ["an endless regular expression", "/(a+)+$/.test('a'.repeat(40) + 'b')", LATE],
  ["an endless sort", "[1, 2, 3].sort(() => { for (;;); })", LATE],
  ["a chain of promises without end", "const again = () => Promise.resolve().then(again); again(); 1", /^=> 1$|tool\.timeout/],
  ["waiting without end", "for (;;) await 1", LATE],
  ["promises that double", "const twice = () => { Promise.resolve().then(twice); Promise.resolve().then(twice); }; twice(); 1", /out of memory|tool\.timeout/],
  ["an endless async generator", "async function* g() { for (;;) yield 1; } for await (const x of g());", LATE],
  ["microtasks without end", "const again = () => queueMicrotask(again); again(); 1", LATE],
  ["recursion without end", "const f = () => f() + 1; f()", /Uncaught RangeError/],
  ["text nested too deeply", "JSON.parse('['.repeat(1e6))", /Uncaught/],
  ["code nested too deeply", "eval('('.repeat(1e5))", /Uncaught/],
  ["a memory bomb of arrays", "const a = []; for (;;) a.push(new Array(1e5).fill(a.length))", /out of memory/],
  ["a memory bomb of texts", "let s = 'x'; for (;;) s += s", /Uncaught (InternalError|RangeError)/],
  ["a memory bomb of buffers", "const a = []; for (;;) a.push(new Uint8Array(1e7).fill(1))", /Uncaught/],
  ["a memory bomb that catches", "const a = []; for (;;) { try { for (;;) a.push(new Array(1e4).fill(0)); } catch {} }", /tool\.timeout|out of memory/],
  ["one huge output", "console.log('x'.repeat(2e6))", /^x+ … \[the rest of the line is cut\]/],
  ["output without end", "for (;;) console.log('y'.repeat(50))", LATE],
  ["a huge value", "'x'.repeat(1e7)", /^=> "x+/],
  ["a huge error", "throw new Error('x'.repeat(1e7))", /^Uncaught Error: x+/],
  ["a value as wide as it is deep", "const f = (d) => d ? Array.from({ length: 100 }, () => f(d - 1)) : 0; f(2)", /^=> \[\[0, /],
];

test("every escape we know of ends where it should", { timeout: 240_000 }, async (t) => {
  for (const [name, code, expected] of escapes) {
    await t.test(name, async () => {
      // Short where the time is what ends it, and ample where it is not: this machine may be slow.
      const timeoutMs = String(expected).includes("timeout") ? 700 : 30_000;
      const reply = await run(code, { timeoutMs, memoryMB: 32 });
      const text = reply.content ?? `${reply.error.code} ${reply.error.message}`;
      if (expected === LATE) assert.equal(reply.error?.code, LATE, text);
      else assert.match(text, expected);
      assert.ok(text.length <= 8100, `${text.length} characters`);
      assert.equal({}.polluted, undefined);
      assert.equal([].polluted, undefined);
    });
  }
});

test("output beyond the limit is counted, and what fits is kept", async () => {
  const { content } = await run("for (let i = 0; i < 5000; i++) console.log('line ' + i); 'end'");
  assert.match(content, /^line 0\nline 1\n/);
  assert.match(content, /\[truncated: \d+ more lines were printed\]\n=> "end"$/);
  assert.ok(content.length <= 8000);
});

test("a program that is stopped by its time tells what it had printed", async () => {
  const { error } = await run("console.log('step one'); for (;;);", { timeoutMs: 300 });
  assert.equal(error.code, "tool.timeout");
  assert.match(error.message, /0\.3 s.*step one/);
});

test("stopping the run ends the program", async () => {
  const controller = new AbortController();
  const reply = run("for (;;);", { signal: controller.signal, timeoutMs: 60_000 });
  setTimeout(() => controller.abort(), 100);
  assert.equal((await reply).error.code, "tool.aborted");
});

test("programs run at the same time, each by itself", async () => {
  const replies = await Promise.all([1, 2, 3].map((n) => run(`globalThis.n = ${n}; n * 10`)));
  assert.deepEqual(replies.map(({ content }) => content), ["=> 10", "=> 20", "=> 30"]);
});

test("wrong limits are told when the tool is made", () => {
  for (const options of [{ memoryMB: 0 }, { memoryMB: 5000 }, { timeoutMs: 0 }, { timeoutMs: NaN }]) {
    assert.throws(() => codeInterpreter(options), (error) => error instanceof QwenAgentError && error.code === "usage", JSON.stringify(options));
  }
});

test("files that are not where they are said to be are an error, and the next call tries again", async () => {
  const box = new ToolBox([codeInterpreter({ wasm: "file:///nowhere/quickjs.wasm" })]);
  for (let i = 0; i < 2; i++) {
    const { error } = await box.call({ id: "1", name: "code_interpreter", arguments: { code: "1" } });
    assert.match(error.message, /cannot read/);
  }
});

const withWorker = (script, options) => new ToolBox([codeInterpreter({ worker: new URL(`data:text/javascript,${encodeURIComponent(script)}`), ...options })])
  .call({ id: "1", name: "code_interpreter", arguments: { code: "1" } });

const READY = 'import { parentPort } from "node:worker_threads"; parentPort.postMessage({ kind: "ready" }); ';

test("an interpreter that hangs by itself is ended from outside", async () => {
  const { error } = await withWorker(`${READY} parentPort.on("message", () => { for (;;); });`, { timeoutMs: 50 });
  assert.equal(error.code, "tool.timeout");
});

test("a worker that dies, before or while it runs, fails the call", async () => {
  const dying = [
    ["throw new Error('at once')", /could not be started/],
    [`${READY} parentPort.on("message", () => process.exit(3));`, /ended/],
    [`${READY} parentPort.on("message", () => { throw new Error("later"); });`, /stopped/],
    [`${READY} parentPort.on("message", () => parentPort.postMessage({ kind: "failed", message: "no memory" }));`, /no memory/],
    [`${READY} parentPort.on("message", () => parentPort.postMessage({ kind: "nonsense" }));`, /no sense/],
  ];
  for (const [script, message] of dying) {
    const { error } = await withWorker(script);
    assert.equal(error.code, "tool.failed");
    assert.match(error.message, message);
  }
});

test("a page can plug in an interpreter of its own", async () => {
  const python = codeInterpreter({ name: "python", language: "python", run: async (code, { signal, id }) => `${code}|${signal.aborted}|${id}` });
  assert.match(python.description, /python/);
  const reply = await new ToolBox([python]).call({ id: "9", name: "python", arguments: { code: "print(1)" } });
  assert.deepEqual(reply, { id: "9", content: "print(1)|false|9" });
});
