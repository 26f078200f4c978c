/**
 * Finding and reading files: folders recursively and sorted, lines of JSON one at a time.
 *
 * It knows nothing of documents beyond their bytes and ids.
 */

import { createReadStream } from "node:fs";
import { appendFile, lstat, readFile, readdir, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { createInterface } from "node:readline";
import { fail } from "../errors.js";

export interface FoundFile {
  path: string;
  /** Its path below the folder that all given paths have in common, with `/`. */
  id: string;
}

/** All files at and below `paths`, in sorted order; below folders, names that begin with a dot and `node_modules` are left out. */
export async function findFiles(paths: readonly string[]): Promise<FoundFile[]> {
  const given = await Promise.all(paths.map(async (path) => ({ path: resolve(path), folder: await isFolder(path) })));
  const base = commonFolder(given.map(({ path, folder }) => (folder ? path : dirname(path))));
  const files = new Set<string>();
  for (const { path, folder } of given) {
    for await (const file of folder ? filesBelow(path) : [path]) files.add(file);
  }
  return [...files]
    .map((path) => ({ path, id: relative(base, path).split(sep).join("/") || basename(path) }))
    .sort((left, right) => (left.id < right.id ? -1 : left.id > right.id ? 1 : 0));
}

export async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    throw cannotOpen(path, error);
  }
}

/** What appends to a file, which is made where there is none. */
export async function appender(path: string): Promise<(text: string) => Promise<void>> {
  const cannotWrite = (error: unknown): never => {
    throw fail("file.write", `cannot write ${path}: ${reasonOf(error)}`, error);
  };
  await appendFile(path, "").catch(cannotWrite);
  return (text) => appendFile(path, text).catch(cannotWrite);
}

/** The lines of a file, or of standard input for "-", without empty ones. */
export async function* readLines(path: string): AsyncGenerator<{ line: number; text: string }> {
  if (path !== "-") await isFolder(path);
  const input = path === "-" ? process.stdin : createReadStream(path);
  let line = 0;
  try {
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      line += 1;
      const clean = line === 1 ? text.replace(/^\uFEFF/, "") : text;
      if (clean.trim() !== "") yield { line, text: clean };
    }
  } catch (error) {
    throw cannotOpen(path, error);
  }
}

/** An object of JSON, or an error that names the line. */
export function parseObject(text: string, where: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw fail("read.damaged", `${where} is not JSON`, error);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw fail("read.damaged", `${where} is not a JSON object`);
  return { ...value };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw cannotOpen(path, error);
  }
}

async function* filesBelow(folder: string): AsyncGenerator<string> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith(".") && name !== "node_modules").sort();
  for (const name of names) {
    const path = join(folder, name);
    const kind = await lstat(path);
    if (kind.isDirectory()) yield* filesBelow(path);
    // A link to a file is a file; links to folders could lead in circles.
    else if (kind.isFile() || (kind.isSymbolicLink() && (await stat(path).catch(() => kind)).isFile())) yield path;
  }
}

function commonFolder(folders: string[]): string {
  const [first = "", ...rest] = folders;
  const common = first.split(sep);
  for (const folder of rest) {
    const parts = folder.split(sep);
    const differs = common.findIndex((part, index) => part !== parts[index]);
    if (differs >= 0) common.length = differs;
  }
  return common.join(sep) || sep;
}

function cannotOpen(path: string, error: unknown): Error {
  return fail("file.open", `cannot open ${path}: ${reasonOf(error)}`, error);
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reasons: Record<string, string> = {
    ENOENT: "there is no such file",
    EACCES: "permission denied",
    EPERM: "permission denied",
    EISDIR: "it is a folder",
  };
  return reasons[code] ?? (code || String(error));
}
