// The documents that people read, and the blocks of code in them.
//
// A block is tested by its kind; a comment right before it says what else there is to know:
// `<!-- not run: WHY -->` for what cannot be run here.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("../../", import.meta.url));

/** Files of Markdown, by their paths in the repository. */
export async function documents() {
  const below = await readdir(join(repository, "docs"), { recursive: true });
  const docs = below.filter((path) => path.endsWith(".md") && !path.startsWith("site/")).map((path) => `docs/${path}`);
  return ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "pkg/README.md", ...docs.sort()];
}

export const textOf = (path) => readFile(join(repository, path), "utf8");

/** Every block, also those of lists: where it stands, what it is, what is remarked before it. */
export async function blocks() {
  const found = [];
  for (const path of await documents()) {
    const text = await textOf(path);
    for (const match of text.matchAll(/^(?:<!-- (.*) -->\n)?^( *)```([a-z]*)(?: title="([^"\n]*)")?\n([^]*?)^\2```$/gm)) {
      const [whole, remark, indent, kind, title, code] = match;
      const line = text.slice(0, match.index + whole.indexOf("```")).split("\n").length;
      found.push({ path, line, kind, title, remark, code: code.replaceAll(new RegExp(`^${indent}`, "gm"), "") });
    }
  }
  return found;
}

export const placeOf = ({ path, line }) => `${path}:${line}`;

/** Why a block is not run; nothing for those that are. */
export const excuseOf = ({ remark }) => /^not run: (.+)/.exec(remark ?? "")?.[1];
