// What `library.open()` transfers and how long it takes to the first hit, beside loading the whole
// file: over a server in this process, as it is and with the delay of a network.
//
//   node benches/opened/main.mjs INDEX.qai... [--queries FILE] [--delay MS]
//
// Run it by hand after `cargo xtask build`. Queries are lines of text; without a file, words of
// the documents are asked for.

import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { createAssistant } from "../../pkg/dist/index.js";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { queries: { type: "string" }, delay: { type: "string", default: "0" } } });
const delay = Number(values.delay);
const KINDS = ["open", "first question", "nine more", "whole file"];

/** Serves a file in ranges; `delay` milliseconds pass before each answer. */
async function serve(file) {
  const sent = { bytes: 0, requests: 0 };
  const server = createServer((request, response) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
    const [start, end] = first === undefined ? [0, file.length] : [Number(first), Math.min(Number(last) + 1, file.length)];
    sent.bytes += end - start;
    sent.requests += 1;
    const headers = { etag: '"1"', ...(first === undefined ? {} : { "content-range": `bytes ${start}-${end - 1}/${file.length}` }) };
    setTimeout(() => response.writeHead(first === undefined ? 200 : 206, headers).end(file.subarray(start, end)), delay);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { sent, url: `http://127.0.0.1:${server.address().port}/index.qai`, stop: () => (server.closeAllConnections(), server.close()) };
}

async function measured(sent, work) {
  const before = { ...sent };
  const start = performance.now();
  await work();
  return { ms: performance.now() - start, bytes: sent.bytes - before.bytes, requests: sent.requests - before.requests };
}

async function queriesOf(qa) {
  if (values.queries) return readFileSync(values.queries, "utf8").trim().split("\n").slice(0, 10);
  const documents = await qa.documents.list();
  const queries = [];
  for (let at = 0; queries.length < 10; at++) {
    const { id } = documents[Math.floor((documents.length * (at + 0.5)) / 10) % documents.length];
    const { text } = await qa.documents.page(id, 1);
    // Seven words from the middle: what a person asks for is about as long.
    queries.push(text.slice(text.length / 2).split(/\s+/).slice(1, 8).join(" "));
  }
  return queries;
}

for (const path of positionals) {
  const file = readFileSync(path);
  const server = await serve(file);
  const whole = await createAssistant();
  const rows = {};
  let queries = [];
  rows["whole file"] = await measured(server.sent, async () => {
    const response = await fetch(server.url);
    await whole.library.import(await response.arrayBuffer());
    await whole.search("first");
  });
  queries = await queriesOf(whole);
  const qa = await createAssistant();
  rows.open = await measured(server.sent, () => qa.library.open(server.url));
  rows["first question"] = await measured(server.sent, () => qa.search(queries[0]));
  rows["nine more"] = await measured(server.sent, async () => {
    for (const query of queries.slice(1)) await qa.search(query);
  });
  for (const query of queries) {
    const same = JSON.stringify(await qa.search(query)) === JSON.stringify(await whole.search(query));
    if (!same) throw new Error(`other hits for "${query}"`);
  }
  console.log(`\n${path}: ${(file.length / 1e6).toFixed(1)} MB, ${delay} ms before each answer`);
  console.table(Object.fromEntries(KINDS.map((kind) => [kind, { MB: +(rows[kind].bytes / 1e6).toFixed(2), requests: rows[kind].requests, ms: Math.round(rows[kind].ms) }])));
  await Promise.all([qa.dispose(), whole.dispose()]);
  server.stop();
}
