// Tools of MCP servers: with the official server on loopback, and with servers that misbehave.
import assert from "node:assert/strict";
import { test } from "node:test";
import { QwenAgentError } from "../dist/index.js";
import { ToolBox, mcpTools } from "../dist/tools/index.js";
import { later } from "../test-support/helpers.mjs";
import { greeting, startMcp, startModernMcp, startScripted } from "../test-support/mcp-server.mjs";

async function connect(t, url, options = {}) {
  const tools = await mcpTools({ url, sideEffects: false, ...options });
  t.after(() => tools.close());
  const box = new ToolBox([tools]);
  const call = (name, args = {}, more) => box.call({ id: "1", name, arguments: args }, more);
  return { tools, box, call };
}

const until = async (condition, what) => {
  for (let tries = 0; tries < 500; tries++) {
    if (await condition()) return;
    await later(10);
  }
  assert.fail(`waited in vain for ${what}`);
};

const rejects = (promise, code, message = /./) => assert.rejects(promise, (error) => {
  assert.ok(error instanceof QwenAgentError, String(error));
  assert.equal(error.code, code, error.message);
  assert.match(error.message, message);
  return true;
});

for (const [kind, options] of [["streams", {}], ["JSON", { json: true }], ["streams, without sessions", { stateless: true }]]) {
  test(`a server's tools are listed and called (${kind})`, async (t) => {
    const server = await startMcp(t, options);
    const { tools, box, call } = await connect(t, server.url);
    assert.deepEqual(tools.map(({ name }) => name), ["add", "echo_text_v1", "fails", "throws", "many", "structured", "waits", "drops", "pings"]);
    assert.deepEqual(tools.skipped.length, 1);
    assert.deepEqual(box.specs()[0].parameters.required, ["a", "b"]);
    assert.equal(tools[1].description, "Echo");
    assert.equal((await call("add", { a: 2, b: 40 })).content, "42");
    assert.equal((await call("echo_text_v1", { text: "Grüße 😀" })).content, "Grüße 😀");
    assert.equal((await call("structured")).content, '{"n":1}');
    assert.equal((await call("many")).content, "one\n[image (image/png), not shown]\ninside\n[b: https://example.com/b]");
    assert.deepEqual((await call("fails")).error, { code: "tool.failed", message: "the disk is full" });
    assert.deepEqual((await call("throws")).error.code, "tool.failed");
    const replies = await Promise.all([1, 2, 3].map((b) => call("add", { a: b, b })));
    assert.deepEqual(replies.map(({ content }) => content), ["2", "4", "6"]);
  });
}

test("a server of the version without sessions serves us by its older ways, or says why not", async (t) => {
  const { call } = await connect(t, (await startModernMcp(t, "stateless")).url);
  assert.equal((await call("add", { a: 2, b: 40 })).content, "42");
  await rejects(mcpTools({ url: (await startModernMcp(t, "reject")).url }), "mcp.unreachable", /status 400: .*version/i);
});

test("session, version and the page's headers are in every request after the first", async (t) => {
  const server = await startMcp(t);
  let made = 0;
  const { tools, call } = await connect(t, server.url, { headers: async () => ({ Authorization: `Bearer ${++made}` }) });
  await call("add", { a: 1, b: 1 });
  await tools.close();
  const [first, ...others] = server.state.requests;
  assert.equal(first.headers["mcp-session-id"], undefined);
  assert.equal(first.headers.authorization, "Bearer 1");
  for (const { headers } of others) {
    assert.ok(headers["mcp-session-id"]);
    assert.equal(headers["mcp-protocol-version"], "2025-11-25");
    assert.match(headers.authorization, /^Bearer \d+$/);
  }
  assert.equal(server.state.requests.at(-1).method, "DELETE");
  assert.equal(server.state.sessions.size, 0);
  assert.equal((await call("add", { a: 1, b: 1 })).error.code, "tool.failed");
});

test("a call that is stopped is cancelled at the server, too", async (t) => {
  const server = await startMcp(t);
  const { call } = await connect(t, server.url);
  const controller = new AbortController();
  const reply = call("waits", {}, { signal: controller.signal });
  await until(() => server.state.waiting === 1, "the call to arrive");
  controller.abort();
  assert.equal((await reply).error.code, "tool.aborted");
  await until(() => server.state.cancelled === 1, "the cancellation");
});

test("a call that takes too long is cancelled at the server, too", async (t) => {
  const server = await startMcp(t);
  const { tools } = await connect(t, server.url);
  const slow = { ...tools.find(({ name }) => name === "waits"), timeoutMs: 100 };
  const reply = await new ToolBox([slow]).call({ id: "1", name: "waits", arguments: {} });
  assert.equal(reply.error.code, "tool.timeout");
  await until(() => server.state.cancelled === 1, "the cancellation");
});

test("a session that the server has forgotten is begun anew, once for many calls", async (t) => {
  const server = await startMcp(t, { json: true });
  const { call } = await connect(t, server.url);
  server.forgetSessions();
  const replies = await Promise.all([1, 2, 3].map((b) => call("add", { a: b, b })));
  assert.deepEqual(replies.map(({ content }) => content), ["2", "4", "6"]);
  assert.equal(server.state.sessions.size, 1);
});

test("a stream that ends before the answer is taken up again", async (t) => {
  const server = await startMcp(t);
  const { call } = await connect(t, server.url);
  assert.equal((await call("drops")).content, "answered later");
});

test("the server's own requests are answered: a ping with yes, anything else with no", async (t) => {
  const server = await startMcp(t);
  const { call } = await connect(t, server.url);
  assert.equal((await call("pings")).content, "pong");
  assert.equal(server.state.answers.length, 1);
});

test("the list follows the server's", async (t) => {
  const server = await startMcp(t);
  let changes = 0;
  const { box, call } = await connect(t, server.url, { onChange: () => (changes += 1), prefix: "s_" });
  await until(() => server.state.requests.some(({ method }) => method === "GET"), "the client to listen");
  await later(20);
  await server.announce({ name: "new", description: "New.", inputSchema: { type: "object" } });
  await until(() => changes > 0, "the change");
  assert.ok(box.specs().some(({ name }) => name === "s_new"));
  assert.equal((await call("s_new")).content, "called new");
});

test("calls need consent unless the page says otherwise", async (t) => {
  const server = await startMcp(t, { json: true });
  const byDefault = await connect(t, server.url, { sideEffects: undefined });
  assert.ok(byDefault.tools.every(({ sideEffects }) => sideEffects));
  assert.equal((await byDefault.call("add", { a: 1, b: 1 })).error.code, "tool.refused");
  const byHint = await connect(t, server.url, { sideEffects: ({ annotations }) => annotations.readOnlyHint !== true });
  assert.equal((await byHint.call("add", { a: 1, b: 1 })).content, "2");
  assert.equal((await byHint.call("fails")).error.code, "tool.refused");
});

test("what is no MCP server is told", async (t) => {
  const cases = [
    [({ response }) => response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html>"), "mcp.protocol", /not JSON/],
    [({ response }) => response.writeHead(200, { "Content-Type": "application/json" }).end("[]"), "mcp.protocol", /did not answer/],
    [({ response }) => response.writeHead(200, { "Content-Type": "application/json" }).end(""), "mcp.protocol", /did not answer/],
    [({ response }) => response.writeHead(200, { "Content-Type": "text/event-stream" }).end(": nothing\n\n"), "mcp.protocol", /did not answer/],
    [({ response }) => response.writeHead(200, { "Content-Type": "text/event-stream" }).end("data: {\n\n"), "mcp.protocol", /not JSON/],
    [({ response, message }) => greeting(message, response, { version: "2024-11-05" }), "mcp.protocol", /2024-11-05.*2025-11-25/],
    [({ response, message }) => response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify({ jsonrpc: "2.0", id: message.id, error: { code: -32022, message: "not that version" } })), "mcp.protocol", /not that version/],
    [({ response }) => response.writeHead(401).end(), "mcp.unreachable", /401.*headers/],
    [({ response }) => response.writeHead(404).end(), "mcp.unreachable", /404/],
    [({ response }) => response.writeHead(503).end(), "mcp.unreachable", /503/],
    [({ response }) => response.writeHead(307, { Location: "/other" }).end(), "mcp.unreachable", /redirects/],
    [({ response }) => response.destroy(), "mcp.unreachable", /not reached/],
    [({ response, message }) => greeting(message, response) || response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify({ jsonrpc: "2.0", id: message.id, result: { tools: 5 } })), "mcp.protocol", /list of tools/],
  ];
  for (const [answer, code, message] of cases) {
    const server = await startScripted(t, async (given) => void answer(given));
    await rejects(mcpTools({ url: server.url }), code, message);
  }
  await rejects(mcpTools({ url: "http://127.0.0.1:9/mcp" }), "mcp.unreachable");
  for (const url of ["", "not an address", "file:///mcp"]) await rejects(mcpTools({ url }), "usage");
});

test("connecting can be stopped, and does not wait for ever", async (t) => {
  const server = await startScripted(t, () => new Promise(() => {}));
  await rejects(mcpTools({ url: server.url, signal: AbortSignal.timeout(50) }), "aborted");
  await rejects(mcpTools({ url: server.url, timeoutMs: 50 }), "mcp.unreachable", /within 0\.05 s/);
  await rejects(mcpTools({ url: server.url, signal: AbortSignal.abort() }), "aborted");
});

/** A server whose `tools/list` is one tool, and that answers calls as the test says. */
const scripted = (t, answerCall) => startScripted(t, async (given) => {
  const { message, response } = given;
  if (greeting(message, response, given.headers)) return;
  if (message?.method === "tools/list") {
    const tools = [{ name: "it", inputSchema: { type: "object" } }, { name: "no schema" }, { name: "wrong", inputSchema: { type: "string" } }, "nonsense", { name: 5 }];
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify({ jsonrpc: "2.0", id: message.id, result: { tools } }));
    return;
  }
  answerCall(given);
});

test("tools without a usable schema are left out, and named", async (t) => {
  const server = await scripted(t, ({ response }) => response.writeHead(405).end());
  const { tools } = await connect(t, server.url);
  assert.deepEqual(tools.map(({ name }) => name), ["it"]);
  assert.deepEqual(tools.skipped.map((text) => text.split(":")[0]), ["no schema", "wrong"]);
});

test("answers that are cut, split, commented or mixed with others are read as what they are", async (t) => {
  const answer = (id) => JSON.stringify({ jsonrpc: "2.0", id, result: { content: [{ type: "text", text: "größer" }] } });
  const bodies = [
    (id) => `data: ${answer(id)}\n\n`,
    (id) => `: comment\r\nevent: message\r\nid: 1\r\ndata: ${answer(id)}\r\n\r\n`,
    (id) => `data: {"jsonrpc":"2.0","method":"notifications/progress"}\n\ndata: ${answer(999)}\n\nevent: other\ndata: nonsense\n\ndata: ${answer(id)}\n\n`,
    (id) => `data: ${answer(id).replace('"id"', '\ndata: "id"')}\n\n`,
  ];
  let next = 0;
  const server = await scripted(t, ({ response, message }) => {
    if (!message) return response.writeHead(405).end();
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    const bytes = Buffer.from(bodies[next++](message.id));
    // In pieces of seven bytes, which cut characters in two.
    const pieces = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, i) => bytes.subarray(i * 7, i * 7 + 7));
    (async () => {
      for (const piece of pieces) {
        response.write(piece);
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    })();
  });
  const { call } = await connect(t, server.url);
  for (const _ of bodies) assert.equal((await call("it")).content, "größer");
});

test("answers that are none fail the call and not more", async (t) => {
  const replies = [
    ({ response }) => response.writeHead(500).end("oops"),
    ({ response }) => response.writeHead(200, { "Content-Type": "application/json" }).end("{"),
    ({ response }) => response.destroy(),
    ({ response }) => { response.writeHead(200, { "Content-Type": "text/event-stream" }); response.write("data: {"); setTimeout(() => response.destroy(), 20); },
    ({ response, message }) => response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify({ jsonrpc: "2.0", id: message.id, error: { code: -32602, message: "wrong arguments" } })),
    ({ response }) => { response.writeHead(200, { "Content-Type": "application/json" }); response.end(`"${"x".repeat(9_000_000)}"`); },
    ({ response }) => { response.writeHead(200, { "Content-Type": "text/event-stream" }); response.end(`data: ${"x".repeat(9_000_000)}\n\n`); },
  ];
  let next = 0;
  const server = await scripted(t, (given) => (given.message ? replies[next++](given) : given.response.writeHead(405).end()));
  const { call } = await connect(t, server.url);
  for (const _ of replies) {
    const { error } = await call("it");
    assert.equal(error?.code, "tool.failed");
    assert.ok(error.message.length < 600);
  }
});
