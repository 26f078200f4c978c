// Conversations in the browser's database, in Chromium: they outlive a reload and a page that is
// closed while it is answered, and tabs hear of one another. The package's files as they are.

import assert from "node:assert/strict";
import { test } from "node:test";
import { securityHeaders, serveFile } from "../server/static.mjs";
import { openPage, SLOW_MS } from "./browser.mjs";
import { repository, startEndpoint, until } from "./support.mjs";

const options = { timeout: 3 * SLOW_MS };
const question = "How long is the notice period?";

/** Pages with `window.qa`, over one document. */
async function open(t, endpoint, init = () => {}) {
  const listener = (request, response) => {
    const path = request.url.split("?", 1)[0];
    for (const [name, value] of securityHeaders) response.setHeader(name, value);
    if (path === "/") return response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>sessions</title>");
    return serveFile(`${repository}pkg/dist`, path, request, response);
  };
  const { page, origin } = await openPage(t, listener);
  const load = async (page) => {
    await page.goto(`${origin}/`);
    await page.evaluate(init);
    await page.evaluate(async (baseURL) => {
      window.trustedTypes.createPolicy("default", { createScriptURL: (url) => (new URL(url, location.href).origin === location.origin ? url : null) });
      const { createAssistant } = await import("/index.js");
      window.qa = await createAssistant({ endpoint: { baseURL, model: "qwen-scripted" }, storage: { kind: "auto" } });
      await window.qa.documents.add({ name: "lease.md", bytes: new TextEncoder().encode("# Lease\n\nThe notice period is three months.\n") }).done;
      window.heard = [];
      window.qa.addEventListener("sessions", ({ detail }) => window.heard.push(detail));
    }, endpoint.baseUrl);
    return page;
  };
  return { page: await load(page), load, context: page.context() };
}

test("a conversation outlives a reload, and goes on with its history", options, async (t) => {
  const endpoint = await startEndpoint(t);
  const { page, load } = await open(t, endpoint);
  const { id, text } = await page.evaluate(async (question) => {
    const { id } = await qa.sessions.create();
    return { id, text: (await qa.ask(question, { session: id }).result).text };
  }, question);
  await load(page);
  const sessions = await page.evaluate(() => qa.sessions.list());
  assert.deepEqual(sessions.map(({ id, title, turnCount }) => ({ id, title, turnCount })), [{ id, title: question, turnCount: 1 }]);
  await page.evaluate((id) => qa.ask("And who signs?", { session: id }).result, id);
  const { body } = (await endpoint.log()).filter(({ kind }) => kind === "answer").at(-1);
  assert.ok(body.messages.some(({ content }) => content === text));
  const { turns } = await page.evaluate((id) => qa.sessions.get(id), id);
  assert.deepEqual(turns.map(({ status }) => status), ["done", "done"]);
  assert.ok(turns[0].citations[0].verified);
  assert.deepEqual(await page.evaluate(async (id) => [await qa.sessions.remove(id), await qa.sessions.remove(id), await qa.sessions.get(id), await qa.sessions.list()], id), [true, false, undefined, []]);
});

test("a page that is closed in the middle of an answer leaves its question", options, async (t) => {
  const endpoint = await startEndpoint(t, ["--ttft-ms", "30000"]);
  const { page, load, context } = await open(t, endpoint);
  const id = await page.evaluate(async (question) => {
    const { id } = await qa.sessions.create();
    qa.ask(question, { session: id }).result.catch(() => {});
    return id;
  }, question);
  await until(async () => (await endpoint.log()).length > 0, "the question to be under way", SLOW_MS);
  await page.close();
  const next = await load(await context.newPage());
  const { turns } = await next.evaluate((id) => qa.sessions.get(id), id);
  assert.deepEqual(turns.map(({ question, status, text }) => ({ question, status, text })), [{ question, status: "stopped", text: "" }]);
});

test("another tab hears of a question, and finds it", options, async (t) => {
  const endpoint = await startEndpoint(t);
  const { page, load, context } = await open(t, endpoint);
  const other = await load(await context.newPage());
  const id = await page.evaluate(async (question) => {
    const { id } = await qa.sessions.create();
    await qa.ask(question, { session: id }).result;
    return id;
  }, question);
  await until(async () => (await other.evaluate(() => window.heard.length)) >= 3, "three changes", SLOW_MS);
  assert.deepEqual(await other.evaluate(() => window.heard.map(({ change }) => change)), ["created", "changed", "changed"]);
  assert.equal((await other.evaluate((id) => qa.sessions.get(id), id)).turnCount, 1);
});

test("where the browser's storage fails, creating says so, and a question that cannot be kept is still answered", options, async (t) => {
  const endpoint = await startEndpoint(t);
  const { page } = await open(t, endpoint);
  const outcome = await page.evaluate(async (question) => {
    const { id } = await qa.sessions.create();
    const put = IDBObjectStore.prototype.put;
    let puts = 0;
    // The first two puts are of the question; what comes after is the answer.
    IDBObjectStore.prototype.put = function (...given) {
      if (++puts > 2) throw new DOMException("no space", "QuotaExceededError");
      return put.apply(this, given);
    };
    const { text } = await qa.ask(question, { session: id }).result;
    return { text, last: window.heard.at(-1) };
  }, question);
  assert.match(outcome.text, /three months/);
  assert.equal(outcome.last.change, "unkept");
  const refused = await page.evaluate(async () => {
    indexedDB.open = () => {
      throw new DOMException("denied", "SecurityError");
    };
    const { createAssistant } = await import("/index.js");
    const qa = await createAssistant({ storage: { kind: "indexeddb", name: "other" } });
    return qa.sessions.create().then(() => "created", ({ code }) => code);
  });
  assert.equal(refused, "storage.unavailable");
});
