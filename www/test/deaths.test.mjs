// A worker that dies at any point of its work, in Chromium: the call fails with its code, the next
// one works, and nothing that was stored is lost. It dies by a real trap of wasm, or hangs and is
// reported dead by the browser.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { createAssistant } from "../../pkg/dist/index.js";
import { serveFile } from "../server/static.mjs";
import { openPage, SLOW_MS } from "./browser.mjs";
import { repository, startEndpoint } from "./support.mjs";
import { withTrap } from "./trap.mjs";

const WORKER = "/stored-worker.js";
const QUESTION = "What does the wombat dig?";
const CODES = { panic: "internal.panic", kill: "worker.died" };
const dist = `${repository}pkg/dist`;

/** Where it dies, and what the page does then; `acts` are in the page, see `prepare()`. */
const CASES = [
  { when: "the readers are loaded", steps: [["instantiate readers", 1]], act: "addFile" },
  { when: "a file is read", steps: [["reader_step", 1]], act: "addFile" },
  { when: "a text is chunked", steps: [["ingest_step", 1]], act: "addText" },
  { when: "a text is indexed", steps: [["ingest_step", 3]], act: "addLong" },
  { when: "a document is made ready to be stored", steps: [["ingest_save", 1]], act: "addText" },
  { when: "a document is being stored", steps: [["put", 2]], act: "addText", only: "kill" },
  { when: "a document is stored and not yet in memory", steps: [["library_commit", 1]], act: "addText", added: true },
  { when: "a document is removed", steps: [["library_remove", 1]], act: "remove", removed: true },
  { when: "documents are searched", steps: [["library_search", 1]], act: "search" },
  { when: "a page is looked at", steps: [["library_page", 1]], act: "look" },
  { when: "keywords are asked for", steps: [["fetch", 1], ["call", 1]], act: "read" },
  { when: "chunks are read", steps: [["fetch", 2], ["call", 3]], act: "read" },
  { when: "the answer streams", steps: [["fetch", 2], ["call", 8]], act: "retrieve" },
  { when: "a question of a session is answered", steps: [["fetch", 2], ["call", 1]], act: "askInSession" },
  { when: "the library is exported", steps: [["library_save", 1]], act: "exportAll" },
  { when: "a library is imported", steps: [["library_load", 1]], act: "importOther" },
  { when: "an index is opened", steps: [["library_open", 1]], act: "openIndex" },
  { when: "parts are merged", steps: [["library_append", 1]], act: "waitForMerge", stays: 10 },
];

/** Runs in the page. `window.dies(case)` tells what came of it. */
async function prepare(endpoint) {
  const { Worker } = window;
  let workers = 0;
  let last;
  window.Worker = class extends Worker {
    constructor(address, options) {
      workers += 1;
      super(address, { ...options, name: `worker ${workers}` });
      last = this;
    }
  };
  const { createAssistant } = await import("/index.js");
  const channel = new BroadcastChannel("trap");
  let armed = () => {};
  channel.onmessage = ({ data }) => {
    // One that was just disposed of may hear the plan, too.
    if (data.armed === `worker ${workers}`) armed();
    // What the browser reports when a worker cannot go on.
    else if (data.hangs) last.dispatchEvent(new ErrorEvent("error", { message: "out of memory" }));
  };
  const create = () => createAssistant({ endpoint, storage: { kind: "auto", name: "deaths", persist: false, readings: false } });
  const add = (qa, name, text) => qa.documents.add(new File([text], name, { type: "text/plain" })).done;
  const acts = {
    addFile: async (qa) => qa.documents.add("/features.docx", { id: "features" }).done,
    addText: (qa) => add(qa, "new.txt", "The narwhal sings."),
    // So long that no machine is done with it in the steps that are counted.
    addLong: (qa) => add(qa, "long.txt", Array.from({ length: 300_000 }, (_, at) => `Sentence ${at} of many about word${at % 5000}.`).join(" ")),
    remove: (qa) => qa.documents.remove("spare.txt"),
    search: (qa) => qa.search("wombat"),
    look: (qa) => qa.documents.page("wombat.txt", 1),
    read: (qa) => qa.ask("What does the wombat dig?", { level: "read" }).result,
    retrieve: (qa) => qa.ask("What does the wombat dig?", { level: "retrieve" }).result,
    async askInSession(qa) {
      const { id } = await qa.sessions.create();
      await qa.ask("What does the wombat dig?", { level: "retrieve", session: id }).result.catch((error) => (acts.failed = error));
      acts.turns = (await qa.sessions.get(id)).turns.map(({ status }) => status);
      if (acts.failed) throw acts.failed;
    },
    exportAll: (qa) => qa.library.export(),
    importOther: async (qa) => qa.library.import(await (await fetch("/other.qai")).arrayBuffer()),
    openIndex: (qa) => qa.library.open("/other.qai"),
    // In a quiet moment, nobody has called: only the event tells.
    waitForMerge: (qa) => new Promise((_, reject) => qa.addEventListener("restart", ({ detail }) => reject(detail.error), { once: true })),
  };
  window.fill = async (count) => {
    const qa = await create();
    await qa.storage.clear();
    await add(qa, "wombat.txt", "The wombat digs a burrow. It is as long as a bus.");
    await add(qa, "spare.txt", "The penguin dives.");
    for (let n = 2; n < count; n++) await add(qa, `more-${n}.txt`, `More of it: ${n}.`);
    await qa.dispose();
  };
  window.dies = async ({ act, steps, how }) => {
    const qa = await create();
    const restarts = [];
    qa.addEventListener("restart", ({ detail }) => restarts.push(detail));
    const ready = new Promise((resolve) => (armed = resolve));
    channel.postMessage({ steps, how });
    await ready;
    const before = workers;
    acts.failed = acts.turns = undefined;
    const code = await acts[act](qa).then(() => "none", (error) => error.code);
    const state = await after(qa);
    await qa.dispose();
    return { code, ...state, started: workers - before, restarts: restarts.map(({ error, lost }) => [error.code, lost]), turns: acts.turns };
  };
  /** Whether the next calls work. */
  async function after(qa) {
    const ids = (await qa.documents.list()).map(({ id }) => id);
    const [hit] = await qa.search("wombat");
    const { text } = await qa.ask("What does the wombat dig?", { level: "retrieve" }).result;
    const original = await (await qa.documents.original("wombat.txt")).text();
    return { ids, found: hit?.documentId, text, original };
  }
  window.startAgain = async () => {
    const code = await create().then(() => "none", (error) => error.code);
    const qa = await create();
    const state = await after(qa);
    await qa.dispose();
    return { code, ...state };
  };
}

/** A page whose workers die as told; `atStart.plan` is for the next worker that starts. */
async function browser(t) {
  const atStart = { plan: undefined };
  const [script, other, endpoint] = await Promise.all([readFile(`${dist}${WORKER}`, "utf8"), otherLibrary(), startEndpoint(t)]);
  const { page, origin } = await openPage(t, (request, response) => {
    const path = request.url.split("?", 1)[0];
    if (path === "/") return response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>deaths</title>");
    if (path === "/other.qai") return response.writeHead(200, { "Content-Length": other.length }).end(other);
    if (path === "/features.docx") return serveFile(`${repository}tests/inputs/docx`, path, request, response);
    if (path !== WORKER) return serveFile(dist, path, request, response);
    const { plan } = atStart;
    atStart.plan = undefined;
    response.writeHead(200, { "Content-Type": "text/javascript", "Cache-Control": "no-store" }).end(withTrap(script, plan));
  });
  await page.goto(origin);
  await page.evaluate(prepare, { baseURL: endpoint.baseUrl, model: "qwen-scripted" });
  return { page, atStart };
}

async function otherLibrary() {
  const qa = await createAssistant();
  await qa.documents.add({ name: "other.txt", bytes: new TextEncoder().encode("The heron wades.") }).done;
  const file = Buffer.from(await qa.library.export());
  await qa.dispose();
  return file;
}

function assertWorks({ text, found, original }) {
  assert.equal(found, "wombat.txt");
  assert.match(text, /burrow/);
  assert.match(original, /as long as a bus/);
}

test("wherever a worker dies, the call fails with a code, the next one works, and what is stored stays", { timeout: 4 * SLOW_MS }, async (t) => {
  const { page, atStart } = await browser(t);
  for (const how of ["panic", "kill"]) {
    for (const { when, act, steps, only, added, removed, stays = 2 } of CASES) {
      if (only && only !== how) continue;
      await t.test(`${how} while ${when}`, async () => {
        await page.evaluate((count) => window.fill(count), stays);
        const result = await page.evaluate((given) => window.dies(given), { act, steps, how });
        assert.equal(result.code, CODES[how]);
        const kept = ["wombat.txt", "spare.txt", ...Array.from({ length: stays - 2 }, (_, n) => `more-${n + 2}.txt`)];
        const expected = removed ? ["wombat.txt"] : added ? [...kept, "new.txt"] : kept;
        assert.deepEqual(result.ids, expected);
        assertWorks(result);
        assert.equal(result.started, 1);
        assert.deepEqual(result.restarts, [[CODES[how], []]]);
        if (act === "askInSession") assert.deepEqual(result.turns, ["failed"]);
      });
    }
    await t.test(`${how} while it starts`, async () => {
      await page.evaluate((count) => window.fill(count), 2);
      atStart.plan = { steps: [["library_new", 1]], how };
      const result = await page.evaluate(() => window.startAgain());
      assert.equal(result.code, CODES[how]);
      assert.deepEqual(result.ids, ["wombat.txt", "spare.txt"]);
      assertWorks(result);
    });
  }
});
