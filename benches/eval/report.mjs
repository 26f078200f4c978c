// From rows to the page: one table with floor, measured and passed, and means by part.

import { table } from "../readers/markdown.mjs";
import { circumstanceRows } from "../run.mjs";

export function page({ run, rows }) {
  const parts = [
    "# Evaluation",
    "Written by `cargo xtask eval --record`; what is measured is told in [evaluation.md](../evaluation.md#evaluation). A figure below its floor fails the command; the floors are in `tests/eval/floors.tsv`.",
    "![Every figure beside its floor](eval.svg)",
    table(["", ""], circumstanceRows(run)),
    "## Means",
    meansTable(rows),
    "## All figures",
    rowsTable(rows),
  ];
  return `${parts.join("\n\n")}\n`;
}

export function rowsTable(rows) {
  const cells = rows.map(({ part, set, measure, count, floor, value, passed }) => [part, set, measure, count, floor === undefined ? "none" : floor.toFixed(3), value.toFixed(3), passed ? "yes" : "**no**"]);
  return table(["part", "set", "measure", "of", "floor", "measured", "passed"], cells);
}

export function meansTable(rows) {
  return table(["part", "measure", "figures", "mean", "lowest", "in"], means(rows).map(({ part, measure, count, mean, lowest }) => [part, measure, count, mean.toFixed(3), lowest.value.toFixed(3), lowest.set]));
}

/** Over the sets of every part and measure. */
export function means(rows) {
  const keys = [...new Set(rows.map(({ part, measure }) => `${part}\t${measure}`))];
  return keys.map((key) => {
    const [part, measure] = key.split("\t");
    const of = rows.filter((row) => row.part === part && row.measure === measure);
    const lowest = of.reduce((low, row) => (row.value < low.value ? row : low));
    return { part, measure, count: of.length, mean: of.reduce((sum, { value }) => sum + value, 0) / of.length, lowest };
  });
}
