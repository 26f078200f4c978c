// The question sets by kind and language, and means over them.

/** What the second half of a set's name stands for; the other names are questions by people. */
const TRANSLATIONS = { ntrex: "NTREX", flores: "FLORES" };

export const GROUPS = [
  { name: "questions", title: "questions by people" },
  { name: "NTREX", title: "news headlines" },
  { name: "FLORES", title: "neighboring sentences" },
];

export function groupOf(set) {
  return TRANSLATIONS[set.split(".")[1]] ?? "questions";
}

/** `[{ language, means: { engine: { ndcg, recall } } }]` of a group, by language. */
export function languagesOf(sets, group) {
  const names = Object.keys(sets).filter((name) => groupOf(name) === group).sort();
  const languages = [...new Set(names.map((name) => name.split(".")[0]))];
  return languages.map((language) => ({ language, means: meansOf(sets, names.filter((name) => name.startsWith(`${language}.`))) }));
}

/** The mean of each engine over these sets; missing where it has not run over all of them. */
export function meansOf(sets, names) {
  const engines = [...new Set(names.flatMap((name) => Object.keys(sets[name])))];
  return Object.fromEntries(engines.flatMap((engine) => {
    const figures = names.map((name) => sets[name][engine]);
    if (figures.length === 0 || figures.some((one) => !one)) return [];
    const mean = (measure) => figures.reduce((sum, one) => sum + one[measure], 0) / figures.length;
    return [[engine, { ndcg: mean("ndcg"), recall: mean("recall") }]];
  }));
}

/** The names of all sets of a group. */
export function setsIn(sets, group) {
  return Object.keys(sets).filter((name) => groupOf(name) === group).sort();
}
