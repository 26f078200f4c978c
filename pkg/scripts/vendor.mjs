// Puts the libraries that the package uses into dist/vendor, with their licences: so the package
// works without a bundler and has nothing to install. Small ones go in script by script, minified,
// but for what `edit` says.
import { cp, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { bundleVendor } from "./vendor-bundles.mjs";
import { licence } from "./licence.mjs";
import { minified } from "./minify.mjs";

const modules = fileURLToPath(new URL("../node_modules/", import.meta.url));
const vendor = fileURLToPath(new URL("../dist/vendor/", import.meta.url));

const libraries = [
  { name: "@cfworker/json-schema", scripts: "dist/esm", into: "json-schema" },
  { name: "eventsource-parser", scripts: "dist", only: /^index\.js$/, into: "eventsource-parser" },
  // The half that unpacks.
  { name: "lzma1", scripts: "lib", only: /^(decoder|lz-window|range-decoder|streams|utils)\.js$/, into: "lzma" },
  // Its lexer is what the widget uses.
  { name: "marked", scripts: "lib", only: /^marked\.esm\.js$/, into: "marked" },
  // Parcel takes the bare name of Node's process for a package that is missing.
  { name: "quickjs-wasi", scripts: "dist", files: ["quickjs.wasm"], into: "quickjs", edit: [/(?<![.\w])process(?=[. ])/g, "globalThis.process"] },
];

for (const { name, scripts, only = /\.js$/, files = [], into, edit } of libraries) {
  const from = `${modules}${name}/`;
  const to = `${vendor}${into}/`;
  await mkdir(to, { recursive: true });
  for (const file of await readdir(from + scripts)) {
    if (!only.test(file)) continue;
    const text = await readFile(`${from}${scripts}/${file}`, "utf8");
    await writeFile(to + file, await minified(edit ? text.replace(...edit) : text));
  }
  for (const file of files) await cp(from + file, to + file);
  await writeFile(`${to}LICENSE`, await licence(from));
}

await bundleVendor({ modules, vendor });
