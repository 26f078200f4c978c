// Reading pages: which addresses are asked, what is sent with it, and what never is followed.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { QwenAgentError } from "../dist/index.js";
import { ToolBox, fetchPage } from "../dist/tools/index.js";

/** Two servers on loopback: two origins. What each was asked is written down. */
async function servers(t) {
  const made = [];
  for (let i = 0; i < 2; i++) {
    const seen = [];
    const server = createServer((request, response) => {
      seen.push({ url: request.url, headers: request.headers });
      answer(request, response, made);
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    made.push({ origin: `http://127.0.0.1:${server.address().port}`, seen });
  }
  return made;
}

function answer(request, response, [, other]) {
  const { pathname } = new URL(request.url, "http://x");
  const send = (type, body, status = 200, headers = {}) => response.writeHead(status, { "Content-Type": type, ...headers }).end(body);
  switch (pathname) {
    case "/plain.txt": return send("text/plain; charset=utf-8", "Grüße");
    case "/data.json": return send("application/json", '{"a":1}');
    case "/page.html": return send("text/html", "<h1>Title</h1>");
    case "/here": return send("text/plain", "", 302, { Location: "/plain.txt" });
    case "/away": return send("text/plain", "", 302, { Location: `${other.origin}/plain.txt` });
    case "/scheme": return send("text/plain", "", 302, { Location: "file:///etc/passwd" });
    case "/loop": return send("text/plain", "", 302, { Location: "/loop" });
    case "/large": return response.writeHead(200, { "Content-Type": "text/plain", "Content-Length": 5000 }).end("x".repeat(5000));
    case "/endless": {
      response.writeHead(200, { "Content-Type": "text/plain" });
      const more = () => { while (response.write("x".repeat(1000))) if (response.destroyed) return; };
      response.on("drain", more);
      return more();
    }
    case "/slow": return undefined;
    default: return send("text/plain", "no", 404);
  }
}

const reading = (options) => {
  const box = new ToolBox([fetchPage(options)]);
  return (url, more) => box.call({ id: "1", name: "fetch_page", arguments: { url } }, more);
};

test("plain text of an allowed origin is given, without cookies or a referrer", async (t) => {
  const [one] = await servers(t);
  const read = reading({ allow: [one.origin] });
  assert.deepEqual(await read(`${one.origin}/plain.txt#part`), { id: "1", content: "Grüße" });
  assert.deepEqual(await read(`${one.origin}/data.json`), { id: "1", content: '{"a":1}' });
  assert.equal(one.seen[0].url, "/plain.txt");
  for (const name of ["cookie", "authorization", "referer"]) assert.equal(one.seen[0].headers[name], undefined);
});

test("other formats go to the reader, which is told name and media type", async (t) => {
  const [one] = await servers(t);
  const without = await reading({ allow: [one.origin] })(`${one.origin}/page.html`);
  assert.equal(without.error.code, "tool.failed");
  const read = reading({ allow: [one.origin], read: async (bytes, { name, mediaType }) => `${name} ${mediaType} ${new TextDecoder().decode(bytes)}` });
  assert.deepEqual(await read(`${one.origin}/page.html?x=1`), { id: "1", content: "page.html text/html <h1>Title</h1>" });
});

test("no other origin is asked, however it is written", async (t) => {
  const [one, two] = await servers(t);
  const read = reading({ allow: [one.origin] });
  const { port } = new URL(one.origin);
  const wrong = [
    `${two.origin}/plain.txt?secret=1`, `http://localhost:${port}/plain.txt`, `https://127.0.0.1:${port}/plain.txt`, "https://example.com/", "file:///etc/passwd",
    "data:text/plain,x", "blob:http://127.0.0.1/x", "javascript:alert(1)", "ftp://127.0.0.1/", `${one.origin}@evil.example/`, `http://user:pass@127.0.0.1:${port}/plain.txt`,
    `http://127.0.0.1:${port}.evil.example/`, "//example.com/x", "plain.txt", "",
  ];
  for (const url of wrong) {
    const { error } = await read(url);
    assert.ok(["tool.refused", "tool.invalid_arguments"].includes(error?.code), url);
  }
  assert.deepEqual([...one.seen, ...two.seen], []);
});

test("a redirect is followed to the same origin only", async (t) => {
  const [one, two] = await servers(t);
  const read = reading({ allow: [one.origin] });
  assert.deepEqual(await read(`${one.origin}/here`), { id: "1", content: "Grüße" });
  for (const path of ["/away", "/scheme"]) assert.equal((await read(one.origin + path)).error.code, "tool.refused", path);
  assert.equal((await read(`${one.origin}/loop`)).error.code, "tool.failed");
  assert.deepEqual(two.seen, []);
});

test("pages are bounded in bytes, whether they say their length or not", async (t) => {
  const [one] = await servers(t);
  const read = reading({ allow: [one.origin], maxBytes: 4000 });
  for (const path of ["/large", "/endless"]) assert.match((await read(one.origin + path)).error.message, /more than 4000 bytes/);
});

test("failures are short messages", async (t) => {
  const [one] = await servers(t);
  const read = reading({ allow: [one.origin, "http://127.0.0.1:9"] });
  assert.match((await read(`${one.origin}/missing`)).error.message, /status 404/);
  assert.match((await read("http://127.0.0.1:9/")).error.message, /cannot be reached/);
  const hasty = reading({ allow: [one.origin], timeoutMs: 50 });
  assert.equal((await hasty(`${one.origin}/slow`)).error.code, "tool.timeout");
});

test("stopping the run stops the request", async (t) => {
  const [one] = await servers(t);
  const reply = reading({ allow: [one.origin] })(`${one.origin}/slow`, { signal: AbortSignal.timeout(50) });
  assert.equal((await reply).error.code, "tool.aborted");
});

test("an allow list takes https origins, and http only on this machine", () => {
  const usage = (error) => error instanceof QwenAgentError && error.code === "usage";
  for (const origin of ["http://example.com", "https://example.com/path", "https://example.com/?q", "example.com", "*", "https://u:p@example.com", "data:text/plain,x", "file:///x"]) {
    assert.throws(() => fetchPage({ allow: [origin] }), usage, origin);
  }
  assert.match(fetchPage({ allow: ["https://example.com/", "http://localhost:8080"] }).description, /https:\/\/example\.com, http:\/\/localhost:8080/);
  assert.match(fetchPage().description, /none/);
});
