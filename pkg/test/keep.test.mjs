// What a question would cost, what is kept of a run, and what is warned of, over the fake modules.
import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryReadings, watched } from "../dist/readings.js";
import { defineTool } from "../dist/tools/define.js";
import { assistantHere, collect, rejectsWith } from "../test-support/helpers.mjs";

const endpoint = { baseURL: "https://example.com/v1", model: "m", apiKey: "sk-secret", headers: { "X-Token": "sk-other" } };
const warnings = (events) => events.filter(({ type }) => type === "warning").map(({ code }) => code);

test("an estimate tells requests and tokens, and money where there are prices", async () => {
  const { qa } = await assistantHere({ endpoint, budget: { maxTokens: 500_000 } });
  assert.deepEqual(await qa.estimate("12345"), { requests: 2, promptTokens: 5000, completionTokens: 500_000, atMost: true });
  const prices = { input: 2, output: 0.5 };
  assert.equal((await qa.estimate("12345", { budget: { prices } })).cost, 0.26);
  assert.equal((await qa.estimate("12345", { budget: { prices, maxTokens: 0 } })).cost, 0.01);
  assert.equal((await qa.estimate("12345", { endpoint: null })).requests, 0);
  const { qa: priced } = await assistantHere({ endpoint, budget: { prices } });
  assert.equal((await priced.estimate("12345")).cost, 0.01);
  for (const wrong of [{ input: 1 }, { input: -1, output: 1 }, { input: "1", output: 1 }]) {
    await rejectsWith(qa.estimate("1", { budget: { prices: wrong } }), "usage");
    await rejectsWith(assistantHere({ endpoint, budget: { prices: wrong } }), "usage");
  }
});

test("the budget in tokens is passed on; prices are not", async () => {
  const { qa } = await assistantHere({ endpoint, budget: { maxTokens: 7, prices: { input: 1, output: 1 } } });
  const request = JSON.parse((await qa.ask("request").result).text);
  assert.equal(request.maxTokens, 7);
  assert.ok(!("prices" in request) && !("transcript" in request), JSON.stringify(request));
});

test("a transcript is one line of JSON with the conversation and its citations, without keys", async () => {
  const { qa } = await assistantHere({ endpoint, transcript: true });
  const run = qa.ask("cite well");
  const line = await run.transcript();
  assert.match(line, /^[^\n]+\n$/);
  assert.deepEqual(JSON.parse(line), {
    messages: [{ role: "user", content: "cite well" }, { role: "assistant", content: "" }],
    strategy: "retrieve",
    verified: true,
    citations: [{ marker: 1, documentId: "d", page: 2, quote: "q", verified: true }],
  });
  assert.equal(await run.transcript({ verifiedOnly: true }), line);
  assert.doesNotMatch(line, /sk-/);
});

test("verifiedOnly leaves out answers with a citation that does not hold, and those without any", async () => {
  const { qa } = await assistantHere({ endpoint, transcript: true });
  for (const question of ["cite badly", "say nothing"]) {
    const run = qa.ask(question);
    assert.equal(JSON.parse(await run.transcript()).verified, false);
    assert.equal(await run.transcript({ verifiedOnly: true }), "");
  }
  assert.equal(await qa.ask("cite well", { endpoint: null }).transcript(), "", "no model was asked, so nothing was said");
});

test("a transcript needs its option, and fails as its run does", async () => {
  const { qa } = await assistantHere({ endpoint });
  const run = qa.ask("count 1");
  await rejectsWith(run.transcript(), "usage");
  assert.equal((await run.result).messages, undefined);
  await rejectsWith(qa.ask("break", { transcript: true }).transcript(), "llm.incomplete");
  assert.match(await qa.ask("count 100", { transcript: true }).transcript(), /99/, "nobody reads the events");
});

test("tools at a level that does not use them are warned of, unless they wait for other questions", async () => {
  const tool = defineTool({ name: "t", description: "d", parameters: { type: "object" }, run: async () => "r" });
  const { qa } = await assistantHere({ endpoint, tools: [tool], level: "reason" });
  const seen = async (question) => warnings(await collect(question));
  assert.deepEqual(await seen(qa.ask("count 1")), []);
  assert.deepEqual(await seen(qa.ask("count 1", { level: "read" })), [], "they are for the other questions");
  assert.deepEqual(await seen(qa.ask("count 1", { level: "read", tools: [tool] })), ["tool.unused"]);
  assert.deepEqual(await seen(qa.ask("count 1", { level: "read", tools: [] })), []);
  const { qa: shallow } = await assistantHere({ endpoint, tools: [tool] });
  const events = await collect(shallow.ask("count 1"));
  assert.deepEqual(warnings(events), ["tool.unused"]);
  assert.match(events.find(({ type }) => type === "warning").message, /"auto".*"reason"/);
  assert.deepEqual(await seen(shallow.ask("count 1", { level: "reason" })), []);
});

test("replies are kept for the next run, in memory where there is no database, until they are cleared", async () => {
  const { fake, qa } = await assistantHere({ endpoint });
  const asked = async (question) => {
    fake.log.length = 0;
    await qa.ask(question).result;
    return fake.log.filter((entry) => /asked|kept/.test(entry));
  };
  assert.deepEqual(await asked("read a b"), ["a asked", "b asked"]);
  assert.deepEqual(await asked("read a b c"), ["a kept", "b kept", "c asked"]);
  await qa.readings.clear();
  assert.deepEqual(await asked("read a"), ["a asked"]);
});

test("with readings: false nothing is kept", async () => {
  const { fake, qa } = await assistantHere({ endpoint, storage: { readings: false } });
  await qa.ask("read a").result;
  await qa.ask("read a").result;
  assert.deepEqual(fake.log.filter((entry) => /^a /.test(entry)), ["a asked", "a asked"]);
  await qa.readings.clear();
});

test("a storage that fails is told once in a run, and the run goes on", async () => {
  const { qa } = await assistantHere({ endpoint, storage: { readings: "indexeddb" } });
  for (let run = 0; run < 2; run++) {
    const events = await collect(qa.ask("read a b c"));
    assert.deepEqual(warnings(events), ["storage.unavailable"]);
    assert.equal(events.at(-1).answer.text, "new new new ");
  }
  await rejectsWith(qa.readings.clear(), "storage.unavailable");
});

test("what is kept in memory is bounded in number and age", async () => {
  let now = 0;
  const readings = memoryReadings({ entries: 3, age: 10 }, () => now);
  for (const name of ["a", "b", "c"]) await readings.put(name, name);
  await readings.put("a", "again");
  await readings.put("d", "d");
  const all = async () => Promise.all(["a", "b", "c", "d"].map((name) => readings.get(name)));
  assert.deepEqual(await all(), ["again", undefined, "c", "d"]);
  now = 11;
  assert.deepEqual(await all(), [undefined, undefined, undefined, undefined]);
});

test("after a failure a storage is not asked again in that run", async () => {
  let calls = 0;
  const told = [];
  const failing = async () => {
    calls += 1;
    throw new Error("full");
  };
  const readings = watched({ get: failing, put: failing }, (reason) => told.push(reason));
  await Promise.all([readings.get("a"), readings.get("b")]);
  assert.equal(await readings.get("c"), undefined);
  await readings.put("c", "r");
  assert.equal(calls, 2);
  assert.deepEqual(told, ["Error: full"]);
});
