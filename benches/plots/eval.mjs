// The plot of the evaluation: a row for each measure, with a mark for each set, and below it a
// stroke for each floor that a set may not fall below.

import { means } from "../eval/report.mjs";
import { color, line, linear, mark, svg, text, WIDTH } from "./svg.mjs";

const LABELS = 330;
const ROW = 30;
const TOP = 44;
const place = linear([0, 1], [LABELS, WIDTH - 10]);

export function evalPlot({ rows }) {
  const measures = means(rows);
  const bottom = TOP + measures.length * ROW;
  const parts = [mark(5, 8, 0), text(16, 12, "a set, as measured"), line(160, 3, 160, 13, "floor"), text(170, 12, "its floor")];
  for (const tick of [0, 0.2, 0.4, 0.6, 0.8, 1]) parts.push(line(place(tick), TOP - 8, place(tick), bottom, "grid"), text(place(tick), bottom + 15, String(tick), "quiet", "middle"));
  for (const [at, { part, measure, count }] of measures.entries()) {
    const y = TOP + at * ROW + 6;
    parts.push(text(0, y + 4, `${part}: ${measure} (${count})`));
    const sets = rows.filter((row) => row.part === part && row.measure === measure);
    parts.push(...sets.filter(({ floor }) => floor !== undefined).map(({ floor }) => line(place(floor), y + 6, place(floor), y + 13, "floor")));
    parts.push(...sets.map(({ value, passed }) => mark(place(value), y, passed ? 0 : 3)));
  }
  const style = `<style>.floor{stroke:${color(1)};stroke-width:1.5}</style>`;
  const spoken = measures.map(({ part, measure, mean, lowest }) => `${part}, ${measure}: mean ${mean.toFixed(3)}, lowest ${lowest.value.toFixed(3)} in ${lowest.set}`);
  const below = rows.filter(({ passed }) => !passed).map(({ set, measure }) => `${set}, ${measure}`);
  const description = `${spoken.join("; ")}. ${below.length === 0 ? "None is below its floor" : `Below their floors: ${below.join("; ")}`}.`;
  return svg({ height: bottom + 16, title: "What was measured, and the floors that it may not fall below", description }, [style, ...parts]);
}
