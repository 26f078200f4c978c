#!/usr/bin/env node
// A scripted OpenAI-compatible endpoint for tests: deterministic, on 127.0.0.1 only, without
// dependencies. Its model is `oracle.mjs`, its misfortunes are `faults.mjs`.
//
//   node tests/endpoint/server.mjs [--port N] [--ttft-ms N] [--per-token-ms N] [--cors ORIGIN|off]
//                                  [--model NAME] [--require-key] [--max-seconds N]
//
// It prints {"listening": port} and stops when its standard input closes, or after --max-seconds.
//
//   POST /v1/chat/completions   streaming or not        GET  /v1/models
//   POST /__admin/faults        ["429", {"fault": "stall", "kind": "answer"}, …]: queued
//   POST /__admin/settings      {"ttftMs", "perTokenMs", "cors", "requireKey", "refuseTools"}
//   GET  /__admin/log           requests so far, secrets redacted
//   POST /__admin/reset         empties the log and the queue of faults
//
// Keys are never logged: only whether an Authorization header was there.

import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as later } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { isFault, sendError, streamFault, strike, takeFault } from "./faults.mjs";
import { pieces, reply } from "./oracle.mjs";

const SECRET_HEADERS = new Set(["authorization", "cookie", "x-api-key", "proxy-authorization"]);
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/**
 * Starts it. Gives its address and how to stop it.
 *
 * `hooks` change what it does, for who measures: `arrive(entry, response)` is told of each request,
 * `pace(state, entry)` waits before the reply in place of `ttftMs`, `reply(body, state)` is the model.
 */
export async function startServer({ hooks, ...options } = {}) {
  const state = {
    hooks: { arrive() {}, pace: ({ settings }) => later(settings.ttftMs), reply, ...hooks },
    settings: { ttftMs: 0, perTokenMs: 0, cors: "*", requireKey: false, refuseTools: false, model: "qwen-scripted", ...options },
    faults: [],
    log: [],
    count: 0,
    /** Chat requests under way, and the most there have been. */
    open: 0,
    mostOpen: 0,
    /** How often the list of models was asked for; that is not in the log, which is of questions. */
    listed: 0,
  };
  const server = createServer((request, response) => {
    handle(state, request, response).catch((error) => {
      if (response.headersSent || response.destroyed) response.destroy();
      else sendError(response, 400, "invalid_request_error", error.message);
    });
  });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  return {
    port,
    baseURL: `http://127.0.0.1:${port}/v1`,
    state,
    async stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function handle(state, request, response) {
  const { pathname } = new URL(request.url, "http://127.0.0.1");
  if (pathname.startsWith("/__admin/")) return admin(state, pathname, request, response);
  allowOrigin(state.settings.cors, request, response);
  if (request.method === "OPTIONS") return void response.writeHead(204).end();
  const entry = logged(request, pathname);
  if (pathname === "/v1/models") state.listed += 1;
  else state.log.push(entry);
  state.hooks.arrive(entry, response);
  response.on("close", () => (entry.aborted = !response.writableFinished));
  if (state.settings.requireKey && !entry.authorization) return sendError(response, 401, "invalid_api_key", "no API key was given");
  if (request.method === "GET" && pathname === "/v1/models") {
    return sendJson(response, { object: "list", data: [{ id: state.settings.model, object: "model", owned_by: "tests" }] });
  }
  if (request.method === "POST" && pathname === "/v1/chat/completions") return complete(state, entry, request, response);
  sendError(response, 404, "not_found", `there is no ${request.method} ${pathname}`);
}

async function complete(state, entry, request, response) {
  state.open += 1;
  state.mostOpen = Math.max(state.mostOpen, state.open);
  response.on("close", () => (state.open -= 1));
  const body = await readJson(request);
  if (!Array.isArray(body.messages) || typeof body.model !== "string") throw new Error("model and messages are required");
  const { kind, text, calls } = state.hooks.reply(body, state);
  const fault = takeFault(state.faults, kind) ?? state.settings.chooseFault?.(kind, body);
  Object.assign(entry, { kind, fault, body });
  await state.hooks.pace(state, entry);
  if (response.destroyed || strike(fault, response)) return;
  if (state.settings.refuseTools && body.tools) return sendError(response, 400, "invalid_request_error", "this model does not support tools");
  const how = streamFault(fault);
  const said = stopped(how.fenced ? `\`\`\`json\n${text}\n\`\`\`` : text, body.stop);
  const head = { id: `chatcmpl-${(state.count += 1)}`, created: 0, model: body.model };
  const usage = usageOf(body, said);
  const finish_reason = how.finishReason ?? (calls ? "tool_calls" : "stop");
  const tool_calls = calls?.map(({ id, name, arguments: args }) => ({ id, type: "function", function: { name, arguments: JSON.stringify(args) } }));
  if (!body.stream || how.whole) {
    const message = { role: "assistant", content: said, ...(tool_calls ? { tool_calls } : {}) };
    return sendJson(response, { ...head, object: "chat.completion", choices: [{ index: 0, message, finish_reason }], usage });
  }
  await stream({ response, how, head, said, tool_calls, usage: body.stream_options?.include_usage ? usage : undefined, finish_reason, perTokenMs: state.settings.perTokenMs });
}

/** A server's stop words end a text before them. */
function stopped(text, stop = []) {
  return [stop].flat().reduce((left, word) => left.split(word)[0], text);
}

async function stream({ response, how, head, said, tool_calls = [], usage, finish_reason, perTokenMs }) {
  response.writeHead(200, { "content-type": how.contentType ?? "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
  const chunk = (delta, more = {}) => ({ ...head, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: null, ...more }] });
  const send = (data) => write(response, `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`, how);
  await send(chunk({ role: "assistant", content: "" }));
  if (how.reasoning) for (const part of pieces("The passages are compared with the question.")) await send(chunk({ reasoning_content: part }));
  while (how.endless && !response.destroyed) await send(chunk({ content: "the same words again and again ".repeat(100) }));
  const parts = how.silent ? [] : pieces(said);
  // Of a reply in one piece nothing has come when the fault strikes.
  const middle = Math.min(Math.ceil(parts.length / 2), parts.length - 1);
  for (const [index, part] of parts.entries()) {
    if (response.destroyed) return;
    if (index === middle && how.until === "cut") {
      // What was written should have left before the connection breaks.
      await later(20);
      return void response.destroy();
    }
    if (index === middle && how.until === "reset") {
      await later(20);
      return void response.socket.resetAndDestroy();
    }
    // Nothing more comes, until the client gives up.
    if (index === middle && how.until === "stall") return;
    // A client should have read what stands before.
    if (index === middle && (how.malformed || how.errorEvent || how.badUtf8)) await later(20);
    if (index === middle && how.badUtf8) response.write(Buffer.from('data: {"choices":[{"delta":{"content":"\xff\xfe\xe4"}}]}\n\n', "latin1"));
    if (index === middle && how.malformed) await send('{"choices": [{"delta": {"content": ');
    if (index === middle && how.errorEvent) {
      await send({ error: { message: "the engine stopped", type: "server_error", code: 500 } });
      return void response.end();
    }
    await send(chunk({ content: part }));
    if (perTokenMs > 0) await later(perTokenMs);
  }
  // The name comes first, then the arguments in pieces, as from the servers that have tools.
  for (const [index, call] of tool_calls.entries()) {
    await send(chunk({ tool_calls: [{ index, ...call, function: { name: call.function.name, arguments: "" } }] }));
    for (const part of call.function.arguments.match(/[^]{1,8}/g) ?? []) await send(chunk({ tool_calls: [{ index, function: { arguments: part } }] }));
  }
  if (how.finish === false) return void response.end();
  await send(chunk({}, { finish_reason }));
  for (let times = how.usageTwice ? 2 : 1; usage && times > 0; times--) await send({ ...head, object: "chat.completion.chunk", choices: [], usage });
  if (how.done !== false) await send("[DONE]");
  response.end();
}

async function write(response, text, { bytewise, pauseMs }) {
  const parts = bytewise ? [...Buffer.from(text)].map((byte) => Buffer.from([byte])) : [text];
  for (const part of parts) {
    if (response.destroyed) return;
    const flushed = response.write(part);
    if (pauseMs) await later(pauseMs);
    else if (bytewise) await new Promise((resolve) => setImmediate(resolve));
    if (!flushed) await drained(response);
  }
}

function drained(response) {
  return new Promise((resolve) => {
    const go = () => {
      response.off("drain", go).off("close", go);
      resolve();
    };
    response.on("drain", go).on("close", go);
  });
}

async function admin(state, pathname, request, response) {
  const route = `${request.method} ${pathname.slice("/__admin/".length)}`;
  switch (route) {
    case "GET log":
      return sendJson(response, state.log);
    case "POST reset":
      state.log.length = 0;
      state.faults.length = 0;
      return sendJson(response, {});
    case "POST settings":
      Object.assign(state.settings, await readJson(request));
      return sendJson(response, state.settings);
    case "POST faults": {
      const body = await readJson(request);
      const faults = Array.isArray(body) ? body : body.faults;
      const unknown = faults?.find((fault) => !isFault(fault));
      if (!Array.isArray(faults) || unknown !== undefined) throw new Error(`faults must be an array of known names; ${JSON.stringify(unknown)} is not`);
      state.faults.push(...faults);
      return sendJson(response, { queued: state.faults.length });
    }
    default:
      return sendError(response, 404, "not_found", `there is no ${route}`);
  }
}

function allowOrigin(cors, request, response) {
  if (cors === "off") return;
  response.setHeader("access-control-allow-origin", cors);
  response.setHeader("access-control-expose-headers", "retry-after");
  if (request.method !== "OPTIONS") return;
  response.setHeader("access-control-allow-methods", "GET, POST, OPTIONS");
  response.setHeader("access-control-allow-headers", request.headers["access-control-request-headers"] ?? "authorization, content-type");
}

function logged(request, path) {
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, SECRET_HEADERS.has(name) ? "[redacted]" : value]));
  return { method: request.method, path, headers, authorization: request.headers.authorization !== undefined };
}

async function readJson(request) {
  const parts = [];
  let length = 0;
  for await (const part of request) {
    parts.push(part);
    length += part.length;
    if (length > MAX_BODY_BYTES) throw new Error("the body is too large");
  }
  return JSON.parse(Buffer.concat(parts).toString("utf8"));
}

function sendJson(response, value) {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
}

// A fixed measure will do: what is tested is that usage arrives, not that it is right.
function usageOf({ messages }, said) {
  const prompt_tokens = Math.ceil(JSON.stringify(messages).length / 4);
  const completion_tokens = pieces(said).length;
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

async function main() {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "0" },
      "ttft-ms": { type: "string", default: "0" },
      "per-token-ms": { type: "string", default: "0" },
      cors: { type: "string", default: "*" },
      model: { type: "string", default: "qwen-scripted" },
      "require-key": { type: "boolean", default: false },
      "max-seconds": { type: "string", default: "900" },
    },
  });
  const { port } = await startServer({
    port: Number(values.port),
    ttftMs: Number(values["ttft-ms"]),
    perTokenMs: Number(values["per-token-ms"]),
    cors: values.cors,
    model: values.model,
    requireKey: values["require-key"],
  });
  console.log(JSON.stringify({ listening: port }));
  process.stdin.resume().on("close", () => process.exit(0));
  setTimeout(() => process.exit(0), Number(values["max-seconds"]) * 1000);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
