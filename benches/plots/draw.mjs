// Which plot is drawn from which file of figures. Nothing is measured here: what a plot shows is
// in docs/benchmarks/NAME.json and nowhere else.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { agentsPlot } from "./agents.mjs";
import { evalPlot } from "./eval.mjs";
import { needlePlot } from "./needle.mjs";
import { readersPlot } from "./readers.mjs";
import { retrievalPlot } from "./retrieval.mjs";
import { scalePlot } from "./scale.mjs";
import { growthPlot, ratioPlot } from "./search.mjs";

export const RECORDS = fileURLToPath(new URL("../../docs/benchmarks/", import.meta.url));

/** By the file of figures: the pictures that are drawn of them. */
export const PLOTS = {
  agents: { agents: agentsPlot },
  eval: { eval: evalPlot },
  needle: { needle: needlePlot },
  readers: { readers: readersPlot },
  retrieval: { retrieval: retrievalPlot },
  scale: { scale: scalePlot },
  search: { "search-ratios": ratioPlot, "search-growth": growthPlot },
};

/** Draws what is recorded under this name; the pictures that were written. */
export function draw(name, folder = RECORDS) {
  const figures = join(folder, `${name}.json`);
  if (!existsSync(figures)) return [];
  const record = JSON.parse(readFileSync(figures, "utf8"));
  return Object.entries(PLOTS[name]).flatMap(([picture, plot]) => {
    const drawn = plot(record);
    if (!drawn) return [];
    writeFileSync(join(folder, `${picture}.svg`), drawn);
    console.error(`drew docs/benchmarks/${picture}.svg`);
    return [`${picture}.svg`];
  });
}
