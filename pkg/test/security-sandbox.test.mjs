// Escapes from the code interpreter's sandbox that concern the host: what it can be made to run,
// to read, to hold or to tell. Those that stay within a program are in tools-code.test.mjs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ToolBox, codeInterpreter } from "../dist/tools/index.js";
import { root } from "../test-support/built.mjs";

const boxes = new Map();

/** The text that the model is given, of a result or of an error. */
async function told(code, timeoutMs = 20_000) {
  if (!boxes.has(timeoutMs)) boxes.set(timeoutMs, new ToolBox([codeInterpreter({ timeoutMs, memoryMB: 32 })]));
  const { content, error } = await boxes.get(timeoutMs).call({ id: "1", name: "code_interpreter", arguments: { code } }, {});
  return content ?? `${error.code} ${error.message}`;
}

const each = (names, expression) => `${JSON.stringify(names)}.map((name) => { try { return String(${expression}); } catch (e) { return e.name; } }).join()`;
const LATE = /^tool\.timeout/;

/** Name, program, what must come of it. */
const escapes = [
  ["calls of the network", each(["fetch('https://e.example')", "new XMLHttpRequest()", "new WebSocket('wss://e.example')", "new EventSource('https://e.example')", "navigator.sendBeacon('/x')", "importScripts('https://e.example')", "new Worker('x')", "new Image()"], "(0, eval)(name)"), /^=> "(ReferenceError,?){8}"$/],
  ["imports of every kind", each(["import('x')", "import.meta", "require('fs')", "process.binding('fs')", "module.constructor._load('fs')", "process.mainModule"], "(0, eval)(name)"), /^=> "(\[object Promise\],?|ReferenceError,?|SyntaxError,?){6}"$/],
  ["the variables of who runs it", each(["job", "vm", "lines", "port", "deadline", "late", "print", "inspect", "furnish", "write", "maxLength", "settled"], "(0, eval)(name)"), /^=> "(ReferenceError,?){12}"$/],
  ["walking up the stack", each(["arguments.callee.caller", "(function f() { return f.caller; })()", "console.log.arguments", "(function () { return arguments.callee.caller; })()"], "(0, eval)(name)"), /^=> "((TypeError|ReferenceError|SyntaxError|null|undefined),?){4}"$/],
  ["globalThis of every function there is", "const seen = new Set(); const walk = (o) => { if ((typeof o !== 'object' && typeof o !== 'function') || o === null || seen.has(o)) return; seen.add(o); for (const k of Reflect.ownKeys(o)) { const d = Reflect.getOwnPropertyDescriptor(o, k); for (const v of [d.value, d.get, d.set]) walk(v); } walk(Reflect.getPrototypeOf(o)); }; walk(globalThis); [...seen].filter((f) => typeof f === 'function').map((f) => { try { return f.constructor('return typeof process + typeof document + typeof WebAssembly')(); } catch (e) { return 'undefinedundefinedundefined'; } }).filter((s) => typeof s === 'string' && s !== 'undefinedundefinedundefined')", /^=> \[\]$/],
  ["memory and clocks that are shared", "[typeof SharedArrayBuffer, typeof Atomics, typeof WebAssembly, typeof setTimeout, typeof FinalizationRegistry === 'function'].join()", /^=> "(undefined|function),undefined,undefined,undefined,/],
  ["a then on all objects", "Object.prototype.then = function (resolve) { resolve({ value: 'other' }); }; 1", LATE, 700],
  ["a then on all objects that never ends", "Object.prototype.then = function () { for (;;); }; 1", LATE, 700],
  ["a value on all objects", "Object.defineProperty(Object.prototype, 'value', { get() { return 'own'; } }); 7", /^=> (7|"own")$/],
  ["promises that were replaced", "Promise.prototype.then = () => { throw 1; }; Promise = undefined; await 1; 2", /^=> 2$|^Uncaught/],
  ["a revoked proxy", "const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); proxy", /^=> \[a value that cannot be shown\]$/],
  ["a proxy that counts to infinity", "new Proxy([], { get: (t, k) => (k === 'length' ? Infinity : k === Symbol.iterator ? undefined : k) })", /^=> \[/],
  ["symbols that convert, tag and compare", "({ [Symbol.toPrimitive]() { return { }; }, get [Symbol.toStringTag]() { throw 1; }, [Symbol.hasInstance]() { return true; } })", /^=> (\{|\[a value)/],
  ["a symbol as the value", "Symbol.for('qwen')", /^=> Symbol\(qwen\)$/],
  ["an iterator without end in the printer", "Map.prototype[Symbol.iterator] = function* () { for (;;) yield [1, 2]; }; new Map([[1, 2]])", /out of memory|cannot be shown|^tool\.timeout/, 3000],
  ["a class that is no class", "class A { static get name() { return { toString() { throw 1; } }; } } new A()", /^=> /],
  ["limits of the printer that were taken away", "String.prototype.slice = function () { return 'x'.repeat(5e6); }; console.log(1); 1", /^x+/],
  ["a printer that gives something else", "String.prototype.slice = () => ({ toString: () => 'y'.repeat(5e6) }); Array.prototype.join = () => ({ slice: () => globalThis }); console.log({}); ({})", /./],
  ["the stack of an error", "[new Error('a').stack, (() => { try { null.x; } catch (e) { return e.stack; } })(), (() => { try { JSON.parse('{'); } catch (e) { return e.stack; } })(), (() => { try { console.log.call(null, { get a() { throw new Error('b'); } }); return ''; } catch (e) { return e.stack; } })()].join('\\n')", /program\.js/],
  ["proxies in proxies", "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); p.x", /^Uncaught|^=> undefined/],
  ["a pattern nested too deeply", "new RegExp('('.repeat(1e5) + ')'.repeat(1e5))", /^Uncaught/],
  ["text that is written too deeply", "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; JSON.stringify(a)", /^Uncaught/],
  ["a number with a billion digits", "7n ** 1000000000n", /^Uncaught|^tool\.timeout/, 700],
  ["numbers that take the interpreter long", "let n = 3n; for (;;) n *= n", /^Uncaught|^tool\.timeout/, 700],
  ["a list with holes to the end of numbers", "new Array(2 ** 32 - 1).fill(0)", /^Uncaught|^tool\.timeout/, 700],
  ["joining nothing four billion times", "new Array(2 ** 32 - 1).join('')", /^Uncaught|^=> ""|^tool\.timeout/, 700],
  ["a text that doubles in a replacement", "'x'.repeat(2 ** 24).replace(/x/g, 'x'.repeat(2 ** 20))", /^Uncaught|^tool\.timeout/, 700],
];

test("every escape to the host ends where it should", { concurrency: 4, timeout: 120_000 }, async (t) => {
  await Promise.all(escapes.map(([name, code, expected, timeoutMs]) => t.test(name, async () => {
    const text = await told(code, timeoutMs);
    assert.match(text, expected);
    assert.equal(typeof text, "string");
    assert.ok(text.length <= 8200, `${text.length} characters`);
    // Nothing of where it runs.
    for (const place of [root, "file:", "node:", "/dist/", "sandbox-worker", "guest.js", "wasm-function"]) assert.ok(!text.includes(place), `${place} in ${text.slice(0, 300)}`);
    assert.equal({}.then, undefined);
    assert.equal({}.value, undefined);
    assert.equal(Symbol.for("qwen") in globalThis, false);
  })));
});

test("what a program leaves running ends with it, and its worker is gone", async () => {
  const before = process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
  const text = await told("let n = 0; const again = async () => { for (;;) { n += 1; await null; if (n > 1000) return; } }; again(); console.log('over'); 'end'");
  assert.match(text, /^over\n=> "end"$/);
  assert.equal(await told("typeof n + typeof again"), '=> "undefinedundefined"');
  for (let waited = 0; waited < 100 && process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length > before; waited++) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length, before);
});

test("only text comes out of a program, whatever its value is", async () => {
  const values = ["({ __proto__: { polluted: 1 } })", "JSON.parse('{\"__proto__\":{\"polluted\":1}}')", "({ toJSON() { return { polluted: 1 }; } })", "() => {}", "new Proxy({}, {})", "new WeakMap()", "new ArrayBuffer(8)", "Symbol('x')", "null"];
  for (const value of values) {
    assert.equal(typeof (await told(value)), "string", value);
    assert.equal({}.polluted, undefined, value);
  }
});

test("time is all that a program can measure, and it measures itself alone", async () => {
  // What would tell of the page's own work: memory that threads share, timers, and what is collected.
  assert.equal(await told("['Atomics', 'setTimeout', 'setInterval', 'requestAnimationFrame', 'MessageChannel', 'queueMicrotask'].map((name) => typeof globalThis[name]).join()"), '=> "undefined,undefined,undefined,undefined,undefined,function"');
});
