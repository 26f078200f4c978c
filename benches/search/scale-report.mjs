// From figures at every size to the page: how steeply each cost grows, a table for each cost, and
// who did not survive.

import { table } from "../readers/markdown.mjs";
import { circumstanceRows } from "../run.mjs";
import { ENGINES } from "./engines.mjs";
import { number } from "./report.mjs";

const COSTS = [
  ["build", "Build, ms"], ["short", "Short query, ms (median)"], ["long2000", "2,000-word query, ms"],
  ["memoryBuilt", "Memory once built, MB"], ["memoryLoaded", "Memory once loaded, MB"], ["savedMb", "Saved, MB"], ["load", "Load to the first hit, ms"],
];

export function scalePage({ run, results }) {
  const keys = Object.keys(results);
  const names = ENGINES.map(({ name }) => name).filter((name) => keys.some((key) => results[key][name]));
  const sizes = keys.map((key) => sizeOf(Object.values(results[key])[0].textBytes));
  const parts = [
    "# How cost grows with the text",
    "Written by `cargo xtask bench scale --record`, in headless Chromium; what the figures are is told in [evaluation.md](../evaluation.md#search). Texts are the first so many chunks of 500 bytes of the same mixed English.",
    "![Build, queries, memory, saved size and load from 100 kB to 100 MB](scale.svg)",
    table(["", ""], [...circumstanceRows(run), ["engines", run.engines.filter(({ version }) => version).map(({ name, version }) => `${name} ${version}`).join(", ")], ["time limit of a step", `${run.timeout} s`]]),
    "## Steepness",
    "A cost grows with the text to this power, fitted over all sizes: 1 is in proportion, 0 not at all. Fixed costs make small sizes flat, so a value below 1 does not mean less than proportional growth for large texts.",
    table(["engine", ...COSTS.map(([, title]) => title.split(",")[0])], names.map((name) => [name, ...COSTS.map(([figure]) => powerOf(results, name, figure))])),
    ...COSTS.flatMap(([figure, title]) => [`## ${title}`, table(["engine", ...sizes], names.map((name) => [name, ...cells(results, keys, name, figure)]))]),
    ...failures(results, keys),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** The least of each size is bold. */
function cells(results, keys, name, figure) {
  return keys.map((key) => {
    const products = ENGINES.filter(({ isFloor }) => !isFloor).map((engine) => results[key][engine.name]?.[figure]).filter((value) => Number.isFinite(value) && value > 0);
    const value = results[key][name]?.[figure];
    return value > 0 && value === Math.min(...products) ? `**${number(value)}**` : number(value);
  });
}

function powerOf(results, name, figure) {
  const points = Object.values(results).map((engines) => engines[name]).filter((one) => one?.[figure] > 0).map((one) => [Math.log(one.textBytes), Math.log(one[figure])]);
  return points.length < 2 ? "–" : slope(points).toFixed(2);
}

/** Of the line through the points, by least squares. */
export function slope(points) {
  const mean = (axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  return points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

function failures(results, keys) {
  const lines = keys.flatMap((key) => Object.entries(results[key]).filter(([, { failure }]) => failure).map(([name, { textBytes, failure }]) => {
    const what = { crash: "ran out of memory or crashed", timeout: "took too long", error: "failed" }[failure.outcome];
    return `- ${name} ${what} during ${failure.step} with ${sizeOf(textBytes)}: ${failure.message}. Larger texts were not tried.`;
  }));
  return lines.length === 0 ? [] : ["## Who did not survive", lines.join("\n")];
}

const sizeOf = (bytes) => (bytes < 950_000 ? `${Math.round(bytes / 100_000) * 100} kB` : `${Math.round(bytes / 1e6)} MB`);
