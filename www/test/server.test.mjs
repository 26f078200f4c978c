// What the demo server promises: only its files, only its two proxied paths, only its own page,
// and never the key.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { startDemo, startUpstream, until } from "./support.mjs";

const KEY = "sk-secret-for-the-test-0123456789";

/** A request as written on the wire, for paths that fetch would tidy up. */
function raw(url, path, host = new URL(url).host) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(Number(port), hostname, () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    });
    socket.setEncoding("utf8").on("data", (part) => (text += part));
    socket.on("close", () => resolve(text)).on("error", reject);
  });
}

const chat = (more = {}) => JSON.stringify({ model: "qwen-test", messages: [], ...more });

/** A reply as endpoints give it. */
function reply(_request, response) {
  response.writeHead(200, { "Content-Type": "application/json" });
  response.end('{"data":[]}');
}

function ask(url, { headers = {}, body = chat(), ...rest } = {}) {
  return fetch(`${url}/api/qwen/chat/completions`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body,
    ...rest,
  });
}

test("the page comes with its type and a strict policy", async (t) => {
  const { url } = await startDemo(t);
  const response = await fetch(`${url}/`);
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type"), /^text\/html/);
  const policy = response.headers.get("content-security-policy");
  assert.match(policy, /default-src 'self'/);
  assert.match(policy, /require-trusted-types-for 'script'/);
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'/);
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  const script = /src="\.\/(assets\/[^"]+\.js)"/.exec(await response.text())[1];
  const asset = await fetch(`${url}/${script}`);
  assert.match(asset.headers.get("content-type"), /^text\/javascript/);
  assert.match(asset.headers.get("cache-control"), /immutable/);
});

test("with --open the page is opened by the visitor's browser, and a missing one does no harm", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "qwen-open-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const browser = join(folder, "browser");
  await writeFile(browser, `#!/bin/sh\necho "$1" > "${folder}/opened"\n`, { mode: 0o755 });
  const { url } = await startDemo(t, { env: { BROWSER: browser }, args: ["--open"] });
  const opened = () => readFile(`${folder}/opened`, "utf8").catch(() => "");
  await until(async () => (await opened()).trim() === `${url}/`, "the browser to be started");
  const without = await startDemo(t, { env: { BROWSER: join(folder, "missing") }, args: ["--open"] });
  assert.equal((await fetch(`${without.url}/`)).status, 200);
});

test("no path leads out of the folder", async (t) => {
  const { url } = await startDemo(t);
  const paths = ["/../server.mjs", "/%2e%2e/server.mjs", "/..%2fserver.mjs", "/assets/../../package.json", "/..%5cserver.mjs", "/%00", "/%zz", "//etc/passwd", "/assets/", "/assets"];
  for (const path of paths) {
    const answer = await raw(url, path);
    assert.match(answer, /^HTTP\/1\.1 404 /, `${path} gave ${answer.split("\r\n", 1)[0]}`);
  }
});

test("a foreign name for this machine is refused", async (t) => {
  const { url } = await startDemo(t);
  assert.match(await raw(url, "/", `localhost:${new URL(url).port}`), /^HTTP\/1\.1 200 /);
  assert.match(await raw(url, "/", "rebound.example"), /^HTTP\/1\.1 403 /);
});

test("config.json says whether there is a proxy", async (t) => {
  const without = await startDemo(t);
  assert.deepEqual(await (await fetch(`${without.url}/config.json`)).json(), { proxy: false });
  assert.equal((await ask(without.url)).status, 404);
  const upstream = await startUpstream(t, (_request, response) => response.end());
  const env = { QWEN_BASE_URL: upstream.baseUrl, QWEN_MODEL: "qwen-test", QWEN_API_KEY: KEY };
  const withProxy = await startDemo(t, { env });
  assert.deepEqual(await (await fetch(`${withProxy.url}/config.json`)).json(), { proxy: true, model: "qwen-test" });
});

test("an answer streams through as it comes, with the key added on this side only", async (t) => {
  let release;
  const upstream = await startUpstream(t, async (_request, response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream", "Set-Cookie": "a=b" });
    response.write("data: one\n\n");
    await new Promise((resolve) => (release = resolve));
    response.end("data: two\n\n");
  });
  const demo = await startDemo(t, { env: { QWEN_BASE_URL: upstream.baseUrl, QWEN_API_KEY: KEY } });
  const response = await ask(demo.url, { body: chat({ stream: true }), headers: { Cookie: "c=d", Authorization: "Bearer of-the-page" } });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  assert.equal((await reader.read()).value, "data: one\n\n");
  release();
  assert.equal((await reader.read()).value, "data: two\n\n");
  const [seen] = upstream.seen;
  assert.equal(seen.path, "/v1/chat/completions");
  assert.equal(seen.headers.authorization, `Bearer ${KEY}`);
  assert.equal(seen.headers.cookie, undefined);
  assert.equal(seen.body, chat({ stream: true }));
  assert.equal(response.headers.get("set-cookie"), null);
  assert.ok(!JSON.stringify([...response.headers]).includes(KEY));
  assert.ok(!demo.output.text.includes(KEY), "the key was printed");
});

test("an endpoint's error keeps its status and words, but not the key", async (t) => {
  const upstream = await startUpstream(t, (request, response) => {
    response.writeHead(429, { "Content-Type": "application/json", "Retry-After": "7" });
    response.end(JSON.stringify({ error: { code: "too_fast", message: `too often: ${request.headers.authorization}` } }));
  });
  const demo = await startDemo(t, { env: { QWEN_BASE_URL: upstream.baseUrl, QWEN_API_KEY: KEY } });
  const response = await ask(demo.url);
  assert.equal(response.status, 429);
  assert.equal(response.headers.get("retry-after"), "7");
  const text = await response.text();
  assert.equal(JSON.parse(text).error.code, "too_fast");
  assert.match(JSON.parse(text).error.message, /^too often: /);
  assert.ok(!text.includes(KEY));
  assert.ok(!demo.output.text.includes(KEY));
});

test("an endpoint that cannot be reached is a 502 with a reason", async (t) => {
  const demo = await startDemo(t, { env: { QWEN_BASE_URL: "http://127.0.0.1:9/v1", QWEN_API_KEY: KEY } });
  const response = await ask(demo.url);
  assert.equal(response.status, 502);
  const text = await response.text();
  assert.equal(JSON.parse(text).error.code, "upstream_unreachable");
  assert.ok(!text.includes(KEY));
});

test("a page that goes away closes the endpoint's connection", async (t) => {
  let closed = false;
  const upstream = await startUpstream(t, (_request, response) => {
    response.on("close", () => (closed = true));
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write("data: one\n\n");
  });
  const demo = await startDemo(t, { env: { QWEN_BASE_URL: upstream.baseUrl } });
  const stop = new AbortController();
  const response = await ask(demo.url, { signal: stop.signal });
  await response.body.getReader().read();
  stop.abort();
  await until(() => closed, "the endpoint's connection to close");
});

test("a stream that the endpoint cuts is cut for the page, too", async (t) => {
  const upstream = await startUpstream(t, (_request, response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write("data: one\n\n", () => response.destroy());
  });
  const demo = await startDemo(t, { env: { QWEN_BASE_URL: upstream.baseUrl } });
  const response = await ask(demo.url);
  await assert.rejects(response.text());
});

test("other origins, paths, methods and kinds of body are refused", async (t) => {
  const upstream = await startUpstream(t, reply);
  const demo = await startDemo(t, { env: { QWEN_BASE_URL: upstream.baseUrl } });
  const status = async (response) => (await response).status;
  assert.equal(await status(ask(demo.url, { headers: { Origin: "https://elsewhere.example" } })), 403);
  assert.equal(await status(ask(demo.url, { headers: { Origin: "null" } })), 403);
  assert.equal(await status(ask(demo.url, { headers: { "Sec-Fetch-Site": "cross-site" } })), 403);
  assert.equal(await status(ask(demo.url, { headers: { "Sec-Fetch-Site": "same-site" } })), 403);
  assert.equal(await status(ask(demo.url, { headers: { "Content-Type": "text/plain" } })), 415);
  assert.equal(await status(ask(demo.url, { body: "{" })), 400);
  assert.equal(await status(fetch(`${demo.url}/api/qwen/embeddings`, { method: "POST" })), 404);
  assert.equal(await status(fetch(`${demo.url}/api/other/models`)), 404);
  assert.equal(await status(fetch(`${demo.url}/api/qwen/chat/completions`)), 405);
  assert.equal(upstream.seen.length, 0, "a refused request reached the endpoint");
  assert.equal(await status(ask(demo.url, { headers: { Origin: demo.url } })), 200);
  assert.equal(await status(fetch(`${demo.url}/api/qwen/models`)), 200);
});

test("a body above 4 MB is refused, announced or not", async (t) => {
  const upstream = await startUpstream(t, reply);
  const demo = await startDemo(t, { env: { QWEN_BASE_URL: upstream.baseUrl } });
  const tooLarge = "x".repeat(4 * 1024 * 1024 + 1);
  assert.equal((await ask(demo.url, { body: tooLarge })).status, 413);
  const unannounced = new Blob([tooLarge]).stream();
  assert.equal((await ask(demo.url, { body: unannounced, duplex: "half" })).status, 413);
  assert.equal(upstream.seen.length, 0);
  const messages = (length) => chat({ messages: [{ role: "user", content: "x".repeat(length) }] });
  assert.equal((await ask(demo.url, { body: messages(4 * 1024 * 1024 - messages(0).length) })).status, 200);
});

test("it stops when told, and when its parent's pipe closes", async (t) => {
  const told = await startDemo(t);
  told.child.kill("SIGTERM");
  await until(() => told.child.exitCode === 0, "the server to stop on SIGTERM");
  const orphaned = await startDemo(t);
  orphaned.child.stdin.end();
  await until(() => orphaned.child.exitCode === 0, "the server to stop with its parent");
});

test("a busy port leads to the next one", async (t) => {
  const first = await startDemo(t);
  const { port } = new URL(first.url);
  const second = await startDemo(t, { args: ["--port", port] });
  assert.notEqual(second.url, first.url);
  assert.match(second.output.text, /is busy/);
});

test("a wrong option says how to use it", async (t) => {
  await assert.rejects(startDemo(t, { args: ["--port", "many"] }), /ended with 2: --port takes a whole number/);
});
