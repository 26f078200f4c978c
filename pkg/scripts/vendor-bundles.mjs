// Makes one small file of a library of many parts, loaded only by those who need it. Each has its
// entry in `bundles`, and the licences of all that is in it beside it.
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { licence } from "./licence.mjs";

const names = ["highlight", "temml"];

/** `modules` is node_modules, `vendor` the folder to write to. */
export async function bundleVendor({ modules, vendor }) {
  for (const name of names) {
    const to = `${vendor}${name}/`;
    await mkdir(to, { recursive: true });
    const { metafile } = await build({
      entryPoints: [fileURLToPath(new URL(`bundles/${name}.mjs`, import.meta.url))],
      outfile: `${to}${name}.js`,
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2022",
      // Signs as they are: half of the temml is tables of them.
      charset: "utf8",
      legalComments: "none",
      metafile: true,
    });
    const within = new Set(Object.keys(metafile.inputs).flatMap((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
    const licences = await Promise.all([...within].sort().map((library) => licence(`${modules}${library}/`)));
    await writeFile(`${to}LICENSE`, licences.join("\n\n"));
  }
}
