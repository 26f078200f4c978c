// How long it takes to store documents, and to reopen a library to the first search hit, in headless
// Chromium: a million tokens as ten long documents and as two thousand short ones, just added and
// after the quiet moment in which parts are merged.
//
//   node benches/storage.mjs [--tokens 1000000] [--times 7]
//
// Needs what `cargo xtask build` makes. The text is made of words with the frequencies of a
// language, by a seed. Every reopening is a page of its own: worker, wasm, database and index
// begin anew; the files come from the server of this process.

import { createRequire } from "node:module";
import { parseArgs } from "node:util";
import { FLAGS, executable, serveRepository } from "./browser.mjs";

const { chromium } = createRequire(new URL("../www/package.json", import.meta.url))("playwright-core");
const { values } = parseArgs({ options: { tokens: { type: "string", default: "1000000" }, times: { type: "string", default: "7" } } });
const TOKENS = Number(values.tokens);
const TIMES = Number(values.times);
/** Tokens of one word and what stands around it, as the estimate of the index counts them. */
const TOKENS_A_WORD = 1.8;

const server = await serveRepository(["pkg/dist/"], (path) => (path === "/" ? new URL("./storage.html", import.meta.url).pathname : undefined));
const browser = await chromium.launch({ executablePath: executable(), args: FLAGS, headless: true });
try {
  const rows = [];
  for (const documents of [10, 2000]) rows.push(...(await measure(documents)));
  console.table(rows);
} finally {
  await browser.close();
  server.close();
}

async function measure(documents) {
  const context = await browser.newContext();
  const page = await opened(context);
  const words = Math.round(TOKENS / TOKENS_A_WORD / documents);
  const added = await page.evaluate(add, [documents, words]);
  const common = { documents, tokens: added.tokens, "index MB": round(added.bytes / 1e6, 1) };
  // Before its quiet moment.
  await page.close();
  const rows = [{ when: "just added", ...common, ...(await reopened(context)), "add s": round(added.seconds, 1) }];
  const waiting = await opened(context);
  await waiting.evaluate(quiet);
  await waiting.close();
  rows.push({ when: "after a quiet moment", ...common, ...(await reopened(context)) });
  await context.close();
  return rows;
}

async function opened(context) {
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  return page;
}

/** Medians of several pages. */
async function reopened(context) {
  const runs = [];
  for (let time = 0; time < TIMES; time++) {
    const page = await opened(context);
    runs.push(await page.evaluate(reopen));
    await page.close();
  }
  const median = (key) => round(runs.map((run) => run[key]).sort((a, b) => a - b)[TIMES >> 1]);
  return { parts: runs.at(-1).parts, "assistant ms": median("ready"), "first hit ms": median("hit"), "empty ms": median("empty") };
}

function round(value, digits = 0) {
  return Number(value.toFixed(digits));
}

/** In the page: fills the library. */
async function add([documents, words]) {
  const { createAssistant } = await import("/pkg/dist/index.js");
  let state = 1;
  const random = () => (state = (state * 16807) % 2147483647) / 2147483647;
  const syllables = ["ba", "ne", "tor", "li", "mun", "sa", "ked", "ri", "pol", "ver", "an", "ish", "go", "ter", "el", "dy"];
  const vocabulary = Array.from({ length: 30_000 }, () => Array.from({ length: 1 + Math.floor(3 * random()) }, () => syllables[Math.floor(syllables.length * random())]).join(""));
  const sentence = (length) => `${Array.from({ length }, () => vocabulary[Math.floor(vocabulary.length ** random())]).join(" ")}.`;
  const qa = await createAssistant({ storage: { kind: "auto", name: "bench" } });
  const start = performance.now();
  for (let n = 0; n < documents; n++) {
    const paragraphs = Array.from({ length: Math.ceil(words / 60) }, () => `${sentence(20)} ${sentence(25)} ${sentence(15)}`);
    await qa.documents.add({ name: `${n}.txt`, bytes: new TextEncoder().encode(`Only document q${n}q has this. ${paragraphs.join("\n\n")}`) }).done;
  }
  const seconds = (performance.now() - start) / 1000;
  const tokens = (await qa.documents.list()).reduce((sum, document) => sum + document.tokens, 0);
  return { seconds, tokens, bytes: (await qa.library.export()).length };
}

/** In the page: waits until parts are merged. */
async function quiet() {
  const { createAssistant } = await import("/pkg/dist/index.js");
  await createAssistant({ storage: { kind: "auto", name: "bench" } });
  for (let before = 0, same = 0; same < 3; ) {
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const { parts } = await window.stored();
    same = parts === before ? same + 1 : 0;
    before = parts;
  }
}

/** In the page: from nothing to the first hit; and an assistant without documents, to compare. */
async function reopen() {
  const { createAssistant } = await import("/pkg/dist/index.js");
  const start = performance.now();
  const qa = await createAssistant({ storage: { kind: "auto", name: "bench" } });
  const ready = performance.now() - start;
  const [found] = await qa.search("document q7q");
  const hit = performance.now() - start;
  if (found?.documentId !== "7.txt") throw new Error("the hit is not the document");
  await qa.dispose();
  const again = performance.now();
  await (await createAssistant()).dispose();
  return { ready, hit, empty: performance.now() - again, ...(await window.stored()) };
}
