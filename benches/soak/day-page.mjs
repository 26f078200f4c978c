// Runs in the page: a library of many documents, filled, searched, kept, opened again and halved.
// Each function is one phase, whose time and memory are measured from outside.

import { createAssistant } from "/pkg/dist/index.js";
import { partsOf } from "./stored.mjs";
import { documentOf, passages, queriesOf, SCRIPTS } from "./texts.mjs";

const NAME = "soak-day";
/** Ten hits, as a page shows them. */
const LIMIT = 10;
const LOOK_MS = 1000;

let qa;
let queries;
let exported;

/** Adds `count` documents of `bytes` bytes each; how much text that was. */
async function add({ count, bytes }) {
  const sets = await passages();
  qa = await open();
  let size = 0;
  for (let number = 0; number < count; number++) {
    const file = documentOf(sets, number, bytes);
    size += file.size;
    await qa.documents.add(file).done;
  }
  const list = await qa.documents.list();
  const total = (figure) => list.reduce((sum, document) => sum + document[figure], 0);
  return { documents: list.length, bytes: size, tokens: total("tokens"), chunks: total("chunks") };
}

const open = () => createAssistant({ storage: { kind: "auto", name: NAME, persist: false } });

/** Asks everything; what was found and how long each took. */
async function search(documents) {
  queries ??= queriesOf(await passages(), documents);
  const times = [];
  const found = [];
  for (const query of queries) {
    const start = performance.now();
    const hits = await qa.search(query, { limit: LIMIT });
    times.push(performance.now() - start);
    if (hits.length === 0) throw new Error(`nothing was found for ${query}`);
    found.push(...hits.map(({ documentId, score, text }) => `${documentId} ${score} ${text.length} ${text.slice(0, 20)}`));
  }
  times.sort((a, b) => a - b);
  return { queries: queries.length, hits: found.length, hash: await hashOf(new TextEncoder().encode(found.join("\n"))), medianMs: times[times.length >> 1], longestMs: times.at(-1) };
}

/** Waits until the number of stored parts is the same `looks` times. */
async function merge(looks) {
  const before = await partsOf(NAME);
  for (let last = before, same = 0; same < looks; ) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const now = await partsOf(NAME);
    same = now === last ? same + 1 : 0;
    last = now;
  }
  return { partsBefore: before, parts: await partsOf(NAME) };
}

async function save() {
  exported = new Blob([await qa.library.export()]);
  return { bytes: exported.size, hash: await hashOf(await exported.arrayBuffer()) };
}

/** Another worker opens what is stored. */
async function reopen() {
  await qa.dispose();
  qa = await open();
  return { documents: (await qa.documents.list()).length };
}

/** The exported file in an assistant that stores nothing. */
async function importSaved() {
  await qa.dispose();
  qa = await createAssistant();
  return { documents: (await qa.library.import(exported)).length };
}

/** Half of the documents of each script. */
const isRemoved = (number) => Math.floor(number / SCRIPTS) % 2 === 0;

async function remove() {
  const list = await qa.documents.list();
  for (const { id } of list) if (isRemoved(Number.parseInt(id))) await qa.documents.remove(id);
  queries = queriesOf(await passages(), list.length, (number) => !isRemoved(number));
  return { documents: (await qa.documents.list()).length };
}

async function end() {
  await qa.dispose();
}

async function hashOf(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

globalThis.soak = { add, search, merge, save, reopen, importSaved, remove, end };
