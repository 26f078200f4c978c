// From raw visits to figures: one number for each, in milliseconds, bytes or megabytes, the
// medians of the rounds.
//
// Times of steps are the lesser of processor time and wall time. Both are at least what the step
// itself took of the main thread: the first counts the call from outside, too, and the second
// counts other programs that ran meanwhile.

import { LONG } from "./queries.mjs";

/** The figures that are ratios to ours, with what is better: all of them less. */
export const COMPARED = [
  ["build", "build"], ["short", "short query"], ["long2000", "2,000-word query"], ["savedBytes", "saved bytes"], ["load", "load"], ["memoryBuilt", "memory, built"], ["memoryLoaded", "memory, loaded"],
];

/** The medians over the visits of one engine to one corpus; what failed in all of them is missing. */
export function figuresOf(visits, textBytes) {
  const all = visits.map((visit) => figuresIn(visit, textBytes));
  const names = new Set(all.flatMap((figures) => Object.keys(figures)));
  const figures = {};
  for (const name of names) {
    const known = all.map((one) => one[name]).filter((value) => Number.isFinite(value));
    if (known.length > 0) figures[name] = median(known);
  }
  const failure = visits.find((visit) => visit.failure)?.failure;
  return failure ? { ...figures, failure } : figures;
}

function figuresIn({ builds, short, long, saved, loads, memory }, textBytes) {
  const figures = {};
  if (builds.length > 0) {
    figures.buildFirst = timeOf(builds[0]);
    figures.build = median(later(builds).map(timeOf));
    figures.buildWall = median(builds.map(({ wall }) => wall));
  }
  if (short) {
    Object.assign(figures, { short: median(short.walls), shortCpu: short.cpu / short.runs, shortWorst: Math.max(...short.walls), hit1: short.first, hit10: short.ten });
  }
  for (const words of LONG) {
    if (long[words]) figures[`long${words}`] = queryTime(long[words]);
  }
  if (saved) Object.assign(figures, { savedBytes: saved.bytes, savedPerByte: saved.bytes / textBytes, save: timeOf(saved) });
  if (loads.length > 0) Object.assign(figures, { loadFirst: timeOf(loads[0]), load: median(later(loads).map(timeOf)) });
  if (memory.built) Object.assign(figures, memoryIn("Built", memory.built));
  if (memory.loaded) Object.assign(figures, memoryIn("Loaded", memory.loaded));
  return figures;
}

/** The first time, code is still being compiled; of slow engines it is all there is. */
const later = (runs) => (runs.length > 1 ? runs.slice(1) : runs);

/** What is let go of meanwhile can be more than a wasm index takes of the heap: that is none. */
function memoryIn(when, { heap, wasm, own, empty = 0 }) {
  const taken = Math.max(0, heap);
  return { [`heap${when}`]: taken, [`wasm${when}`]: wasm, [`memory${when}`]: taken + wasm, [`own${when}`]: own, [`added${when}`]: taken + wasm - empty };
}

function timeOf({ cpu, wall }) {
  return Number.isFinite(cpu) ? Math.min(cpu, wall) : wall;
}

/** Milliseconds a query, of the mean query. */
function queryTime({ cpu, runs, walls }) {
  const wall = walls.reduce((sum, time) => sum + time, 0) / walls.length;
  return timeOf({ cpu: cpu / runs, wall });
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
