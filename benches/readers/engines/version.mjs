// The version of an installed npm package, also of those that do not export their package.json.

import { readFile } from "node:fs/promises";

export async function versionOf(name) {
  return JSON.parse(await readFile(new URL(`../node_modules/${name}/package.json`, import.meta.url), "utf8")).version;
}
