// Draws the figures as bars: how near a run comes to the least it could take, and how long a
// question takes beside Qwen-Agent. One SVG, readable on dark and on light pages.

import { GOALS } from "./report.mjs";

const WIDTH = 760;
const LEFT = 290;
const RIGHT = 70;
const ROW = 20;
const BAR = 12;
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #24292f; }
  .title { font-weight: 600; }
  .first { fill: #b6bec9; } .later { fill: #2f6fdd; } .peer { fill: #8a63d2; }
  .goal { stroke: #c2410c; stroke-dasharray: 3 3; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .first { fill: #57606a; } .later { fill: #6ea8ff; } .peer { fill: #b392f0; }
    .goal { stroke: #ff9b5e; }
  }`;

/** The picture, or its part of what was measured. */
export function chart({ scheduling = [], reference = [] }) {
  const parts = [];
  let y = 24;
  const panel = (title, bars, most, goal) => {
    parts.push(text(16, y, title, "title"));
    y += 12;
    const top = y;
    for (const bar of bars) {
      const width = Math.max(1, (bar.value / most) * (WIDTH - LEFT - RIGHT));
      parts.push(text(16, y + BAR, bar.label));
      parts.push(`<rect class="${bar.kind}" x="${LEFT}" y="${y + 2}" width="${width.toFixed(1)}" height="${BAR}" rx="2"/>`);
      parts.push(text(LEFT + width + 6, y + BAR, bar.shown));
      y += ROW;
    }
    if (goal) {
      const x = (LEFT + (goal / most) * (WIDTH - LEFT - RIGHT)).toFixed(1);
      parts.push(`<line class="goal" x1="${x}" x2="${x}" y1="${top}" y2="${y}"/>`);
    }
    y += 24;
  };
  const runs = ratioBars(scheduling);
  if (runs.length > 0) panel(`Time of a run ÷ the least it could take (grey: an assistant's first; dashes: ${GOALS.ratio})`, runs, Math.max(...runs.map(({ value }) => value)), GOALS.ratio);
  const times = timeBars(reference);
  if (times.length > 0) panel("Seconds from a document to the answer, every chunk read", times, Math.max(...times.map(({ value }) => value)));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" role="img">\n<style>${STYLE}\n</style>\n${parts.join("\n")}\n</svg>\n`;
}

function ratioBars(rows) {
  return rows.filter(({ cold }) => cold).flatMap(({ client, chunks, latencyMs, slots, cold, warm }) => [
    { label: `${client}, ${chunks} chunks, ${latencyMs} ms, ${slots} places`, value: cold.ratio, kind: "first", shown: cold.ratio.toFixed(2) },
    { label: "", value: warm.ratio, kind: "later", shown: warm.ratio.toFixed(2) },
  ]);
}

function timeBars(rows) {
  return rows.map(({ name, wallMs }, at) => ({ label: name, value: wallMs, kind: at === 0 ? "later" : "peer", shown: `${(wallMs / 1000).toFixed(2)} s` }));
}

function text(x, y, content, kind) {
  const escaped = content.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  return `<text${kind ? ` class="${kind}"` : ""} x="${Number(x).toFixed(1)}" y="${y}">${escaped}</text>`;
}
