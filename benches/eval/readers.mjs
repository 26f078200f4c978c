// The readers' quality by format, on the repository's own inputs: F1, order, and cells of tables,
// as rows of the evaluation.

import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { filesOf } from "../readers/corpus.mjs";
import { enginesNamed } from "../readers/engines.mjs";
import { measure } from "../readers/measure.mjs";
import { summary } from "../readers/score.mjs";
import { compareTables } from "../readers/tables.mjs";

const INPUTS = fileURLToPath(new URL("../../tests/inputs", import.meta.url));
/** Seconds for a file. */
const TIMEOUT = 60;

/** Rows as `eval.mjs` wants them. */
export async function readersRows() {
  const files = filesOf(INPUTS);
  const [ours] = await measure(files, enginesNamed([]), { passes: 0, seconds: TIMEOUT, log: () => {} });
  if (ours.error) throw new Error(`the readers could not be run (${ours.error}); run \`cargo xtask build\``);
  const groups = [...new Set(files.map(({ group }) => group))].sort();
  const quality = groups.flatMap((group) => {
    const scores = files.filter((file) => file.group === group).map(({ results }) => results.ours?.score).filter(Boolean);
    if (scores.length === 0) return [];
    const { f1, order } = summary(scores);
    return [row(group, "F1", f1, scores.length), row(group, "order", order, scores.length)];
  });
  const { kinds } = await compareTables(INPUTS, resolve(INPUTS, "tables.json"), () => {});
  const cells = kinds.map(({ kind, right, wanted, found }) => row(`${kind}, tables`, "F1 of cells", (2 * right) / (wanted + found), wanted));
  return [...quality, ...cells];
}

const row = (set, measure, value, count) => ({ part: "readers", set, measure, value, count });
