// The speed on PDFs where it matters: ours and pdf.js, each with its worker, in the same headless
// Chromium. Pages and documents come from a server on loopback that lives as long as this.

import { FLAGS, executable, serveRepository } from "../browser.mjs";
import { speed } from "./report.mjs";

const PAGE = "/benches/readers/browser/page.html";
/** Nothing else of the repository is served. */
const SERVED = ["benches/readers/", "pkg/dist/"];
const ENGINES = ["ours", "pdf.js"];

/** `{ table, version, files }`; the table says so if there is nothing to compare. */
export async function compareInChromium(files, { passes, seconds }) {
  const pdfs = files.filter(({ kind }) => kind === "pdf");
  const title = "Speed in Chromium: pdf";
  if (pdfs.length === 0) return { table: { title, level: 2, notes: ["There are no PDFs in the corpus."] } };
  const { chromium } = await import("playwright-core");
  const server = await serveRepository(SERVED, (path) => documentAt(path, pdfs));
  let browser;
  try {
    browser = await chromium.launch({ executablePath: executable(), args: FLAGS });
    const tab = await browser.newPage();
    await tab.goto(`http://127.0.0.1:${server.address().port}${PAGE}`);
    const measured = pdfs.map(({ name, bytes }) => ({ name, bytes, results: Object.fromEntries(ENGINES.map((engine) => [engine, { ms: [] }])) }));
    // As in Node: the first pass tells what can be read and warms up.
    for (let pass = 0; pass <= passes; pass += 1) {
      for (const engine of ENGINES) await readAll(tab, engine, measured, pass, seconds * 1000);
      console.error(pass === 0 ? "Chromium: read all PDFs" : `Chromium: timed, pass ${pass} of ${passes}`);
    }
    return { table: tableOf(title, measured), version: browser.version(), files: measured };
  } finally {
    await browser?.close();
    server.close();
    server.closeAllConnections();
  }
}

async function readAll(tab, engine, files, pass, timeoutMs) {
  for (const [at, { results }] of files.entries()) {
    const result = results[engine];
    if (pass > 0 && result.outcome !== "ok") continue;
    const { outcome, ms, error, characters } = await tab.evaluate((call) => globalThis.bench(call), { engine, at, timeoutMs });
    result.outcome = outcome;
    if (error) result.error = error;
    if (pass === 0) result.characters = characters;
    else if (outcome === "ok") result.ms.push(ms);
  }
}

function tableOf(title, files) {
  const table = speed("pdf", files, ENGINES.map((name) => ({ name })));
  const failed = ENGINES.map((engine) => `${engine} ${files.filter(({ results }) => results[engine].outcome !== "ok").length}`);
  const notes = ["From the bytes in the page to the text in the page, through a worker on both sides.", `Not read: ${failed.join(", ")}.`];
  return { ...table, title, level: 2, notes };
}

/** The file of an address of a document. */
function documentAt(path, pdfs) {
  const [, at] = /^\/documents\/(\d+)$/.exec(path) ?? [];
  return at === undefined ? undefined : (pdfs[Number(at)]?.path ?? "");
}
