// The evaluation: what was measured natively (`--native FILE`, lines of JSON by
// `benches/eval/main.rs`) and the readers' quality, each figure beside its floor. Fails if one is
// below it.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { RECORDS, draw } from "../plots/draw.mjs";
import { circumstances } from "../run.mjs";
import { judged, raised, readFloors, writeFloors } from "./floors.mjs";
import { readersRows } from "./readers.mjs";
import { meansTable, page, rowsTable } from "./report.mjs";

const USAGE = `\
usage: cargo xtask eval [--quick] [--record]

  --quick   fewer sets and languages, shorter haystacks; each figure is measured as ever
  --record  write eval.md, eval.json and the plot into docs/benchmarks, and raise floors
`;

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`eval: ${error.message}`);
  process.exitCode = 1;
}

async function main() {
  const flag = { type: "boolean", default: false };
  const { values } = parseArgs({ options: { native: { type: "string" }, quick: flag, record: flag, help: flag } });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (values.record && values.quick) throw new Error("a part is not recorded; leave out --quick");
  const native = values.native ? readFileSync(values.native, "utf8").trim().split("\n").map((line) => JSON.parse(line)) : [];
  const measured = [...native, ...(await readersRows())];
  if (values.record) writeFloors(raised(measured, readFloors()));
  const rows = judged(measured, readFloors());
  console.log(`${rowsTable(rows)}\n\n${meansTable(rows)}`);
  if (values.record) record(rows);
  const below = rows.filter(({ passed }) => !passed);
  for (const { part, set, measure, value, floor } of below) console.error(`below its floor: ${part}, ${set}, ${measure}: ${value.toFixed(4)} < ${floor}`);
  console.error(`${rows.length - below.length} of ${rows.length} figures are at least their floors`);
  return below.length === 0 ? 0 : 1;
}

function record(rows) {
  const run = circumstances("cargo xtask eval --record");
  const rounded = (_key, value) => (typeof value === "number" ? Number(value.toFixed(4)) : value);
  const lines = rows.map((row) => JSON.stringify(row, rounded)).join(",\n");
  writeFileSync(join(RECORDS, "eval.json"), `{\n"run": ${JSON.stringify(run, rounded)},\n"rows": [\n${lines}\n]\n}\n`);
  writeFileSync(join(RECORDS, "eval.md"), page(JSON.parse(readFileSync(join(RECORDS, "eval.json"), "utf8"))));
  console.error("wrote docs/benchmarks/eval.json, eval.md and tests/eval/floors.tsv");
  draw("eval");
}
