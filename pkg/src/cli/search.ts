/**
 * `qwen-agent search`: passages for a query, or for many queries in one process.
 *
 * No model is asked.
 */

import { fail } from "../errors.js";
import { localHost, type LocalHost } from "../node.js";
import type { Hit, Why, WhyTerm } from "../results.js";
import { loadIndex } from "./add.js";
import { UsageError, count, parse } from "./args.js";
import { parseObject, readLines } from "./files.js";
import { write, writeJson } from "./output.js";

const DEFAULT_LIMIT = 10;

export async function search(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse("search", args, {
    k: { type: "string", short: "k" },
    json: { type: "boolean" },
    queries: { type: "string" },
    why: { type: "boolean" },
  });
  const [path, query, ...more] = positionals;
  const limit = count("-k", values.k) ?? DEFAULT_LIMIT;
  if (path === undefined) throw new UsageError("search takes an index (see qwen-agent search --help)");
  if ((query === undefined) === (values.queries === undefined)) throw new UsageError("search takes either a query or --queries FILE");
  if (more.length > 0) throw new UsageError("search takes one query; put it in quotes");
  const why = values.why ?? false;
  const host = localHost();
  await loadIndex(host, path, signal);
  if (query === undefined) return many(host, values.queries ?? "-", { limit, why }, signal);
  const hits = await host.call("search", { query, limit, why }, { signal });
  if (values.json) await writeJson({ query, hits: hits.map((hit) => hitJson(hit, true)) });
  else await write(hits.map(hitText).join(""));
  return 0;
}

async function many(host: LocalHost, path: string, how: { limit: number; why: boolean }, signal: AbortSignal): Promise<number> {
  for await (const { line, text } of readLines(path)) {
    const { id, q } = parseObject(text, `${path}:${line}`);
    if (typeof q !== "string") throw fail("read.damaged", `${path}:${line} has no "q"`);
    const hits = await host.call("search", { query: q, ...how }, { signal });
    await writeJson({ id: id ?? null, hits: hits.map((hit) => hitJson(hit, false)) });
  }
  return 0;
}

function hitJson({ documentId, title, url, page, start, end, spans, score, text, why }: Hit, titled: boolean): object {
  return { document: documentId, ...(titled ? { title: title ?? null } : {}), ...(url === undefined ? {} : { url }), page, span: { start, end }, spans, score, text, ...(why ? { why } : {}) };
}

function hitText({ documentId, title, page, score, text, why }: Hit, index: number): string {
  const name = title === undefined ? documentId : `${title} (${documentId})`;
  const body = text.trim().replace(/\s+/g, (space) => (space.includes("\n") ? "\n   " : space));
  return `${index + 1}. ${name}, page ${page}, score ${score.toFixed(3)}\n   ${body}\n${why ? whyText(why) : ""}\n`;
}

/** A line for each term: its part of the score, and what that is made of. */
function whyText({ terms }: Why): string {
  const line = ({ text, kind, score, weight, idf, frequency }: WhyTerm): string =>
    `   ${score.toFixed(3).padStart(8)}  ${text} (${kind}; weight ${weight}, idf ${idf.toFixed(2)}, ${frequency} times)\n`;
  return [...terms].sort((a, b) => b.score - a.score).map(line).join("");
}
