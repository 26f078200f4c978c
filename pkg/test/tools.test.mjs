// Defining tools and running them: what is checked, who is asked, what ends a call, what the model is told.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { QwenAgentError } from "../dist/index.js";
import { ToolBox, defineTool } from "../dist/tools/index.js";
import { shorten, textOf } from "../dist/tools/text.js";

const code = (expected) => (error) => error instanceof QwenAgentError && error.code === expected;

const city = {
  type: "object",
  properties: { city: { type: "string", minLength: 2 }, days: { type: "integer", minimum: 1, maximum: 7 }, unit: { enum: ["C", "F"] } },
  required: ["city"],
  additionalProperties: false,
};

const weather = (more = {}) => defineTool({ name: "weather", description: "The weather in a city.", parameters: city, run: ({ city }) => `sunny in ${city}`, ...more });

const call = (tool, args, { box = {}, ...options } = {}) => new ToolBox([tool], box).call({ id: "7", name: tool.name, arguments: args }, options);

const failsWith = (reply, code, message) => {
  assert.equal(reply.id, "7");
  assert.equal(reply.error?.code, code, JSON.stringify(reply));
  if (message) assert.match(reply.error.message, message);
};

test("what cannot be a tool is told when it is defined", () => {
  const wrong = [
    { name: "" }, { name: "with space" }, { name: "x".repeat(65) }, { name: "wörld" }, { name: 5 },
    { description: "  " }, { run: "no" }, { timeoutMs: 0 }, { timeoutMs: NaN }, { timeoutMs: Infinity }, { maxResultLength: -1 },
    { parameters: { type: "string" } }, { parameters: [] }, { parameters: "object" }, { parameters: {} },
    { parameters: { type: "object", properties: { a: { type: "string", pattern: "(" } } } },
    { parameters: { type: "object", patternProperties: { "[": {} } } },
  ];
  for (const more of wrong) assert.throws(() => weather(more), code("usage"), JSON.stringify(more));
  const cyclic = { type: "object" };
  cyclic.self = cyclic;
  assert.throws(() => weather({ parameters: cyclic }), code("usage"));
});

test("arguments that do not fit the schema never reach the tool, and the model is told why", async () => {
  let ran = 0;
  const tool = weather({ run: () => ++ran });
  const table = [
    [{}, /city/], [{ city: 5 }, /\/city: .*string/], [{ city: "x" }, /\/city/], [{ city: "Rome", days: 1.5 }, /\/days/], [{ city: "Rome", days: 8 }, /\/days/],
    [{ city: "Rome", unit: "K" }, /\/unit/], [{ city: "Rome", extra: 1 }, /extra/], ["Rome", /object/], [["Rome"], /object/], [5, /object/],
  ];
  for (const [args, message] of table) failsWith(await call(tool, args), "tool.invalid_arguments", message);
  assert.equal(ran, 0);
  assert.deepEqual(await call(tool, { city: "Rome", days: 7, unit: "C" }), { id: "7", content: "1" });
});

test("a schema that refers to nothing fails the call, not the run", async () => {
  const tool = weather({ parameters: { type: "object", properties: { city: { $ref: "#/nowhere" } } } });
  failsWith(await call(tool, { city: "Rome" }), "tool.failed");
});

test("a tool without parameters takes none, whether the model sends {} or nothing", async () => {
  const now = defineTool({ name: "now", description: "The time.", run: () => "noon" });
  for (const args of [{}, undefined, null]) assert.deepEqual(await call(now, args), { id: "7", content: "noon" });
  failsWith(await call(now, { zone: "UTC" }), "tool.invalid_arguments");
});

test("results become text, whatever they are", async () => {
  const cyclic = {};
  cyclic.self = cyclic;
  const table = [["plain", "plain"], [{ a: [1, null] }, '{"a":[1,null]}'], [undefined, "(no result)"], [null, "null"], [0, "0"], [5n, "5"], [cyclic, "[object Object]"]];
  for (const [value, text] of table) assert.deepEqual(await call(weather({ run: async () => value }), { city: "Rome" }), { id: "7", content: text });
  assert.equal(textOf({ toJSON() { throw new Error("no"); }, toString() { throw new Error("no"); } }), "object");
});

test("a long result is cut with a note, and no character is cut in two", async () => {
  const { content } = await call(weather({ run: () => "x".repeat(100), maxResultLength: 10 }), { city: "Rome" });
  assert.equal(content, `${"x".repeat(10)}\n[truncated: 10 of 100 characters are shown]`);
  const cut = shorten("a😀b", 2);
  assert.equal(cut, "a\n[truncated: 1 of 4 characters are shown]");
  assert.ok(cut.isWellFormed());
});

test("what a tool throws becomes a short message on one line", async () => {
  const table = [[() => { throw new Error("no\n  such city"); }, /^no such city$/], [async () => { throw "just text"; }, /^just text$/], [async () => { throw new TypeError(); }, /^TypeError$/], [() => { throw undefined; }, /./]];
  for (const [run, message] of table) failsWith(await call(weather({ run }), { city: "Rome" }), "tool.failed", message);
  const { error } = await call(weather({ run: () => { throw new Error("x".repeat(5000)); } }), { city: "Rome" });
  assert.ok(error.message.length <= 502);
});

test("a tool that takes too long is left, and its signal aborted", async () => {
  let signal;
  const stubborn = weather({ timeoutMs: 20, run: (_, context) => { signal = context.signal; return new Promise(() => {}); } });
  failsWith(await call(stubborn, { city: "Rome" }), "tool.timeout", /0\.02 s/);
  assert.equal(signal.aborted, true);
  const polite = weather({ timeoutMs: 20, run: (_, { signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("stopped myself")))) });
  failsWith(await call(polite, { city: "Rome" }), "tool.timeout");
});

test("stopping the run stops the call, before and while it runs", async () => {
  const controller = new AbortController();
  let signal;
  const tool = weather({ run: (_, context) => { signal = context.signal; return new Promise(() => {}); } });
  const reply = call(tool, { city: "Rome" }, { signal: controller.signal });
  controller.abort();
  failsWith(await reply, "tool.aborted");
  assert.equal(signal.aborted, true);
  let ran = false;
  failsWith(await call(weather({ run: () => (ran = true) }), { city: "Rome" }, { signal: controller.signal }), "tool.aborted");
  assert.equal(ran, false);
});

test("a name that is no tool's is answered with those there are", async () => {
  const box = new ToolBox([weather(), defineTool({ name: "now", description: "The time.", run: () => "noon" })]);
  const reply = await box.call({ id: "7", name: "wether", arguments: {} });
  failsWith(reply, "tool.unknown", /weather, now/);
  for (const name of ["toString", "__proto__", "constructor", undefined]) failsWith(await box.call({ id: "7", name, arguments: {} }), "tool.unknown");
});

test("a tool with side effects runs only after a yes, and only exactly true is one", async () => {
  const asked = [];
  let ran = 0;
  const tool = weather({ sideEffects: true, run: () => ++ran });
  const consent = (answer) => ({ box: { consent: (request) => { asked.push(request); return answer(request); } } });
  failsWith(await call(tool, { city: "Rome" }), "tool.refused");
  for (const answer of [() => false, async () => false, () => undefined, () => "yes", () => { throw new Error("secret"); }, async () => { throw new Error("secret"); }]) {
    const reply = await call(tool, { city: "Rome" }, consent(answer));
    failsWith(reply, "tool.refused");
    assert.doesNotMatch(reply.error.message, /secret/);
  }
  assert.equal(ran, 0);
  assert.deepEqual(await call(tool, { city: "Rome" }, consent(async () => true)), { id: "7", content: "1" });
  assert.deepEqual(asked.at(-1), { id: "7", name: "weather", description: "The weather in a city.", arguments: { city: "Rome" } });
});

test("who is asked for consent cannot change what runs", async () => {
  const tool = weather({ sideEffects: true });
  const reply = await call(tool, { city: "Rome" }, { box: { consent: ({ arguments: args }) => { args.city = "Paris"; return true; } } });
  assert.deepEqual(reply, { id: "7", content: "sunny in Rome" });
});

test("wrong arguments are refused before anybody is asked", async () => {
  const reply = await call(weather({ sideEffects: true }), {}, { box: { consent: () => assert.fail("asked") } });
  failsWith(reply, "tool.invalid_arguments");
});

test("a tool's own hook is asked in place of the box's, and thinking takes no tool's time", async () => {
  const tool = weather({ timeoutMs: 50, consent: () => new Promise((resolve) => setTimeout(resolve, 150, true)) });
  assert.equal(tool.sideEffects, true);
  assert.deepEqual(await call(tool, { city: "Rome" }, { box: { consent: () => false } }), { id: "7", content: "sunny in Rome" });
});

test("a run that is stopped does not wait for consent", async () => {
  const controller = new AbortController();
  let asking;
  const reply = call(weather({ sideEffects: true }), { city: "Rome" }, { signal: controller.signal, box: { consent: (_, { signal }) => { asking = signal; return new Promise(() => {}); } } });
  controller.abort();
  failsWith(await reply, "tool.aborted");
  assert.equal(asking.aborted, true);
});

test("calls run at the same time", async () => {
  let release;
  const both = new Promise((resolve) => (release = resolve));
  let running = 0;
  const box = new ToolBox([weather({ run: () => { if (++running === 2) release(); return both; } })]);
  const replies = await Promise.all(["a", "b"].map((id) => box.call({ id, name: "weather", arguments: { city: "Rome" } })));
  assert.deepEqual(replies.map(({ id }) => id), ["a", "b"]);
});

test("the specs are what the model is told, and nothing else", () => {
  assert.deepEqual(new ToolBox([weather()]).specs(), [{ name: "weather", description: "The weather in a city.", parameters: city }]);
});

test("two tools of one name, and what is no tool, are refused", () => {
  assert.throws(() => new ToolBox([weather(), weather()]), code("usage"));
  assert.throws(() => new ToolBox([{ name: "weather" }]), code("usage"));
});

test("a source whose tools change is followed, and cannot take a name that is taken", async () => {
  const source = [];
  const box = new ToolBox([weather(), source]);
  assert.equal(box.specs().length, 1);
  source.push(defineTool({ name: "late", description: "Came later.", run: () => "here" }), weather({ run: () => "stolen" }));
  assert.deepEqual(box.specs().map(({ name }) => name), ["weather", "late"]);
  assert.deepEqual(await box.call({ id: "7", name: "late", arguments: {} }), { id: "7", content: "here" });
  assert.deepEqual(await box.call({ id: "7", name: "weather", arguments: { city: "Rome" } }), { id: "7", content: "sunny in Rome" });
});

test("every code is explained in docs/errors.md", async () => {
  const read = (path) => readFile(new URL(path, import.meta.url), "utf8");
  const documented = await read("../../docs/errors.md");
  const codes = [...(await read("../src/errors.ts")).matchAll(/"((?:tool|mcp)\.[a-z_]+)"/g)].map(([, code]) => code);
  assert.equal(codes.length, 8);
  for (const code of codes) assert.ok(documented.includes(`\`${code}\``), code);
});
