/**
 * `qwen-agent inspect`: what is read from a file, and how it is cut into chunks.
 *
 * It shows; it changes and asks nothing.
 */

import { basename } from "node:path";
import { localHost, type LocalHost } from "../node.js";
import type { DocumentInfo, PageBlock, PageText } from "../results.js";
import { addFile, printWarnings } from "./add.js";
import { UsageError, oneOf, parse, passwordFrom } from "./args.js";
import { readBytes } from "./files.js";
import { write } from "./output.js";

/** `sniff()` needs no more than this. */
const HEAD_BYTES = 64 * 1024;

export async function inspect(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse("inspect", args, {
    json: { type: "boolean" },
    format: { type: "string" },
    "password-env": { type: "string" },
  });
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new UsageError("inspect takes one file (see qwen-agent inspect --help)");
  const format = oneOf("--format", values.format, ["text", "md", "json"]) ?? (values.json ? "json" : "text");
  const host = localHost();
  const info = await addFile(host, { path, password: passwordFrom(values["password-env"]) }, signal);
  printWarnings(info);
  const pages = await readPages(host, info, signal);
  switch (format) {
    case "text":
      // A form feed between pages, as other tools that print documents do.
      await write(`${pages.map(({ text }) => text).join("\n\f\n")}\n`);
      break;
    case "md":
      await write(pages.map((page) => markdown(page, pages.length > 1)).join("\n"));
      break;
    case "json":
      await write(`${JSON.stringify(await asJson(host, path, info, pages, signal), null, 2)}\n`);
      break;
    default:
      format satisfies never;
  }
  return 0;
}

async function readPages(host: LocalHost, info: DocumentInfo, signal: AbortSignal): Promise<PageText[]> {
  const pages: PageText[] = [];
  for (let page = 1; page <= info.pages; page++) {
    const text = await host.call("page", { id: info.id, page }, { signal });
    if (text) pages.push(text);
  }
  return pages;
}

async function asJson(host: LocalHost, path: string, info: DocumentInfo, pages: PageText[], signal: AbortSignal): Promise<object> {
  const core = await host.modules.core();
  const bytes = await readBytes(path);
  const { format } = core.sniff(bytes.subarray(0, HEAD_BYTES), bytes.length, basename(path));
  const chunks = await host.call("chunks", { id: info.id }, { signal });
  return {
    file: path,
    format,
    id: info.id,
    title: info.title ?? null,
    language: info.language ?? null,
    ...(info.url === undefined ? {} : { url: info.url }),
    pages: pages.map(({ blocks, text, ...page }) => ({ ...page, text, blocks: blocks.map((block) => ({ ...block, text: textOf(text, block) })) })),
    chunks: chunks.map(({ ordinal, tokens, headings, spans, text }) => ({ ordinal, tokens, headings, spans, text })),
    tokens: info.tokens,
    characters: info.characters,
    warnings: info.warnings,
  };
}

function markdown({ page, text, blocks }: PageText, numbered: boolean): string {
  const parts = blocks.map((block) => markdownBlock(block, textOf(text, block).trim()));
  const body = parts.filter((part) => part !== "").join("\n\n");
  return `${numbered ? `<!-- page ${page} -->\n\n` : ""}${body}\n`;
}

function markdownBlock({ kind, level }: PageBlock, text: string): string {
  if (text === "") return "";
  if (/heading|title/.test(kind)) return `${"#".repeat(Math.min(Math.max(level ?? 1, 1), 6))} ${text.replace(/\s+/g, (space) => (space.includes("\n") ? " " : space))}`;
  if (/list|item/.test(kind)) return /^([-*+•]|\d+[.)])\s/.test(text) ? text : `- ${text.replace(/\n/g, "\n  ")}`;
  if (/code|pre/.test(kind)) return `\`\`\`\n${text}\n\`\`\``;
  if (kind === "table") return markdownTable(text);
  return text;
}

/** Rows are lines, cells are apart by tabs; the first row is taken for the header. */
function markdownTable(text: string): string {
  const rows = text.split("\n").map((row) => row.split("\t").map((cell) => cell.trim().replace(/\|/g, "\\|")));
  const columns = Math.max(...rows.map((row) => row.length));
  const line = (cells: string[]): string => `| ${Array.from({ length: columns }, (_, column) => cells[column] ?? "").join(" | ")} |`;
  const [header = [], ...body] = rows;
  return [line(header), line(Array.from({ length: columns }, () => "---")), ...body.map(line)].join("\n");
}

function textOf(text: string, { start, end }: PageBlock): string {
  return text.slice(start, end);
}
