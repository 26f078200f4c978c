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
