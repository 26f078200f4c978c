// Holds the rectangles of our words against pdf.js' positions of its text runs:
//   node benches/readers/places.mjs PDF… [--quotes N] [--seed N]
// For each file, random text runs of pdf.js are looked up in our text of the same page; the box
// around our words and pdf.js' box of the run (as its text layer places it: one em high, parted by
// the font's ascent and descent) are compared by area. It decides nothing; it prints a table and a mean.
import { basename } from "node:path";
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { loadPdfjs } from "./engines/pdfjs.mjs";
import { localHost } from "../../pkg/dist/node.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quotes: { type: "string", default: "20" }, seed: { type: "string", default: "1" } },
});
if (positionals.length === 0) {
  console.error("usage: node benches/readers/places.mjs PDF… [--quotes N] [--seed N]");
  process.exit(2);
}

/** Runs that say too little, or stand twice on a page, cannot be looked up by their text. */
const LEAST_CHARACTERS = 8;

const { pdfjs, files } = await loadPdfjs();
const random = generator(Number(values.seed));
const { signal } = new AbortController();
const totals = [];
console.log("covered  IoU    runs  file");
for (const path of positionals) {
  const compared = await compare(path).catch((error) => void console.log(`failed: ${basename(path)}: ${error.message}`));
  if (!compared || compared.length === 0) continue;
  totals.push(...compared);
  console.log(`${mean(compared, "covered")}   ${mean(compared, "iou")}  ${String(compared.length).padStart(4)}  ${basename(path)}`);
}
console.log(`${mean(totals, "covered")}   ${mean(totals, "iou")}  ${String(totals.length).padStart(4)}  all`);

async function compare(path) {
  const bytes = await readFile(path);
  const host = localHost();
  const info = await host.call("add", { source: { id: "x", name: basename(path) }, blob: new Blob([bytes]) }, { signal });
  const task = pdfjs.getDocument({ data: new Uint8Array(bytes), cMapUrl: `${files}cmaps/`, cMapPacked: true, standardFontDataUrl: `${files}standard_fonts/`, verbosity: 0 });
  const document = await task.promise;
  const found = [];
  for (let number = 1; number <= Math.min(info.pages, document.numPages); number += 1) {
    const { text } = await host.call("page", { id: "x", page: number }, { signal });
    const page = await document.getPage(number);
    for (const run of await runs(page)) {
      const start = only(text, run.str);
      if (start === undefined) continue;
      found.push({ run, span: { page: number, start, end: start + run.str.length } });
    }
  }
  const compared = [];
  for (const { run, span } of sample(found, Number(values.quotes))) {
    const rects = await host.call("rects", { id: "x", span }, { signal });
    compared.push(overlap(around(rects), run.rect));
  }
  await task.destroy();
  return compared;
}

/** Horizontal runs with their boxes from the page's top left corner. */
async function runs(page) {
  const viewport = page.getViewport({ scale: 1 });
  const { items, styles } = await page.getTextContent();
  return items.flatMap((item) => {
    const str = item.str.trim();
    const [a, b, , d, x, y] = pdfjs.Util.transform(viewport.transform, item.transform);
    const upright = Math.abs(b) < 1e-3 * Math.abs(a) && d < 0;
    if (!upright || str.length < LEAST_CHARACTERS || str !== item.str || styles[item.fontName].vertical) return [];
    const height = Math.hypot(item.transform[2], item.transform[3]);
    const { ascent, descent } = styles[item.fontName];
    const above = ascent > 0 && descent < 0 ? ascent / (ascent - descent) : 0.8;
    return [{ str, rect: { x, y: y - above * height, width: item.width, height } }];
  });
}

/** Where a text stands, if it does once. */
function only(text, part) {
  const at = text.indexOf(part);
  return at >= 0 && text.indexOf(part, at + 1) < 0 ? at : undefined;
}

function around(rects) {
  const x = Math.min(...rects.map((rect) => rect.x));
  const y = Math.min(...rects.map((rect) => rect.y));
  const right = Math.max(...rects.map((rect) => rect.x + rect.width));
  const bottom = Math.max(...rects.map((rect) => rect.y + rect.height));
  return { x, y, width: right - x, height: bottom - y };
}

/** How much of theirs ours covers, and intersection over union. */
function overlap(ours, theirs) {
  const along = (a, la, b, lb) => Math.max(0, Math.min(a + la, b + lb) - Math.max(a, b));
  const common = along(ours.x, ours.width, theirs.x, theirs.width) * along(ours.y, ours.height, theirs.y, theirs.height);
  const area = ({ width, height }) => width * height;
  return { covered: common / area(theirs) || 0, iou: common / (area(ours) + area(theirs) - common) || 0 };
}

function sample(list, count) {
  const left = [...list];
  return Array.from({ length: Math.min(count, left.length) }, () => left.splice(Math.floor(random() * left.length), 1)[0]);
}

function mean(list, key) {
  return (list.reduce((sum, item) => sum + item[key], 0) / Math.max(1, list.length)).toFixed(3);
}

/** Mulberry32: the same seed, the same quotes. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
