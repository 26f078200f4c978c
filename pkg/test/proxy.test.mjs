// The proxy between real connections: a scripted model's server behind it, pages before it.
import assert from "node:assert/strict";
import { createServer, request as httpRequest } from "node:http";
import { after, before, beforeEach, test } from "node:test";
import { startServer } from "../../tests/endpoint/server.mjs";
import { createProxy, memoryStore, toNodeHandler } from "../dist/proxy/index.js";
import { network } from "../dist/proxy/limit.js";
import { withoutSecrets } from "../dist/proxy/secrets.js";
import { later } from "../test-support/helpers.mjs";

const KEY = "sk-0123456789abcdef";
const PAGE = "https://docs.example.com";
const QUESTION = { model: "qwen-scripted", stream: true, messages: [{ role: "user", content: "Say something." }] };
let upstream;

before(async () => {
  upstream = await startServer({ requireKey: true });
});
beforeEach(() => {
  upstream.state.log.length = 0;
  upstream.state.faults.length = 0;
  upstream.state.settings.perTokenMs = 0;
});
after(() => upstream.stop());

const optionsWith = (more) => ({ baseURL: upstream.baseURL, apiKey: KEY, models: ["qwen-scripted"], origins: [PAGE], ...more });
const proxyWith = (more) => createProxy(optionsWith(more));

function ask(body = QUESTION, { headers, path = "/api/qwen/chat/completions", ...init } = {}) {
  return new Request(`https://site.example${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: "https://site.example", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...init,
  });
}

const asked = (path, init) => new Request(`https://site.example/api/qwen${path}`, init);

async function refusedWith(promise, status, code) {
  const response = await promise;
  const text = await response.text();
  assert.ok(!text.includes(KEY) && !text.includes("127.0.0.1"), text);
  const { error } = JSON.parse(text);
  assert.deepEqual([response.status, error.code], [status, code], text);
  assert.ok(error.message && error.type);
  return response;
}

/** A server of `handle`, stopped after the test. */
async function serverOf(t, handle) {
  const server = createServer(handle);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

test("a question of the site's own page is answered as a stream, with the key added behind it", async () => {
  const response = await proxyWith()(ask());
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type"), /^text\/event-stream/);
  assert.equal(response.headers.get("cache-control"), "no-store");
  const text = await response.text();
  assert.match(text, /^data: \{.*\n\ndata: /);
  assert.ok(text.endsWith("data: [DONE]\n\n"));
  const [{ authorization, body }] = upstream.state.log;
  assert.equal(authorization, true);
  assert.deepEqual(body, QUESTION);
});

test("of the page's headers only two go on, and of the reply's a few come back", async (t) => {
  const seen = [];
  const base = await serverOf(t, (request, response) => {
    seen.push(request.headers);
    response.writeHead(200, { "content-type": "application/json", "set-cookie": "a=b", server: "secret", "x-request-id": "r1" }).end('{"choices":[]}');
  });
  const headers = { authorization: "Bearer of-the-page", cookie: "session=1", "x-forwarded-for": "1.2.3.4", "x-api-key": "other", accept: "text/event-stream" };
  const proxy = proxyWith({ baseURL: base, apiKey: async () => KEY, headers: { "X-Project": "p-42-secret" } });
  const response = await proxy(ask(QUESTION, { headers }));
  assert.equal(await response.text(), '{"choices":[]}');
  const { authorization, "x-project": project, accept, ...others } = seen[0];
  assert.deepEqual([authorization, project, accept], [`Bearer ${KEY}`, "p-42-secret", "text/event-stream"]);
  for (const name of ["cookie", "x-forwarded-for", "x-api-key", "origin", "referer"]) assert.equal(others[name], undefined, name);
  for (const name of ["set-cookie", "server", "transfer-encoding", "connection"]) assert.equal(response.headers.get(name), null, name);
  assert.equal(response.headers.get("x-request-id"), "r1");
});

test("only two paths are served, each by its method", async () => {
  const proxy = proxyWith();
  await refusedWith(proxy(asked("/embeddings", { method: "POST" })), 404, "not_found");
  await refusedWith(proxy(asked("/chat/completions/../files")), 404, "not_found");
  const response = await refusedWith(proxy(asked("/chat/completions", { headers: { "sec-fetch-site": "same-origin" } })), 405, "method_not_allowed");
  assert.equal(response.headers.get("allow"), "POST, OPTIONS");
  await refusedWith(proxy(asked("/models", { method: "DELETE", headers: { origin: PAGE } })), 405, "method_not_allowed");
  assert.deepEqual([upstream.state.log, upstream.state.listed], [[], 0]);
});

test("the list of models has those that may be asked", async () => {
  const list = await (await proxyWith()(asked("/models"))).json();
  assert.deepEqual(list.data.map(({ id }) => id), ["qwen-scripted"]);
  assert.deepEqual((await (await proxyWith({ models: ["another"] })(asked("/models"))).json()).data, []);
});

test("pages of listed origins may ask and read, all others not", async () => {
  const proxy = proxyWith();
  const preflight = await proxy(asked("/chat/completions", { method: "OPTIONS", headers: { origin: PAGE, "access-control-request-method": "POST", "access-control-request-headers": "content-type" } }));
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get("access-control-allow-origin"), PAGE);
  assert.match(preflight.headers.get("access-control-allow-headers"), /content-type/);
  assert.match(preflight.headers.get("vary"), /Origin/);
  const answer = await proxy(ask(QUESTION, { headers: { origin: PAGE, "sec-fetch-site": "cross-site" } }));
  assert.equal(answer.headers.get("access-control-allow-origin"), PAGE);
  assert.match(answer.headers.get("access-control-expose-headers"), /retry-after/);
  await answer.body.cancel();
  upstream.state.log.length = 0;
  for (const headers of [{ origin: "https://evil.example" }, { origin: "null" }, { origin: "https://docs.example.com.evil.example" }, { origin: "http://docs.example.com" }, { origin: "https://evil.example", "sec-fetch-site": "same-site" }]) {
    const refused = await refusedWith(proxy(ask(QUESTION, { headers })), 403, "origin_not_allowed");
    assert.equal(refused.headers.get("access-control-allow-origin"), null);
    await refusedWith(proxy(asked("/chat/completions", { method: "OPTIONS", headers })), 403, "origin_not_allowed");
  }
  await refusedWith(proxy(asked("/models", { headers: { "sec-fetch-site": "cross-site" } })), 403, "origin_not_allowed");
  assert.equal(upstream.state.log.length, 0);
});

test("the own origin is known behind a server that ends TLS, and programs ask only where they may", async () => {
  const headers = { "content-type": "application/json", origin: "https://site.example", "sec-fetch-site": "same-origin" };
  const inside = () => new Request("http://10.0.0.7:8080/api/chat/completions", { method: "POST", headers, body: JSON.stringify(QUESTION) });
  assert.equal((await proxyWith()(inside())).status, 200);
  const program = () => new Request("https://site.example/chat/completions", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(QUESTION) });
  await refusedWith(proxyWith()(program()), 403, "origin_not_allowed");
  assert.equal((await proxyWith({ allowPrograms: true })(program())).status, 200);
  assert.equal((await proxyWith({ origins: ["*"] })(ask(QUESTION, { headers: { origin: "https://any.example" } }))).status, 200);
});

test("the site says who may ask", async () => {
  const proxy = proxyWith({ authorize: (request) => request.headers.get("cookie") === "session=1", allowHeaders: ["x-session"] });
  await refusedWith(proxy(ask()), 401, "not_authorized");
  assert.equal((await proxy(ask(QUESTION, { headers: { cookie: "session=1" } }))).status, 200);
  const preflight = await proxy(asked("/models", { method: "OPTIONS", headers: { origin: PAGE } }));
  assert.match(preflight.headers.get("access-control-allow-headers"), /x-session/);
});

test('a list with "*" lets every model through, and the whole list of models', async () => {
  const proxy = proxyWith({ models: ["*"] });
  assert.equal((await proxy(ask({ ...QUESTION, model: "qwen-max" }))).status, 200);
  const { data } = await (await proxy(asked("/models"))).json();
  assert.deepEqual(data.map(({ id }) => id), ["qwen-scripted"]);
  await refusedWith(proxy(ask({ ...QUESTION, model: 7 })), 400, "invalid_body");
});

test("only listed models are asked, by whichever field", async () => {
  const proxy = proxyWith({ models: ["qwen-scripted", "qwen-other"] });
  await refusedWith(proxy(ask({ ...QUESTION, model: "qwen-max" })), 403, "model_not_allowed");
  await refusedWith(proxy(ask({ ...QUESTION, models: ["qwen-scripted", "qwen-max"] })), 403, "model_not_allowed");
  await refusedWith(proxy(ask({ ...QUESTION, models: [["qwen-max"]] })), 403, "model_not_allowed");
  assert.equal(upstream.state.log.length, 0);
  assert.equal((await proxy(ask({ ...QUESTION, models: ["qwen-other"] }))).status, 200);
  // A name that comes twice is read by some servers as the first, by others as the last.
  const twice = `{"model":"qwen-max","messages":[{"role":"user","content":"a"}],"model":"qwen-scripted"}`;
  assert.equal((await proxy(ask(twice))).status, 200);
  assert.equal(upstream.state.log.at(-1).body.model, "qwen-scripted");
});

test("what is no question is refused before anyone is asked", async () => {
  const proxy = proxyWith({ maxBodyBytes: 200 });
  for (const body of ["", "{", "[]", "null", '{"model":"qwen-scripted"}', '{"messages":[]}', '{"model":7,"messages":[]}']) await refusedWith(proxy(ask(body)), 400, "invalid_body");
  await refusedWith(proxy(ask(QUESTION, { headers: { "content-type": "text/plain" } })), 415, "not_json");
  const large = JSON.stringify({ ...QUESTION, filler: "x".repeat(300) });
  await refusedWith(proxy(ask(large)), 413, "body_too_large");
  await refusedWith(proxy(ask(large, { headers: { "content-length": "999" } })), 413, "body_too_large");
  const slow = new ReadableStream({ pull: () => new Promise(() => {}) });
  await refusedWith(proxyWith({ timeouts: { bodyMs: 20 } })(ask(QUESTION, { body: slow, duplex: "half" })), 408, "body_timeout");
  assert.equal(upstream.state.log.length, 0);
});

test("the length of answers is capped, and so is their number", async () => {
  const proxy = proxyWith({ maxOutputTokens: 500 });
  const sent = async (more) => {
    assert.equal((await proxy(ask({ ...QUESTION, ...more }))).status, 200);
    const { max_tokens, max_completion_tokens } = upstream.state.log.at(-1).body;
    return [max_tokens, max_completion_tokens];
  };
  assert.deepEqual(await sent({}), [500, undefined]);
  assert.deepEqual(await sent({ max_tokens: 9000 }), [500, undefined]);
  assert.deepEqual(await sent({ max_tokens: 100, max_completion_tokens: "all" }), [100, undefined]);
  assert.deepEqual(await sent({ max_tokens: null, max_completion_tokens: 50 }), [50, undefined]);
  assert.deepEqual(await sent({ max_tokens: -1, n: 1 }), [500, undefined]);
  await refusedWith(proxy(ask({ ...QUESTION, n: 50 })), 400, "too_many_choices");
});

test("each client has its number of requests, and is told when to come again", async () => {
  let time = 1_000;
  const proxy = proxyWith({ rateLimit: { requests: 2, windowMs: 10_000, store: memoryStore({ now: () => time }) } });
  const from = (client) => proxy(ask(), { client });
  for (const client of ["10.0.0.1", "10.0.0.1", "10.0.0.2"]) assert.equal((await from(client)).status, 200);
  time += 2_500;
  const refused = await refusedWith(from("10.0.0.1"), 429, "rate_limited");
  assert.equal(refused.headers.get("retry-after"), "8");
  assert.equal((await from("10.0.0.2")).status, 200);
  time += 7_500;
  assert.equal((await from("10.0.0.1")).status, 200);
  // Those who are not known share one count; a network of IPv6 is one client.
  assert.deepEqual(await Promise.all([from(), from(), from()].map(async (response) => (await response).status)), [200, 200, 429]);
  assert.deepEqual(await Promise.all(["2001:db8::1", "2001:db8::2", "2001:db8::ffff:3"].map(async (client) => (await from(client)).status)), [200, 200, 429]);
});

test("clients are told apart as the site says, counted where it says, and no count is no answer", async () => {
  const counted = [];
  const store = { count: async (client, windowMs) => (counted.push([client, windowMs]), { requests: counted.length, endsInMs: 1 }) };
  const proxy = proxyWith({ rateLimit: { requests: 1, windowMs: 500, store, clientOf: (request) => request.headers.get("x-account") ?? undefined } });
  assert.equal((await proxy(ask(QUESTION, { headers: { "x-account": "ada" } }))).status, 200);
  await refusedWith(proxy(ask()), 429, "rate_limited");
  assert.deepEqual(counted, [["ada", 500], ["unknown", 500]]);
  await refusedWith(proxyWith({ rateLimit: { requests: 1, store: { count: () => Promise.reject(new Error(KEY)) } } })(ask()), 503, "limiter_failed");
  const free = proxyWith({ rateLimit: false });
  for (let times = 0; times < 130; times++) assert.equal((await free(asked("/models"))).status, 200);
});

test("the count in memory forgets the oldest, and stays small", () => {
  let time = 0;
  const store = memoryStore({ now: () => time, mostClients: 2 });
  const requests = (client) => store.count(client, 100).requests;
  assert.deepEqual(["a", "a", "b", "a"].map(requests), [1, 2, 1, 3]);
  time += 1;
  assert.deepEqual(["c", "b", "a"].map(requests), [1, 2, 1]);
  time += 200;
  assert.deepEqual(["c", "c"].map(requests), [1, 2]);
});

test("networks of IPv6 and mapped addresses are known however they are written", () => {
  const same = ["2001:db8:0:7::1", "2001:0DB8:0000:0007:ffff:0:0:2", "2001:db8::7:1:2:3:4%eth0"].map(network);
  assert.deepEqual(new Set(same), new Set(["2001:db8:0:7::/64"]));
  assert.equal(network("::ffff:10.0.0.1"), "10.0.0.1");
  assert.equal(network("10.0.0.1"), "10.0.0.1");
  assert.equal(network("::1"), "0:0:0:0::/64");
  assert.equal(network("ada"), "ada");
});

test("an upstream's complaint passes where it is of use, without the key", async (t) => {
  const proxy = proxyWith();
  upstream.state.faults.push("context_length", "429_retry_after", "503", "401", "403", "502_html", "html200", "redirect", "drop_before");
  const long = await refusedWith(proxy(ask()), 400, "context_length_exceeded");
  assert.equal(long.headers.get("content-type"), "application/json; charset=utf-8");
  assert.equal((await refusedWith(proxy(ask()), 429, "rate_limit_exceeded")).headers.get("retry-after"), "1");
  await refusedWith(proxy(ask()), 503, "overloaded");
  await refusedWith(proxy(ask()), 401, "upstream_unauthorized");
  await refusedWith(proxy(ask()), 401, "upstream_unauthorized");
  await refusedWith(proxy(ask()), 502, "upstream_error");
  await refusedWith(proxy(ask()), 502, "upstream_invalid");
  await refusedWith(proxy(ask()), 502, "upstream_redirected");
  await refusedWith(proxy(ask()), 502, "upstream_unreachable");
  const base = await serverOf(t, (_, response) => response.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify({ error: { message: `Bearer ${KEY} is wrong`, code: KEY, type: KEY } })));
  const { error } = await (await proxyWith({ baseURL: base })(ask())).json();
  assert.deepEqual([error.message, error.code, error.type], ["[key] is wrong", "[key]", "[key]"]);
});

test("a key in a stream is taken out, even between its pieces, and the rest is left", async (t) => {
  const base = await serverOf(t, async (_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const piece of ["data: α sk-01", "23456789", "abcdef ω\n\n", `data: ${KEY}${KEY}\n\n`, "data: sk-0123"]) {
      response.write(piece);
      await later(15);
    }
    response.end();
  });
  const response = await proxyWith({ baseURL: base })(ask());
  assert.equal(await response.text(), "data: α [key] ω\n\ndata: [key][key]\n\ndata: sk-0123");
  const bytes = new TextEncoder().encode("ä sk-1 sk-2 日本");
  const one = new ReadableStream({ start(controller) {
    for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
    controller.close();
  } });
  assert.equal(await new Response(withoutSecrets(one, ["sk-1", "sk-22"])).text(), "ä [key] sk-2 日本");
});

test("problems are told to the site, with their causes, and none of its own makes new ones", async () => {
  const problems = [];
  const proxy = proxyWith({ onProblem: ({ code, status, cause }) => {
    problems.push([code, status, cause instanceof Error]);
    throw new Error("the log is full");
  } });
  upstream.state.faults.push("drop_before");
  await refusedWith(proxy(ask()), 502, "upstream_unreachable");
  await refusedWith(proxyWith({ apiKey: () => Promise.reject(new Error(KEY)), onProblem: ({ code }) => problems.push(code) })(ask()), 502, "upstream_unreachable");
  await refusedWith(proxyWith({ authorize: () => { throw new Error(KEY); } })(ask()), 500, "internal");
  assert.deepEqual(problems, [["upstream_unreachable", 502, true], "upstream_unreachable"]);
});

test("words come as they are said, and a page that goes away ends the request behind", async () => {
  upstream.state.settings.perTokenMs = 30;
  const gone = new AbortController();
  const response = await proxyWith()(ask(QUESTION, { signal: gone.signal }));
  const reader = response.body.getReader();
  assert.ok((await reader.read()).value.length > 0);
  gone.abort();
  await closedBehind();
  const another = await proxyWith()(ask());
  const stream = another.body.getReader();
  await stream.read();
  await stream.cancel();
  await closedBehind();
  // Before the head of the reply, too.
  upstream.state.faults.push("stall_headers");
  const waiting = new AbortController();
  const answer = proxyWith()(ask(QUESTION, { signal: waiting.signal }));
  for (let times = 0; times < 200 && !upstream.state.log.at(-1).fault; times++) await later(10);
  waiting.abort();
  await refusedWith(answer, 499, "client_gone");
  await closedBehind();
});

async function closedBehind() {
  for (let times = 0; times < 200 && !upstream.state.log.at(-1)?.aborted; times++) await later(10);
  assert.equal(upstream.state.log.at(-1).aborted, true);
}

test("a silent server is given up, and a cut stream looks cut", async () => {
  const proxy = proxyWith({ timeouts: { firstByteMs: 50, stallMs: 50 } });
  upstream.state.faults.push("stall_headers", "stall", "cut_mid");
  await refusedWith(proxy(ask()), 504, "upstream_timeout");
  for (const _ of ["stall", "cut_mid"]) await assert.rejects((await proxy(ask())).text());
  await closedBehind();
});

test("wrong options are told at once, and never with the key", () => {
  const wrong = [{ baseURL: "/v1" }, { baseURL: "ftp://a" }, { baseURL: `https://user:${KEY}@a` }, { models: [] }, { models: undefined }, { origins: ["docs.example.com"] }, { origins: ["https://a.example/path"] }, { maxBodyBytes: 0 }, { rateLimit: { requests: Number.NaN } }];
  for (const more of wrong) {
    assert.throws(() => proxyWith(more), (error) => error instanceof TypeError && /^createProxy: /.test(error.message) && !error.message.includes(KEY), JSON.stringify(more));
  }
});

test("as a listener of Node: streams, refusals and connections that break", async (t) => {
  const origin = await serverOf(t, toNodeHandler(proxyWith({ maxBodyBytes: 10_000 })));
  const post = (body, init = {}) => fetch(`${origin}/api/chat/completions`, { method: "POST", headers: { "content-type": "application/json", origin }, body: JSON.stringify(body), ...init });
  const response = await post(QUESTION);
  assert.match(await response.text(), /data: \[DONE\]/);
  // The whole of a refused body is taken, or its sender would see a broken connection.
  await refusedWith(post({ ...QUESTION, filler: "x".repeat(5_000_000) }), 413, "body_too_large");
  await refusedWith(post({ ...QUESTION, filler: "x".repeat(5_000_000) }, { headers: { "content-type": "application/json", origin: "https://evil.example" } }), 403, "origin_not_allowed");
  upstream.state.settings.perTokenMs = 30;
  const gone = new AbortController();
  const slow = await post(QUESTION, { signal: gone.signal });
  await slow.body.getReader().read();
  gone.abort();
  await closedBehind();
  upstream.state.settings.perTokenMs = 0;
  upstream.state.faults.push("cut_mid");
  await assert.rejects(post(QUESTION).then((cut) => cut.text()));
});

test("as a listener of Node: clients are told apart by their connection, and a strange Host does no harm", async (t) => {
  const seen = [];
  const origin = await serverOf(t, toNodeHandler(async (request, context) => {
    seen.push([request.url, context.client, request.method, await request.text(), request.headers.get("x-a")]);
    return new Response(null, { status: 204 });
  }));
  await new Promise((resolve, reject) => {
    const request = httpRequest(`${origin}/a?b`, { method: "PUT", headers: { host: "no host/", "x-a": ["1", "2"] } }, (response) => response.resume().on("end", resolve));
    request.on("error", reject);
    request.write("one");
    setTimeout(() => request.end("two"), 20);
  });
  assert.deepEqual(seen, [["http://localhost/a?b", "127.0.0.1", "PUT", "onetwo", "1, 2"]]);
});
