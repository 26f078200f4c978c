// Reading that was interrupted goes on where it was, in Chromium: after an abort, after a reload,
// and where the browser's storage fails. The package's files as they are, without a bundler.

import assert from "node:assert/strict";
import { test } from "node:test";
import { securityHeaders, serveFile } from "../server/static.mjs";
import { openPage, SLOW_MS } from "./browser.mjs";
import { repository, startEndpoint } from "./support.mjs";

const options = { timeout: 3 * SLOW_MS };
const question = "How long is the notice period?";
const parts = Array.from({ length: 40 }, (_, n) => `## Part ${n}\n\n${`The valley number ${n} is wide and green, and a path leads through it. `.repeat(30)}`);
const text = `# Long\n\nThe notice period is three months.\n\n${parts.join("\n\n")}`;

/** A page with `window.ask(question, stopAfter, storage)`. */
async function open(t, endpoint, init = () => {}) {
  const listener = (request, response) => {
    const path = request.url.split("?", 1)[0];
    for (const [name, value] of securityHeaders) response.setHeader(name, value);
    if (path === "/") return response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>readings</title>");
    return serveFile(`${repository}pkg/dist`, path, request, response);
  };
  const { page, origin } = await openPage(t, listener);
  const load = async () => {
    await page.goto(`${origin}/`);
    await page.evaluate(async ([baseURL, text]) => {
      window.trustedTypes.createPolicy("default", { createScriptURL: (url) => (new URL(url, location.href).origin === location.origin ? url : null) });
      const { createAssistant } = await import("/index.js");
      window.make = async (storage, worker = true) => {
        const qa = await createAssistant({ endpoint: { baseURL, model: "qwen-scripted" }, level: "read", budget: { concurrency: 1 }, worker, ...(storage ? { storage } : {}) });
        await qa.documents.add({ name: "long.md", bytes: new TextEncoder().encode(text) }).done;
        return qa;
      };
      window.ask = async (question, { stopAfter, storage, worker } = {}) => {
        const qa = await window.make(storage, worker);
        const seen = { warnings: [], parts: 0 };
        for await (const event of qa.ask(question)) {
          if (event.type === "warning") seen.warnings.push(event.code);
          if (event.type === "chunk-read") seen.parts = event.done;
          if (event.type === "finish") seen.text = event.answer.text;
          if (seen.parts === stopAfter) break;
        }
        await qa.dispose();
        return seen;
      };
    }, [endpoint.baseUrl, text]);
    // In the page, not in its worker.
    await page.evaluate(init);
  };
  await load();
  return { page, load };
}

async function reads(endpoint, since = 0) {
  const log = (await endpoint.log()).slice(since);
  return new Set(log.filter(({ kind }) => kind === "read").map(({ body }) => JSON.stringify(body.messages)));
}

test("after an abort and a reload, only what is missing is asked for; another question asks anew", options, async (t) => {
  const endpoint = await startEndpoint(t);
  const { page, load } = await open(t, endpoint);
  await page.evaluate((question) => window.ask(question, { stopAfter: 10 }), question);
  const before = [...(await reads(endpoint))].slice(0, 10);
  await load();
  const since = (await endpoint.log()).length;
  const { parts, text } = await page.evaluate((question) => window.ask(question), question);
  assert.match(text, /three months/);
  const asked = await reads(endpoint, since);
  assert.ok(parts > 24 && [parts - 10, parts - 11].includes(asked.size), `${asked.size} of ${parts}`);
  assert.deepEqual(before.filter((prompt) => asked.has(prompt)), []);
  const then = (await endpoint.log()).length;
  await page.evaluate(() => window.ask("How wide is the valley?"));
  assert.equal((await reads(endpoint, then)).size, parts);
  assert.ok((await page.evaluate(() => indexedDB.databases())).some(({ name }) => name === "qwen-agent-readings"));
});

test("cleared, under another name, and where nothing is to be kept, everything is asked again", options, async (t) => {
  const endpoint = await startEndpoint(t);
  const { page } = await open(t, endpoint);
  const asked = async (how) => {
    const since = (await endpoint.log()).length;
    const { parts } = await page.evaluate(([question, how]) => window.ask(question, how), [question, how]);
    return [(await reads(endpoint, since)).size, parts];
  };
  const [first, parts] = await asked({});
  assert.equal(first, parts);
  assert.equal((await asked({}))[0], 0);
  assert.equal((await asked({ worker: false }))[0], 0, "in the page as in a worker");
  assert.equal((await asked({ storage: { name: "other" } }))[0], parts);
  assert.equal((await asked({ storage: { readings: false } }))[0], parts);
  assert.equal((await asked({ storage: { readings: "memory" } }))[0], parts);
  await page.evaluate(async () => {
    const qa = await window.make();
    await qa.readings.clear();
    await qa.dispose();
  });
  assert.equal((await asked({}))[0], parts);
  assert.equal((await asked({ storage: { name: "other" } }))[0], 0, "only its own is cleared");
});

test("where the browser's storage fails, the run goes on with one warning", options, async (t) => {
  const endpoint = await startEndpoint(t);
  const failures = [
    () => Object.defineProperty(IDBFactory.prototype, "open", { value() { throw new DOMException("denied", "SecurityError"); } }),
    () => Object.defineProperty(IDBObjectStore.prototype, "put", { value() { throw new DOMException("full", "QuotaExceededError"); } }),
  ];
  for (const failure of failures) {
    const { page } = await open(t, endpoint, failure);
    const { warnings, text } = await page.evaluate((question) => window.ask(question, { worker: false }), question);
    assert.deepEqual(warnings, ["storage.unavailable"]);
    assert.match(text, /three months/);
  }
});

test("the database keeps at most so many replies, the newest, and none that are old", options, async (t) => {
  const endpoint = await startEndpoint(t);
  const { page } = await open(t, endpoint);
  const kept = await page.evaluate(async () => {
    const { databaseReadings } = await import("/readings-db.js");
    const real = Date.now;
    let now = 1_000;
    Date.now = () => now++;
    const names = async (readings, count) => {
      const found = await Promise.all(Array.from({ length: count }, (_, n) => readings.get(`n${n}`)));
      return found.flatMap((reply, n) => (reply === undefined ? [] : [n]));
    };
    const filled = databaseReadings("bounded", { entries: 100, age: 1e9 });
    for (let n = 0; n < 8; n++) await filled.put(`n${n}`, "r");
    // The first put of an opened one looks for what is too much.
    await databaseReadings("bounded", { entries: 3, age: 1e9 }).put("n8", "r");
    const bounded = await names(filled, 9);
    now = 500_000;
    const aged = databaseReadings("bounded", { entries: 100, age: 1_000 });
    const hidden = await names(aged, 9);
    await aged.put("n9", "r");
    Date.now = real;
    const left = await new Promise((resolve, reject) => {
      const request = indexedDB.open("bounded");
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const count = request.result.transaction("replies").objectStore("replies").getAllKeys();
        count.onsuccess = () => resolve(count.result);
      };
    });
    return { bounded, hidden, left };
  });
  assert.deepEqual(kept, { bounded: [6, 7, 8], hidden: [], left: ["n9"] });
});
