// The page that runs one engine: chromium.mjs bundles it with the engine and calls `bench`.
//
// Every step is one call, so that the processor time of the page's main thread can be read before
// and after it. Texts are in the page as strings before an engine gets them.

import engine from "engine-under-test";
import { middle } from "./middle.mjs";

const HITS = 10;

let input;
let corpus;
let index;
let saved;

globalThis.bench = {
  /** Brings the first so many chunks of a corpus into the page. */
  async texts(name, chunks, language) {
    const lines = (await (await fetch(`/corpora/${name}.jsonl`)).text()).trimEnd().split("\n").slice(0, chunks);
    const docs = lines.map((line) => JSON.parse(line));
    input = { docs, texts: docs.map(({ text }) => text) };
    corpus = { language };
    return docs.length;
  },

  about(language) {
    corpus = { language };
  },

  /** From texts to the first answer, so that nothing can be put off. */
  async build(query) {
    drop();
    const started = performance.now();
    index = await engine.build(input, corpus);
    const found = await engine.search(index, query, HITS);
    return { wall: performance.now() - started, found: found.length };
  },

  /**
   * Asks every query once, and again in the same order until the time is up; `chunks` are those
   * that should be found. A slow engine is asked fewer queries.
   */
  async search(queries, chunks, { leastMs, mostMs }) {
    const times = queries.map(() => []);
    const found = { first: 0, ten: 0 };
    const started = performance.now();
    let runs = 0;
    let elapsed = 0;
    for (let at = 0; elapsed < mostMs && (at < queries.length || elapsed < leastMs); at += 1) {
      const query = at % queries.length;
      const before = performance.now();
      const ids = await engine.search(index, queries[query], HITS);
      const after = performance.now();
      times[query].push(after - before);
      runs += 1;
      elapsed = after - started;
      if (at < queries.length && chunks) {
        if (ids[0] === chunks[query]) found.first += 1;
        if (ids.includes(chunks[query])) found.ten += 1;
      }
    }
    const asked = times.filter((runs) => runs.length > 0);
    return { queries: asked.length, runs, walls: asked.map(middle), first: found.first / asked.length, ten: found.ten / asked.length };
  },

  /** Bytes of the saved index. Text is counted as UTF-8, as it would be stored. */
  async save() {
    const started = performance.now();
    saved = await engine.save(index);
    const wall = performance.now() - started;
    return { wall, bytes: asBytes(saved).length };
  },

  /** Hands the saved index to the server, for a page that has never built one. */
  async keep() {
    const kind = typeof saved === "string" ? "text" : "bytes";
    // As a blob, since the browser's driver is told of other bodies in full, as text.
    await fetch(`/saved?kind=${kind}`, { method: "POST", body: new Blob([saved]) });
  },

  async fetchSaved() {
    const response = await fetch("/saved");
    saved = response.headers.get("x-kind") === "text" ? await response.text() : new Uint8Array(await response.arrayBuffer());
  },

  /** From the saved index in the page to the first answer. */
  async load(query) {
    drop();
    const started = performance.now();
    index = await engine.load(saved, corpus);
    const found = await engine.search(index, query, HITS);
    return { wall: performance.now() - started, found: found.length };
  },

  memory() {
    return { wasm: engine.wasmBytes?.(index) ?? 0, own: engine.ownBytes?.(index), empty: engine.emptyBytes?.() ?? 0 };
  },
};

function drop() {
  if (index !== undefined) engine.free?.(index);
  index = undefined;
}

function asBytes(value) {
  return typeof value === "string" ? new TextEncoder().encode(value) : value;
}
