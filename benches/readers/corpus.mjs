// The files to read and what is known of them.
//
// A corpus is a folder. With a MANIFEST.tsv (columns `file`, `language_or_script`, `features` and
// `references`), its files lie in `<kind>/` and their references in `<kind>/refs/`, as
// `<name>.<engine>.txt.gz`, where the engine `truth` stands for the exact text. Without one, all
// files of known kinds are taken; references are looked for in the same place, or beside the file
// as `<name>.truth.txt`.

import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, extname, join, relative, sep } from "node:path";
import { gunzipSync } from "node:zlib";
import { tokens, withoutMarkup } from "./score.mjs";

export const TRUTH = "truth";
const KINDS = { pdf: "pdf", docx: "docx", pptx: "pptx", xlsx: "xlsx", html: "html", htm: "html", xhtml: "html", txt: "txt", csv: "csv", tsv: "csv", md: "md" };
const REFERENCE = /^\.([\w-]+)\.txt(\.gz)?$/;

/** `{ path, name, kind, bytes, group, language, references }`; references by engine, as tokens. */
export function filesOf(corpus, kinds) {
  const manifest = join(corpus, "MANIFEST.tsv");
  const files = existsSync(manifest) ? listed(corpus, manifest) : found(corpus);
  const wanted = files.filter(({ kind }) => !kinds || kinds.includes(kind));
  return wanted.map((file) => described(file));
}

function listed(corpus, manifest) {
  const [head, ...rows] = readFileSync(manifest, "utf8").trimEnd().split(/\r?\n/).map((line) => line.split("\t"));
  return rows.map((row) => {
    const { file, language_or_script: language, features } = Object.fromEntries(head.map((name, at) => [name, row[at]]));
    return { path: join(corpus, file), name: file, kind: basename(dirname(file)), language, features };
  });
}

function found(corpus) {
  const entries = readdirSync(corpus, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return paths.flatMap((path) => {
    const kind = KINDS[extname(path).slice(1).toLowerCase()];
    const name = relative(corpus, path).split(sep).join("/");
    const isInput = kind && !name.split("/").includes("refs") && !name.endsWith(".truth.txt") && name.includes("/");
    return isInput ? [{ path, name, kind }] : [];
  });
}

function described({ path, name, kind, language = "-", features = "-" }) {
  const references = referencesOf(path);
  return { path, name, kind, bytes: statSync(path).size, language, group: group(kind, TRUTH in references, features), references };
}

/** Files of one group are scored in the same way. */
function group(kind, isExact, features) {
  if (kind === "html") return features.includes("article") ? "html, the article" : "html, all visible text";
  return isExact ? `${kind}, exact text` : `${kind}, median of engines`;
}

function referencesOf(path) {
  const name = basename(path);
  const references = {};
  for (const folder of [join(dirname(path), "refs"), dirname(path)]) {
    for (const file of namesIn(folder)) {
      const [, engine, packed] = file.startsWith(name) ? (REFERENCE.exec(file.slice(name.length)) ?? []) : [];
      if (!engine) continue;
      const bytes = readFileSync(join(folder, file));
      const text = (packed ? gunzipSync(bytes) : bytes).toString("utf8");
      references[engine] ??= tokens(withoutMarkup(engine, text));
    }
  }
  return references;
}

const namesOf = new Map();

function namesIn(folder) {
  if (!namesOf.has(folder)) namesOf.set(folder, existsSync(folder) ? readdirSync(folder) : []);
  return namesOf.get(folder);
}
