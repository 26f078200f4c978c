// The plot of growth: what each engine takes from 100 kB to 100 MB of text, both axes logarithmic.

import { sizesPlot } from "./search.mjs";

export const FIGURES = [
  ["build", "Build, ms"], ["short", "Short query, ms"], ["long2000", "2,000-word query, ms"],
  ["memoryLoaded", "Memory once loaded, MB"], ["savedMb", "Saved, MB"], ["load", "Load to the first hit, ms"],
];

export function scalePlot({ results }) {
  return sizesPlot(results, FIGURES, "How cost grows with the text, both axes logarithmic");
}
