// Writes the service worker of a build: the list of its files, and a version that changes when
// any of them does. It must leave out the spare copies of the wasm files, which are large and only
// for servers that do not serve .wasm.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const source = fileURLToPath(new URL("../service-worker.js", import.meta.url));
/** Files that no page needs to work without a network. */
const leftOut = /(^|\/)[^/]*-inline-[^/]*\.js$|\.map$/;

export function offline(): Plugin {
  let folder = "";
  return {
    name: "offline",
    apply: "build",
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    // After all files are written, those of public/ among them.
    closeBundle() {
      const files = listed(folder).filter((file) => file !== "index.html" && !leftOut.test(file));
      const hash = createHash("sha256");
      for (const file of ["index.html", ...files]) hash.update(file).update("\0").update(readFileSync(join(folder, file)));
      const worker = readFileSync(source, "utf8");
      hash.update(worker);
      const text = worker.replace("__VERSION__", hash.digest("hex").slice(0, 16)).replace("__FILES__", JSON.stringify(files));
      writeFileSync(join(folder, "service-worker.js"), text);
    },
  };
}

/** All files of a folder, with `/` between names, in a fixed order. */
function listed(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name !== "service-worker.js")
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}
