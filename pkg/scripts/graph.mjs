// Which scripts of dist/ an entry brings along: at once, and when they are needed. It is asked of
// esbuild, so that nothing here has to read JavaScript.
import { build } from "esbuild";
import { relative, resolve } from "node:path";

/** Paths below `dist` that `entry` imports: `at once` with itself, `later` by `import()`. */
export async function closure(dist, entry) {
  const options = { entryPoints: [resolve(dist, entry)], bundle: true, write: false, metafile: true, format: "esm", platform: "browser", splitting: true, outdir: dist, external: ["react"], logLevel: "silent", allowOverwrite: true };
  const { metafile } = await build({ ...options, absWorkingDir: resolve(dist) });
  const imports = new Map(Object.entries(metafile.inputs).map(([path, input]) => [path, input.imports.filter(({ external }) => !external)]));
  const start = relative(resolve(dist), resolve(dist, entry));
  const atOnce = reach(imports, [start], ({ kind }) => kind !== "dynamic-import");
  const all = reach(imports, [start], () => true);
  return { atOnce, later: new Set([...all].filter((path) => !atOnce.has(path))) };
}

function reach(imports, from, counts) {
  const found = new Set();
  const left = [...from];
  while (left.length > 0) {
    const path = left.pop();
    if (found.has(path)) continue;
    if (!imports.has(path)) throw new Error(`${path} is not among the scripts`);
    found.add(path);
    left.push(...imports.get(path).filter(counts).map(({ path: next }) => next));
  }
  return found;
}
