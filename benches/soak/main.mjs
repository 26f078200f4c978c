// Uses the package in headless Chromium for as long as a patient visitor would, and looks whether
// anything grows; then a day's work with 100 MB of text. Fails if a figure is not flat, or if a
// library that was opened again finds something else.
//
//   node benches/soak/main.mjs [--cycles 1000] [--widgets 200] [--megabytes 100] [--record]
//
// Needs what `cargo xtask build` makes. `--record` writes docs/benchmarks/soak.json and soak.md.

import { availableParallelism, cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { startServer } from "../../tests/endpoint/server.mjs";
import { startChromium } from "./chromium.mjs";
import { soak } from "./cycles.mjs";
import { day } from "./day.mjs";
import { record, tables } from "./report.mjs";
import { serveSoak } from "./serve.mjs";

const USAGE = "usage: cargo xtask soak [--cycles N] [--widgets N] [--megabytes N] [--record]";

const options = read();
const closing = [];
let failed = true;
try {
  failed = await main();
} finally {
  for (const close of closing.reverse()) await close();
}
process.exit(failed ? 1 : 0);

function read() {
  const { values } = parseArgs({
    options: {
      cycles: { type: "string", default: "1000" },
      widgets: { type: "string", default: "200" },
      megabytes: { type: "string", default: "100" },
      record: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const numbers = ["cycles", "widgets", "megabytes"].map((name) => [name, Number(values[name])]);
  for (const [name, number] of numbers) {
    if (Number.isInteger(number) && number >= 0) continue;
    console.error(`--${name} takes a whole number\n${USAGE}`);
    process.exit(2);
  }
  return { ...Object.fromEntries(numbers), record: values.record };
}

/** Whether something was wrong. */
async function main() {
  const { cycles, widgets, megabytes } = options;
  const load = loadavg()[0];
  const server = await serveSoak();
  closing.push(() => server.close());
  const endpoint = await startServer();
  closing.push(() => endpoint.stop());
  const browser = await startChromium();
  closing.push(() => browser.close());
  // What the endpoint remembers of each question is of no use here.
  const forget = setInterval(() => (endpoint.state.log.length = 0), 1000);
  closing.push(() => clearInterval(forget));

  const common = { baseURL: endpoint.baseURL, log: (line) => console.error(line) };
  const soaks = [];
  for (const [run, count] of [["cycles", cycles], ["widgets", widgets]]) {
    if (count === 0) continue;
    const page = await browser.open(server.addressOf("page.html"));
    soaks.push(await soak(page, { ...common, run, cycles: count }));
    await page.close();
  }
  const worked = megabytes > 0 ? await day(browser, await browser.open(server.addressOf("day.html")), { megabytes, log: common.log }) : undefined;

  const run = {
    date: new Date().toISOString().slice(0, 10),
    command: `cargo xtask soak${argumentsGiven()}`,
    cores: availableParallelism(),
    cpu: cpus()[0].model,
    load: Number(load.toFixed(2)),
    node: process.versions.node,
    chromium: browser.version,
  };
  const result = { run, soaks, day: worked };
  console.log(tables(result));
  if (options.record) record(result);
  const wrong = [...soaks.flatMap(complaintsOf), ...(worked?.different ?? [])];
  for (const complaint of wrong) console.error(`NOT AS IT SHOULD BE: ${complaint}`);
  return wrong.length > 0;
}

function complaintsOf({ run, figures, workersAfter }) {
  const growing = figures.filter(({ flat }) => !flat).map(({ figure, growth }) => `${run}: ${figure} grows by ${(100 * growth).toFixed(2)} % over the second half`);
  return workersAfter === 0 ? growing : [...growing, `${run}: ${workersAfter} workers are left after all was disposed of`];
}

function argumentsGiven() {
  return process.argv.slice(2).map((argument) => ` ${argument}`).join("");
}
