// The key-value store in memory, and the router. IndexedDB is tested in a browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { QwenAgentError } from "../dist/index.js";
import { ToolBox, createRouter, keyValueStore } from "../dist/tools/index.js";
import { assistantHere } from "../test-support/helpers.mjs";

const usage = (error) => error instanceof QwenAgentError && error.code === "usage";

const storing = (options) => {
  const box = new ToolBox([keyValueStore(options)]);
  return async (args) => {
    const { content, error } = await box.call({ id: "1", name: "key_value_store", arguments: args });
    return content ?? error.code;
  };
};

test("texts are kept by key, and two tools of one name share them", async () => {
  const act = storing({ name: "kept" });
  assert.equal(await act({ action: "get", key: "a" }), "(there is no such key)");
  assert.equal(await act({ action: "set", key: "b", value: "two" }), "(stored)");
  assert.equal(await act({ action: "set", key: "a", value: "" }), "(stored)");
  assert.equal(await act({ action: "get", key: "b" }), "two");
  assert.equal(await storing({ name: "kept" })({ action: "list" }), '["a","b"]');
  assert.equal(await storing({ name: "other" })({ action: "list" }), "[]");
  assert.equal(await act({ action: "delete", key: "a" }), "(deleted)");
  assert.equal(await act({ action: "delete", key: "a" }), "(there is no such key)");
});

test("keys that mean something to JavaScript are keys like others", async () => {
  const act = storing({ name: "proto" });
  for (const key of ["__proto__", "constructor", "toString"]) {
    assert.equal(await act({ action: "get", key }), "(there is no such key)");
    assert.equal(await act({ action: "set", key, value: key }), "(stored)");
    assert.equal(await act({ action: "get", key }), key);
  }
});

test("limits hold, and a value that is replaced does not count twice", async () => {
  const act = storing({ name: "limits", maxEntries: 2, maxValueLength: 6, maxTotalLength: 10 });
  assert.equal(await act({ action: "set", key: "a", value: "123456" }), "(stored)");
  assert.equal(await act({ action: "set", key: "b", value: "12345" }), "tool.failed");
  assert.equal(await act({ action: "set", key: "b", value: "1234" }), "(stored)");
  assert.equal(await act({ action: "set", key: "a", value: "654321" }), "(stored)");
  assert.equal(await act({ action: "set", key: "c", value: "" }), "tool.failed");
  assert.equal(await act({ action: "set", key: "a", value: "1234567" }), "tool.invalid_arguments");
  assert.equal(await act({ action: "get", key: "a" }), "654321");
});

test("an action without what it needs is refused", async () => {
  const act = storing({ name: "needs" });
  for (const args of [{}, { action: "get" }, { action: "set", key: "a" }, { action: "delete" }, { action: "clear" }, { action: "get", key: "" }, { action: "get", key: "x".repeat(201) }, { action: "list", database: "other" }]) {
    assert.equal(await act(args), "tool.invalid_arguments", JSON.stringify(args));
  }
  for (const name of ["", "../other", "a b", "x".repeat(65), undefined]) assert.throws(() => keyValueStore({ name }), usage);
  assert.throws(() => keyValueStore({ name: "a", kind: "indexeddb" }), usage);
});

const route = (name) => ({ name, description: `about ${name}`, assistant: { ask: (question, options) => ({ name, question, options }) } });

function routed(choose, names = ["first", "second"]) {
  const router = createRouter({ assistants: names.map(route), choose });
  const events = [];
  router.addEventListener("route", ({ detail }) => events.push(detail));
  return { router, events };
}

test("the assistant that was chosen is asked, and the choice is told", async () => {
  let seen;
  const { router, events } = routed((question, routes, { signal }) => {
    seen = { question, routes, signal };
    return " second\n";
  });
  const { signal } = new AbortController();
  const { name, run } = await router.ask("why?", { level: "read", signal });
  assert.equal(name, "second");
  assert.deepEqual(run, { name: "second", question: "why?", options: { level: "read", signal } });
  assert.deepEqual(seen, { question: "why?", routes: [{ name: "first", description: "about first" }, { name: "second", description: "about second" }], signal });
  assert.deepEqual(events, [{ question: "why?", name: "second" }]);
});

test("a choice that is no help goes to the first, and the event says why", async () => {
  for (const choose of [() => "third", async () => { throw new Error("the model is away"); }, () => undefined, () => "__proto__"]) {
    const { router, events } = routed(choose);
    assert.equal((await router.ask("why?")).name, "first");
    assert.equal(events.length, 1);
    assert.match(events[0].fallback, /third|away|undefined|there is no assistant/);
  }
});

test("with one assistant nothing is chosen", async () => {
  const { router, events } = routed(() => assert.fail("asked"), ["only"]);
  assert.equal((await router.ask("why?")).name, "only");
  assert.deepEqual(events, [{ question: "why?", name: "only" }]);
});

test("a stopped question asks no assistant", async () => {
  const controller = new AbortController();
  const { router, events } = routed(() => { controller.abort(); return "second"; });
  const aborted = (error) => error.code === "aborted";
  await assert.rejects(router.ask("why?", { signal: controller.signal }), aborted);
  await assert.rejects(router.ask("why?", { signal: controller.signal }), aborted);
  assert.deepEqual(events, []);
});

test("a router needs assistants of different names", () => {
  assert.throws(() => createRouter({ assistants: [], choose: () => "" }), usage);
  assert.throws(() => createRouter({ assistants: [route("a"), route("a")], choose: () => "" }), usage);
});

test("real assistants can be routed to", async () => {
  const { qa } = await assistantHere();
  const router = createRouter({ assistants: [{ name: "docs", description: "documents", assistant: qa }], choose: () => "docs" });
  await qa.documents.add({ name: "a.txt", bytes: new TextEncoder().encode("text of a") }).done;
  const { run } = await router.ask("what does a say?");
  assert.equal(typeof (await run.result).text, "string");
  await qa.dispose();
});

test("without a chooser the first assistant's model picks, and the question goes to whom it names", async () => {
  const asked = [];
  const assistant = (name, said) => ({
    ask(question, options = {}) {
      asked.push([name, question, options.level]);
      return { result: Promise.resolve({ text: said }) };
    },
  });
  const assistants = [
    { name: "pay", description: "pay and leave", assistant: assistant("pay", "I think payroll knows that.") },
    { name: "payroll", description: "payroll software", assistant: assistant("payroll", "an answer") },
  ];
  const router = createRouter({ assistants });
  const { name, run } = await router.ask("Why is my slip late?");
  assert.equal(name, "payroll", "the longer of two names that contain each other");
  assert.equal((await run.result).text, "an answer");
  assert.deepEqual(asked, [["pay", "Why is my slip late?", "chat"], ["payroll", "Why is my slip late?", undefined]]);
});
