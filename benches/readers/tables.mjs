// How well the cells of tables stand in their rows and columns.
//
// Two tables are compared by their neighbours: for every cell with text, the next one in its row
// and the one below it, with how many empty cells lie between. A cell in the wrong row or column
// loses its neighbours; a table that is split where nothing stands loses none.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { localHost } from "../../pkg/dist/node.js";
import { documentWithOurs } from "./ours-read.mjs";

/** A table of the report: the references of `file` against what ours finds in `corpus`. */
export async function compareTables(corpus, file, log = () => {}) {
  const { tools, files } = JSON.parse(readFileSync(file, "utf8"));
  const { modules } = localHost();
  const sums = new Map();
  for (const [name, tables] of Object.entries({ ...files, ...checkedTables(corpus) })) {
    const kind = name.split("/")[0];
    const ours = await tablesOf(modules, new Uint8Array(readFileSync(join(corpus, name))), name);
    const score = compare(tables.flatMap(relations), ours.flatMap(relations));
    log(`tables: ${name}: ${score.right} of ${score.wanted}, ${score.found} found`);
    const sum = sums.get(kind) ?? { files: 0, right: 0, wanted: 0, found: 0 };
    sums.set(kind, { files: sum.files + 1, right: sum.right + score.right, wanted: sum.wanted + score.wanted, found: sum.found + score.found });
  }
  return { tools, kinds: [...sums].map(([kind, sum]) => ({ kind, ...sum })) };
}

const CHECKED = ".tables.tsv";

/** The tables of PDFs, which were checked by eye: no library is to be trusted with those. */
function checkedTables(corpus) {
  const refs = join(corpus, "pdf/refs");
  const names = existsSync(refs) ? readdirSync(refs).filter((name) => name.endsWith(CHECKED)).sort() : [];
  return Object.fromEntries(names.map((name) => [`pdf/${name.slice(0, -CHECKED.length)}`, tablesIn(readFileSync(join(refs, name), "utf8"))]));
}

/** An empty line stands between tables. */
export function tablesIn(text) {
  return text.trimEnd().split("\n\n").map((table) => table.split("\n").map((row) => row.split("\t")));
}

/** Rows of cells, of everything that ours takes for a table. */
async function tablesOf(modules, bytes, name) {
  const pages = await documentWithOurs(modules, bytes, name);
  return pages.flatMap(({ text, blocks }) =>
    blocks.filter(({ kind }) => kind === "table").map(({ start, end }) => text.slice(start, end).split("\n").map((row) => row.split("\t"))));
}

/** `["right␟gap␟a␟b", …]`. */
export function relations(rows) {
  const cells = rows.map((row) => row.map(plain));
  const found = [];
  cells.forEach((row, at) => row.forEach((cell, column) => {
    if (cell === "") return;
    const next = row.findIndex((other, index) => index > column && other !== "");
    if (next > 0) found.push(["right", next - column, cell, row[next]].join("\u001f"));
    const below = cells[at + 1]?.[column];
    if (below) found.push(["below", 1, cell, below].join("\u001f"));
  }));
  return found;
}

/** How many of the wanted were found, each as often as it is there. */
export function compare(wanted, found) {
  const left = new Map();
  for (const one of found) left.set(one, (left.get(one) ?? 0) + 1);
  let right = 0;
  for (const one of wanted) {
    const count = left.get(one) ?? 0;
    if (count > 0) {
      right += 1;
      left.set(one, count - 1);
    }
  }
  return { right, wanted: wanted.length, found: found.length };
}

/** Numbers by their value, texts without the white space that does not show. */
function plain(cell) {
  const text = cell.normalize("NFKC").replace(/\s+/g, " ").trim();
  return /^-?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(text) ? String(Number(Number(text).toPrecision(9))) : text;
}
