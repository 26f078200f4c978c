// A page whose server knows none of the .wasm files, as behind a bundler that leaves them out: the
// copies in scripts take their place, also for a PDF. In Chromium, with the package as it is.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { serveFile } from "../server/static.mjs";
import { declaration, openPage, SLOW_MS } from "./browser.mjs";
import { repository } from "./support.mjs";


/** A page with the package; `missing` are files that are answered with a page, as development servers do. */
async function open(t, missing) {
  const asked = [];
  const listener = (request, response) => {
    const path = request.url.split("?", 1)[0];
    asked.push(path);
    if (path === "/" || missing.test(path)) return response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>fallback</title>");
    return serveFile(`${repository}pkg/dist`, path, request, response);
  };
  const { page, origin } = await openPage(t, listener);
  await page.goto(`${origin}/`);
  const read = async (path) => page.evaluate(async ([name, base64]) => {
    const { createAssistant } = await import("/index.js");
    const qa = await createAssistant();
    const { warnings } = await qa.documents.add({ name, bytes: Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)) }).done;
    const { text } = await qa.documents.page(name, 1);
    await qa.dispose();
    return { warnings, text };
  }, ["file.pdf", (await readFile(path)).toString("base64")]);
  return { asked, read };
}

test("a PDF is read without any .wasm file", { timeout: 3 * SLOW_MS }, async (t) => {
  const { asked, read } = await open(t, /\.wasm$/);
  const { text } = await read(declaration.path);
  assert.match(text, /Declaration/i);
  for (const name of ["core", "pdf"]) assert.ok(asked.includes(`/wasm/${name}_bg.wasm`) && asked.includes(`/wasm/${name}-inline.js`), name);
  assert.ok(!asked.some((path) => /readers/.test(path) && !/glue/.test(path)), "only what is needed is loaded");
});

test("the character maps are put together in the page", { timeout: 3 * SLOW_MS }, async (t) => {
  const { asked, read } = await open(t, /^\/none$/);
  const { warnings, text } = await read(`${repository}tests/inputs/pdf/vertical-ja.pdf`);
  assert.deepEqual(warnings, []);
  assert.match(text, /[\u3041-\u3096]/);
  assert.ok(asked.includes("/wasm/pdf-cjk.bin"));
  assert.ok(!asked.some((path) => /inline|lzma/.test(path)));
});
