// Puts the generated wasm modules into dist/: as they are; pdf-cjk as what it has more than pdf;
// for bundlers that do not bring such files along, packed into scripts; one glue for the three that
// read files; and the token vocabulary, packed. It builds nothing.
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { compress } from "lzma1";
import { minified } from "./minify.mjs";
import { makePatch } from "./patch.mjs";
import { readerGlue } from "./reader-glue.mjs";
import { packVocabulary } from "./vocabulary.mjs";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const from = path("../wasm/");
const to = path("../dist/wasm/");

/** The best that lzma1 has. */
const BEST = 9;

try {
  await mkdir(to, { recursive: true });
  const wasm = {};
  for (const name of ["core", "readers", "pdf"]) {
    wasm[name] = await readFile(`${from}${name}_bg.wasm`);
    await writeFile(`${to}${name}_bg.wasm`, wasm[name]);
    const text = Buffer.from(compress(wasm[name], BEST)).toString("base64");
    await writeFile(`${to}${name}-inline.js`, `export default "${text}";\n`);
    console.log(`${name}: ${wasm[name].length} bytes, inline ${text.length}`);
  }
  const patch = makePatch(wasm.pdf, await readFile(`${from}pdf-cjk_bg.wasm`));
  await writeFile(`${to}pdf-cjk.bin`, patch);
  console.log(`pdf-cjk: a patch of ${patch.length} bytes`);
  await writeFile(`${to}core.js`, await minified(await readFile(`${from}core.js`, "utf8")));
  await cp(`${from}core.d.ts`, `${to}core.d.ts`);
  const glues = {};
  for (const name of ["readers", "pdf", "pdf-cjk"]) glues[name] = await readFile(`${from}${name}.js`, "utf8");
  await writeFile(`${to}reader-glue.js`, await minified(readerGlue(glues)));
  await cp(path("../src/wasm-url.d.ts"), path("../dist/wasm-url.d.ts"));
  await mkdir(path("../dist/assets/"), { recursive: true });
  const vocabulary = await readFile(path("../../assets/qwen-vocabulary/merges.bin"));
  const packed = packVocabulary(vocabulary);
  await writeFile(path("../dist/assets/qwen-vocabulary.bin"), packed);
  // Its origin and licence.
  await cp(path("../../assets/qwen-vocabulary/README.md"), path("../dist/assets/README.md"));
  console.log(`qwen-vocabulary: ${vocabulary.length} bytes, packed ${packed.length}`);
} catch (error) {
  if (error.code !== "ENOENT") throw error;
  console.error(`copy-wasm: ${error.path} is missing; build the wasm modules first (cargo xtask build)`);
  process.exitCode = 1;
}
