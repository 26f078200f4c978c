// A site's index in Chromium: loaded in parts by a worker, with the browser's own ideas of ranges
// and caches, and a link that leads to the words. With the package as it is.

import assert from "node:assert/strict";
import { test } from "node:test";
import { serveFile } from "../server/static.mjs";
import { createAssistant } from "../../pkg/dist/index.js";
import { openPage, SLOW_MS } from "./browser.mjs";
import { repository } from "./support.mjs";

/** An index of more than a megabyte, of which one page is the one that is asked for. */
async function makeIndex() {
  const qa = await createAssistant();
  const add = (id, text) => qa.documents.add({ id, name: `${id}.txt`, url: `https://example.org/${id}`, bytes: new TextEncoder().encode(text) }).done;
  for (let page = 0; page < 80; page++) {
    // Words that no other page has, so that there is much that a question does not take.
    await add(`p${page}`, Array.from({ length: 1500 }, (_, at) => `${(page * 1500 + at).toString(36)}x${at % 15 === 14 ? "." : ""}`).join(" "));
  }
  await add("burrow", "The wombat digs a burrow. It is as long as a bus.");
  const file = await qa.library.export();
  await qa.dispose();
  return file;
}

test("an index stays open beside stored documents that another tab replaces, and one that is gone by then is told of", { timeout: 2 * SLOW_MS }, async (t) => {
  const file = await makeIndex();
  let served = true;
  const listener = (request, response) => {
    const path = request.url.split("?", 1)[0];
    if (path === "/") return response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>site</title>");
    if (path !== "/site.qai") return serveFile(`${repository}pkg/dist`, path, request, response);
    return served ? response.writeHead(200, { "Cache-Control": "no-store" }).end(file) : response.writeHead(404).end();
  };
  const { page, origin } = await openPage(t, listener);
  const other = await page.context().newPage();
  for (const tab of [page, other]) {
    await tab.goto(`${origin}/`);
    await tab.evaluate(async () => {
      const { createAssistant } = await import("/index.js");
      window.qa = await createAssistant({ storage: { kind: "auto", name: "site" } });
      window.changes = [];
      window.qa.addEventListener("documents", ({ detail }) => window.changes.push(detail.change));
    });
  }
  await page.evaluate(() => window.qa.library.open("/site.qai"));
  // So many that the other tab begins with an empty library, rather than removing them one by one.
  const replace = (word) => other.evaluate(async (word) => {
    const { createAssistant } = await import("/index.js");
    const made = await createAssistant();
    for (let n = 0; n < 20; n++) await made.documents.add({ id: `${word} ${n}`, name: `${n}.txt`, bytes: new TextEncoder().encode(`A ${word} sings.`) }).done;
    await window.qa.library.import(await made.library.export());
    await made.dispose();
  }, word);
  const heard = (change) => page.waitForFunction((change) => window.changes.includes(change), change);
  const found = (query) => page.evaluate(async (query) => (await window.qa.search(query)).map(({ documentId }) => documentId), query);
  // What one tab has not taken over yet is none of its to lose: there must be something to replace.
  await replace("robin");
  await page.waitForFunction(async () => (await window.qa.search("robin")).length > 0);
  await page.evaluate(() => window.changes.splice(0));
  await replace("thrush");
  await heard("opened");
  assert.deepEqual([(await found("thrush"))[0], (await found("wombat burrow"))[0]], ["thrush 0", "burrow"]);
  served = false;
  await replace("wren");
  await heard("closed");
  assert.equal((await found("wren"))[0], "wren 0");
  assert.ok(!(await page.evaluate(async () => (await window.qa.documents.list()).map(({ id }) => id))).includes("burrow"));
});

test("a question loads a small part of a site's index, and its citation leads to the words", { timeout: 2 * SLOW_MS }, async (t) => {
  const file = await makeIndex();
  assert.ok(file.length > 2 << 20, `${file.length}`);
  let sent = 0;
  const listener = (request, response) => {
    const path = request.url.split("?", 1)[0];
    if (path === "/") return response.writeHead(200, { "Content-Type": "text/html", "Content-Security-Policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" }).end("<!doctype html><title>site</title>");
    if (path !== "/site.qai") return serveFile(`${repository}pkg/dist`, path, request, response);
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
    const [start, end] = first === undefined ? [0, file.length] : [Number(first), Math.min(Number(last) + 1, file.length)];
    sent += end - start;
    // A file that may be kept in the cache, as sites serve theirs.
    const headers = { "Accept-Ranges": "bytes", ETag: '"1"', "Cache-Control": "max-age=600", ...(first === undefined ? {} : { "Content-Range": `bytes ${start}-${end - 1}/${file.length}` }), "Content-Length": end - start };
    return response.writeHead(first === undefined ? 200 : 206, headers).end(file.subarray(start, end));
  };
  const { page, origin } = await openPage(t, listener);
  await page.goto(`${origin}/`);
  const ask = () => page.evaluate(async () => {
    const { createAssistant, passageUrl } = await import("/index.js");
    const qa = await createAssistant();
    const documents = await qa.library.open("/site.qai");
    const hits = await qa.search("wombat burrow");
    const { citations } = await qa.ask("How long is the burrow of the wombat?").result;
    await qa.dispose();
    return { documents: documents.length, hit: hits[0].documentId, links: citations.map(passageUrl) };
  });
  const expected = await ask();
  assert.deepEqual([expected.documents, expected.hit], [81, "burrow"]);
  assert.ok(expected.links.some((link) => link.startsWith("https://example.org/burrow#:~:text=")), expected.links.join(" "));
  assert.ok(sent < file.length / 2, `${sent} of ${file.length}`);
  assert.deepEqual(await ask(), expected, "ranges from the browser's cache are as good");
});
