// Bundles the widget for script tags: dist/widget.js, with what it loads later in scripts beside
// it. The files that a page fetches at run time (wasm, worker, vocabulary, copied libraries) are
// not bundled: their addresses are written anew, seen from where the scripts then lie.
//
//   node scripts/bundle.mjs      what package.json has as "./widget"; nothing if it has none
import { build, transform } from "esbuild";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/**
 * Makes `dist/<name>.js` of `dist/<entry>`, and scripts `dist/<name>-….js`. Fails if the entry is
 * missing, or if an address in it leads nowhere. Gives the names of what was written.
 */
export async function bundle(dist, entry, name) {
  const root = resolve(dist);
  const from = resolve(root, entry);
  if (!existsSync(from)) throw new Error(`${entry} is missing in ${root}: the bundle ${name}.js cannot be made of it`);
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { [name]: from },
    outdir: root,
    chunkNames: `${name}-[hash]`,
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    metafile: true,
    legalComments: "none",
    logLevel: "warning",
    plugins: [fromRoot(root)],
  });
  return Object.keys(metafile.outputs);
}

/** An address of a file beside a script. */
const ADDRESS = /new URL\(\s*["']([^"']+)["'],\s*import\.meta\.url\s*\)/g;

function fromRoot(root) {
  const seen = (path) => `./${relative(root, path).split(sep).join("/")}`;
  return {
    name: "from-root",
    setup(made) {
      made.onResolve({ filter: /^\.{1,2}\// }, ({ path, kind, resolveDir }) => {
        const file = resolve(resolveDir, path);
        // A library or a language that is loaded late is loaded as it lies there; so are the copies of the wasm.
        const isApart = [`${root}${sep}vendor${sep}`, `${root}${sep}widget${sep}strings${sep}`].some((folder) => file.startsWith(folder));
        const isLate = kind === "dynamic-import" && (isApart || file.endsWith("-inline.js"));
        return isLate ? { path: seen(there(file)), external: true } : undefined;
      });
      made.onLoad({ filter: /\.js$/ }, async ({ path }) => {
        // Without comments, in which such addresses stand, too.
        const { code } = await transform(await readFile(path, "utf8"), { format: "esm", target: "es2022" });
        const addresses = [...code.matchAll(ADDRESS)].map(([whole, address]) => [whole, seen(there(resolve(dirname(path), address)))]);
        const parts = code.split(ADDRESS).filter((_, index) => index % 2 === 0).map((part) => part.replaceAll("import.meta.url", `new URL(${JSON.stringify(seen(path))}, import.meta.url).href`));
        if (/import\.meta(?!\.url)/.test(code)) throw new Error(`${seen(path)} uses import.meta in a way that is not known here`);
        const contents = parts.map((part, index) => part + (addresses[index] ? `new URL(${JSON.stringify(addresses[index][1])}, import.meta.url)` : "")).join("");
        return { contents, loader: "js" };
      });
    },
  };
}

function there(path) {
  if (!existsSync(path)) throw new Error(`${path} is asked for by a script, and missing`);
  return path;
}

async function main() {
  const root = fileURLToPath(new URL("../", import.meta.url));
  const { exports: entries } = JSON.parse(await readFile(`${root}package.json`, "utf8"));
  const entry = entries["./widget"]?.default;
  if (!entry) return console.log("bundle: the package has no widget");
  const made = await bundle(`${root}dist`, relative("dist", entry), "widget");
  console.log(`widget: ${made.length} scripts`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
