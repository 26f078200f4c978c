// Turns the widget's style sheets into modules of text, so that they can be constructed where a
// policy forbids style elements. `rem` means the widget's own unit there (`--qa-unit`), since a
// page's root font size may be anything.
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";

const from = fileURLToPath(new URL("../src/widget/styles/", import.meta.url));
const to = fileURLToPath(new URL("../dist/widget/styles/", import.meta.url));

await mkdir(to, { recursive: true });
for (const file of await readdir(from)) {
  const text = (await readFile(from + file, "utf8")).replace(/(?<!--qa-unit, )(-?[\d.]+)rem\b/g, "calc($1 * var(--u))");
  const { code } = await transform(text, { loader: "css", minify: true });
  await writeFile(`${to}${file}.js`, `export default ${JSON.stringify(code.trim())};\n`);
}
