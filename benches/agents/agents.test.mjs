// What the measurement is made of, without any of the built modules: the log's arithmetic, the
// replies to every side's prompts, the document, the endpoint's places, tables and bars.

import assert from "node:assert/strict";
import { test } from "node:test";
import { NEEDLE, QUESTION, again, paragraphs, textOf, textOfChunks } from "./document.mjs";
import { abortedRun, asked } from "./drive.mjs";
import { Places } from "./places.mjs";
import { startEndpoint } from "./process.mjs";
import { replyTo } from "./replies.mjs";
import { page } from "./report.mjs";
import { abortMs, firstByteMs, ideal, median, middle, peak, scheduled, struck } from "./schedule.mjs";

const entry = (kind, arrived, ended, more = {}) => ({ kind, times: { arrived, ended, closed: ended }, ...more });
/** Two waves of two readings, and an answer, at 50 ms. */
const LOG = [entry("read", 10, 60), entry("read", 10, 60), entry("read", 65, 115), entry("read", 65, 115), entry("answer", 120, 170)];

test("the ideal is the waves of reading and one answer", () => {
  assert.equal(ideal({ reads: 100, places: 6, latencyMs: 50 }), 900);
  assert.equal(ideal({ reads: 4, places: 2, latencyMs: 50 }), 150);
});

test("who leaves makes room for who comes at the same moment", () => {
  assert.equal(peak([entry("read", 0, 10), entry("read", 10, 20)]), 1);
  assert.equal(peak([entry("read", 0, 11), entry("read", 10, 20), { times: { arrived: 5 } }]), 3);
});

test("a run is compared with the ideal as a whole, by calls, and by its waves", () => {
  const run = scheduled({ asked: 0, ended: 180 }, LOG, { places: 2, latencyMs: 50 });
  assert.deepEqual([run.calls, run.peak, run.wallMs, run.idealMs, run.ratio], [5, 2, 180, 150, 1.2]);
  assert.equal(run.plainRatio, 1.2);
  assert.deepEqual([run.readRatio, run.leadMs, run.serviceMs, run.betweenMs], [1.05, 10, 50, 2.5]);
});

test("the first byte counts from the answer, not from a reading", () => {
  const log = [entry("read", 0, 50), entry("answer", 60, 110)];
  log[0].times.firstByte = 49;
  log[1].times.firstByte = 100;
  assert.equal(firstByteMs({ firstText: 104 }, log), 4);
});

test("an abort lasts until the last of the open sockets is closed", () => {
  const open = { kind: "read", times: { arrived: 60, closed: 108 } };
  assert.deepEqual(abortMs(100, [...LOG.slice(0, 2), open, { times: { arrived: 70, closed: 103 } }]), { open: 2, late: 0, ms: 8 });
  assert.equal(abortMs(100, [{ times: { arrived: 60 } }]).ms, Infinity);
  assert.equal(abortMs(100, [open, entry("read", 101, 140)]).late, 1);
});

test("faults are counted by what they did", () => {
  const log = [entry("read", 0, 1, { fault: "429" }), entry("read", 2, 3, { fault: "cut_mid" }), ...LOG];
  const told = struck({ asked: 0, ended: 9, retries: 2, read: 4, failed: 0 }, log, 4);
  assert.deepEqual([told.struck, told.refused, told.requests, told.repeated, told.lost], [2, 1, 7, 2, 0]);
});

test("medians, and the run in the middle with the best beside it", () => {
  assert.deepEqual([median([3, 1, 2]), median([4, 1])], [2, 2.5]);
  const run = (wallMs) => ({ wallMs, ratio: wallMs / 10 });
  assert.deepEqual(middle([run(30), run(10), run(20)]), { wallMs: 20, ratio: 2, best: 1 });
});

test("a document has its needle once, and as many chunks as are wanted", async () => {
  const all = paragraphs();
  const text = textOf(all, all.length + 10);
  assert.equal(text.split(NEEDLE).length, 2);
  assert.ok(!text.includes("<"));
  const chunksOf = async (given) => given.trim().split("\n\n").length;
  assert.equal(await chunksOf(await textOfChunks(all, 37, chunksOf)), 37);
  assert.notEqual(again(1), again(2));
});

const messages = (system, user) => [{ role: "system", content: system }, { role: "user", content: user }];

test("Qwen-Agent's prompts get the same reader's replies in its own form", () => {
  const member = (text) => replyTo({ messages: messages("You are an expert", `# Document:\n${text}\n\n# Question:\n${QUESTION}\n\nPlease provide your answer according to the answering rules:`) });
  assert.deepEqual(member(`Some text. ${NEEDLE} More text.`), { kind: "read", text: JSON.stringify({ res: "ans", content: NEEDLE }) });
  assert.deepEqual(JSON.parse(member("Nothing of that kind.").text), { res: "none", content: "<None>" });
  const plan = replyTo({ messages: messages("", `Please extract keywords from the question, both.\n\nQuestion: Who?\nKeywords: {}\n\nQuestion: ${QUESTION}\nKeywords:\n`) });
  assert.deepEqual([plan.kind, JSON.parse(plan.text).keywords_en], ["plan", ["What", "access", "code", "Albatross", "vault"]]);
  const summary = replyTo({ messages: messages(`Please respond.\n\n# Knowledge Base\n\n## The content\n\n${NEEDLE}`, `# Question\n${QUESTION}\n\n\n# Answering Guidelines\n- Please`) });
  assert.equal(summary.kind, "answer");
  assert.match(summary.text, /7431-KX/);
});

test("with tools the documents are asked, then the answer is made of the result", () => {
  const tools = [{ type: "function", function: { name: "ask_documents" } }];
  const first = replyTo({ tools, messages: messages("", QUESTION) });
  assert.equal(first.kind, "tool");
  assert.ok(first.text.includes(JSON.stringify({ question: QUESTION })));
  const then = replyTo({ tools, messages: [...messages("", QUESTION), { role: "assistant", content: "" }, { role: "tool", content: `[1] ${NEEDLE}` }] });
  assert.equal(then.kind, "answer");
  assert.match(then.text, /7431-KX/);
});

const PROMPT = { model: "m", stream: true, messages: messages('Reply with one JSON object: {"relevant": true, "quotes": []}', `Question:\n${QUESTION}\n\nPassage:\n~~~~~\nx\n\n${NEEDLE}\n~~~~~`) };

test("a place goes to who waited longest, and is given back once", async () => {
  const places = new Places();
  const order = [];
  const take = (name) => places.take(2).then((giveBack) => (order.push(name), giveBack));
  const [first, second] = await Promise.all([take("a"), take("b")]);
  const rest = [take("c"), take("d"), take("e")];
  await Promise.resolve();
  assert.deepEqual(order, ["a", "b"]);
  first();
  first();
  const third = await rest[0];
  assert.deepEqual(order, ["a", "b", "c"]);
  second();
  third();
  for (const giveBack of await Promise.all(rest)) giveBack();
  assert.deepEqual(order, ["a", "b", "c", "d", "e"]);
  await Promise.all([take("f"), take("g")]);
});

test("the endpoint serves so many at a time, waits its latency, strikes with faults, and notes when", async (t) => {
  const endpoint = await startEndpoint();
  t.after(() => endpoint.stop());
  const send = () => fetch(`${endpoint.baseURL}/chat/completions`, { method: "POST", body: JSON.stringify(PROMPT) }).then((response) => response.text());
  await endpoint.settings({ latencyMs: 20, slots: 2, faults: [{ fault: "500", every: 4, offset: 3 }] });
  await Promise.all([send(), send(), send(), send(), send()]);
  const log = await endpoint.log();
  assert.deepEqual(log.map(({ kind }) => kind), Array(5).fill("read"));
  assert.equal(log.filter(({ fault }) => fault === "500").length, 1);
  assert.equal(peak(log.map(({ times: { begun, ended } }) => ({ times: { arrived: begun, ended } }))), 2);
  assert.ok(log.every(({ times }) => times.ended - times.begun >= 20 && times.begun >= times.arrived));
  assert.equal((await endpoint.log()).length, 0);
});

test("a run's events, texts and errors are noted, and it can be aborted at its first text", async () => {
  const ask = async (question, onEvent, signal) => {
    onEvent({ type: "chunk-read", failed: true });
    onEvent({ type: "retry" });
    onEvent({ type: "text", text: "a" });
    if (signal?.aborted) throw new Error("aborted");
    if (question === "fail") throw Object.assign(new Error("no"), { code: "llm.server" });
    return { text: "a", usage: { requests: 3 } };
  };
  const seen = await asked(ask, "");
  assert.deepEqual([seen.read, seen.failed, seen.retries, seen.text, seen.requests, seen.error], [1, 1, 1, "a", 3, undefined]);
  assert.ok(seen.asked <= seen.firstText && seen.firstText <= seen.ended);
  assert.equal((await asked(ask, "fail")).error, "llm.server");
  assert.equal(typeof (await abortedRun(ask, "")), "number");
});

const RUN = { date: "2000-01-01", command: "c", cores: 1, cpu: "x", load: 0, node: "20", version: "0", passes: 1 };
const run = (ratio) => ({ peak: 6, ratio, best: ratio, plainRatio: ratio, betweenMs: 1 });
const SCHEDULING = [
  { client: "fetch alone", chunks: 100, latencyMs: 50, slots: 6, warm: run(1.01) },
  { client: "Node", chunks: 100, latencyMs: 50, slots: 6, cold: run(1.5), warm: run(1.02) },
];
const REFERENCE = [{ name: "ours", wallMs: 1000, requests: 3, reads: 2, found: true }, { name: "a & <b>", wallMs: 25_000, requests: 3, reads: 2, found: false }];

test("the page has a table for each part that was measured, and none for others", () => {
  const faults = { together: ["429"], rows: [{ fault: "401", chunks: 1, struck: 1, refused: 0, requests: 1, repeated: 0, lost: 0, peak: 1, wallMs: 10, error: "llm.unauthorized", same: false }] };
  const text = page({ run: RUN, scheduling: SCHEDULING, reference: REFERENCE, faults });
  assert.match(text, /\| Node +\| +100 \| +50 \| +6 \| +6 \| 1\.500 \| 1\.020 \|/);
  assert.match(text, /\| +25\.00 \| +25\.0 × \| no/);
  assert.match(text, /`llm\.unauthorized`/);
  assert.ok(!text.includes("## Ways of answering") && !text.includes("undefined"));
});
