// From what was measured to tables: `{ title, notes, columns, rows }`, which markdown.mjs prints.

import { storedScores } from "./measure.mjs";
import { summary } from "./score.mjs";

/** What an engine says that does not read a kind at all. */
const UNREAD = "read.unsupported";
const MEGABYTE = 1e6;

/** The tables of every kind among the files. */
export function tablesOf(files, engines, worst) {
  return [...new Set(files.map(({ kind }) => kind))].sort().flatMap((kind) => {
    const ofKind = files.filter((file) => file.kind === kind);
    const present = engines.filter(({ name }) => ofKind.some(({ results }) => results?.[name]));
    const able = present.filter(({ name }) => !isUnread(ofKind, name));
    const notes = present.filter((engine) => !able.includes(engine)).map(({ name }) => `\`${name}\` does not read ${kind} (\`${UNREAD}\`), so it is in no table.`);
    const groups = [...new Set(ofKind.map(({ group }) => group))].sort();
    return [
      { title: kind, level: 2, notes: [...notes, ...unscored(ofKind)] },
      ...groups.flatMap((group) => quality(group, ofKind.filter((file) => file.group === group), able, worst)),
      speed(kind, ofKind, able),
      robustness(kind, ofKind, able),
    ];
  });
}

function unscored(files) {
  const count = files.filter(({ references }) => Object.keys(references).length === 0).length;
  return count === 0 ? [] : [`${count} of ${files.length} files have no reference, so that only speed and robustness can be told of them.`];
}

/** Whether an engine refuses every file of a kind, rather than some broken ones. */
function isUnread(files, name) {
  return files.every(({ results }) => results[name]?.error?.code === UNREAD);
}

function quality(group, files, engines, worst) {
  const rows = engines.flatMap(({ name }) => row(name, files.map(({ results }) => results[name]?.score)));
  const run = new Set(engines.map(({ reference }) => reference));
  const stored = files.map(storedScores);
  const names = [...new Set(stored.flatMap((scores) => Object.keys(scores)))].filter((name) => !run.has(name));
  rows.push(...names.flatMap((name) => row(`${name} (stored)`, stored.map((scores) => scores[name]))));
  if (rows.length === 0) return [];
  const columns = ["engine", "files", "F1", "recall", "order", "below .5", "≥ .95"];
  const tables = [{ title: `Quality: ${group}`, level: 3, columns, rows }];
  if (group === "pdf, exact text") tables.push(...languages(files, engines));
  if (worst > 0 && engines.some(({ name }) => name === "ours")) tables.push(...worstOf(group, files, worst));
  return tables;
}

function row(name, scores) {
  const known = scores.filter(Boolean);
  if (known.length === 0) return [];
  const { files, f1, recall, order, poor, good } = summary(known);
  return [[name, files, fraction(f1), fraction(recall), fraction(order), poor, good]];
}

/** F1 and order by language; the engines in columns. */
function languages(files, engines) {
  const rows = [...new Set(files.map(({ language }) => language))].sort().map((language) => {
    const ofLanguage = files.filter((file) => file.language === language);
    const cells = engines.map(({ name }) => {
      const known = ofLanguage.map(({ results }) => results[name]?.score).filter(Boolean);
      if (known.length === 0) return "–";
      const { f1, order } = summary(known);
      return `${fraction(f1)} / ${fraction(order)}`;
    });
    return [language, ofLanguage.length, ...cells];
  });
  if (rows.length < 2) return [];
  return [{ title: "F1 / order by language: pdf, exact text", level: 3, columns: ["language", "files", ...engines.map(({ name }) => name)], rows }];
}

function worstOf(group, files, count) {
  const scored = files.filter(({ results }) => results.ours?.score);
  const rows = scored.sort((a, b) => a.results.ours.score.f1 - b.results.ours.score.f1).slice(0, count).map(({ name, results }) => {
    const { score, outcome, error } = results.ours;
    return [`\`${name}\``, fraction(score.f1), fraction(score.recall), fraction(score.order), error?.code ?? outcome];
  });
  return rows.length === 0 ? [] : [{ title: `The worst of ours: ${group}`, level: 3, columns: ["file", "F1", "recall", "order", "outcome"], rows }];
}

/** Each engine's own rate, and ours against it over the files that both read. */
export function speed(kind, files, engines) {
  const columns = ["engine", "files", "MB", "MB/s", "ours on the same files", "ours / engine"];
  const rows = engines.flatMap((engine) => {
    const read = files.filter(({ results }) => results[engine.name]?.ms.length > 0);
    if (read.length === 0) return [];
    const both = read.filter(({ results }) => results.ours?.ms.length > 0);
    const own = rate(read, engine.name);
    const cells = [engine.note ? `${engine.name} (${engine.note})` : engine.name, read.length, decimal(megabytes(read)), decimal(own)];
    if (engine.name === "ours") return [[...cells, "", ""]];
    if (both.length === 0) return [[...cells, "–", "–"]];
    const ours = rate(both, "ours");
    return [[...cells, decimal(ours), `${decimal(ours / rate(both, engine.name))} ×`]];
  });
  return rows.length === 0 ? { title: `Speed: ${kind}`, level: 3, notes: ["Not timed."] } : { title: `Speed: ${kind}`, level: 3, columns, rows };
}

/** Megabytes a second, of the pass whose total time is the median. */
function rate(files, name) {
  const passes = Math.min(...files.map(({ results }) => results[name].ms.length));
  const totals = Array.from({ length: passes }, (_, pass) => files.reduce((sum, { results }) => sum + results[name].ms[pass], 0));
  return megabytes(files) / (median(totals) / 1000);
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function robustness(kind, files, engines) {
  const columns = ["engine", "files", "read", "errors", "panics", "crashes", "time-outs", "kinds of errors"];
  const rows = engines.map(({ name }) => {
    const results = files.map((file) => file.results[name]).filter(Boolean);
    const count = (outcome) => results.filter((result) => result.outcome === outcome).length;
    return [name, results.length, count("ok"), count("error"), count("panic"), count("crash"), count("timeout"), codes(results)];
  });
  return { title: `Robustness: ${kind}`, level: 3, columns, rows };
}

function codes(results) {
  const counts = new Map();
  for (const { error } of results) if (error) counts.set(error.code, (counts.get(error.code) ?? 0) + 1);
  return [...counts].map(([code, count]) => `${code} ${count}`).join(", ");
}

/** Cells in the right row and column, from `compareTables`. */
export function tableOfCells({ tools, kinds }) {
  const versions = Object.entries(tools).map(([tool, version]) => `${tool} ${version}`).join(", ");
  const rows = kinds.map(({ kind, files, right, wanted, found }) => [kind, files, wanted, fraction(right / wanted), fraction(right / found), fraction((2 * right) / (wanted + found))]);
  return {
    title: "Tables: cells in the right row and column",
    level: 2,
    notes: [`Of ours, against the tables that ${versions} find, for PDFs against tables that were checked by eye: for every cell, its neighbours to the right and below are compared. What is shown otherwise (a number's format, a date) counts as wrong.`],
    columns: ["kind", "files", "neighbours", "recall", "precision", "F1"],
    rows,
  };
}

function megabytes(files) {
  return files.reduce((sum, { bytes }) => sum + bytes, 0) / MEGABYTE;
}

const fraction = (value) => value.toFixed(3);
const decimal = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2));

/** Engines that could not be started. */
export function missing(engines) {
  return engines.filter(({ error }) => error).map(({ name, error }) => `\`${name}\` could not be run: ${error}.`);
}
