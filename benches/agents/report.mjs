// Makes tables of what was measured, as Markdown, which is readable in a terminal, too.

import { table } from "../readers/markdown.mjs";

export const GOALS = { ratio: 1.05, faster: 10 };

/** The whole page. */
export function page({ run, scheduling, reference, reactions, ways, faults }) {
  const parts = [
    "# Reading every chunk, side by side",
    "Written by `cargo xtask bench agents --record`; how it measures is told in [evaluation.md](../evaluation.md#agents).",
    "![The time of a run divided by the least it could take, and the time of a question beside Qwen-Agent](agents.svg)",
    facts(run),
    ...(scheduling ? ["## Scheduling", SCHEDULING, schedulingTable(scheduling)] : []),
    ...(reference ? ["## Beside Qwen-Agent", REFERENCE, referenceTable(reference)] : []),
    ...(reactions ? ["## First byte and abort", REACTIONS, reactionTable(reactions)] : []),
    ...(ways ? ["## Ways of answering", WAYS, waysTable(ways)] : []),
    ...(faults ? ["## Faults", faultsText(faults), faultTable(faults.rows)] : []),
  ];
  return `${parts.join("\n\n")}\n`;
}

const SCHEDULING = `\
Level 2 reads every chunk, then answers: the least it can take is (⌈chunks ÷ places⌉ + 1) × latency.
Times are divided by that; "calls" is the same run by ⌈calls ÷ places⌉ × latency, as if the answer need not wait for the last reading.
"First" is the first question of a new assistant, whose throttle begins below its bound; "later" are further questions of the same assistant.
Beside it stand the same requests by \`fetch\` alone, in Node, so many at a time: what this takes beyond the least is Node's, the network's and the server's.
"Between" is what a wave of requests takes beyond the server's time for one, in milliseconds.
Chromium has six places over HTTP/1.1, however many the server has.
Medians; "best" is the quickest later run.`;

const REFERENCE = "From the text of the document to the answer, over the same server; ours in Node with its worker started anew.";
const REACTIONS = "Both processes have the same clock. While reading is aborted, the server holds all replies back; \"late\" are requests that came after the abort.";
const WAYS = "One needle; medians.";

function facts(run) {
  const rows = [
    ["date", run.date],
    ["command", `\`${run.command}\``],
    ["machine", `${run.cores} cores, ${run.cpu}`],
    ["load before", run.load.toFixed(1)],
    ["Node", run.node],
    ...(run.chromium ? [["Chromium", run.chromium]] : []),
    ...(run.reference ? [["Qwen-Agent", run.reference]] : []),
    ["qwen-agent-wasm", run.version],
    ["runs of each kind", String(run.passes)],
  ];
  return table(["", ""], rows);
}

function schedulingTable(rows) {
  const columns = ["client", "chunks", "latency", "places", "open at once", "first", "later", "best", "calls", "between"];
  return table(columns, rows.map(({ client, chunks, latencyMs, slots, cold, warm }) => [
    client, chunks, latencyMs, slots, warm.peak, cold ? ratio(cold.ratio) : "", ratio(warm.ratio), ratio(warm.best), ratio(warm.plainRatio), warm.betweenMs.toFixed(1),
  ]));
}

function referenceTable(rows) {
  const ours = rows[0].wallMs;
  return table(["who", "requests", "chunks read", "seconds", "ours is faster", "found"], rows.map(({ name, requests, reads, wallMs, found }, at) => [
    name, requests, reads, seconds(wallMs), at === 0 ? "" : `${(wallMs / ours).toFixed(1)} ×`, yes(found),
  ]));
}

function reactionTable(rows) {
  return table(["client", "what", "samples", "median ms", "most ms", "goal ms", "sockets", "late"], rows.map((row) => [
    row.client, row.what, row.samples, row.median.toFixed(1), row.most.toFixed(1), row.goal, row.sockets ?? "", row.late ?? "",
  ]));
}

function waysTable(rows) {
  return table(["chunks", "way", "requests", "seconds", "found"], rows.map(({ chunks, way, requests, wallMs, found }) => [chunks, way, requests, seconds(wallMs), yes(found)]));
}

function faultsText({ together }) {
  return `\
Three in a hundred readings meet the fault; an answer counts as the same if its text is.
"Together" are ${together.join(", ")}, each at three in a hundred.
What no repetition can heal (a wrong key, no such model, an empty account) ends the run at once, with its code.`;
}

function faultTable(rows) {
  return table(["fault", "chunks", "struck", "refused", "requests", "asked again", "lost", "open at once", "seconds", "outcome"], rows.map((row) => [
    row.fault, row.chunks, row.struck, row.refused, row.requests, row.repeated, row.lost, row.peak, seconds(row.wallMs), outcome(row),
  ]));
}

function outcome({ error, same }) {
  if (error) return `\`${error}\``;
  return same ? "the same answer" : "another answer";
}

const yes = (found) => (found ? "yes" : "no");
const ratio = (value) => value.toFixed(3);
const seconds = (ms) => (ms / 1000).toFixed(2);
