// Opens a page in headless Chromium, waits for its answer, and tells how it came about.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { tools } from "./prepare.mjs";

let launching;

function browser() {
  launching ??= (async () => {
    const path = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
    const { chromium } = createRequire(join(await tools("quick"), "package.json"))("playwright-core");
    return chromium.launch({ executablePath: path, args: ["--no-sandbox"] });
  })();
  return launching;
}

export async function closeBrowser() {
  await (await launching?.catch(() => undefined))?.close();
}

/** A new page of its own, closed after the test. */
export async function newPage(t) {
  const context = await (await browser()).newContext();
  t.after(() => context.close());
  return context.newPage();
}

/** Opens it and checks the answer; where the work was done and where the wasm came from. */
export async function answered(t, url) {
  const page = await newPage(t);
  const seen = { wasm: [], said: [] };
  page.on("response", async (response) => {
    if (response.request().resourceType() === "document") return;
    const head = await response.body().then((body) => body.subarray(0, 4).toString("latin1"), () => "");
    if (head === "\0asm" && response.ok()) seen.wasm.push(response.url());
  });
  page.on("console", (message) => seen.said.push(message.text()));
  page.on("pageerror", (error) => seen.said.push(String(error)));
  await page.addInitScript(() => {
    // Which of the ways led to a worker is told by who answers.
    const Native = window.Worker;
    window.answeredBy = [];
    window.Worker = class extends Native {
      constructor(address, options) {
        super(address, options);
        const way = String(address).startsWith("blob:") ? "Blob" : "address";
        this.addEventListener("message", () => window.answeredBy.push(way), { once: true });
      }
    };
  });
  await page.goto(url);
  await page.waitForFunction(() => window.answer !== undefined, undefined, { timeout: 60_000 }).catch(() => assert.fail(`no answer; the page said: ${seen.said.join("; ")}`));
  const { answer, by } = await page.evaluate(() => ({ answer: window.answer, by: window.answeredBy[0] }));
  checkAnswer(answer, seen.said);
  return { program: answer.program.trim() === "42", work: by === undefined ? "page" : `worker (${by})`, wasm: seen.wasm.length > 0 ? "files" : "copies" };
}

/** It is a quote of the right document, cited, and the other document was read, too. */
export function checkAnswer(answer, said = []) {
  assert.equal(answer.failed, undefined, `${answer.failed}; the page said: ${said.join("; ")}`);
  assert.equal(answer.extractive, true);
  assert.match(answer.text, /three months/);
  assert.ok(answer.citations.some(({ documentId, quote, verified }) => documentId === "lease.md" && /three months/.test(quote) && verified), JSON.stringify(answer));
  assert.deepEqual(answer.hits, ["animals.pdf"]);
}
