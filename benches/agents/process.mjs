// The programs beside this one: the endpoint, which ends with it, and Qwen-Agent in Python.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const fileOf = (name) => fileURLToPath(new URL(name, import.meta.url));

/** The endpoint: `settings()` sets it for the next run, `log()` takes what came since. */
export async function startEndpoint() {
  const child = spawn(process.execPath, [fileOf("endpoint.mjs")], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  const origin = `http://127.0.0.1:${JSON.parse(line).listening}`;
  const admin = async (path, body) => {
    const options = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    return (await fetch(`${origin}/__admin/${path}`, options)).json();
  };
  return {
    baseURL: `${origin}/v1`,
    async settings(settings) {
      await admin("reset", {});
      await admin("settings", { perTokenMs: 0, faults: [], restart: true, ...settings });
    },
    async log() {
      const entries = await admin("log");
      await admin("reset", {});
      return entries;
    },
    stop: () => child.stdin.end(),
  };
}

const LONGEST_REFERENCE_MS = 600_000;

/** Runs Qwen-Agent's reading of all chunks. `{ seconds, answer, chunkTokens, version, python }`. */
export async function runReference(python, { baseURL, file, question, chunks }) {
  const args = [fileOf("reference.py"), baseURL, file, question, ...(chunks ? [String(chunks)] : [])];
  const { stdout } = await promisify(execFile)(python, args, { timeout: LONGEST_REFERENCE_MS, maxBuffer: 1 << 24 });
  return JSON.parse(stdout.trim().split("\n").at(-1));
}
