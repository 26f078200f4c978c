// The three corpora, made once and kept in the user's cache: 5 MB of English, 5 MB of Chinese, and
// 100 MB of English of which growth takes the first so many chunks. The texts are other people's
// and are never part of this repository; their licenses are noted beside them and in the report.

import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { chunks, randomFrom, shuffle } from "./chunks.mjs";
import { CHINESE, ENGLISH, fetchPackages, forgetUnpacked } from "./packages.mjs";
import { paragraphs } from "./paragraphs.mjs";
import { textOf } from "./texts.mjs";

/** Raised whenever the same packages would give other chunks. */
const VERSION = 1;
const SMALL = { chunks: 2500, bytes: 2000 };
const LARGE = { chunks: 200_000, bytes: 500 };
/** The 5 MB of English are equal shares of these. */
const SHARES = ["handbook", "python", "postgres", "linux", "gcide", "vim"];
const SHARE_CHARACTERS = 900_000;
const SHUFFLE_SEED = 1;

/** Where the corpora are: `{ folder, made }`, where `made` says from what they were made. */
export function corporaIn(folder = cacheFolder(), log = console.error) {
  const note = join(folder, `made-${VERSION}.json`);
  if (!existsSync(note)) make(folder, note, log);
  return { folder, made: JSON.parse(readFileSync(note, "utf8")) };
}

export function textsOf(folder, corpus, limit = Infinity) {
  const lines = readFileSync(join(folder, `${corpus}.jsonl`), "utf8").trimEnd().split("\n");
  return lines.slice(0, limit).map((line) => JSON.parse(line).text);
}

function cacheFolder() {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  return join(base, "qwen-agent-wasm", "search-corpora");
}

function make(folder, note, log) {
  log(`making the corpora in ${folder} (once; takes minutes)`);
  const packages = fetchPackages(folder, log);
  const roots = new Map(packages.map(({ name, root }) => [name, root]));
  const seen = new Set();
  const shares = ENGLISH.filter(([kind]) => SHARES.includes(kind)).flatMap(([, sources]) => firstOf(paragraphs(filesOf(sources, roots), "en", seen, textOf)));
  const written = {
    en5: write(folder, "en5", firstChunks(shares, SMALL)),
    zh5: write(folder, "zh5", firstChunks(paragraphs(filesOf(CHINESE, roots), "zh", seen, textOf), SMALL)),
    en100: write(folder, "en100", everything(roots)),
  };
  forgetUnpacked(folder);
  const sources = packages.map(({ name, version, license }) => ({ name, version, license }));
  writeFileSync(note, `${JSON.stringify({ corpora: written, packages: sources }, null, 1)}\n`);
}

function firstOf(found) {
  const taken = [];
  let characters = 0;
  for (const paragraph of found) {
    taken.push(paragraph);
    characters += paragraph.length;
    if (characters > SHARE_CHARACTERS) break;
  }
  return taken;
}

function firstChunks(found, size) {
  const taken = [];
  for (const chunk of chunks(found, size.bytes)) {
    taken.push(chunk);
    if (taken.length === size.chunks) break;
  }
  return taken;
}

/** All English text, so mixed that a part of it is like the whole. */
function everything(roots) {
  const seen = new Set();
  const files = ENGLISH.flatMap(([, sources]) => filesOf(sources, roots));
  const all = [...chunks(paragraphs(files, "en", seen, textOf), LARGE.bytes)];
  return shuffle(all, randomFrom(SHUFFLE_SEED)).slice(0, LARGE.chunks);
}

function filesOf(sources, roots) {
  return sources.flatMap(([name, pattern]) => {
    const root = roots.get(name);
    if (!root) return [];
    const paths = readdirSync(join(root, "usr/share"), { recursive: true }).map((path) => join(root, "usr/share", path));
    const wanted = paths.filter((path) => pattern.test(path) && !/changelog|copyright/.test(path));
    return wanted.filter((path) => existsSync(path) && statSync(path).isFile()).sort();
  });
}

function write(folder, name, texts) {
  mkdirSync(folder, { recursive: true });
  const lines = texts.map((text, id) => JSON.stringify({ id, text }));
  writeFileSync(join(folder, `${name}.jsonl`), `${lines.join("\n")}\n`);
  return { chunks: texts.length, bytes: texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) };
}
