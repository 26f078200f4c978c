// Which Debian packages the texts come from, and how they are fetched: by the ordinary client
// `apt-get download` into the user's cache, unpacked beside it, nothing installed.
//
// Packages are named as in Debian 12. One that cannot be had is told and left out: the corpus then
// differs a little, which the report shows by its bytes.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** Kinds of English text, each with its packages and which of their files are text. */
export const ENGLISH = [
  ["handbook", [["debian-handbook", /\/html\/en-US\/[^/]+\.html$/], ["debian-reference-en", /\.html$/]]],
  ["python", [["python3.11-doc", /\/html\/_sources\/.*\.txt$/]]],
  ["postgres", [["postgresql-doc-15", /\.html$/]]],
  ["linux", [["linux-doc-6.1", /\/Documentation\/.*\.rst\.gz$/]]],
  ["gcide", [["dict-gcide", /\/dictd\/[^/]+\.dz$/]]],
  ["wordnet", [["dict-wn", /\/dictd\/[^/]+\.dz$/]]],
  ["dictionaries", [["dict-foldoc", /\/dictd\/[^/]+\.dz$/], ["dict-jargon", /\/dictd\/[^/]+\.dz$/]]],
  ["manuals", [["manpages", /\/man\/man[^/]*\/[^/]+\.gz$/], ["manpages-dev", /\/man\/man[^/]*\/[^/]+\.gz$/]]],
  ["vim", [["vim-doc", /\.html$/]]],
  ["git", [["git-doc", /\.(txt|html)$/]]],
  ["office", [["libreoffice-help-en-us", /\.html$/]]],
  ["erlang", [["erlang-doc", /\.html$/]]],
  ["science", [["r-doc-html", /\.html$/], ["octave-doc", /\.html$/], ["zsh-doc", /\.html$/]]],
  ["rust", [["rust-doc", /\/book\/.*\.html$|\/reference\/[^/]+\.html$|\/std\/.*\.html$/]]],
];

/** Chinese text. */
export const CHINESE = [
  ["debian-handbook", /\/html\/zh-CN\/[^/]+\.html$/], ["debian-reference-zh-cn", /\.html$/], ["gimp-help-zh-cn", /\.html$/],
  ["fortunes-zh", /\/games\/fortunes\/[^/]+$/], ["manpages-zh", /\/man\/zh_CN\/.*\.gz$/], ["kicad-doc-zh", /\.html$/], ["lilypond-doc-html-zh", /\.html$/],
  ["linuxcnc-doc-zh-cn", /\.html$/], ["maint-guide-zh-cn", /\.html$/], ["debian-faq-zh-cn", /\.html$/], ["debian-edu-doc-zh-cn", /\.html$/], ["libreoffice-help-zh-cn", /\.html$/],
];

/** The names of all packages. */
export function packageNames() {
  const english = ENGLISH.flatMap(([, sources]) => sources);
  return [...new Set([...english, ...CHINESE].map(([name]) => name))].sort();
}

/** Fetches and unpacks below `folder`; `{ name, version, license, root }` of each that was had. */
export function fetchPackages(folder, log) {
  const archives = join(folder, "packages");
  const unpacked = join(folder, "unpacked");
  mkdirSync(archives, { recursive: true });
  return packageNames().flatMap((name) => {
    const archive = archiveOf(archives, name) ?? download(archives, name, log);
    if (!archive) return [];
    const root = join(unpacked, name);
    rmSync(root, { recursive: true, force: true });
    mkdirSync(root, { recursive: true });
    execFileSync("dpkg-deb", ["-x", archive, root]);
    const version = execFileSync("dpkg-deb", ["-f", archive, "Version"], { encoding: "utf8" }).trim();
    return [{ name, version, license: licenseOf(root, name), root }];
  });
}

/** Once the corpora are made, the unpacked files only take room. */
export function forgetUnpacked(folder) {
  rmSync(join(folder, "unpacked"), { recursive: true, force: true });
}

function archiveOf(folder, name) {
  const file = readdirSync(folder).find((file) => file.startsWith(`${name}_`) && file.endsWith(".deb"));
  return file && join(folder, file);
}

function download(folder, name, log) {
  log(`fetching the Debian package ${name}`);
  try {
    execFileSync("apt-get", ["download", "-qq", name], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    log(`${name} cannot be had and is left out (${String(error.stderr ?? error.message).trim().split("\n").at(-1)})`);
  }
  return archiveOf(folder, name);
}

/** What the package's copyright file says of all its files, if it says so in Debian's machine-readable form. */
function licenseOf(root, name) {
  const file = join(root, "usr/share/doc", name, "copyright");
  return (existsSync(file) && licenseIn(readFileSync(file, "utf8"))) || "see its copyright file";
}

export function licenseIn(copyright) {
  const stanzas = copyright.split(/\n\s*\n/);
  const all = stanzas.find((stanza) => /^Files: *\*/m.test(stanza));
  return /^License: *(.+)$/m.exec(all ?? "")?.[1].trim();
}
