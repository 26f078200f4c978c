// The plots of the search index: how many times each peer takes what ours takes, and growth.

import { ENGINES, PEERS } from "../search/engines.mjs";
import { number } from "../search/report.mjs";
import { color, curves, isDrawable, legend, line, logarithmic, rect, svg, text } from "./svg.mjs";

const BAR = 14;
const LABEL = 110;
const CELL = 205;
const HEAD = 50;
const GAP = 12;
const RATIOS = [["build", "build"], ["short", "short query"], ["long2000", "2,000-word query"]];

/** English, 5 MB: how many times each peer takes what ours takes, on a logarithmic scale. */
export function ratioPlot({ results }) {
  const engines = results.en5;
  if (!engines) return undefined;
  const modes = ENGINES.filter(({ ours, name }) => ours && engines[name]);
  const peers = PEERS.filter(({ name }) => engines[name]);
  const ratio = (peer, { name }, figure) => engines[peer.name][figure] / engines[name][figure];
  const all = peers.flatMap((peer) => RATIOS.flatMap(([figure]) => modes.map((mode) => ratio(peer, mode, figure)))).filter(isDrawable);
  const scale = logarithmic([Math.min(0.5, ...all), Math.max(2, ...all)], [0, CELL - 70]);
  const row = modes.length * BAR + GAP;
  const bottom = HEAD + peers.length * row - GAP;
  const parts = [...legend(modes.map(({ name }) => name), 0).parts, ...RATIOS.map(([, title], column) => text(LABEL + column * CELL, HEAD - 8, title, "head"))];
  for (const column of RATIOS.keys()) parts.push(line(LABEL + column * CELL + scale(1), HEAD, LABEL + column * CELL + scale(1), bottom, "one"));
  for (const [at, peer] of peers.entries()) {
    const top = HEAD + at * row;
    parts.push(text(0, top + (modes.length * BAR) / 2 + 4, peer.name));
    for (const [column, [figure]] of RATIOS.entries()) {
      for (const [bar, mode] of modes.entries()) parts.push(ratioBar(LABEL + column * CELL, top + bar * BAR, ratio(peer, mode, figure), scale, color(bar)));
    }
  }
  const spoken = peers.map((peer) => `${peer.name}: ${RATIOS.map(([figure, title]) => `${title} ${number(ratio(peer, modes[0], figure))}`).join(", ")}`);
  return svg({ height: bottom, title: "How many times each peer takes what ours takes; 5 MB of English, logarithmic", description: `Times of ${modes[0]?.name}. ${spoken.join("; ")}. Below 1 the peer is quicker.` }, parts);
}

/** From 1, where both are equal, to the right if ours is faster. */
function ratioBar(left, top, ratio, scale, fill) {
  if (!isDrawable(ratio)) return text(left + scale(1) + 4, top + 11, "–");
  const [from, to] = [scale(1), scale(ratio)].sort((a, b) => a - b);
  return rect(left + from, top + 1, Math.max(1, to - from), BAR - 2, fill) + text(left + to + 4, top + 11, `${number(ratio)} ×`);
}

const PANEL = { width: 310, height: 240, left: 50 };

/** Build and short query over the size of the text, both axes logarithmic. */
export function growthPlot({ results }) {
  return sizesPlot(results, [["build", "Build, ms"], ["short", "Short query, ms"]], "Build and short query as the text grows, both axes logarithmic");
}

/** Figures over sizes: two panels in a row. The keys of `results` that have a slash are sizes. */
export function sizesPlot(results, figures, title) {
  const keys = Object.keys(results).filter((key) => key.includes("/"));
  const engines = ENGINES.filter(({ name }) => keys.some((key) => results[key][name]));
  if (engines.length === 0) return undefined;
  const { parts, height } = legend(engines.map(({ name }) => name), 0);
  const [high, wide] = [PANEL.height + 52, PANEL.width + PANEL.left + 16];
  for (const [at, [figure, title]] of figures.entries()) {
    const lines = engines.map(({ name }, number) => ({ number, points: pointsOf(results, keys, name, figure) }));
    parts.push(...curves({ ...PANEL, left: (at % 2) * wide + PANEL.left, top: height + 18 + Math.floor(at / 2) * high, title, lines, xLabel: size }));
  }
  const spoken = engines.map(({ name }) => `${name}: ${figures.map(([figure, title]) => spokenSpan(pointsOf(results, keys, name, figure), title)).join(", ")}`);
  return svg({ height: height + 18 + Math.ceil(figures.length / 2) * high - 24, title, description: `${spoken.join("; ")}.` }, parts);
}

function pointsOf(results, keys, name, figure) {
  return keys.map((key) => results[key][name]).filter((one) => isDrawable(one?.[figure])).map((one) => [one.textBytes / 1e6, one[figure]]);
}

function spokenSpan(points, title) {
  if (points.length === 0) return `${title}, no figure`;
  const [first, last] = [points[0], points.at(-1)];
  return `${title} ${number(first[1])} at ${size(first[0])} and ${number(last[1])} at ${size(last[0])}`;
}

const size = (megabytes) => (megabytes < 0.95 ? `${Math.round(megabytes * 10) * 100} kB` : `${Math.round(megabytes)} MB`);
