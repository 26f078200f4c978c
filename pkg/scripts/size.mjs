// Prints what a page loads of the package's scripts, minified and packed as servers send them, and
// holds it to size-budget.txt. `cargo xtask size` runs it.
import { build } from "esbuild";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const dist = resolve(repository, "pkg/dist");

/**
 * What is measured. `entry`, `worker` and the worker that stores documents: with all that they
 * import at once. `launcher`: likewise, what a page with the widget loads before anyone opens it.
 * `widget`: what is loaded when it is opened, without what is counted apart (`entry`, `worker`) and
 * without what comes later still: other languages, pages of PDFs, math, code. `markdown`: what
 * draws answers, loaded while the reader writes the question.
 */
const PARTS = {
  entry: ["index.js", atOnce],
  worker: ["worker.js", atOnce],
  "stored-worker": ["stored-worker.js", atOnce],
  launcher: ["widget/index.js", atOnce],
  widget: ["widget/index.js", ofWidget],
  markdown: ["widget/markdown/blocks.js", atOnce],
};

/** The sizes of a part, in bytes. */
export async function measure(entry, isOutside, folder = dist) {
  const outside = {
    name: "outside",
    setup: (made) =>
      made.onResolve({ filter: /^\.{1,2}\// }, ({ path, kind, resolveDir }) => (isOutside(resolve(resolveDir, path), kind, folder) ? { path, external: true } : undefined)),
  };
  const { outputFiles } = await build({ entryPoints: [resolve(folder, entry)], bundle: true, write: false, minify: true, format: "esm", platform: "browser", target: "es2022", legalComments: "none", logLevel: "warning", plugins: [outside] });
  const bytes = outputFiles[0].contents;
  return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes).length };
}

export function atOnce(_, kind) {
  return kind === "dynamic-import";
}

/** Folders whose scripts are loaded by an open widget when they are needed. */
const LATE = ["strings", "source", "rich", "markdown"];

export function ofWidget(path, kind, folder) {
  const isLate = kind === "dynamic-import";
  if (path.startsWith(`${folder}${sep}vendor${sep}`)) return isLate;
  if (!path.startsWith(`${folder}${sep}widget${sep}`)) return true;
  const isLateFolder = LATE.some((name) => dirname(path) === resolve(folder, "widget", name));
  return isLate && isLateFolder && !path.endsWith(`${sep}en.js`);
}

async function main() {
  const budgets = new Map((await readFile(`${repository}size-budget.txt`, "utf8")).split("\n").map((line) => line.split(/\s+/)).map(([name, bytes]) => [name, Number(bytes)]));
  const { exports: entries } = JSON.parse(await readFile(`${repository}pkg/package.json`, "utf8"));
  const columns = (name, ...figures) => console.log(name.padEnd(14), ...figures.map((figure) => String(figure).padStart(10)));
  columns("scripts", "raw", "gzip", "brotli", "budget");
  for (const [name, [entry, isOutside]] of Object.entries(PARTS)) {
    if (entry.startsWith("widget/") && !entries["./widget"]) continue;
    if (!existsSync(resolve(dist, entry))) throw new Error(`pkg/dist/${entry} is missing; run \`cargo xtask build\``);
    const { raw, gzip, brotli } = await measure(entry, isOutside);
    const budget = budgets.get(name);
    columns(name, raw, gzip, brotli, budget);
    if (!(gzip <= budget)) throw new Error(`${name} has ${gzip} bytes gzip, its budget is ${budget}`);
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main().catch(({ message }) => {
    console.error(`size: ${message}`);
    process.exitCode = 1;
  });
}
