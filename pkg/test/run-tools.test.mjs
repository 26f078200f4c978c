// A run that calls tools of the page: they run here, end with the run, and never end it; over the
// fake modules.
import assert from "node:assert/strict";
import { test } from "node:test";
import { defineTool } from "../dist/tools/index.js";
import { assistantHere, assistantInThread, collect, later, rejectsWith } from "../test-support/helpers.mjs";

const endpoint = { baseURL: "https://example.com/v1", model: "m" };
const calling = (...calls) => `tools ${JSON.stringify(calls)}`;

const add = defineTool({
  name: "add",
  description: "Adds.",
  parameters: { type: "object", properties: { a: { type: "number" }, b: { type: "number" } }, required: ["a", "b"] },
  run: ({ a, b }) => a + b,
});
const throws = defineTool({ name: "throws", description: "Throws.", run: () => Promise.reject(new Error("no such line")) });
const slow = defineTool({ name: "slow", description: "Takes long.", timeoutMs: 20, run: () => new Promise(() => {}) });
const sends = defineTool({ name: "sends", description: "Sends something.", sideEffects: true, run: () => "sent" });

/** A tool that waits for its signal, and says when it began and when it was stopped. */
function waiting() {
  const seen = {};
  seen.begun = new Promise((resolve) => (seen.begin = resolve));
  seen.tool = defineTool({
    name: "waits",
    description: "Waits.",
    run: (_, { signal }) => new Promise(() => {
      signal.addEventListener("abort", () => (seen.stopped = signal.reason.code));
      seen.begin();
    }),
  });
  return seen;
}

const results = (events) => events.filter(({ type }) => type === "tool-result").map(({ name, content, failed }) => [name, content, failed]);

test("tools run here with checked arguments, and their results are told", async () => {
  const { qa } = await assistantHere({ endpoint, tools: [add] });
  const events = await collect(qa.ask(calling({ name: "add", arguments: { a: 2, b: 3 } }, { name: "add", arguments: { a: "2" } })));
  assert.deepEqual(events.find(({ type }) => type === "tool-call"), { type: "tool-call", id: "call_0", name: "add", arguments: '{"a":2,"b":3}' });
  const [first, second] = results(events);
  assert.deepEqual(first, ["add", "5", false]);
  assert.match(second[1], /^tool\.invalid_arguments: .*"b"/);
  assert.equal(events.at(-1).type, "finish");
});

test("a tool that throws, is late, is refused or is not there does not end the run", async () => {
  const { qa } = await assistantHere({ endpoint, tools: [throws, slow, sends] });
  const run = qa.ask(calling({ name: "throws" }, { name: "slow" }, { name: "sends" }, { name: "other" }));
  const told = results(await collect(run)).map(([, content, failed]) => [content.split(":")[0], failed]);
  assert.deepEqual(told, [["tool.failed", true], ["tool.timeout", true], ["tool.refused", true], ["tool.unknown", true]]);
  assert.equal((await run.result).text, "done");
});

test("a tool with side effects runs once the page has agreed", async () => {
  const asked = [];
  const onToolConsent = ({ name }) => asked.push(name) > 0;
  const { qa } = await assistantHere({ endpoint, tools: [sends], onToolConsent });
  assert.deepEqual(results(await collect(qa.ask(calling({ name: "sends" })))), [["sends", "sent", false]]);
  assert.deepEqual(results(await collect(qa.ask(calling({ name: "sends" }), { tools: [sends] }))), [["sends", "sent", false]]);
  assert.deepEqual(asked, ["sends", "sends"]);
});

test("the model is told of tools as they are when it is asked, and of those of the question instead", async () => {
  const source = [add];
  const { qa } = await assistantHere({ endpoint, tools: [source] });
  const names = async (options) => (JSON.parse((await qa.ask("request", options).result).text).tools ?? []).map(({ name }) => name);
  assert.deepEqual(await names(), ["add"]);
  source.push(throws);
  assert.deepEqual(await names(), ["add", "throws"]);
  assert.deepEqual(await names({ tools: [sends] }), ["sends"]);
  assert.deepEqual(await names({ tools: [] }), []);
  const { tools } = JSON.parse((await qa.ask("request").result).text);
  assert.deepEqual(tools[0], { name: "add", description: "Adds.", parameters: add.parameters });
});

test("wrong tools are told when the assistant is created, or by the run that has them", async () => {
  await rejectsWith(assistantHere({ tools: [add, add] }), "usage");
  await rejectsWith(assistantHere({ tools: [{ name: "x" }] }), "usage");
  const { qa } = await assistantHere({ endpoint });
  await rejectsWith(qa.ask("count 1", { tools: [add, add] }).result, "usage");
});

test("aborting the run aborts its tool, and the run is freed", async () => {
  const seen = waiting();
  const { qa, fake } = await assistantHere({ endpoint, tools: [seen.tool] });
  const run = qa.ask(calling({ name: "waits" }));
  await seen.begun;
  run.abort();
  assert.equal(seen.stopped, "tool.aborted");
  await rejectsWith(run.result, "aborted");
  await later(20);
  assert.equal(fake.live.size, 1);
  assert.ok(fake.log.includes("cancel"));
});

test("leaving the loop, disposing, and a signal abort the tool, too", async () => {
  const ways = [
    async (qa, seen) => {
      for await (const { type } of qa.ask(calling({ name: "waits" }))) if (type === "tool-call") {
        await seen.begun;
        break;
      }
    },
    async (qa, seen) => {
      qa.ask(calling({ name: "waits" })).result.catch(() => {});
      await seen.begun;
      await qa.dispose();
    },
    async (qa, seen) => {
      const controller = new AbortController();
      qa.ask(calling({ name: "waits" }), { signal: controller.signal });
      await seen.begun;
      controller.abort();
    },
  ];
  for (const way of ways) {
    const seen = waiting();
    const { qa } = await assistantHere({ endpoint, tools: [seen.tool] });
    await way(qa, seen);
    assert.equal(seen.stopped, "tool.aborted");
  }
});

test("a run that fails during a call stops the tool", async () => {
  const seen = waiting();
  const { qa, fake } = await assistantHere({ endpoint, tools: [seen.tool] });
  await rejectsWith(qa.ask("fail-during waits").result, "llm.unauthorized");
  assert.equal(seen.stopped, "tool.aborted");
  await later(20);
  assert.equal(fake.live.size, 1);
});

test("a run stopped while its tools are loaded sends nothing", async () => {
  const { qa, fake } = await assistantHere({ endpoint });
  const run = qa.ask("count 1", { tools: [add] });
  run.abort();
  await rejectsWith(run.result, "aborted");
  await later(20);
  assert.ok(!fake.log.includes("event"));
});

test("when the worker dies, the tool is stopped and its result goes nowhere", async (t) => {
  const seen = waiting();
  const { qa, threads } = await assistantInThread({ endpoint, tools: [seen.tool] });
  t.after(() => qa.dispose());
  const run = qa.ask(calling({ name: "waits" }));
  await seen.begun;
  await rejectsWith(qa.ask("exit").result, "worker.died");
  await rejectsWith(run.result, "worker.died");
  assert.equal(seen.stopped, "tool.aborted");
  assert.deepEqual(await qa.documents.list(), []);
  assert.equal(threads.length, 2);
});

test("tools of two runs at a time are kept apart", async () => {
  const named = (name) => defineTool({ name: "who", description: "Says who.", run: () => name });
  const { qa } = await assistantHere({ endpoint });
  const asked = ["a", "b"].map((name) => collect(qa.ask(calling({ name: "who" }), { tools: [named(name)] })));
  assert.deepEqual((await Promise.all(asked)).map((events) => results(events)[0][1]), ["a", "b"]);
});

test("calls of one turn run at the same time, and each gets its own result", async () => {
  const waiting = [];
  const meets = defineTool({
    name: "meets",
    description: "Returns when another call is there, too.",
    parameters: { type: "object", properties: { who: { type: "string" } }, required: ["who"] },
    run: ({ who }) => new Promise((resolve) => {
      waiting.push(() => resolve(who));
      // The last to come is the first to go.
      if (waiting.length === 2) for (const go of waiting.reverse()) go();
    }),
  });
  const { qa } = await assistantHere({ endpoint, tools: [meets] });
  const events = await collect(qa.ask(`together ${JSON.stringify(["a", "b"].map((who) => ({ name: "meets", arguments: { who } })))}`));
  assert.deepEqual(results(events).map(([, content]) => content), ["a", "b"]);
});
