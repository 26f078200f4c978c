// Puts the libraries that the tools and the widget use into dist/vendor, as they are published, with their
// licences: so the package works without a bundler and has nothing to install. It builds nothing.
import { cp, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const modules = fileURLToPath(new URL("../node_modules/", import.meta.url));
const vendor = fileURLToPath(new URL("../dist/vendor/", import.meta.url));

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`;

const libraries = [
  { name: "@cfworker/json-schema", scripts: "dist/esm", into: "json-schema" },
  { name: "eventsource-parser", scripts: "dist", only: /^index\.js$/, into: "eventsource-parser" },
  // The half that unpacks.
  { name: "lzma1", scripts: "lib", only: /^(decoder|lz-window|range-decoder|streams|utils)\.js$/, into: "lzma" },
  // Its lexer is what the widget uses.
  { name: "marked", scripts: "lib", only: /^marked\.esm\.js$/, into: "marked" },
  { name: "quickjs-wasi", scripts: "dist", files: ["quickjs.wasm"], into: "quickjs" },
];

for (const { name, scripts, only = /\.js$/, files = [], into } of libraries) {
  const from = `${modules}${name}/`;
  const to = `${vendor}${into}/`;
  await mkdir(to, { recursive: true });
  for (const file of await readdir(from + scripts)) {
    if (!only.test(file)) continue;
    const text = await readFile(`${from}${scripts}/${file}`, "utf8");
    await writeFile(to + file, text.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n"));
  }
  for (const file of files) await cp(from + file, to + file);
  await writeFile(`${to}LICENSE`, await licence(from));
}

/** Its licence file; where it ships none, what its package.json says of author and licence. */
async function licence(from) {
  const { name, version, author, license, repository } = JSON.parse(await readFile(`${from}package.json`, "utf8"));
  const origin = typeof repository === "string" ? repository : repository?.url;
  const head = `${name} ${version}, ${origin}\n\n`;
  const [file] = (await readdir(from)).filter((entry) => /^licen[cs]e/i.test(entry));
  if (file) return head + (await readFile(from + file, "utf8"));
  if (license !== "MIT") throw new Error(`${name} ships no licence file, and is not under MIT: write down what it asks for`);
  return `${head}Copyright (c) ${typeof author === "string" ? author : author?.name}\n\n${MIT}`;
}
