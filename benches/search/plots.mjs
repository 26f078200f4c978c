// The two plots of the report as SVG, drawn by hand: bars of ratios, and growth on logarithmic
// scales. Text and lines follow the reader's light or dark scheme; the background is left alone.

import { ENGINES, PEERS } from "./engines.mjs";
import { number } from "./report.mjs";

/** Told apart by most color-blind readers, and readable on white and on black. */
const COLORS = ["#0072b2", "#56b4e9", "#e69f00", "#d55e00", "#cc79a7", "#009e73", "#b3a100", "#8c8c8c"];
const STYLE = "text{font:12px system-ui,sans-serif;fill:#24292f}.head{font-weight:600}.grid{stroke:#8c959f;stroke-opacity:.35}.one{stroke:#8c959f;stroke-dasharray:3 3}@media(prefers-color-scheme:dark){text{fill:#e6edf3}}";

const WIDTH = 760;
const BAR = 14;
const LABEL = 110;
const CELL = 205;
const HEAD = 46;
const GAP = 12;

const RATIOS = [["build", "build"], ["short", "short query"], ["long2000", "2,000-word query"]];

/** English, 5 MB: how many times each peer takes what ours takes, on a logarithmic scale. */
export function ratioPlot(results) {
  const engines = results.en5;
  const modes = ENGINES.filter(({ ours, name }) => ours && engines[name]);
  const peers = PEERS.filter(({ name }) => engines[name]);
  const bars = peers.flatMap((peer) => RATIOS.flatMap(([figure]) => modes.map(({ name }) => engines[peer.name][figure] / engines[name][figure]))).filter(isDrawable);
  const scale = logarithmic([Math.min(0.5, ...bars), Math.max(2, ...bars)], [0, CELL - 70]);
  const row = modes.length * BAR + GAP;
  const parts = [legend(modes, 0), ...RATIOS.map(([, title], column) => text(LABEL + column * CELL, HEAD - 6, title, "head"))];
  for (const [at, peer] of peers.entries()) {
    const top = HEAD + at * row;
    parts.push(text(0, top + (modes.length * BAR) / 2 + 4, peer.name));
    for (const [column, [figure]] of RATIOS.entries()) {
      for (const [bar, { name }] of modes.entries()) {
        parts.push(ratioBar(LABEL + column * CELL, top + bar * BAR, engines[peer.name][figure] / engines[name][figure], scale, colorOf(name)));
      }
    }
  }
  const bottom = HEAD + peers.length * row - GAP;
  for (const column of RATIOS.keys()) {
    const x = LABEL + column * CELL + scale(1);
    parts.push(line(x, HEAD, x, bottom, "one"));
  }
  return svg(bottom + 8, "How many times each peer takes what ours takes; 5 MB of English, logarithmic", parts);
}

/** From 1, where both are equal, to the right if ours is faster. */
function ratioBar(left, top, ratio, scale, color) {
  if (!isDrawable(ratio)) return text(left + scale(1) + 4, top + 11, "–");
  const [from, to] = [scale(1), scale(ratio)].sort((a, b) => a - b);
  const bar = `<rect x="${round(left + from)}" y="${top + 1}" width="${round(Math.max(1, to - from))}" height="${BAR - 2}" fill="${color}"/>`;
  return `${bar}${text(left + to + 4, top + 11, `${number(ratio)} ×`)}`;
}

const PANELS = [["build", "Build, ms"], ["short", "Short query, ms"]];
const PANEL = { width: 310, height: 260, left: 46 };

/** Build and short query over the size of the text, both logarithmic. */
export function growthPlot(results) {
  const keys = Object.keys(results).filter((key) => key.includes("/"));
  const engines = ENGINES.filter(({ name }) => keys.some((key) => results[key][name]));
  const parts = [legend(engines, 0)];
  for (const [at, [figure, title]] of PANELS.entries()) {
    const lines = engines.map(({ name }) => ({ name, points: keys.map((key) => results[key][name]).filter((one) => isDrawable(one?.[figure])).map((one) => [one.textBytes / 1e6, one[figure]]) }));
    parts.push(panel(at * (PANEL.width + PANEL.left + 16) + PANEL.left, HEAD, title, lines));
  }
  return svg(HEAD + PANEL.height + 44, "Build and short query from 1 MB to 100 MB of English, both axes logarithmic", parts);
}

function panel(left, top, title, lines) {
  const points = lines.flatMap(({ points }) => points);
  if (points.length === 0) return "";
  const x = logarithmic(span(points.map(([x]) => x)), [left + 8, left + PANEL.width - 8]);
  const y = logarithmic(span(points.map(([, y]) => y)), [top + PANEL.height - 8, top + 8]);
  const parts = [text(left, top - 6, title, "head")];
  for (const tick of decades(points.map(([, y]) => y))) parts.push(line(left, y(tick), left + PANEL.width, y(tick), "grid"), text(left - 6, y(tick) + 4, label(tick), "", "end"));
  for (const size of new Set(points.map(([x]) => x))) parts.push(text(x(size), top + PANEL.height + 16, `${Math.round(size)} MB`, "", "middle"));
  for (const { name, points } of lines) {
    const path = points.map(([px, py]) => `${round(x(px))},${round(y(py))}`);
    const dots = points.map(([px, py]) => `<circle cx="${round(x(px))}" cy="${round(y(py))}" r="3" fill="${colorOf(name)}"/>`);
    parts.push(`<polyline points="${path.join(" ")}" fill="none" stroke="${colorOf(name)}" stroke-width="2"/>`, ...dots);
  }
  return parts.join("");
}

function legend(engines, top) {
  let x = 0;
  const parts = engines.map(({ name }) => {
    const entry = `<rect x="${x}" y="${top + 4}" width="12" height="12" fill="${colorOf(name)}"/>${text(x + 17, top + 14, name)}`;
    x += 34 + name.length * 7;
    return entry;
  });
  return parts.join("");
}

/** A position on a line for a number, by its logarithm. */
export function logarithmic([least, most], [from, to]) {
  const [low, high] = [Math.log(least), Math.log(most)];
  return (value) => from + ((Math.log(value) - low) / (high - low || 1)) * (to - from);
}

/** The powers of ten that the numbers span. */
export function decades(numbers) {
  const [first, last] = [Math.min(...numbers), Math.max(...numbers)].map((number) => Math.log10(number));
  return Array.from({ length: Math.floor(last) - Math.ceil(first) + 1 }, (_, at) => 10 ** (Math.ceil(first) + at));
}

const isDrawable = (value) => Number.isFinite(value) && value > 0;
const span = (numbers) => [Math.min(...numbers), Math.max(...numbers)];
const colorOf = (name) => COLORS[ENGINES.findIndex((engine) => engine.name === name)];
const label = (value) => (value >= 1 ? value.toLocaleString("en-US") : String(Number(value.toPrecision(1))));
const round = (value) => Math.round(value * 10) / 10;
const line = (x1, y1, x2, y2, name) => `<line class="${name}" x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"/>`;
const text = (x, y, content, name = "", anchor = "start") => `<text x="${round(x)}" y="${round(y)}"${name && ` class="${name}"`}${anchor === "start" ? "" : ` text-anchor="${anchor}"`}>${content}</text>`;

function svg(height, title, parts) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img"><title>${title}</title><style>${STYLE}</style>\n${parts.filter(Boolean).join("\n")}\n</svg>\n`;
}
