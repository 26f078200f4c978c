// Writes the widget's languages anew in dist/: each as a list of its texts, in the order that
// English has them in, since thirty files need not say the same names. `src/widget/strings/named.ts`
// gives the names back. Their declarations would speak of objects, and nothing refers to them.
import { readdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Files beside the languages. */
const APART = new Set(["en", "index", "launcher", "locales", "named", "translate"]);

/** The texts in the order of `keys`; null for what is missing. Throws if there is one of another name. */
export function listOf(keys, texts) {
  const unknown = Object.keys(texts).filter((key) => !keys.includes(key));
  if (unknown.length > 0) throw new Error(`English has no ${unknown.join()}`);
  return keys.map((key) => texts[key] ?? null);
}

async function main() {
  const folder = new URL("../dist/widget/strings/", import.meta.url);
  const { en } = await import(new URL("en.js", folder));
  const names = (await readdir(fileURLToPath(folder))).filter((file) => file.endsWith(".js")).map((file) => file.slice(0, -3));
  for (const name of names.filter((known) => !APART.has(known))) {
    const { default: texts } = await import(new URL(`${name}.js`, folder));
    await writeFile(new URL(`${name}.js`, folder), `export default ${JSON.stringify(listOf(Object.keys(en), texts))};\n`);
    await rm(new URL(`${name}.d.ts`, folder));
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
