// Questions: events in order, credit, aborting, headers, what is sent; over the fake modules.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assistantHere, collect, later, rejectsWith } from "../test-support/helpers.mjs";

const endpoint = { baseURL: "https://example.com/v1/", model: "m" };
const sent = (log) => log.filter((entry) => entry === "event").length;

test("events come in order and end with the answer", async () => {
  const { qa, fake } = await assistantHere();
  const run = qa.ask("count 200");
  const events = await collect(run);
  const { text } = await run.result;
  assert.equal(events.at(0).type, "plan");
  assert.equal(events.at(-1).type, "finish");
  assert.equal(events.filter(({ type }) => type === "text").map(({ text: part }) => part).join(""), text);
  assert.equal(fake.live.size, 1, "the run is freed");
});

test("the result alone can be awaited, however long the answer", async () => {
  const { qa } = await assistantHere();
  const { text } = await qa.ask("count 1000").result;
  assert.ok(text.endsWith("999 "));
});

test("a page that does not read pauses the run", async () => {
  const { qa, fake } = await assistantHere();
  const run = qa.ask("count 1000");
  await later(50);
  assert.ok(sent(fake.log) <= 64, `${sent(fake.log)} events were made ahead`);
  const events = run[Symbol.asyncIterator]();
  for (let i = 0; i < 40; i++) await events.next();
  await later(50);
  assert.ok(sent(fake.log) <= 64 + 40, `${sent(fake.log)} events were made ahead`);
  await events.return();
});

test("after an abort no event arrives, the iterator and the result fail, and the run is freed", async () => {
  const { qa, fake } = await assistantHere();
  const run = qa.ask("count 1000");
  let seen = 0;
  await rejectsWith((async () => {
    for await (const _ of run) {
      seen += 1;
      if (seen === 3) run.abort();
      assert.ok(seen <= 3);
    }
  })(), "aborted");
  await rejectsWith(run.result, "aborted");
  await later(20);
  assert.ok(fake.log.includes("cancel"));
  assert.equal(fake.live.size, 1);
});

test("a run that waits for the network is cancelled at once", async () => {
  const { qa, fake } = await assistantHere();
  const controller = new AbortController();
  const run = qa.ask("hang", { signal: controller.signal });
  setTimeout(() => controller.abort(new Error("mine")), 20);
  await assert.rejects(run.result, (error) => error.code === "aborted");
  await later(20);
  assert.equal(fake.live.size, 1);
});

test("leaving the loop stops the run", async () => {
  const { qa, fake } = await assistantHere();
  const run = qa.ask("hang");
  for await (const event of run) if (event.type === "text") break;
  await rejectsWith(run.result, "aborted");
  await later(20);
  assert.equal(fake.live.size, 1);
});

test("an aborted signal stops before anything is sent", async () => {
  const { qa, fake } = await assistantHere();
  await rejectsWith(qa.ask("count 1", { signal: AbortSignal.abort() }).result, "aborted");
  await rejectsWith(qa.search("x", { signal: AbortSignal.abort() }), "aborted");
  assert.equal(fake.log.length, 0);
});

test("a run can be iterated once", async () => {
  const { qa } = await assistantHere();
  const run = qa.ask("count 1");
  await collect(run);
  assert.throws(() => run[Symbol.asyncIterator](), { code: "usage" });
});

test("errors of the wasm side keep their code, status and partial text", async () => {
  const { qa } = await assistantHere();
  const run = qa.ask("break");
  await assert.rejects(run.result, { name: "QwenAgentError", code: "llm.incomplete", retryable: true, status: 200, partialText: "half " });
  await rejectsWith(qa.ask("").result, "agent.empty_question");
});

test("the headers function runs here, before the request", async () => {
  let calls = 0;
  const headers = async () => ({ Authorization: `Bearer ${(calls += 1)}` });
  const { qa } = await assistantHere({ endpoint: { ...endpoint, headers } });
  assert.equal((await qa.ask("headers").result).text, '{"Authorization":"Bearer 1"}');
  assert.equal((await qa.ask("headers").result).text, '{"Authorization":"Bearer 2"}');
});

test("a failing headers function fails the run, keeps its message to the page, and is the cause", async () => {
  const failing = new Error("token sk-secret was refused");
  const { qa } = await assistantHere({ endpoint: { ...endpoint, headers: () => Promise.reject(failing) } });
  await assert.rejects(qa.ask("headers").result, (error) => {
    assert.equal(error.code, "llm.bad_request");
    assert.ok(!error.message.includes("sk-secret"));
    assert.equal(error.cause, failing);
    return true;
  });
});

test("options of the question override those of the assistant", async () => {
  const { qa } = await assistantHere({ endpoint, system: "s", budget: { contextTokens: 100, maxRequests: 3 }, generation: { seed: 1 }, level: "read" });
  const request = JSON.parse((await qa.ask("request", { budget: { maxRequests: 5 }, generation: { temperature: 0 }, documents: ["d"], history: [{ role: "user", content: "before" }] }).result).text);
  assert.deepEqual(request, {
    level: "read", system: "s", documents: ["d"], history: [{ role: "user", content: "before" }],
    contextTokens: 100, maxRequests: 5, generation: { seed: 1, temperature: 0 },
    endpoint: { baseUrl: "https://example.com/v1", model: "m" },
  });
  const offline = await qa.ask("count 1", { endpoint: null }).result;
  assert.equal(offline.extractive, true);
});

test("how thoroughly and in how many steps is passed on, from the question or the assistant", async () => {
  const { qa } = await assistantHere({ endpoint, adaptive: true, protocol: "nous", maxTurns: 5 });
  const seen = async (options) => JSON.parse((await qa.ask("request", options).result).text);
  const { adaptive, protocol, maxTurns } = await seen({});
  assert.deepEqual([adaptive, protocol, maxTurns], [true, "nous", 5]);
  const other = await seen({ adaptive: false, protocol: "react", maxTurns: 2 });
  assert.deepEqual([other.adaptive, other.protocol, other.maxTurns], [false, "react", 2]);
});

test("what cannot be posted is wrong usage, not a hanging promise", async () => {
  const { qa } = await assistantHere({ endpoint });
  await rejectsWith(qa.ask("request", { generation: { stop: () => {} } }).result, "usage");
});

test("wrong endpoints are told at once", async () => {
  await rejectsWith(assistantHere({ endpoint: { baseURL: "/api", model: "m" } }), "usage");
  await rejectsWith(assistantHere({ endpoint: { baseURL: "ftp://example.com", model: "m" } }), "usage");
  await rejectsWith(assistantHere({ endpoint: { baseURL: "https://u:p@example.com", model: "m" } }), "usage");
  await rejectsWith(assistantHere({ endpoint: { baseURL: "https://example.com", model: "" } }), "usage");
});

test("a key in a page is refused unless allowed, and a relative address is resolved", async (t) => {
  globalThis.document = {};
  globalThis.location = { href: "https://site.example/docs/page" };
  t.after(() => {
    delete globalThis.document;
    delete globalThis.location;
  });
  const keyed = { baseURL: "/api/qwen", model: "m", apiKey: "sk-secret" };
  await assert.rejects(assistantHere({ endpoint: keyed }), (error) => error.code === "key.exposed" && !error.message.includes("sk-secret"));
  const { qa } = await assistantHere({ endpoint: { ...keyed, dangerouslyAllowBrowser: true } });
  const { endpoint: seen } = JSON.parse((await qa.ask("request").result).text);
  assert.deepEqual(seen, { baseUrl: "https://site.example/api/qwen", model: "m", apiKey: "sk-secret" });
});

test("after dispose everything fails with disposed, and twice is once", async () => {
  const { qa } = await assistantHere();
  const run = qa.ask("hang");
  await later(10);
  await qa.dispose();
  await qa.dispose();
  await rejectsWith(run.result, "disposed");
  await rejectsWith(qa.search("x"), "disposed");
  await rejectsWith(qa.ask("x").result, "disposed");
});

test("the vocabulary is loaded once, for the first question to a Qwen model, and missed without harm", async () => {
  const loads = (log) => log.filter((entry) => entry.startsWith("vocabulary"));
  const { qa, fake } = await assistantHere();
  await qa.ask("count 1", { endpoint: null }).result;
  await qa.ask("count 1", { endpoint }).result;
  assert.deepEqual(loads(fake.log), [], "no model, or another's");
  const qwen = { ...endpoint, model: "qwen-plus" };
  await Promise.all([qa.ask("count 1", { endpoint: qwen }).result, qa.ask("count 1", { endpoint: qwen }).result]);
  assert.deepEqual(loads(fake.log), ["vocabulary 4"]);
  assert.deepEqual(await qa.countTokens("a b"), { tokens: 2, exact: true });

  const offline = await assistantHere();
  offline.fake.log.push("offline");
  await offline.qa.ask("count 1", { endpoint: qwen }).result;
  assert.deepEqual(await offline.qa.countTokens("a b"), { tokens: 2, exact: false });
});

test("a picture whose address means nothing to the model's server is refused", async () => {
  const { qa } = await assistantHere();
  await qa.ask("count 1", { endpoint, images: ["https://example.com/a.png", "data:image/png;base64,AAAA"] }).result;
  for (const address of ["file:///etc/passwd", "a.png", "data:text/html,x"]) {
    await rejectsWith(qa.ask("count 1", { endpoint, images: [address] }).result, "usage");
  }
});
