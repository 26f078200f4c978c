/**
 * Readings of the command: a file for each reply, in a folder of the user's cache, oldest out.
 *
 * Only the user may read them, since they quote documents. A file appears whole or not at all, so
 * that commands side by side and interrupted ones leave nothing broken.
 */

import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { fail } from "../errors.js";
import { READINGS_LIMITS, type Readings, type ReadingsLimits } from "../readings.js";

/** Names of replies, and of those that are being written. */
const OURS = /^[0-9a-f]{32}(\.\d+-\d+\.part)?$/;

/** Where the XDG base directory specification puts a cache. */
export function readingsFolder(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const given = environment["XDG_CACHE_HOME"];
  // A relative path is to be ignored, says the specification.
  const cache = given !== undefined && isAbsolute(given) ? given : join(homedir(), ".cache");
  return join(cache, "qwen-agent-wasm", "readings");
}

export function folderReadings(folder: string, limits: ReadingsLimits = READINGS_LIMITS): Readings {
  let prepared: Promise<void> | undefined;
  let parts = 0;
  const prepare = async (): Promise<void> => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await sweep(folder, limits);
  };
  return {
    async get(name) {
      const path = join(folder, name);
      try {
        const { mtimeMs } = await stat(path);
        return Date.now() - mtimeMs <= limits.age ? await readFile(path, "utf8") : undefined;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw unavailable(folder, error);
      }
    },
    async put(name, reply) {
      try {
        await (prepared ??= prepare());
        const part = join(folder, `${name}.${process.pid}-${(parts += 1)}.part`);
        await writeFile(part, reply, { mode: 0o600 });
        await rename(part, join(folder, name));
      } catch (error) {
        throw unavailable(folder, error);
      }
    },
    async clear() {
      for (const name of await names(folder)) await rm(join(folder, name), { force: true });
    },
  };
}

/** Deletes what is too old, and the oldest of what is too much; once a run, which adds few. */
async function sweep(folder: string, { entries, age }: ReadingsLimits): Promise<void> {
  const files = await Promise.all((await names(folder)).map(async (name) => ({ name, at: await changed(join(folder, name)) })));
  files.sort((left, right) => right.at - left.at);
  for (const [index, { name, at }] of files.entries()) {
    // Another command may have deleted it meanwhile.
    if (index >= entries || Date.now() - at > age) await rm(join(folder, name), { force: true });
  }
}

async function names(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => OURS.test(name));
}

async function changed(path: string): Promise<number> {
  return stat(path).then(({ mtimeMs }) => mtimeMs, () => 0);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function unavailable(folder: string, error: unknown): Error {
  const why = error instanceof Error && "code" in error ? String(error.code) : String(error);
  return fail("storage.unavailable", `${folder} cannot be used (${why})`, error);
}
