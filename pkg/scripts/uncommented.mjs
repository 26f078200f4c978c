// Takes the comments out of the scripts of dist/, which whoever installs the package loads: the
// types keep theirs, which editors show, and the sources theirs. Comments inside of imports, which
// bundlers read, stay.
import { transform } from "esbuild";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));

/** What `tsc` writes; the rest is minified. */
async function* scripts(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory()) yield* scripts(`${path}/`);
    else if (entry.name.endsWith(".js")) yield path;
  }
}

for await (const path of scripts(dist)) {
  const { code } = await transform(await readFile(path, "utf8"), { format: "esm", target: "es2022", charset: "utf8", legalComments: "none" });
  await writeFile(path, code);
}
