// Puts the worker, bundled, into a script as text: for bundlers that do not make a script of it.
// One copy serves all: the worker that stores documents does without, too.
import { build } from "esbuild";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const { outputFiles } = await build({ entryPoints: [`${dist}stored-worker.js`], bundle: true, write: false, minify: true, format: "esm", platform: "browser", target: "es2022", legalComments: "none", logLevel: "warning" });
// U+2028 and U+2029 are fine in strings since ES2019.
await writeFile(`${dist}wasm/worker-inline.js`, `export default ${JSON.stringify(outputFiles[0].text)};\n`);
console.log(`worker: inline ${outputFiles[0].text.length}`);
