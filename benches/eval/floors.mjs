// The floors of tests/eval/floors.tsv: a line for each figure, `part set measure floor` with tabs
// between. Recording raises floors and adds new ones; it never lowers one. Who must lower a floor
// edits the file, where a reader of the change sees it.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const FLOORS = fileURLToPath(new URL("../../tests/eval/floors.tsv", import.meta.url));
/** What a figure may lose before it counts; needles and broken files are all or nothing. */
const MARGIN = 0.01;
const EXACT = ["needles"];

export const keyOf = ({ part, set, measure }) => [part, set, measure].join("\t");

/** By key. */
export function readFloors(file = FLOORS) {
  if (!existsSync(file)) return new Map();
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf("\t")), Number(line.slice(line.lastIndexOf("\t") + 1))]));
}

/** Each row with its floor, if it has one, and whether it is at least that. */
export function judged(rows, floors) {
  return rows.map((row) => {
    const floor = floors.get(keyOf(row));
    return { ...row, floor, passed: floor === undefined || row.value >= floor };
  });
}

/** The floors after these rows were measured. What has never been right has none. */
export function raised(rows, floors) {
  const next = new Map(floors);
  for (const row of rows) {
    const margin = EXACT.includes(row.part) ? 0 : MARGIN;
    const floor = Math.floor((row.value - margin) * 10_000) / 10_000;
    if (floor > (floors.get(keyOf(row)) ?? 0)) next.set(keyOf(row), floor);
  }
  return next;
}

export function writeFloors(floors, file = FLOORS) {
  const lines = [...floors].map(([key, floor]) => `${key}\t${floor.toFixed(4)}`).sort();
  writeFileSync(file, `${lines.join("\n")}\n`);
}
