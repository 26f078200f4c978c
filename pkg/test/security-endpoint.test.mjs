// A hostile endpoint: what it can make the package do, which should be nothing but to fail.
// Ordinary faults are in endpoint.test.mjs; here is what no server does by accident.
import assert from "node:assert/strict";
import { createServer as createSocket } from "node:net";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { startServer } from "../../tests/endpoint/server.mjs";
import { LEASE, requireBuilt } from "../test-support/built.mjs";
import { bytes, collect } from "../test-support/helpers.mjs";

const KEY = "key-that-nobody-else-may-see";
const QUESTION = "How long is the notice period?";
const open = new Set();
let createAssistant;
let defineTool;
let codeOf;

before(async () => {
  requireBuilt();
  ({ createAssistant } = await import("../dist/index.js"));
  ({ defineTool } = await import("../dist/tools/index.js"));
  codeOf = async (run) => run.result.then(() => "answered", (error) => error.code);
});
after(async () => {
  for (const qa of open) await qa.dispose();
});

async function withLease(options) {
  const qa = await createAssistant({ level: "retrieve", ...options });
  open.add(qa);
  await qa.documents.add({ name: "lease.md", bytes: bytes(LEASE) }).done;
  return qa;
}

/** A server that answers each question by `answer(request, response)`. */
async function hostile(t, answer) {
  const state = { asked: [], closed: 0 };
  const server = createServer((request, response) => {
    state.asked.push({ method: request.method, url: request.url, headers: request.headers });
    response.on("close", () => (state.closed += 1));
    request.resume();
    request.on("end", () => void answer(request, response));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { state, endpoint: { baseURL: `http://127.0.0.1:${server.address().port}/v1`, model: "m", apiKey: KEY, contextTokens: 8192, timeouts: { firstByteMs: 3000, stallMs: 3000 } } };
}

const chunk = (delta, finish_reason = null) => `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
const SAID = `${chunk({ content: "Three months [1]." })}${chunk({}, "stop")}data: [DONE]\n\n`;
const STREAM = { "content-type": "text/event-stream" };

/** Writes `piece` until nobody listens any more; gives how many bytes that were. */
async function pour(response, piece) {
  let sent = 0;
  const left = new Promise((resolve) => response.on("close", resolve));
  while (!response.destroyed && sent < 2 ** 30) {
    sent += piece.length;
    if (!response.write(piece)) await Promise.race([left, new Promise((resolve) => response.once("drain", resolve))]);
  }
  return sent;
}

test("a line without end is cut, and its connection closed", async (t) => {
  let sent;
  const { endpoint } = await hostile(t, async (_, response) => {
    response.writeHead(200, STREAM).write('data: {"choices":[{"delta":{"content":"');
    sent = await pour(response, Buffer.alloc(1 << 20, "x"));
  });
  const qa = await withLease({ endpoint });
  assert.equal(await codeOf(qa.ask(QUESTION)), "llm.protocol");
  assert.ok(sent < 64 << 20, `${sent} bytes were taken`);
});

test("a reply that unpacks to more than anyone says is cut", async (t) => {
  const packed = gzipSync(Buffer.concat([Buffer.from('data: {"choices":[{"delta":{"content":"'), Buffer.alloc(256 << 20, "x")]), { level: 1 });
  const { endpoint } = await hostile(t, (_, response) => void response.writeHead(200, { ...STREAM, "content-encoding": "gzip" }).end(packed));
  const qa = await withLease({ endpoint });
  assert.equal(await codeOf(qa.ask(QUESTION)), "llm.protocol");
});

test("a redirection takes the key nowhere, whichever it is", async (t) => {
  const other = await hostile(t, (_, response) => void response.writeHead(200, STREAM).end(SAID));
  for (const status of [300, 301, 302, 303, 307, 308]) {
    const { endpoint } = await hostile(t, (_, response) => void response.writeHead(status, { location: `${other.endpoint.baseURL}/chat/completions` }).end());
    const qa = await withLease({ endpoint });
    assert.equal(await codeOf(qa.ask(QUESTION)), "llm.protocol", String(status));
  }
  assert.deepEqual(other.state.asked, []);
});

test("the list of models is asked of the endpoint alone, too", async (t) => {
  const other = await hostile(t, (_, response) => void response.writeHead(200).end("{}"));
  const { endpoint, state } = await hostile(t, ({ method }, response) =>
    void (method === "GET" ? response.writeHead(302, { location: `${other.endpoint.baseURL}/models` }).end() : response.writeHead(200, STREAM).end(SAID)));
  const qa = await withLease({ endpoint: { ...endpoint, contextTokens: undefined } });
  assert.equal(await codeOf(qa.ask(QUESTION)), "answered");
  assert.ok(state.asked.some(({ method }) => method === "GET"));
  assert.deepEqual(other.state.asked, []);
});

test("a wrong length, a wrong type and a web page are told from an answer", async (t) => {
  const raw = async (text) => {
    const server = createSocket((socket) => socket.on("error", () => {}).once("data", () => socket.end(text)));
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => server.close());
    return { baseURL: `http://127.0.0.1:${server.address().port}/v1`, model: "m", contextTokens: 8192 };
  };
  const head = (type, length) => `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${length}\r\nconnection: close\r\n\r\n`;
  const table = [
    ["shorter than it says, before the end", head("text/event-stream", 9999) + chunk({ content: "Three " }), /llm\.(cors_or_network|incomplete)/],
    ["longer than it says", head("text/event-stream", 40) + SAID, /llm\./],
    ["a picture by its type", head("image/png", Buffer.byteLength(SAID)) + SAID, /^answered$/],
    ["bytes that say nothing", head("application/octet-stream", 300) + "\0".repeat(300), /llm\./],
    ["a page of a hotel", head("text/html", 27) + "<script>alert(1)</script>hi", /llm\.protocol/],
    ["no HTTP at all", "SSH-2.0-OpenSSH\r\n", /llm\.cors_or_network/],
  ];
  for (const [name, text, expected] of table) {
    const qa = await withLease({ endpoint: await raw(text) });
    const run = qa.ask(QUESTION);
    // What would be tried again is not waited for.
    const retried = (async () => { for await (const { type } of run) if (type === "retry") return "llm.retry"; })().catch(() => {});
    const ended = codeOf(run);
    const outcome = (await Promise.race([retried, ended])) ?? (await ended);
    assert.match(outcome === "llm.retry" ? "llm.cors_or_network" : outcome, expected, name);
    run.abort();
  }
});

test("a complaint in HTML is not repeated, and one in words is words", async (t) => {
  const page = '<html><body><img src=x onerror="alert(1)">refused</body></html>';
  const { endpoint } = await hostile(t, (_, response) => void response.writeHead(400, { "content-type": "text/html" }).end(page));
  const qa = await withLease({ endpoint });
  await assert.rejects(qa.ask(QUESTION).result, ({ code, message }) => code === "llm.bad_request" && !message.includes("<"));
});

test("events that are no events are errors, not crashes", async (t) => {
  const nested = `data: ${"[".repeat(100_000)}\n\n`;
  const table = [
    nested,
    'data: {"choices":"none"}\n\n', 'data: {"choices":[{"delta":7}]}\n\n', 'data: {"choices":[{"delta":{"content":{"a":1}}}]}\n\n',
    'data: {"choices":[{"delta":{"tool_calls":[{"index":18446744073709551615,"function":{"name":"x","arguments":"{}"}}]}}]}\n\n',
    'data: {"choices":[{"delta":{"tool_calls":[{"index":-1},{"index":1e308},{"index":null},7]}}]}\n\n',
    'data: {"usage":{"prompt_tokens":1e400}}\n\n', 'data: {"usage":{"prompt_tokens":-5,"total_tokens":"many"}}\n\n',
    `data: {"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}\n\n`,
  ];
  let at = 0;
  const { endpoint } = await hostile(t, (_, response) => void response.writeHead(200, STREAM).end(`${table[at]}${SAID}`));
  const qa = await withLease({ endpoint });
  for (at = 0; at < table.length; at++) {
    assert.match(await codeOf(qa.ask(QUESTION)), /^(answered|llm\.protocol|llm\.server)$/, table[at].slice(0, 80));
    assert.equal({}.polluted, undefined);
  }
  // The worker is the same, and well.
  assert.equal((await qa.search("notice")).length > 0, true);
});

/** A model that makes these calls once and then answers. */
async function calling(t, calls) {
  const heard = [];
  const server = await startServer({
    hooks: {
      reply({ messages }) {
        heard.push(messages);
        const results = messages.filter(({ role }) => role === "tool");
        return results.length > 0 ? { kind: "reason", text: "So be it." } : { kind: "reason", text: "", calls };
      },
    },
  });
  t.after(() => server.stop());
  return { heard, endpoint: { baseURL: server.baseURL, model: "qwen-scripted", contextTokens: 32768 } };
}

test("forged calls of tools reach no tool: unknown names, wrong arguments, names of JavaScript's own", async (t) => {
  const ran = [];
  const rate = defineTool({ name: "rate", description: "A rate.", parameters: { type: "object", properties: { from: { type: "string", pattern: "^[A-Z]{3}$" } }, required: ["from"], additionalProperties: false }, run: (args) => (ran.push(args), "1") });
  const forged = [
    ["delete_everything", {}], ["__proto__", {}], ["constructor", {}], ["toString", {}], ["rate", {}], ["rate", { from: "eur; drop" }],
    ["rate", JSON.parse('{"from":"EUR","__proto__":{"polluted":true}}')], ["rate", ["EUR"]],
  ].map(([name, args], id) => ({ id: String(id), name, arguments: args }));
  const { endpoint } = await calling(t, forged);
  const qa = await withLease({ endpoint, level: "reason", tools: [rate] });
  const results = (await collect(qa.ask(QUESTION))).filter(({ type }) => type === "tool-result");
  assert.equal(results.length, forged.length);
  assert.ok(results.every(({ failed }) => failed), JSON.stringify(results));
  assert.deepEqual(ran, []);
  assert.equal({}.polluted, undefined);
});

test("a turn with a thousand calls makes a few", async (t) => {
  let ran = 0;
  const count = defineTool({ name: "count", description: "Counts.", parameters: { type: "object", properties: { n: { type: "number" } } }, run: () => String(++ran) });
  const { endpoint } = await calling(t, Array.from({ length: 1000 }, (_, n) => ({ id: `c${n}`, name: "count", arguments: { n } })));
  const qa = await withLease({ endpoint, level: "reason", tools: [count] });
  await qa.ask(QUESTION).result;
  assert.ok(ran > 0 && ran <= 8, `${ran}`);
});

test("a complaint that is cut shows no beginning of the key either", async (t) => {
  let words;
  const { endpoint } = await hostile(t, (_, response) => void response.writeHead(401, { "content-type": "application/json" }).end(JSON.stringify({ error: { message: words } })));
  const qa = await withLease({ endpoint });
  // Wherever a message is cut, one of these is cut within the key.
  for (let at = 350; at <= 400; at += 5) {
    words = `${"no ".repeat(200).slice(0, at)}${KEY}`;
    await assert.rejects(qa.ask(QUESTION).result, ({ message }) => {
      assert.ok(!message.includes(KEY.slice(0, 5)), message.slice(-60));
      return true;
    });
  }
});
