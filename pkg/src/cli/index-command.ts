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
import { addBytes, addFile, printWarnings, type AddFile } from "./add.js";
import { UsageError, parse, passwordFrom } from "./args.js";
import { findFiles, parseObject, readBytes, readLines, type FoundFile } from "./files.js";
import { note, printError } from "./output.js";
import { addressOf, isUnlisted, isWebPage, pathFilter, siteOf } from "./site.js";

interface Outcome {
  indexed: DocumentInfo[];
  skipped: number;
  /** Which document has an address. */
  addresses: Map<string, string>;
}

/** What holds for every file. */
interface How {
  password: string | undefined;
  site: string | undefined;
}

export async function index(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse("index", args, {
    output: { type: "string", short: "o" },
    strict: { type: "boolean" },
    site: { type: "string" },
    include: { type: "string", multiple: true },
    exclude: { type: "string", multiple: true },
    "password-env": { type: "string" },
  });
  const { output, strict } = values;
  if (positionals.length === 0) throw new UsageError("index takes files or folders (see qwen-agent index --help)");
  if (output === undefined) throw new UsageError("index needs -o FILE (see qwen-agent index --help)");
  const how: How = { password: passwordFrom(values["password-env"]), site: siteOf(values.site) };
  const isMeant = pathFilter(values.include, values.exclude);
  const host = localHost();
  const outcome: Outcome = { indexed: [], skipped: 0, addresses: new Map() };
  // An index of an earlier run may lie among the documents.
  const files = (await findFiles(positionals)).filter(({ path, id }) => path !== resolve(output) && isMeant(id));
  for (const file of files) await addOne(host, file, how, outcome, signal);
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

async function addOne(host: LocalHost, file: FoundFile, { password, site }: How, outcome: Outcome, signal: AbortSignal): Promise<void> {
  if (!/\.(jsonl|ndjson)$/i.test(file.path)) {
    const base = site === undefined ? undefined : addressOf(site, file.id);
    return attempt(file.id, outcome, signal, async () => {
      if (!isWebPage(file.path)) return addFile(host, { ...file, password, base }, signal);
      const bytes = await readBytes(file.path);
      if (isUnlisted(bytes)) return note(`${file.id} is left out: it says "noindex"`);
      return addPage(host, { ...file, bytes, base }, outcome, signal);
    });
  }
  for await (const { line, text } of readLines(file.path)) {
    const where = `${file.id}:${line}`;
    await attempt(where, outcome, signal, () => addLine(host, where, text, signal));
  }
}

/** Adds a web page, unless one of the same address was added: sites have pages under several names. */
async function addPage(host: LocalHost, page: AddFile, outcome: Outcome, signal: AbortSignal): Promise<DocumentInfo | undefined> {
  const info = await addFile(host, page, signal);
  if (info.url === undefined) return info;
  const first = outcome.addresses.get(info.url);
  if (first === undefined) {
    outcome.addresses.set(info.url, info.id);
    return info;
  }
  await host.call("remove", { id: info.id }, { signal });
  note(`${info.id} is left out: ${first} has the same address, ${info.url}`);
  return undefined;
}

async function addLine(host: LocalHost, where: string, line: string, signal: AbortSignal): Promise<DocumentInfo> {
  const { id, title, text, url } = parseObject(line, where);
  if ((typeof id !== "string" && typeof id !== "number") || typeof text !== "string") {
    throw fail("read.damaged", `a line must be an object with "id" and "text"`);
  }
  const source: SourceInfo = { id: String(id), name: `${id}.txt`, mediaType: "text/plain" };
  if (typeof title === "string") source.title = title;
  if (typeof url === "string" && /^https?:/i.test(url)) source.url = url;
  return addBytes(host, source, new TextEncoder().encode(text), signal);
}

async function attempt(where: string, outcome: Outcome, signal: AbortSignal, add: () => Promise<DocumentInfo | undefined | void>): Promise<void> {
  try {
    const info = await add();
    if (!info) return;
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
