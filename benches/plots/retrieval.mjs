// The plot of retrieval: nDCG@10 of every engine by language, a panel for each kind of question.

import { GROUPS, languagesOf } from "../retrieval/groups.mjs";
import { dots, isDrawable, legend, linear, svg } from "./svg.mjs";

const LABELS = 34;
const GAP = 26;

export function retrievalPlot({ engines, sets }) {
  const names = engines.map(({ name }) => name);
  const { parts, height } = legend(names, 0);
  const width = (760 - GROUPS.length * LABELS - (GROUPS.length - 1) * GAP) / GROUPS.length;
  const panels = GROUPS.map(({ name, title }, at) => {
    const rows = languagesOf(sets, name).map(({ language, means }) => ({ label: language, values: names.map((engine) => means[engine]?.ndcg) }));
    return dots({ left: LABELS + at * (width + LABELS + GAP), top: height + 14, width, labelWidth: LABELS, title, rows, scale: linear([0, 1], [0, 1]), ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] });
  });
  const means = GROUPS.map(({ name, title }) => `${title}, ${names.map((engine) => `${engine} ${mean(languagesOf(sets, name).map(({ means }) => means[engine]?.ndcg)).toFixed(3)}`).join(", ")}`);
  return svg({ height: height + 14 + Math.max(...panels.map(({ height }) => height)), title: "How well questions find their passages, by language: nDCG@10", description: `Means over languages. ${means.join("; ")}.` }, [...parts, ...panels.flatMap(({ parts }) => parts)]);
}

function mean(values) {
  const known = values.filter(isDrawable);
  return known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
}
