// From figures to the page: means by kind of question, languages, sets, and where ours loses.

import { table } from "../readers/markdown.mjs";
import { circumstanceRows } from "../run.mjs";
import { GROUPS, languagesOf, meansOf, setsIn } from "./groups.mjs";

const OURS = "qwen-agent-wasm";

/** The whole page as Markdown: `engines` are `{ name, version, as }`, `sets[set][engine]` figures. */
export function page({ run, engines, sets }) {
  const present = GROUPS.filter(({ name }) => setsIn(sets, name).length > 0);
  const parts = [
    "# Retrieval by language",
    "Written by `cargo xtask bench retrieval --record`; what is measured is told in [evaluation.md](../evaluation.md#retrieval). In every row the best figure is bold.",
    "![nDCG@10 of every engine by language](retrieval.svg)",
    table(["", ""], circumstanceRows(run)),
    table(["engine", "version", "as"], engines.map(({ name, version = run.version, as }) => [name, name === "plain words" ? "" : version, as])),
    ...["ndcg", "recall"].flatMap((measure) => meansTable(measure, present, engines, sets)),
    ...losses(engines, sets),
    ...present.flatMap(({ name, title }) => languageTable(name, title, engines, sets)),
    "## By set, nDCG@10",
    table(["set", ...names(engines)], Object.keys(sets).sort().map((set) => [set, ...best(names(engines).map((engine) => sets[set][engine]?.ndcg))])),
  ];
  return `${parts.join("\n\n")}\n`;
}

const TITLES = { ndcg: "nDCG@10, means over sets", recall: "Recall@5, means over sets" };

function meansTable(measure, groups, engines, sets) {
  const rows = groups.map(({ name, title }) => {
    const inGroup = setsIn(sets, name);
    const means = meansOf(sets, inGroup);
    return [`${title} (${inGroup.length} sets)`, ...best(names(engines).map((engine) => means[engine]?.[measure]))];
  });
  return [`## ${TITLES[measure]}`, table(["", ...names(engines)], rows)];
}

function languageTable(group, title, engines, sets) {
  const rows = languagesOf(sets, group).map(({ language, means }) => [language, ...best(names(engines).map((engine) => means[engine]?.ndcg))]);
  return [`## By language, ${title}, nDCG@10`, table(["language", ...names(engines)], rows)];
}

/** Every set on which another engine does better. */
export function losses(engines, sets) {
  const rows = Object.keys(sets).sort().flatMap((set) => {
    const ours = sets[set][OURS]?.ndcg;
    return names(engines).filter((engine) => engine !== OURS && short(sets[set][engine]?.ndcg) > short(ours)).map((engine) => [set, short(ours), engine, short(sets[set][engine].ndcg)]);
  });
  const heading = "## Where ours is not the best";
  return rows.length === 0 ? [heading, "On none of these sets."] : [heading, table(["set", "ours", "better", "its nDCG@10"], rows)];
}

/** Numbers to three digits, the highest bold. */
function best(values) {
  const most = Math.max(...values.filter(Number.isFinite));
  return values.map((value) => (short(value) === short(most) ? `**${short(value)}**` : short(value)));
}

const names = (engines) => engines.map(({ name }) => name);
const short = (value) => (Number.isFinite(value) ? value.toFixed(3) : "–");
