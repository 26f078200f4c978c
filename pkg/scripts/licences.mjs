// Writes dist/THIRD-PARTY.txt: whose work is compiled into the wasm modules, and under what terms;
// and dist/sbom.cdx.json, which lists the same and the scripts of others for programs. Those lie in
// dist/vendor, each folder with its licence. Of several licences that one may choose from,
// Apache-2.0 is taken, whose text is the same for all.
import { execFile } from "node:child_process";
import { cp, readFile, readdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bill } from "./sbom.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const RULE = `\n${"=".repeat(80)}\n\n`;

/** Texts of crates that ship none, where their authors keep them for all crates of a repository. */
const TEXT_OF = { "alloc-stdlib": "alloc-no-stdlib" };

try {
  for (const name of ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT"]) await cp(root + name, `${root}pkg/${name}`);
  const crates = await compiledIn();
  const shared = crates.filter(({ terms }) => terms === "Apache-2.0");
  const parts = [
    "The wasm modules of qwen-agent-wasm contain these Rust libraries, and the standard library of Rust\n(MIT OR Apache-2.0, https://github.com/rust-lang/rust).\n",
    `Under the Apache License 2.0, whose text is in LICENSE-APACHE:\n\n${shared.map(named).join("\n")}\n`,
    ...grouped(await withTexts(crates)).map(([text, names]) => `${names.join("\n")}\n\n${text}\n`),
  ];
  await writeFile(`${root}pkg/dist/THIRD-PARTY.txt`, parts.join(RULE));
  const libraries = await vendored();
  const own = JSON.parse(await readFile(`${root}pkg/package.json`, "utf8"));
  await writeFile(`${root}pkg/dist/sbom.cdx.json`, `${JSON.stringify(bill(own, crates, libraries))}\n`);
  console.log(`licences: ${crates.length} libraries in the wasm modules, ${libraries.length} in dist/vendor`);
} catch (error) {
  console.error(`licences: ${error.message}`);
  process.exitCode = 1;
}

/** The libraries whose scripts are in dist/vendor, by the heads that `licence()` wrote. */
async function vendored() {
  const found = [];
  for (const folder of await readdir(`${root}pkg/dist/vendor`)) {
    const text = await readFile(`${root}pkg/dist/vendor/${folder}/LICENSE`, "utf8");
    for (const [, name, version] of text.matchAll(/^(@?[a-z][\w./-]*) (\d+\.\d+\.\d+\S*), \S+$/gm)) {
      found.push(JSON.parse(await readFile(`${root}pkg/node_modules/${name}/package.json`, "utf8")));
      if (found.at(-1).version !== version) throw new Error(`${name} is not the ${version} of dist/vendor`);
    }
  }
  return found.sort((one, other) => (one.name < other.name ? -1 : 1));
}

function named({ name, version, license, repository }) {
  return `${name} ${version} (${license})${repository ? `, ${repository}` : ""}`;
}

/** The libraries that the modules are linked with: no build scripts, no macros. */
async function compiledIn() {
  const options = ["metadata", "--locked", "--format-version", "1", "--filter-platform", "wasm32-unknown-unknown", "--no-default-features", "--features", "core,readers,pdf,cmaps"];
  const { stdout } = await promisify(execFile)("cargo", options, { cwd: root, maxBuffer: 64 << 20 });
  const { packages, resolve } = JSON.parse(stdout);
  const byId = new Map(packages.map((each) => [each.id, each]));
  const needs = new Map(resolve.nodes.map(({ id, deps }) => [id, deps]));
  const isMacro = (id) => byId.get(id).targets.some(({ kind }) => kind.includes("proc-macro"));
  const found = new Set();
  const visit = (id) => {
    if (found.has(id) || isMacro(id)) return;
    found.add(id);
    for (const { pkg, dep_kinds } of needs.get(id)) if (dep_kinds.some(({ kind }) => kind === null)) visit(pkg);
  };
  visit(resolve.root);
  found.delete(resolve.root);
  const crates = [...found].map((id) => byId.get(id)).map((each) => ({ ...each, terms: chosen(each.license) }));
  return crates.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Apache-2.0 where it alone will do; else the expression, all of whose texts go along. */
function chosen(license) {
  const isEnough = !/ AND /.test(license) && license.split(/ OR |\//).includes("Apache-2.0");
  return isEnough ? "Apache-2.0" : license;
}

/** For each crate that needs more than the Apache text, the licence files that it ships. */
async function withTexts(crates) {
  const own = crates.filter(({ terms }) => terms !== "Apache-2.0");
  const texts = await Promise.all(own.map(({ name }) => textsOf(crates.find((each) => each.name === (TEXT_OF[name] ?? name)))));
  return own.map((crate, index) => {
    if (texts[index].length === 0) throw new Error(`${crate.name} (${crate.license}) ships no licence file: name in scripts/licences.mjs where its text is`);
    return { crate, text: texts[index].join("\n\n") };
  });
}

async function textsOf({ manifest_path }) {
  const folder = dirname(manifest_path);
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|unlicense|notice)/i.test(file) && !/apache/i.test(file));
  return Promise.all(files.sort().map(async (file) => (await readFile(`${folder}/${file}`, "utf8")).trim()));
}

/** Crates of one text stand together. */
function grouped(entries) {
  const byText = new Map();
  for (const { crate, text } of entries) byText.set(text, [...(byText.get(text) ?? []), named(crate)]);
  return [...byText];
}
