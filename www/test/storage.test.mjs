// Documents that stay, in Chromium: after a reload, in two tabs, without room, and whatever is
// killed while files are being added. The package's files as they are, without a bundler.
//
// STORAGE_KILLS sets how often tab or worker are killed, STORAGE_SEED repeats a run.

import assert from "node:assert/strict";
import { test } from "node:test";
import { securityHeaders, serveFile } from "../server/static.mjs";
import { openPage, SLOW_MS } from "./browser.mjs";
import { repository, until } from "./support.mjs";

const options = { timeout: 4 * SLOW_MS };
const KILLS = Number(process.env.STORAGE_KILLS ?? 50);
const SEED = Number(process.env.STORAGE_SEED ?? Date.now() % 1_000_000);

function answer(request, response) {
  const path = request.url.split("?", 1)[0];
  for (const [name, value] of securityHeaders) response.setHeader(name, value);
  if (path === "/") return response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>storage</title>");
  if (path === "/rights-en.pdf") return serveFile(`${repository}tests/inputs/pdf`, path, request, response);
  return serveFile(`${repository}pkg/dist`, path, request, response);
}

/** Runs in the page: `window.make(storage, more)` gives an assistant, `window.told` what it tells. */
async function prepare(storage) {
  window.trustedTypes.createPolicy("default", { createScriptURL: (url) => (new URL(url, location.href).origin === location.origin ? url : null) });
  const { Worker } = window;
  window.workers = [];
  window.Worker = class extends Worker {
    constructor(...args) {
      super(...args);
      window.workers.push(this);
    }
  };
  const { createAssistant } = await import("/index.js");
  window.told = [];
  window.asked = 0;
  navigator.storage.persist = async () => (window.asked += 1) > 0;
  window.changes = [];
  window.make = async (more = {}) => {
    const qa = await createAssistant({ storage, ...more });
    qa.addEventListener("storage", ({ detail }) => window.told.push(detail));
    qa.addEventListener("documents", ({ detail }) => window.changes.push(Object.values(detail).join(" ")));
    return qa;
  };
  window.add = (name, text) => window.qa.documents.add(new File([text], name, { type: "text/plain" })).done;
  window.ids = async () => (await window.qa.documents.list()).map(({ id }) => id);
  window.hash = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex?.() ?? [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].join();
}

/** A browser in which pages with an assistant are opened, reloaded and killed. */
async function browser(t, storage = { kind: "auto", name: "test" }) {
  const { page: first, origin } = await openPage(t, answer);
  const context = first.context();
  const load = async (page, more = {}) => {
    await page.goto(`${origin}/`);
    await page.evaluate(prepare, storage);
    await page.evaluate(async (more) => void (window.qa = await window.make(more)), more);
    return page;
  };
  return { origin, context, load, first, tab: async (more) => load(await context.newPage(), more) };
}

/** Not by frames, of which a page in the background has none. */
const when = (page, condition) => until(() => page.evaluate(condition), String(condition), SLOW_MS);

for (const [kind, more, where] of [["auto", {}, "opfs"], ["indexeddb", {}, "indexeddb"], ["auto", { worker: false }, "opfs"]]) {
  test(`documents are there after a reload: ${kind}, ${JSON.stringify(more)}`, options, async (t) => {
    const { first: page, load } = await browser(t, { kind, name: "kept" });
    await load(page, more);
    const before = await page.evaluate(async () => {
      await window.qa.documents.add("/rights-en.pdf", { id: "rights" }).done;
      const phases = new Set();
      const job = window.qa.documents.add(new File(["The wombat digs."], "a.txt", { type: "text/plain" }));
      for await (const { phase } of job) phases.add(phase);
      await window.add("b.txt", "The narwhal sings.");
      await window.qa.documents.remove("b.txt");
      return { list: await window.qa.documents.list(), phases: [...phases], state: await window.qa.storage.estimate(), exported: await window.hash(await window.qa.library.export()), asked: window.asked };
    });
    assert.equal(before.asked, 1, "the browser is asked once not to delete it");
    assert.ok(before.phases.includes("store"));
    assert.equal(before.state.kind, where);
    assert.ok(before.state.usage > 0 && before.state.quota > before.state.usage);
    await load(page, more);
    const after = await page.evaluate(async () => {
      const { qa } = window;
      const [hit] = await qa.search("arbitrary arrest");
      const original = await qa.documents.original("rights");
      const text = await qa.documents.original("a.txt");
      return {
        list: await qa.documents.list(),
        exported: await window.hash(await qa.library.export()),
        hit,
        page: (await qa.documents.page("rights", 3)).text,
        rects: (await qa.documents.rects("rights", { page: 3, start: 0, end: 20 })).length,
        original: [original.name, original.size, await original.slice(0, 5).text()],
        text: [text.name, text.type, await text.text()],
        gone: await qa.documents.original("b.txt"),
        answer: (await qa.ask("What does the wombat do?").result).text,
        told: window.told,
      };
    });
    assert.deepEqual(after.list, before.list);
    assert.deepEqual(after.list.map(({ id }) => id), ["rights", "a.txt"]);
    assert.equal(after.exported, before.exported);
    assert.equal(after.hit.documentId, "rights");
    assert.match(after.page, /arrest/);
    assert.ok(after.rects > 0);
    assert.deepEqual([after.original[0], after.original[2]], ["rights-en.pdf", "%PDF-"]);
    assert.deepEqual(after.text, ["a.txt", "text/plain", "The wombat digs."]);
    assert.equal(after.gone, undefined);
    assert.match(after.answer, /wombat digs/);
    assert.deepEqual(after.told, []);
  });
}

test("two tabs have the same documents; when one is closed, the other goes on", options, async (t) => {
  const { first, load, tab } = await browser(t, { kind: "auto", name: "shared", persist: false });
  const one = await load(first);
  const two = await tab();
  await one.evaluate(() => window.add("a.txt", "The wombat digs."));
  await when(two, () => window.changes.includes("added a.txt"));
  assert.equal(await two.evaluate(async () => (await window.qa.search("wombat"))[0].documentId), "a.txt");
  await Promise.all([
    two.evaluate(async () => { for (let n = 0; n < 12; n++) await window.add(`two-${n}.txt`, `two says ${n}`); }),
    one.evaluate(async () => { for (let n = 0; n < 12; n++) await window.add(`one-${n}.txt`, `one says ${n}`); }),
  ]);
  for (const page of [one, two]) await when(page, async () => (await window.ids()).length === 25);
  const [ofOne, ofTwo] = await Promise.all([one, two].map((page) => page.evaluate(async () => [await window.ids(), await window.hash(await window.qa.library.export())])));
  assert.deepEqual(ofOne, ofTwo);
  assert.equal(await one.evaluate(() => window.asked), 0);
  await two.evaluate(() => window.qa.documents.remove("one-3.txt"));
  await when(one, () => window.changes.includes("removed one-3.txt"));
  // In the middle of adding.
  void one.evaluate(async () => { for (let n = 0; ; n++) await window.add(`more-${n}.txt`, `more ${n}`); }).catch(() => {});
  await when(two, () => window.changes.includes("added more-2.txt"));
  await one.close();
  await two.evaluate(() => window.add("last.txt", "still here"));
  const list = await two.evaluate(() => window.ids());
  assert.equal(list.at(-1), "last.txt");
  await load(two);
  assert.deepEqual(await two.evaluate(() => window.ids()), list);
  const exported = await two.evaluate(async () => {
    const bytes = await window.qa.library.export();
    await window.qa.storage.clear();
    return [await window.ids(), (await window.qa.library.import(bytes)).length];
  });
  assert.deepEqual(exported, [[], list.length]);
  const three = await tab();
  assert.deepEqual(await three.evaluate(() => window.ids()), list);
});

test("without room, adding fails with advice and leaves nothing; with room again, it works", options, async (t) => {
  const { first, load, origin, context } = await browser(t);
  const page = await load(first);
  const client = await context.newCDPSession(page);
  await page.evaluate(() => window.add("a.txt", "small"));
  await client.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 200_000 });
  const code = await page.evaluate(() => window.add("large.txt", "A large file has many words. ".repeat(100_000)).then(() => "added", ({ code }) => code));
  assert.equal(code, "storage.quota");
  await when(page, () => window.told.length > 0);
  const [{ kind, message, usage, quota }] = await page.evaluate(() => window.told);
  assert.equal(kind, "quota");
  assert.ok(usage > 0 && quota > 0);
  assert.match(message, /remove documents/);
  assert.deepEqual(await page.evaluate(() => window.ids()), ["a.txt"]);
  await client.send("Storage.overrideQuotaForOrigin", { origin });
  await page.evaluate(() => window.add("b.txt", "small, too"));
  await load(page);
  assert.deepEqual(await page.evaluate(() => window.ids()), ["a.txt", "b.txt"]);
});

test("a worker that is gone is replaced by one that opens what is stored", options, async (t) => {
  const { first, load } = await browser(t);
  const page = await load(first);
  const ids = await page.evaluate(async () => {
    await window.add("a.txt", "The wombat digs.");
    const gone = new Promise((resolve) => window.qa.addEventListener("restart", ({ detail }) => resolve(detail.lost)));
    // What a browser reports when a worker cannot go on.
    window.workers.at(-1).dispatchEvent(new ErrorEvent("error", { message: "out of memory" }));
    return [await gone, await window.ids()];
  });
  assert.deepEqual(ids, [[], ["a.txt"]]);
});

/** Numbers that a seed repeats. */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}

test(`nothing that was stored is lost when tab or worker are killed ${KILLS} times`, { timeout: 60_000 + KILLS * 4_000 }, async (t) => {
  t.diagnostic(`STORAGE_SEED=${SEED}`);
  const next = random(SEED);
  const { tab, context } = await browser(t);
  /** Ids reported as stored, in order, and the file that was being added at a kill. */
  const stored = [];
  let inProgress;
  let killedWhile = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const page = await tab();
    await check(page, stored, inProgress);
    inProgress = undefined;
    // The page waits for each, so that at a kill there is one file in progress and no more.
    await page.exposeFunction("begins", (id) => void (inProgress = id));
    await page.exposeFunction("stored", (id) => {
      inProgress = undefined;
      stored.push(id);
    });
    // Now and then in quiet moments, when parts are merged.
    const quiet = kill % 8 === 7;
    if (!quiet) {
      const adding = page.evaluate(async ([kill, lengths]) => {
        for (const [n, length] of lengths.entries()) {
          const id = `${kill}-${n}.txt`;
          await window.begins(id);
          await window.add(id, `${id} begins. ${"There are many words in it. ".repeat(length)} It ends with ${id}.`);
          await window.stored(id);
        }
      }, [kill, Array.from({ length: 50 }, () => Math.floor(4_000 * next() ** 3))]);
      adding.catch(() => {});
    }
    await new Promise((resolve) => setTimeout(resolve, quiet ? 1_980 + 60 * next() : 400 * next() ** 2));
    if (inProgress) killedWhile += 1;
    if (next() < 0.5) {
      await page.evaluate(() => window.workers.forEach((worker) => worker.terminate()));
      await page.close();
    } else {
      const crashed = page.waitForEvent("crash");
      const client = await context.newCDPSession(page);
      client.send("Page.crash").catch(() => {});
      await crashed;
      await page.close();
    }
  }
  const page = await tab();
  await check(page, stored, inProgress);
  t.diagnostic(`${stored.length} documents stored, ${killedWhile} of ${KILLS} kills while one was being added`);
  assert.ok(stored.length > 0 && killedWhile > 0);
  // The originals of documents that were never stored are swept away.
  const files = () => page.evaluate(async () => {
    let folder = await navigator.storage.getDirectory();
    for (const name of ["qwen-agent-wasm", "test"]) folder = await folder.getDirectoryHandle(name);
    let count = 0;
    for await (const _ of folder.keys()) count += 1;
    return count;
  });
  const documents = (await page.evaluate(() => window.ids())).length;
  await until(async () => (await files()) === documents, "orphans to be swept", SLOW_MS);
});

/** All that was stored is there, whole; beside it at most the file that was in progress, whole, too. */
async function check(page, stored, inProgress) {
  const list = await page.evaluate(() => window.ids());
  if (inProgress && list.at(-1) === inProgress) stored.push(inProgress);
  assert.deepEqual(list, stored);
  const broken = await page.evaluate(async (ids) => {
    const bad = [];
    for (const id of ids) {
      const original = await (await window.qa.documents.original(id))?.text();
      const { text } = (await window.qa.documents.page(id, 1)) ?? {};
      if (text === undefined || text.trim() !== original?.trim() || !original.endsWith(`ends with ${id}.`)) bad.push(id);
    }
    return bad;
  }, stored.slice(-6));
  assert.deepEqual(broken, []);
}
