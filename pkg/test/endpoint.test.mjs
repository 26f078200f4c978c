// The built package against an endpoint that does everything wrong, through real sockets; and
// with a fetch and a model of the page's own.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { startServer } from "../../tests/endpoint/server.mjs";
import { LEASE, requireBuilt } from "../test-support/built.mjs";
import { bytes, collect, rejectsWith } from "../test-support/helpers.mjs";

const open = new Set();
const servers = [];
let server;
let second;

before(async () => {
  requireBuilt();
  server = await startServer();
  second = await startServer();
  servers.push(server, second);
});
beforeEach(() => {
  for (const { state } of servers) {
    state.log.length = 0;
    state.faults.length = 0;
    state.mostOpen = 0;
    Object.assign(state.settings, { ttftMs: 0, perTokenMs: 0, chooseFault: undefined });
  }
});
after(async () => {
  for (const qa of open) await qa.dispose();
  for (const one of servers) await one.stop();
});

async function withLease(options = {}) {
  const { createAssistant } = await import("../dist/index.js");
  const qa = await createAssistant({ level: "retrieve", budget: { contextTokens: 8192 }, ...options });
  open.add(qa);
  await qa.documents.add({ name: "lease.md", bytes: bytes(LEASE) }).done;
  return qa;
}

const QUESTION = "How long is the notice period?";
const timeouts = { firstByteMs: 1500, stallMs: 1500 };
const endpoint = (more = {}) => ({ baseURL: server.baseURL, model: "qwen-scripted", timeouts, ...more });
const posts = (one = server) => one.state.log;

async function outcome(run) {
  const events = [];
  try {
    for await (const event of run) events.push(event);
  } catch {
    // The result tells.
  }
  const { text, code, partialText, retryable } = await run.result.catch((error) => error);
  return { events, text, code, partialText, retryable, retries: events.filter(({ type }) => type === "retry").length };
}

const PARTIAL = true;

/** How an answer that is watched ends: answered, asked for again, or an error, with its beginning or without. */
const FAULTS = {
  429: "retried", "429_retry_after": "retried", "429_retry_after_ms": "retried", "429_date": "retried", quota: ["llm.quota"],
  500: "retried", "502_html": "retried", 503: "retried", 504: "retried",
  400: ["llm.bad_request"], 401: ["llm.unauthorized"], 402: ["llm.quota"], 403: ["llm.forbidden"], 404: ["llm.not_found"], inspect: ["llm.refused"],
  redirect: ["llm.protocol"],
  drop_before: "retried", rst: "retried", stall_headers: "retried",
  cut_mid: ["llm.cors_or_network", PARTIAL], rst_mid: ["llm.cors_or_network", PARTIAL], stall: ["llm.timeout", PARTIAL],
  error_event: ["llm.server", PARTIAL], malformed_sse: ["llm.protocol", PARTIAL], no_finish: ["llm.incomplete", PARTIAL],
  slow_loris: "answered", bad_utf8: "answered", no_done: "answered", dup_usage: "answered", wrong_ct: "answered", json200: "answered", split_utf8: "answered",
  html200: ["llm.protocol"], empty200: "retried", empty: "retried",
};

test("every fault of an endpoint has its outcome", async () => {
  const qa = await withLease({ endpoint: endpoint() });
  const { text: expected } = await qa.ask(QUESTION).result;
  for (const [fault, how] of Object.entries(FAULTS)) {
    server.state.faults.push({ fault, kind: "answer" });
    const { text, code, partialText, retries } = await outcome(qa.ask(QUESTION));
    assert.equal(server.state.faults.length, 0, fault);
    if (Array.isArray(how)) {
      assert.deepEqual([code, retries], [how[0], 0], fault);
      assert.equal(partialText !== undefined && expected.startsWith(partialText.slice(0, 10)), how[1] === PARTIAL, fault);
    } else {
      assert.deepEqual([code, retries], [undefined, how === "retried" ? 1 : 0], fault);
      assert.equal(text.replaceAll("\ufffd", ""), expected, fault);
    }
  }
});

test("a date to wait for is measured by the server's own clock", async () => {
  const qa = await withLease({ endpoint: endpoint() });
  server.state.faults.push({ fault: "429_date", kind: "answer" });
  const { events } = await outcome(qa.ask(QUESTION));
  const { afterMs } = events.find(({ type }) => type === "retry");
  // What is added so that not all come back at once is half a second at most.
  assert.ok(afterMs >= 2000 && afterMs <= 2500, `${afterMs}`);
});

test("a key does not follow a redirection", async () => {
  const qa = await withLease({ endpoint: endpoint({ apiKey: "sk-secret" }) });
  server.state.faults.push("redirect");
  await outcome(qa.ask(QUESTION));
  // It would have come back to the same server, by another name.
  const hosts = server.state.log.map(({ headers }) => headers.host);
  assert.ok(hosts.length > 0 && hosts.every((host) => host.startsWith("127.0.0.1")), hosts.join());
});

test("a stream without end is cut, and its connection closed", async () => {
  const qa = await withLease({ endpoint: endpoint() });
  server.state.faults.push({ fault: "endless", kind: "answer" });
  const run = qa.ask(QUESTION);
  const warnings = (await collect(run)).filter(({ type }) => type === "warning").map(({ code }) => code);
  assert.ok(warnings.includes("answer.truncated"), warnings.join());
  assert.ok((await run.result).text.length < 2 ** 21);
  await closed(server);
  assert.equal(server.state.log.at(-1).aborted, true);
});

/** Asks the server a few times whether nothing is open any more. */
async function closed({ state, port }) {
  for (let trips = 0; trips < 200 && state.open > 0; trips++) await fetch(`http://127.0.0.1:${port}/__admin/log`).then((response) => response.text());
  assert.equal(state.open, 0, "a connection is still open");
}

test("an aborted run's connection is closed while the server answers other requests", async () => {
  const qa = await withLease({ endpoint: endpoint({ timeouts: {} }) });
  for (const fault of ["stall", "stall_headers"]) {
    server.state.log.length = 0;
    server.state.faults.push({ fault, kind: "answer" });
    const run = qa.ask(QUESTION);
    const events = run[Symbol.asyncIterator]();
    const arrived = async () => {
      while (posts().at(-1)?.kind !== "answer") await fetch(`http://127.0.0.1:${server.port}/__admin/log`).then((response) => response.text());
    };
    if (fault === "stall") while ((await events.next()).value?.type !== "text");
    else await arrived();
    assert.equal(server.state.open, 1);
    run.abort();
    await closed(server);
    await rejectsWith(run.result, "aborted");
  }
});

test("a quarter of failures changes nothing of an answer from five hundred chunks", async () => {
  const STORM = ["429", "429_retry_after_ms", "500", "drop_before", "cut_mid", "stall", "malformed_sse", "bad_utf8", "wrong_ct"];
  const EACH = 3;
  const CHUNKS = 510;
  const CLUE = "Keepers whisper albatross at the iron door.";
  const qa = await withLease({ level: "read", storage: { readings: false }, endpoint: endpoint(), budget: { contextTokens: 8192, concurrency: 4 } });
  await qa.documents.remove("lease.md");
  for (let n = 0; n < CHUNKS; n++) {
    const text = `Rule ${n} says that bed ${n} of the garden is watered twice. ${n % 100 === 17 ? CLUE : "Nothing else is ruled."}`;
    await qa.documents.add({ name: `${n}.txt`, bytes: bytes(text) }).done;
  }
  const ask = async () => {
    const run = qa.ask("What do the keepers whisper at the iron door?");
    const events = await collect(run);
    const reads = events.filter(({ type }) => type === "chunk-read");
    const { text, citations } = await run.result;
    return {
      answer: { text, citations: citations.map(({ documentId, quote }) => [documentId, quote]), read: reads.length, failed: reads.filter(({ failed }) => failed).length },
      retries: events.filter(({ type }) => type === "retry").length,
    };
  };
  const calm = await ask();
  assert.deepEqual([calm.answer.read, calm.answer.failed, calm.retries], [CHUNKS, 0, 0]);
  assert.match(calm.answer.text, /albatross/);
  assert.equal(posts().length, CHUNKS + 1);

  server.state.log.length = 0;
  server.state.mostOpen = 0;
  const tries = new Map();
  const met = new Set();
  server.state.settings.chooseFault = (kind, body) => {
    const key = JSON.stringify(body.messages);
    const attempt = (tries.get(key) ?? 0) + 1;
    tries.set(key, attempt);
    if (kind !== "read" || attempt > 2) return undefined;
    let hash = attempt;
    for (const character of key) hash = Math.imul(hash ^ character.codePointAt(0), 16777619) >>> 0;
    const fault = STORM[Math.floor(((hash >>> 8) % 100) / EACH)];
    if (fault) met.add(fault);
    return fault;
  };
  const stormy = await ask();
  assert.equal(met.size, STORM.length, [...met].join());
  assert.deepEqual(stormy.answer, calm.answer);
  assert.ok(stormy.retries > CHUNKS / 10, `${stormy.retries} retries`);
  assert.equal(posts().length, CHUNKS + 1 + stormy.retries);
  assert.ok(server.state.mostOpen <= 4, `${server.state.mostOpen} at once`);
});

test("the next address serves when one does not", async () => {
  const qa = await withLease();
  const two = { endpoint: endpoint({ baseURL: [server.baseURL, second.baseURL] }) };
  server.state.settings.chooseFault = () => "503";
  const { code, text } = await outcome(qa.ask(QUESTION, two));
  assert.equal(code, undefined);
  assert.match(text, /three months/);
  assert.deepEqual([posts(server).length, posts(second).length], [1, 2]);
  const dead = { endpoint: endpoint({ baseURL: ["http://127.0.0.1:9/v1", second.baseURL] }) };
  assert.match((await qa.ask(QUESTION, dead).result).text, /three months/);
});

test("the server is asked for the model's window, unless it is given", async () => {
  const qa = await withLease();
  const before = server.state.listed;
  const asked = () => server.state.listed - before;
  await qa.ask(QUESTION, { endpoint: endpoint() }).result;
  assert.equal(asked(), 0);
  const open = await withLease({ budget: {} });
  await open.ask(QUESTION, { endpoint: endpoint() }).result;
  await open.ask(QUESTION, { endpoint: endpoint() }).result;
  assert.equal(asked(), 1);
});

test("a fetch of the page's own sends the requests, and its failures stay in the page", async () => {
  const sent = [];
  const own = async (url, init) => {
    sent.push([url, init.method, init.redirect, JSON.parse(new TextDecoder().decode(init.body)).model]);
    return fetch(url, { ...init, headers: { ...Object.fromEntries(init.headers), authorization: "Bearer own" } });
  };
  for (const worker of [true, false]) {
    sent.length = 0;
    server.state.log.length = 0;
    const qa = await withLease({ worker, endpoint: endpoint({ fetch: own }) });
    const { text } = await qa.ask(QUESTION).result;
    assert.match(text, /three months/);
    assert.ok(sent.length >= 2 && posts().length === sent.length);
    assert.deepEqual(sent[0], [`${server.baseURL}/chat/completions`, "POST", "manual", "qwen-scripted"]);
    assert.ok(posts().every(({ authorization }) => authorization));
    server.state.faults.push({ fault: "stall", kind: "answer" });
    const run = qa.ask(QUESTION, { endpoint: endpoint({ fetch: own, timeouts: {} }) });
    for await (const { type } of run) if (type === "text") break;
    await rejectsWith(run.result, "aborted");
    await closed(server);
    server.state.faults.push({ fault: "drop_before", kind: "answer" });
    assert.equal((await outcome(qa.ask(QUESTION))).retries, 1);
    const failing = { endpoint: endpoint({ fetch: async () => Promise.reject(new Error("sk-secret is wrong")) }) };
    await assert.rejects(qa.ask(QUESTION, failing).result, ({ code, message }) => code === "llm.cors_or_network" && !message.includes("sk-secret"));
  }
});

test("a model of the page's own answers, in text or in chunks", async () => {
  const asked = [];
  async function* text(request) {
    asked.push(request);
    if (request.response_format) yield '{"information":"notice","instruction":"","keywords":[]}';
    else yield* ["Three ", "months", " [1]."];
  }
  async function* chunks(request) {
    for await (const content of text(request)) yield { choices: [{ delta: { content }, finish_reason: null }] };
    yield { choices: [{ delta: {}, finish_reason: "stop" }], usage: { prompt_tokens: 7, completion_tokens: 3 } };
  }
  for (const worker of [true, false]) {
    for (const model of [text, async (request) => chunks(request)]) {
      asked.length = 0;
      const qa = await withLease({ worker, model });
      const { text: answer, citations } = await qa.ask(QUESTION).result;
      assert.equal(answer, "Three months [1].");
      assert.equal(citations[0].verified, true);
      assert.equal(asked.at(-1).messages.at(-1).role, "user");
      assert.match(asked.at(-1).messages.at(-1).content, /notice period is three months/);
      assert.equal((await qa.ask(QUESTION, { endpoint: null }).result).extractive, true);
    }
  }
  assert.equal(server.state.log.length, 0);
});

test("a model of the page's own is stopped, and tells what it minds", async () => {
  let stopped = 0;
  async function* slow(request, { signal }) {
    if (request.response_format) return yield '{"information":"notice","instruction":"","keywords":[]}';
    try {
      yield "Three ";
      await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    } finally {
      stopped += 1;
    }
  }
  const qa = await withLease({ model: slow, level: "retrieve" });
  const run = qa.ask("notice period");
  for await (const { type } of run) if (type === "text") break;
  await rejectsWith(run.result, "aborted");
  for (let turns = 0; turns < 1000 && stopped === 0; turns++) await new Promise(setImmediate);
  assert.equal(stopped, 1);
  const failing = () => {
    throw new Error("no GPU here");
  };
  await assert.rejects(qa.ask(QUESTION, { model: failing }).result, ({ code, message }) => code === "llm.bad_request" && /no GPU here/.test(message));
});

test("wrong options of an endpoint are told at once", async () => {
  const { createAssistant } = await import("../dist/index.js");
  await rejectsWith(createAssistant({ endpoint: endpoint({ baseURL: [] }) }), "usage");
  await rejectsWith(createAssistant({ endpoint: endpoint({ timeouts: { stallMs: -1 } }) }), "usage");
});
