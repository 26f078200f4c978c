/**
 * `qwen-agent ask`: an answer with its sources, or all events as JSON lines.
 *
 * The key comes from the environment and goes into the request; it is never printed.
 */

import { localHost, type LocalHost } from "../node.js";
import { passageUrl } from "../passage-url.js";
import { endpointOf } from "../request.js";
import type { AgentEvent, Answer, Citation } from "../results.js";
import type { AskParams } from "../protocol.js";
import type { WasmEstimate } from "../wasm-types.js";
import { transcriptLine } from "../transcript.js";
import { addFile, loadIndex, printWarnings } from "./add.js";
import { UsageError, count, oneOf, parse, passwordFrom } from "./args.js";
import { appender } from "./files.js";
import { clearStatus, note, printWarning, status, write, writeJson } from "./output.js";
import { folderReadings, readingsFolder } from "./readings.js";

const OPTIONS = {
  index: { type: "string" },
  level: { type: "string" },
  "base-url": { type: "string" },
  model: { type: "string" },
  system: { type: "string" },
  json: { type: "boolean" },
  "context-tokens": { type: "string" },
  "max-output-tokens": { type: "string" },
  "max-requests": { type: "string" },
  "max-tokens": { type: "string" },
  estimate: { type: "boolean" },
  transcript: { type: "string" },
  "verified-only": { type: "boolean" },
  "no-cache": { type: "boolean" },
  concurrency: { type: "string" },
  adaptive: { type: "boolean" },
  protocol: { type: "string" },
  "max-turns": { type: "string" },
  "password-env": { type: "string" },
} as const;

export async function ask(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse("ask", args, OPTIONS);
  const question = positionals.at(-1);
  const files = positionals.slice(0, -1);
  if (question === undefined) throw new UsageError("ask takes a question (see qwen-agent ask --help)");
  if (values.index !== undefined && files.length > 0) throw new UsageError("ask takes either --index INDEX or files; put the question in quotes");
  if (values.index === undefined && files.length === 0) throw new UsageError("ask needs --index INDEX or files before the question");

  if (values["verified-only"] && values.transcript === undefined) throw new UsageError("--verified-only goes with --transcript FILE");

  const params: AskParams = { request: request(question, values), callHeaders: false };
  const password = passwordFrom(values["password-env"]);
  // Tried before anything is asked: an answer that cannot be written down would be paid for twice.
  const append = values.transcript === undefined || values.estimate ? undefined : await appender(values.transcript);
  const host = localHost(values["no-cache"] ? undefined : folderReadings(readingsFolder()));
  if (values.index !== undefined) await loadIndex(host, values.index, signal);
  for (const path of files) printWarnings(await addFile(host, { path, id: path, password }, signal));
  if (values.estimate) return estimate(host, params, values.json === true, signal);
  const answer = await (values.json ? asJson(host, params, signal) : asText(host, params, signal));
  await append?.(transcriptLine(answer, { verifiedOnly: values["verified-only"] === true }));
  return 0;
}

async function estimate(host: LocalHost, { request }: AskParams, json: boolean, signal: AbortSignal): Promise<number> {
  const cost = await host.call("estimate", { request }, { signal });
  await (json ? writeJson(cost) : write(inWords(cost)));
  return 0;
}

function inWords({ requests, promptTokens, completionTokens, atMost }: WasmEstimate): string {
  if (requests === 0) return "no request: without an endpoint the answer is quotes\n";
  const many = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
  return `${atMost ? "at most" : "about"} ${many(requests, "request")}, ${many(promptTokens, "prompt token")}, ${many(completionTokens, "completion token")}\n`;
}

type Flag = "json" | "adaptive" | "estimate" | "verified-only" | "no-cache";
type Values = Partial<Record<Exclude<keyof typeof OPTIONS, Flag>, string> & Record<Flag, boolean>>;

function request(question: string, values: Values): AskParams["request"] {
  const made: AskParams["request"] = { question };
  const level = oneOf("--level", values.level, ["auto", "retrieve", "read", "reason", "chat"]);
  if (level !== undefined) made.level = level;
  const protocol = oneOf("--protocol", values.protocol, ["auto", "native", "nous", "react"]);
  if (protocol !== undefined) made.protocol = protocol;
  if (values.adaptive !== undefined) made.adaptive = values.adaptive;
  if (values.transcript !== undefined) made.transcript = true;
  if (values.system !== undefined) made.system = values.system;
  const numbers = {
    contextTokens: count("--context-tokens", values["context-tokens"]),
    maxOutputTokens: count("--max-output-tokens", values["max-output-tokens"]),
    maxRequests: count("--max-requests", values["max-requests"]),
    maxTokens: count("--max-tokens", values["max-tokens"]),
    concurrency: count("--concurrency", values.concurrency),
    maxTurns: count("--max-turns", values["max-turns"]),
  };
  for (const name of ["contextTokens", "maxOutputTokens", "maxRequests", "maxTokens", "concurrency", "maxTurns"] as const) {
    if (numbers[name] !== undefined) made[name] = numbers[name];
  }
  const baseURL = values["base-url"] ?? process.env["QWEN_BASE_URL"];
  if (!baseURL) return made;
  const model = values.model ?? process.env["QWEN_MODEL"];
  if (!model) throw new UsageError("an endpoint needs --model M (or QWEN_MODEL)");
  const apiKey = process.env["QWEN_API_KEY"];
  made.endpoint = endpointOf({ baseURL, model, ...(apiKey ? { apiKey } : {}) });
  return made;
}

async function asJson(host: LocalHost, params: AskParams, signal: AbortSignal): Promise<Answer> {
  return host.call("ask", params, { signal, onEvent: writeJson });
}

async function asText(host: LocalHost, params: AskParams, signal: AbortSignal): Promise<Answer> {
  // Said before the text, so that nobody takes quotes for an answer.
  if (!params.request.endpoint) await write("Extractive answer (no model was asked; these are quotes from the documents):\n\n");
  let streamed = "";
  const answer = await host.call("ask", params, {
    signal,
    async onEvent(event) {
      if (event.type !== "text") return report(event);
      clearStatus();
      streamed += event.text;
      await write(event.text);
    },
  }).finally(clearStatus);
  // Should an answer ever come without deltas, it is still shown.
  if (streamed === "") await write(answer.text);
  await write(`\n${sources(answer)}`);
  return answer;
}

function report(event: AgentEvent): void {
  switch (event.type) {
    case "plan":
      return status(`${event.strategy}: ${event.reason}`);
    case "retrieval":
      return status(`${event.passages.length} passages`);
    case "chunk-read":
      return status(`read ${event.done}/${event.total}`);
    case "tool-call":
      clearStatus();
      return note(`${event.name} ${oneLine(event.arguments)}`);
    case "tool-result":
      clearStatus();
      return note(`${event.name} ${event.failed ? "failed" : "gave"}: ${oneLine(event.content)}`);
    case "retry":
      clearStatus();
      return note(`retry ${event.attempt} in ${event.afterMs} ms: ${event.reason}`);
    case "warning":
      clearStatus();
      return printWarning(event.code, event.message);
    case "reasoning":
    case "text":
    case "finish":
      return;
    default:
      return event satisfies never;
  }
}

/** The longest piece of a call or a result that is shown. */
const SHOWN = 120;

function oneLine(text: string): string {
  const characters = [...text.replace(/\s+/g, " ").trim()];
  return characters.length <= SHOWN ? characters.join("") : `${characters.slice(0, SHOWN).join("")} …`;
}

function sources({ citations }: Answer): string {
  if (citations.length === 0) return "\nSources: none\n";
  return `\nSources\n${citations.map(sourceLine).join("")}`;
}

function sourceLine({ marker, documentId, title, url, page, quote, verified, anchor }: Citation): string {
  const name = title === undefined ? documentId : `${title} (${documentId})`;
  const link = passageUrl({ quote, ...(url === undefined ? {} : { url }), ...(anchor === undefined ? {} : { anchor }) });
  return `[${marker}] ${name}, page ${page}: "${quote.trim().replace(/\s+/g, " ")}" (${verified ? "verified" : "not verified"})\n${link === undefined ? "" : `    ${link}\n`}`;
}
