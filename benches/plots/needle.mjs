// The heat-map of the needles: a panel for each way and kind, lengths from left to right, depths
// from top to bottom; the color is the share of languages in which the needle was found.

import { rect, svg, text } from "./svg.mjs";

const SIDE = 18;
const WIDE = 30;
const GAP = 40;
const LEFT = 170;
const TOP = 46;

export function needlePlot(cells) {
  const [ways, kinds, lengths, depths] = ["way", "kind", "tokens", "depth"].map((name) => [...new Set(cells.map((cell) => cell[name]))]);
  const wide = lengths.length * WIDE + GAP;
  const high = depths.length * SIDE + GAP;
  const parts = kinds.map((kind, column) => text(LEFT + column * wide, 12, kind, "head"));
  for (const [row, way] of ways.entries()) {
    const top = TOP + row * high;
    parts.push(text(0, top + 14, way, "head"), ...depths.map((depth, at) => text(LEFT - 6, top + at * SIDE + 13, `${depth} %`, "quiet", "end")));
    for (const [column, kind] of kinds.entries()) {
      const left = LEFT + column * wide;
      parts.push(...lengths.map((tokens, at) => text(left + at * WIDE + WIDE / 2, top - 6, short(tokens), "quiet", "middle")));
      const here = cells.filter((cell) => cell.way === way && cell.kind === kind);
      for (const [x, tokens] of lengths.entries()) {
        for (const [y, depth] of depths.entries()) parts.push(rect(left + x * WIDE, top + y * SIDE, WIDE - 1, SIDE - 1, shade(share(here.filter((cell) => cell.tokens === tokens && cell.depth === depth)))));
      }
    }
  }
  const spoken = ways.map((way) => {
    const of = cells.filter((cell) => cell.way === way);
    return `${way}: ${of.filter(({ found }) => found).length} of ${of.length} found`;
  });
  return svg({ width: LEFT + kinds.length * wide - GAP, height: TOP + ways.length * high - GAP, title: "Needles found by length, depth, kind and level", description: `${spoken.join("; ")}. Blue is found in every language, orange in none.` }, parts);
}

const share = (cells) => cells.filter(({ found }) => found).length / Math.max(1, cells.length);
/** From orange over gray to blue, which most color-blind readers tell apart. */
const shade = (share) => (share < 0.5 ? mix([213, 94, 0], [170, 170, 170], share * 2) : mix([170, 170, 170], [0, 114, 178], share * 2 - 1));
const mix = (from, to, share) => `rgb(${from.map((value, at) => Math.round(value + (to[at] - value) * share)).join(" ")})`;
const short = (tokens) => (tokens >= 1e6 ? `${tokens / 1e6}M` : `${Math.floor(tokens / 1000)}k`);
