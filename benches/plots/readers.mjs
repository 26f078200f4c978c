// The plot of the readers: F1 of every engine by kind of file, and how many megabytes it reads in
// a second.

import { decades, dots, isDrawable, legend, linear, logarithmic, span, svg } from "./svg.mjs";

const LABELS = 170;
const PANEL = 240;
/** F1 below this stands at the edge. */
const LEAST = 0.5;

export function readersPlot({ run, tables }) {
  const names = run.engines.map(({ name }) => name);
  const quality = rowsOf(tables, /^Quality: (.*)$/, "F1", names);
  const speed = rowsOf(tables, /^Speed(?: in Chromium)?: (.*)$/, "MB/s", names);
  if (quality.length === 0) return undefined;
  const { parts, height } = legend(names, 0);
  const top = height + 14;
  const ticks = [0.5, 0.6, 0.7, 0.8, 0.9, 1];
  const left = dots({ left: LABELS, top, width: PANEL, labelWidth: LABELS, title: "F1 against the reference", rows: quality, scale: linear([LEAST, 1], [0, 1]), ticks });
  const rates = speed.flatMap(({ values }) => values).filter(isDrawable);
  const scale = logarithmic(span(rates.length > 0 ? rates : [1, 10]), [0.02, 0.98]);
  const right = dots({ left: LABELS + PANEL + 130, top, width: 760 - LABELS - PANEL - 140, labelWidth: 100, title: "MB a second, logarithmic", rows: speed, scale, ticks: decades(rates) });
  const spoken = [["F1", quality], ["MB a second", speed]].map(([what, rows]) => `${what}, ${rows.map(({ label, values }) => `${label}: ${told(values, names)}`).join("; ")}`);
  return svg({ height: top + Math.max(left.height, right.height), title: "Document readers side by side: quality and speed by kind of file", description: `${spoken.join(". ")}.` }, [...parts, ...left.parts, ...right.parts]);
}

/** `{ label, values }` of each table whose title fits; an engine's name may have a note behind it. */
function rowsOf(tables, pattern, column, names) {
  return tables.flatMap(({ title, columns = [], rows = [] }) => {
    const [, kind] = pattern.exec(title) ?? [];
    const at = columns.indexOf(column);
    if (!kind || at < 0) return [];
    const valueOf = (name) => Number(rows.find(([engine]) => engine === name || engine.startsWith(`${name} (`) && !engine.endsWith("(stored)"))?.[at] ?? Number.NaN);
    return [{ label: title.includes("Chromium") ? `${kind}, Chromium` : kind, values: names.map(valueOf) }];
  });
}

const told = (values, names) => values.flatMap((value, at) => (isDrawable(value) ? [`${names[at]} ${value}`] : [])).join(", ");
