// What is measured: each function runs one part of the comparison and gives its rows.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as later } from "node:timers/promises";
import { FAULTS } from "../../tests/endpoint/faults.mjs";
import { bare } from "./bare.mjs";
import { ANSWER, QUESTION, again } from "./document.mjs";
import { abortedRun, asked } from "./drive.mjs";
import { inThread, inWorker } from "./node.mjs";
import { runReference } from "./process.mjs";
import { abortMs, firstByteMs, median, middle, scheduled, struck } from "./schedule.mjs";

/** Browsers open no more connections to one host over HTTP/1.1. */
const CONNECTIONS = 6;
/** Reading is aborted after this long, when all places are taken and nothing has come. */
const ABORT_AFTER_MS = 400;
/** Sockets have been closed by then, or never will be. */
const SETTLE_MS = 300;
/** Three in a hundred. */
const FAULT_EVERY = 33;
/** Those of the faults that a busy or bad line has; a stall costs a minute and a half and has its own row. */
const TOGETHER = ["429", "429_retry_after", "500", "503", "drop_before", "cut_mid", "no_finish", "malformed_sse", "html200"];

/** Clients by name; each opens an assistant that has the document. */
export const CLIENTS = {
  Node: async (options) => {
    const { ask, close } = await inWorker(options);
    return { asked: (question) => asked(ask, question), aborted: (question, afterMs) => abortedRun(ask, question, afterMs), close };
  },
};

/** Reading every chunk: an assistant's first question, and later ones of the same assistant. */
export async function schedulingOf({ endpoint, clients, texts, latencies, slots, passes, log }) {
  const rows = [];
  for (const { chunks, text } of texts) {
    for (const latencyMs of latencies) {
      for (const places of slots) {
        const bodies = await bodiesOf(endpoint, text, places);
        rows.push(await fetchAlone({ endpoint, bodies, chunks, latencyMs, places, passes }));
        for (const [client, open] of Object.entries(clients)) {
          const row = { client, chunks, latencyMs, slots: places, places: client === "Chromium" ? Math.min(places, CONNECTIONS) : places };
          rows.push({ ...row, ...(await coldAndWarm({ endpoint, open, text, row, passes })) });
          log(`${client}: ${chunks} chunks, ${latencyMs} ms, ${places} places`);
        }
      }
    }
  }
  return rows;
}

async function coldAndWarm({ endpoint, open, text, row, passes }) {
  const [cold, warm, firstBytes] = [[], [], []];
  for (let pass = 1; pass <= passes; pass += 1) {
    const client = await open({ baseURL: endpoint.baseURL, text, concurrency: row.slots });
    const one = async (time) => {
      await endpoint.settings({ latencyMs: row.latencyMs, slots: row.slots });
      const seen = await client.asked(again(time));
      const log = await endpoint.log();
      if (!seen.text?.includes(ANSWER)) throw new Error(`a run of ${row.client} did not find the needle: ${seen.error ?? seen.text}`);
      firstBytes.push(firstByteMs(seen, log));
      return scheduled(seen, log, row);
    };
    cold.push(await one(0));
    if (pass === passes) {
      // The throttle has not always reached its bound after one run.
      await one(1);
      for (let time = 2; time < passes + 2; time += 1) warm.push(await one(time));
    }
    await client.close();
  }
  return { cold: middle(cold), warm: middle(warm), firstBytes };
}

async function bodiesOf(endpoint, text, places) {
  const { ask, close } = await inThread({ baseURL: endpoint.baseURL, text, concurrency: places });
  await endpoint.settings({ latencyMs: 0, slots: places });
  await asked(ask, QUESTION);
  await close();
  return (await endpoint.log()).filter(({ body }) => body).map(({ body }) => body);
}

async function fetchAlone({ endpoint, bodies, chunks, latencyMs, places, passes }) {
  const runs = [];
  for (let pass = 0; pass <= passes; pass += 1) {
    await endpoint.settings({ latencyMs, slots: places });
    const seen = await bare(endpoint.baseURL, bodies, places);
    const run = scheduled(seen, await endpoint.log(), { places, latencyMs });
    if (pass > 0) runs.push(run);
  }
  return { client: "fetch alone", chunks, latencyMs, slots: places, places, warm: middle(runs) };
}

/** How soon a client shows what the server sends, and lets go when it is aborted. */
export async function reactions({ endpoint, clients, text, passes, scheduling }) {
  const rows = [];
  for (const [client, open] of Object.entries(clients)) {
    const firstBytes = scheduling.filter((row) => row.client === client).flatMap((row) => row.firstBytes);
    rows.push({ client, what: "first text after the server's first byte", samples: firstBytes.length, median: median(firstBytes), most: Math.max(...firstBytes), goal: 20 });
    const opened = await open({ baseURL: endpoint.baseURL, text, concurrency: CONNECTIONS });
    const cases = [
      ["abort while reading to the last closed socket", { latencyMs: 3000 }, ABORT_AFTER_MS],
      ["abort within the answer to the closed socket", { latencyMs: 1, perTokenMs: 50 }, undefined],
    ];
    for (const [what, settings, afterMs] of cases) {
      const runs = [];
      for (let pass = 0; pass < passes; pass += 1) {
        await endpoint.settings({ slots: CONNECTIONS, ...settings });
        const at = await opened.aborted(again(pass), afterMs);
        await later(SETTLE_MS);
        runs.push(abortMs(at, await endpoint.log()));
      }
      const times = runs.map(({ ms }) => ms);
      rows.push({ client, what, samples: runs.length, median: median(times), most: Math.max(...times), goal: 100, sockets: Math.max(...runs.map((run) => run.open)), late: Math.max(...runs.map((run) => run.late)) });
    }
    await opened.close();
  }
  return rows;
}

/** Ours with its defaults from the bare text on, and Qwen-Agent: as it is, and with as many chunks. */
export async function besideReference({ endpoint, python, text, chunks, latencyMs, passes, log }) {
  const folder = mkdtempSync(join(tmpdir(), "bench-agents-"));
  const file = join(folder, "document.txt");
  writeFileSync(file, text);
  try {
    const ours = [];
    for (let pass = 0; pass < passes; pass += 1) ours.push(await oursFromTheText({ endpoint, text, latencyMs }));
    const rows = [{ name: "qwen-agent-wasm", ...middle(ours) }];
    for (const wanted of python ? [undefined, chunks] : []) {
      await endpoint.settings({ latencyMs, slots: CONNECTIONS });
      const { seconds, answer, chunkTokens, version, python: runs } = await runReference(python, { baseURL: endpoint.baseURL, file, question: QUESTION, chunks: wanted });
      const entries = await endpoint.log();
      const name = wanted ? "Qwen-Agent, as many chunks" : "Qwen-Agent, as it is";
      rows.push({ name, wallMs: seconds * 1000, requests: entries.length, reads: entries.filter(({ kind }) => kind === "read").length, found: answer.includes(ANSWER), chunkTokens, version, python: runs });
      log(name);
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function oursFromTheText({ endpoint, text, latencyMs }) {
  await endpoint.settings({ latencyMs, slots: CONNECTIONS });
  const began = performance.now();
  const { ask, close } = await inWorker({ baseURL: endpoint.baseURL, text, concurrency: CONNECTIONS });
  const seen = await asked(ask, QUESTION);
  const wallMs = performance.now() - began;
  await close();
  const entries = await endpoint.log();
  return { wallMs, requests: entries.length, reads: entries.filter(({ kind }) => kind === "read").length, found: Boolean(seen.text?.includes(ANSWER)) };
}

/** The ways of answering on the same documents. */
export async function waysOf({ endpoint, texts, latencyMs, passes }) {
  const ways = [["every chunk", { level: "read" }], ["adaptive reading", { level: "read", adaptive: true }], ["reasoning (level 3)", { level: "reason" }], ["retrieval (level 1)", { level: "retrieve" }]];
  const rows = [];
  for (const { chunks, text } of texts) {
    for (const [way, options] of ways) {
      const { ask, close } = await inThread({ baseURL: endpoint.baseURL, text, concurrency: CONNECTIONS, ...options });
      const runs = [];
      for (let pass = 0; pass <= passes; pass += 1) {
        await endpoint.settings({ latencyMs, slots: CONNECTIONS });
        const seen = await asked(ask, QUESTION);
        const requests = (await endpoint.log()).length;
        if (pass > 0) runs.push({ wallMs: seen.ended - seen.asked, requests, found: Boolean(seen.text?.includes(ANSWER)) });
      }
      await close();
      rows.push({ chunks, way, ...middle(runs) });
    }
  }
  return rows;
}

/** The same run with each fault in three of a hundred readings, then with many faults at once. */
export async function faultsOf({ endpoint, text, chunks, long, latencyMs, log }) {
  const plain = await withFaults({ endpoint, text, chunks, latencyMs, faults: [] });
  const rows = [{ fault: "none", chunks, ...plain, same: true }];
  for (const fault of FAULTS) {
    const run = await withFaults({ endpoint, text, chunks, latencyMs, faults: [fault] });
    rows.push({ fault, chunks, ...run, same: run.text === plain.text });
    log(`fault ${fault}`);
  }
  for (const faults of [[], TOGETHER]) {
    const run = await withFaults({ endpoint, text: long.text, chunks: long.chunks, latencyMs, faults });
    const before = rows.at(-1);
    const same = faults.length === 0 || run.text === before.text;
    rows.push({ fault: faults.length === 0 ? "none" : "together", chunks: long.chunks, ...run, same });
  }
  return { together: TOGETHER, rows };
}

async function withFaults({ endpoint, text, chunks, latencyMs, faults }) {
  const { ask, close } = await inThread({ baseURL: endpoint.baseURL, text, concurrency: CONNECTIONS });
  const spread = faults.map((fault, at) => ({ fault, every: FAULT_EVERY, offset: 10 + at * 2 }));
  await endpoint.settings({ latencyMs, slots: CONNECTIONS, faults: spread });
  const seen = await asked(ask, QUESTION);
  await close();
  return { ...struck(seen, await endpoint.log(), chunks), text: seen.text, error: seen.error };
}
