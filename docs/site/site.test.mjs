// The built site: whole without JavaScript, calm under its policy, and its question box leads to
// the words on their page.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as later } from "node:timers/promises";
import { promisify } from "node:util";
import { serveFile } from "../../www/server/static.mjs";
import { repository } from "../../tests/docs/documents.mjs";

const require = createRequire(join(repository, "www/package.json"));
const { chromium } = require("playwright-core");

let folder;
let origin;
let server;
let browser;
let pages;
/** How long the index takes to come, in milliseconds. */
let delay = 0;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "qwen-agent-docs-"));
  server = createServer(async (request, response) => {
    const path = request.url.split("?", 1)[0];
    if (path.endsWith(".qai")) await later(delay);
    return serveFile(folder, path, request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${server.address().port}/`;
  await promisify(execFile)(process.execPath, [join(repository, "docs/site/build.mjs"), "--out", folder, "--address", origin]);
  pages = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith(".html"));
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
});

after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
  if (folder) await rm(folder, { recursive: true });
});

/** A page that tells what it complains of. */
async function visit(t, path, options) {
  const context = await browser.newContext(options);
  t.after(() => context.close());
  const page = await context.newPage();
  const complaints = [];
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
  page.on("response", (response) => response.status() >= 400 && complaints.push(`${response.status()} ${response.url()}`));
  await page.goto(origin + path);
  return { page, complaints };
}

test("links and pictures of every page lead somewhere", async () => {
  assert.ok(pages.length >= 35, `${pages.length} pages`);
  const texts = new Map(await Promise.all(pages.map(async (path) => [path, await readFile(join(folder, path), "utf8")])));
  const files = new Set(await readdir(folder, { recursive: true }));
  const lost = [];
  for (const [path, text] of texts) {
    for (const [, , address] of text.matchAll(/<(?:a|img|link|script)\b[^>]* (href|src)="([^"]*)"/g)) {
      if (/^[a-z]+:/i.test(address)) continue;
      const { pathname, hash } = new URL(address, `http://site/${path}`);
      const target = pathname.slice(1);
      const id = decodeURIComponent(hash.slice(1));
      if (!files.has(target)) lost.push(`${path}: ${address}`);
      else if (id !== "" && !texts.get(target)?.includes(`id="${id}"`)) lost.push(`${path}: ${address}, which has no such place`);
    }
  }
  assert.deepEqual(lost, []);
});

test("every page is read without JavaScript", async (t) => {
  const { page, complaints } = await visit(t, "", { javaScriptEnabled: false });
  await page.getByRole("link", { name: "When not to use this" }).first().click();
  await page.getByRole("heading", { level: 1, name: "When not to use this" }).waitFor();
  assert.equal(await page.getByRole("searchbox").isVisible(), false);
  assert.deepEqual(complaints, []);
});

for (const [name, options] of Object.entries({ light: { colorScheme: "light" }, dark: { colorScheme: "dark" }, "a phone": { viewport: { width: 360, height: 740 } } })) {
  test(`in ${name}, pages are wide enough, and accessible by axe`, { timeout: 60_000 }, async (t) => {
    const { page, complaints } = await visit(t, "", options);
    const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");
    for (const path of ["index.html", "tutorial.html", "how-to/policies.html", "explanation/levels.html", "reference/api/assistant.html"]) {
      await page.goto(origin + path);
      await page.locator("#site-ask").waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, `${path} is too wide`);
      // By the debugger, which the page's policy does not concern.
      const found = await page.evaluate(`${axe}; axe.run(document, { runOnly: ["wcag2a", "wcag2aa"] }).then(({ violations }) => violations.map(({ id, nodes }) => id + " " + nodes[0].html))`);
      assert.deepEqual(found, [], path);
    }
    assert.deepEqual(complaints, []);
  });
}

test("a question is answered by quotes of the pages, and a number leads to the words", { timeout: 60_000 }, async (t) => {
  const { page, complaints } = await visit(t, "index.html");
  // Whoever is quicker than the index is answered all the same.
  delay = 1_500;
  t.after(() => (delay = 0));
  const box = page.getByRole("searchbox");
  await box.fill("What does llama.cpp answer while the model loads?");
  await box.press("Enter");
  const turn = page.locator('qwen-assistant .turn[data-status="done"]');
  await turn.waitFor();
  const answer = await turn.locator(".answer-text").textContent();
  assert.match(answer, /While the model loads it answers 503/);
  await turn.locator("p", { hasText: "it answers 503" }).locator(".marker").click();
  await page.waitForURL(/how-to\/endpoints\.html/);
  // The words are far down on it.
  await page.waitForFunction(() => scrollY > innerHeight);
  await page.waitForFunction(() => {
    const paragraph = [...document.querySelectorAll("article p")].find((one) => one.textContent.includes("it answers 503"));
    const { top, bottom } = paragraph.getBoundingClientRect();
    return top > 0 && bottom < innerHeight;
  });
  assert.deepEqual(complaints, []);
});
