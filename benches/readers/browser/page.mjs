// The page of the comparison in Chromium: reads a document with one engine in its worker and
// tells how long it took. A document is fetched once and given to the engines as a copy.

import * as pdfjs from "../node_modules/pdfjs-dist/build/pdf.min.mjs";
import { readWithPdfjs } from "../pdfjs-read.mjs";

const FILES = new URL("../node_modules/pdfjs-dist/", import.meta.url).href;
pdfjs.GlobalWorkerOptions.workerSrc = `${FILES}build/pdf.worker.min.mjs`;

const documents = new Map();
let ours;
let theirs;

/** `{ outcome, ms, characters?, error? }`. */
globalThis.bench = async ({ engine, at, timeoutMs }) => {
  const bytes = (await fetched(at)).slice();
  const worker = engine === "ours" ? await ourWorker() : await theirWorker();
  const started = performance.now();
  try {
    const reading = engine === "ours" ? readInOurs(worker, bytes, `${at}.pdf`) : readWithPdfjs(pdfjs, bytes, FILES, worker);
    const { text, excludedMs = 0, after } = await within(reading, timeoutMs);
    const ms = performance.now() - started - excludedMs;
    await after?.();
    return { outcome: "ok", ms, characters: text.length };
  } catch (error) {
    const outcome = error.outcome ?? "error";
    if (outcome !== "error") replace(engine);
    return { outcome, ms: performance.now() - started, error: { code: error.code ?? error.name, message: error.message } };
  }
};

async function fetched(at) {
  if (!documents.has(at)) documents.set(at, new Uint8Array(await (await fetch(`/documents/${at}`)).arrayBuffer()));
  return documents.get(at);
}

/** Starting a worker and compiling wasm is not reading: both are awaited before. */
async function ourWorker() {
  if (!ours) {
    ours = new Worker(new URL("./worker.mjs", import.meta.url), { type: "module" });
    await answerOf(ours);
  }
  return ours;
}

async function theirWorker() {
  theirs ??= new pdfjs.PDFWorker();
  await theirs.promise;
  return theirs;
}

async function readInOurs(worker, bytes, name) {
  worker.postMessage({ bytes, name }, [bytes.buffer]);
  const answer = await answerOf(worker);
  if (answer.error) throw Object.assign(new Error(answer.error.message), answer.error);
  return answer;
}

function answerOf(worker) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(Object.assign(new Error(message), { outcome: "crash" }));
  });
}

async function within(reading, timeoutMs) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error("took too long"), { outcome: "timeout" })), timeoutMs);
  });
  try {
    return await Promise.race([reading, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** After a time-out or a panic the next document gets a new worker. */
function replace(engine) {
  if (engine === "ours") {
    ours.terminate();
    ours = undefined;
  } else {
    theirs.destroy();
    theirs = undefined;
  }
}
