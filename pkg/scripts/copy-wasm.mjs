// Puts the generated wasm modules into dist/, and beside each a script that holds the same wasm
// deflated, for bundlers that do not bring .wasm files along; the token vocabulary, deflated; and
// the declaration of the wasm files. It builds nothing.
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";

const from = fileURLToPath(new URL("../wasm/", import.meta.url));
const to = fileURLToPath(new URL("../dist/wasm/", import.meta.url));

try {
  // A package.json or .gitignore beside the generated files would hide them from npm.
  await cp(from, to, { recursive: true, filter: (path) => !/(package\.json|\.gitignore|README\.md)$/.test(path) });
  for (const name of ["core", "readers", "pdf"]) {
    const wasm = await readFile(`${from}${name}_bg.wasm`);
    const text = deflateRawSync(wasm, { level: 9 }).toString("base64");
    await writeFile(`${to}${name}-inline.js`, `export default "${text}";\n`);
    console.log(`${name}: ${wasm.length} bytes, inline ${text.length}`);
  }
  await cp(fileURLToPath(new URL("../src/wasm-url.d.ts", import.meta.url)), fileURLToPath(new URL("../dist/wasm-url.d.ts", import.meta.url)));
  const vocabulary = await readFile(fileURLToPath(new URL("../../assets/qwen-vocabulary/merges.bin", import.meta.url)));
  const packed = deflateRawSync(vocabulary, { level: 9 });
  await mkdir(new URL("../dist/assets/", import.meta.url), { recursive: true });
  await writeFile(fileURLToPath(new URL("../dist/assets/qwen-vocabulary.bin", import.meta.url)), packed);
  // Its origin and licence.
  await cp(fileURLToPath(new URL("../../assets/qwen-vocabulary/README.md", import.meta.url)), fileURLToPath(new URL("../dist/assets/README.md", import.meta.url)));
  console.log(`qwen-vocabulary: ${vocabulary.length} bytes, packed ${packed.length}`);
} catch (error) {
  if (error.code !== "ENOENT") throw error;
  console.error(`copy-wasm: ${error.path} is missing; build the wasm modules first (cargo xtask build)`);
  process.exitCode = 1;
}
