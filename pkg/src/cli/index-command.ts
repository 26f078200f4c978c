/**
 * `qwen-agent index`: files and folders into one index file.
 *
 * Files that cannot be read are reported and left out; the index is written whole or not at all.
 */

import { rename, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fail, toQwenAgentError } from "../errors.js";
import { localHost, type LocalHost } from "../node.js";
import type { DocumentInfo } from "../results.js";
import type { SourceInfo } from "../wasm-types.js";
import { addBytes, addFile, printWarnings } from "./add.js";
import { UsageError, parse, passwordFrom } from "./args.js";
import { findFiles, parseObject, readLines, type FoundFile } from "./files.js";
import { note, printError } from "./output.js";

interface Outcome {
  indexed: DocumentInfo[];
  skipped: number;
}

export async function index(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse("index", args, {
    output: { type: "string", short: "o" },
    strict: { type: "boolean" },
    "password-env": { type: "string" },
  });
  const { output, strict } = values;
  if (positionals.length === 0) throw new UsageError("index takes files or folders (see qwen-agent index --help)");
  if (output === undefined) throw new UsageError("index needs -o FILE (see qwen-agent index --help)");
  const password = passwordFrom(values["password-env"]);
  const host = localHost();
  const outcome: Outcome = { indexed: [], skipped: 0 };
  // An index of an earlier run may lie among the documents.
  const files = (await findFiles(positionals)).filter(({ path }) => path !== resolve(output));
  for (const file of files) await addOne(host, file, password, outcome, signal);
  const { indexed, skipped } = outcome;
  if (indexed.length === 0) throw fail("agent.no_documents", "nothing could be indexed, and nothing was written");
  if (strict && skipped > 0) {
    note(`${skipped} skipped; nothing was written, because of --strict`);
    return 1;
  }
  await writeWhole(output, await host.call("save", {}, { signal }));
  const chunks = indexed.reduce((sum, info) => sum + info.chunks, 0);
  note(`indexed ${indexed.length} documents in ${chunks} chunks into ${output}${skipped > 0 ? `; ${skipped} skipped` : ""}`);
  return 0;
}

async function addOne(host: LocalHost, file: FoundFile, password: string | undefined, outcome: Outcome, signal: AbortSignal): Promise<void> {
  if (!/\.(jsonl|ndjson)$/i.test(file.path)) {
    return attempt(file.id, outcome, signal, () => addFile(host, { ...file, password }, signal));
  }
  for await (const { line, text } of readLines(file.path)) {
    const where = `${file.id}:${line}`;
    await attempt(where, outcome, signal, () => addLine(host, where, text, signal));
  }
}

async function addLine(host: LocalHost, where: string, line: string, signal: AbortSignal): Promise<DocumentInfo> {
  const { id, title, text } = parseObject(line, where);
  if ((typeof id !== "string" && typeof id !== "number") || typeof text !== "string") {
    throw fail("read.damaged", `a line must be an object with "id" and "text"`);
  }
  const source: SourceInfo = { id: String(id), name: `${id}.txt`, mediaType: "text/plain" };
  if (typeof title === "string") source.title = title;
  return addBytes(host, source, new TextEncoder().encode(text), signal);
}

async function attempt(where: string, outcome: Outcome, signal: AbortSignal, add: () => Promise<DocumentInfo>): Promise<void> {
  try {
    const info = await add();
    printWarnings(info);
    outcome.indexed.push(info);
  } catch (thrown) {
    const error = toQwenAgentError(thrown);
    // After a panic nothing more can be read, and what cannot be loaded at all is not the file's fault.
    if (signal.aborted || error.code === "internal.panic" || error.code.startsWith("wasm.")) throw error;
    printError(error, where);
    outcome.skipped += 1;
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const partial = `${path}.part`;
  try {
    await writeFile(partial, bytes);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw fail("file.write", `cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}
