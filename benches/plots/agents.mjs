// The plot of the agents: how near a run comes to the least it could take, and how long a question
// takes beside Qwen-Agent.

import { GOALS } from "../agents/report.mjs";
import { color, line, rect, svg, text, WIDTH } from "./svg.mjs";

const LEFT = 280;
const RIGHT = 60;
const ROW = 20;
const BAR = 12;
const [LATER, FIRST, PEER] = [color(0), color(7), color(1)];

/** The picture, or its part of what was measured. */
export function agentsPlot({ scheduling = [], reference = [] }) {
  const runs = panel(10, `Time of a run ÷ the least it could take (gray: an assistant's first; dashes: ${GOALS.ratio})`, ratioBars(scheduling), GOALS.ratio);
  const times = panel(10 + runs.height, "Seconds from a document to the answer, every chunk read", timeBars(reference));
  if (runs.height + times.height === 0) return undefined;
  const spoken = [...ratioBars(scheduling), ...timeBars(reference)].filter(({ label }) => label).map(({ label, shown }) => `${label}: ${shown}`);
  return svg({ height: runs.height + times.height, title: "Reading every chunk: time beside the least it could take, and beside Qwen-Agent", description: `${spoken.join("; ")}.` }, [...runs.parts, ...times.parts]);
}

function panel(top, title, bars, goal) {
  if (bars.length === 0) return { parts: [], height: 0 };
  const most = Math.max(...bars.map(({ value }) => value));
  const scale = (value) => (value / most) * (WIDTH - LEFT - RIGHT);
  const parts = [text(0, top, title, "head")];
  for (const [at, { label, value, fill, shown }] of bars.entries()) {
    const y = top + 12 + at * ROW;
    parts.push(text(0, y + BAR, label), rect(LEFT, y + 2, Math.max(1, scale(value)), BAR, fill), text(LEFT + scale(value) + 6, y + BAR, shown));
  }
  const bottom = top + 12 + bars.length * ROW;
  if (goal) parts.push(line(LEFT + scale(goal), top + 12, LEFT + scale(goal), bottom, "goal"));
  return { parts, height: bottom - top + 24 };
}

function ratioBars(rows) {
  return rows.filter(({ cold }) => cold).flatMap(({ client, chunks, latencyMs, slots, cold, warm }) => [
    { label: `${client}, ${chunks} chunks, ${latencyMs} ms, ${slots} places`, value: cold.ratio, fill: FIRST, shown: cold.ratio.toFixed(2) },
    { label: "", value: warm.ratio, fill: LATER, shown: warm.ratio.toFixed(2) },
  ]);
}

function timeBars(rows) {
  return rows.map(({ name, wallMs }, at) => ({ label: name, value: wallMs, fill: at === 0 ? LATER : PEER, shown: `${(wallMs / 1000).toFixed(2)} s` }));
}
