// Measures in Chromium what a visitor waits for: how soon the assistant is ready and finds
// something, and how long the page is busy while a million tokens are added and an answer of
// 20,000 tokens streams. Prints the figures.
//
//   node benches/page/main.mjs [--slow N]    the page's processor slowed N times, as on a phone

import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { startServer } from "../../tests/endpoint/server.mjs";
import { executable, FLAGS, serveRepository } from "../browser.mjs";
import { inWords, quietest, tasksDuring, watchTasks } from "./tasks.mjs";
import { documents, longAnswer } from "./texts.mjs";
import { addFiles, ask, connect, onDisk } from "./visit.mjs";

const LIBRARY_TOKENS = 1_000_000;
const DOCUMENTS = 10;
const ANSWER_TOKENS = 20_000;
/** How often the start is measured; the middle one is told. */
const STARTS = 7;
/** How often the demo page is; the quietest pass is told. */
const PASSES = 3;

const { values } = parseArgs({ options: { slow: { type: "string", default: "1" } } });
const slow = Number(values.slow);
const closing = [];
try {
  await main();
} finally {
  for (const close of closing.reverse()) await close();
}
process.exit();

async function main() {
  const server = await serveRepository(["www/dist/", "pkg/dist/", "benches/page/blank.html"]);
  closing.push(() => server.close());
  const browser = await chromium.launch({ executablePath: executable(), args: FLAGS });
  closing.push(() => browser.close());
  const origin = `http://127.0.0.1:${server.address().port}`;
  console.log(`Chromium ${browser.version()}, ${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}${slow > 1 ? `, slowed ${slow} times` : ""}`);
  const open = (path) => openPage(browser, origin + path);
  const files = documents(DOCUMENTS, LIBRARY_TOKENS);
  await measureStart(open);
  await measurePackage(open, files);
  await measureDemo(open, files);
}

async function openPage(browser, url) {
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(600_000);
  await page.addInitScript(watchTasks);
  if (slow > 1) await (await page.context().newCDPSession(page)).send("Emulation.setCPUThrottlingRate", { rate: slow });
  await page.goto(url);
  return page;
}

/** From the call to a worker that is ready, with all files in the browser's cache. */
async function measureStart(open) {
  const page = await open("/benches/page/blank.html");
  const times = [];
  for (let start = 0; start <= STARTS; start++) {
    await page.reload();
    times.push(await page.evaluate(startAssistant));
  }
  const [cold, ...warm] = times;
  console.log(`ready: ${Math.round(cold)} ms for the first time, ${Math.round(middle(warm))} ms with everything in the cache`);
  await page.close();
}

async function measurePackage(open, files) {
  const page = await open("/benches/page/blank.html");
  await page.evaluate(startAssistant);
  const given = files.map(({ name, bytes }) => ({ name, text: bytes.toString() }));
  let tokens;
  const added = await tasksDuring(page, async () => {
    tokens = await page.evaluate(async (given) => {
      let tokens = 0;
      for (const { name, text } of given) tokens += (await globalThis.qa.documents.add(new File([text], name)).done).tokens;
      return tokens;
    }, given);
  });
  console.log(`package, ${tokens.toLocaleString("en")} tokens added: ${inWords(added)}`);
  const { imported, first, next, bytes } = await page.evaluate(reopen);
  const { tokens: answerTokens } = await page.evaluate((text) => globalThis.qa.countTokens(text), longAnswer(ANSWER_TOKENS).text);
  console.log(`the answer used below has ${answerTokens.toLocaleString("en")} tokens`);
  console.log(`the same library of ${(bytes / 1e6).toFixed(1)} MB in a new assistant: ${Math.round(imported)} ms until it is there, ${first.toFixed(1)} ms for the first search, ${next.toFixed(1)} ms for the next`);
  await page.close();
}

async function measureDemo(open, files) {
  const paths = await onDisk(files, (remove) => closing.push(remove));
  const { text } = longAnswer(ANSWER_TOKENS);
  const fast = await startScript(text, 0);
  const passes = [];
  for (let pass = 1; pass <= PASSES; pass++) passes.push(await visitDemo(open, paths, fast));
  console.log(`demo page, the same files: ${inWords(quietest(passes.map(({ added }) => added)))}`);
  console.log(`demo page, an answer as fast as it goes: ${inWords(quietest(passes.map(({ streamed }) => streamed)))}`);
  const { streamed } = await visitDemo(open, paths, await startScript(text, 2));
  console.log(`demo page, an answer with 2 ms between two words: ${inWords(streamed)}`);
}

async function visitDemo(open, paths, endpoint) {
  const page = await open("/www/dist/index.html");
  await page.getByRole("textbox", { name: "Your question" }).waitFor();
  const added = await tasksDuring(page, () => addFiles(page, paths));
  await connect(page, endpoint.baseURL);
  const streamed = await tasksDuring(page, () => ask(page, "Where does the key of document 3 lie?"));
  await page.close();
  return { added, streamed };
}

async function startScript(text, perTokenMs) {
  const endpoint = await startServer({ perTokenMs, hooks: { reply: () => ({ kind: "answer", text }) } });
  closing.push(() => endpoint.stop());
  return endpoint;
}

/** Runs in the page: makes `qa`; how long that took. */
async function startAssistant() {
  const start = performance.now();
  const { createAssistant } = await import("/pkg/dist/index.js");
  globalThis.qa = await createAssistant();
  return performance.now() - start;
}

/** Runs in the page: the library of `qa` in another assistant. */
async function reopen() {
  const { createAssistant } = await import("/pkg/dist/index.js");
  const saved = await globalThis.qa.library.export();
  const other = await createAssistant();
  const start = performance.now();
  await other.library.import(saved);
  const imported = performance.now();
  const hits = await other.search("Where does the key of document 3 lie?");
  const first = performance.now();
  if (!hits[0].text.includes("stone 1003")) throw new Error("the key was not found");
  await other.search("notice period of the mill");
  return { imported: imported - start, first: first - imported, next: performance.now() - first, bytes: saved.byteLength };
}

function middle(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
