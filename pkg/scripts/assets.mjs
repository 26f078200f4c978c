// Writes dist/assets.json: every file that a page may fetch at run time, with its size, its hash
// and what it is for. For service workers, and for whoever serves the files from elsewhere.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { closure } from "./graph.mjs";

const package_ = fileURLToPath(new URL("../", import.meta.url));
const dist = `${package_}dist/`;

/** Files that are no scripts. */
const DATA = {
  "wasm/core_bg.wasm": "core",
  "wasm/readers_bg.wasm": "readers",
  "wasm/pdf_bg.wasm": "pdf",
  "wasm/pdf-cjk.bin": "pdf-cjk",
  "assets/qwen-vocabulary.bin": "vocabulary",
  "vendor/quickjs/quickjs.wasm": "sandbox",
};

/** Entries, and what their scripts are for. `widget.js` is the bundle for script tags. */
const SCRIPTS = { "index.js": "api", "tools/index.js": "tools", "search-index.js": "search", "worker.js": "worker", "stored-worker.js": "worker", "tools/code/sandbox-worker.js": "sandbox", "widget/index.js": "widget", "widget.js": "widget-bundle" };

const purposes = new Map(Object.entries(DATA).map(([path, purpose]) => [path, new Set([purpose])]));
for (const [entry, purpose] of Object.entries(SCRIPTS)) {
  // What is not built yet is missed by the manifest's own test.
  if (!existsSync(dist + entry)) continue;
  const { atOnce, later } = await closure(dist, entry);
  for (const path of [...atOnce, ...later]) {
    const isCopy = path.endsWith("-inline.js") || path.startsWith("vendor/lzma/");
    purposes.set(path, (purposes.get(path) ?? new Set()).add(isCopy ? "copy" : purpose));
  }
}

const files = [];
for (const [path, uses] of [...purposes].sort(([one], [other]) => (one < other ? -1 : 1))) {
  const bytes = await readFile(dist + path);
  const hash = createHash("sha256").update(bytes).digest("base64");
  files.push({ path, bytes: bytes.length, integrity: `sha256-${hash}`, purposes: [...uses].sort() });
}
const { version } = JSON.parse(await readFile(`${package_}package.json`, "utf8"));
await writeFile(`${dist}assets.json`, `${JSON.stringify({ version, files }, undefined, 1)}\n`);
console.log(`assets: ${files.length} files`);
