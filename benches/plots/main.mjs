// Draws the plots of docs/benchmarks again from the figures that are recorded there.

import { PLOTS, draw } from "./draw.mjs";

const names = process.argv.slice(2);
const unknown = names.find((name) => !PLOTS[name]);
if (unknown !== undefined) {
  console.error(`usage: node benches/plots/main.mjs [NAME…]\n\nNames: ${Object.keys(PLOTS).join(", ")}; all of them unless told.`);
  process.exitCode = 2;
} else {
  for (const name of names.length > 0 ? names : Object.keys(PLOTS)) draw(name);
}
