// Passes two requests of the page on to an OpenAI-compatible endpoint, and streams the answers
// back. It must never forward other paths, foreign origins or cookies, and never let the key out.

import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { isOurOrigin, sendError } from "./http.mjs";

const BODY_LIMIT_BYTES = 4 * 1024 * 1024;
/** Error bodies are held back up to this size to be cleaned of the key. */
const ERROR_BODY_LIMIT_BYTES = 256 * 1024;
/** A model may think for long before its first word, but not forever. */
const SILENCE_LIMIT_MS = 180_000;

/** How long the sender of a refused body may go on sending before the connection is cut. */
const REFUSAL_MS = 5_000;

const routes = new Map([
  ["/api/qwen/chat/completions", { method: "POST", path: "/chat/completions" }],
  ["/api/qwen/models", { method: "GET", path: "/models" }],
]);

/** Headers of the endpoint's answer that mean something to the page. */
const passedHeaders = ["content-type", "retry-after", "retry-after-ms", "x-request-id"];

/** Makes the handler for everything below /api/. */
export function createProxy(upstream) {
  return async (request, response, path) => {
    const refusal = refuse(request, path);
    if (refusal) {
      const [status, code, message] = refusal;
      return sendRefusal(request, response, status, code, message);
    }
    const body = request.method === "POST" ? await readBody(request) : Buffer.alloc(0);
    if (body === "gone") return;
    if (body === "too large") {
      return sendRefusal(request, response, ...tooLarge);
    }
    forward(upstream, routes.get(path), body, request, response);
  };
}

const tooLarge = [413, "body_too_large", "a request may have 4 MB at most"];

/** The rest of a refused body is read and dropped, or the sender would see a reset, not the reason. */
function sendRefusal(request, response, status, code, message) {
  const patience = setTimeout(() => request.destroy(), REFUSAL_MS);
  request.on("close", () => clearTimeout(patience));
  request.on("end", () => sendError(response, status, code, message));
  request.resume();
}

function refuse(request, path) {
  const route = routes.get(path);
  if (!route) return [404, "not_found", "only chat/completions and models are proxied"];
  if (!isOurOrigin(request.headers)) return [403, "foreign_origin", "only this server's own page may use the proxy"];
  if (request.method !== route.method) return [405, "method_not_allowed", `use ${route.method}`];
  if (route.method === "POST" && !/^application\/json\b/i.test(request.headers["content-type"] ?? "")) {
    return [415, "not_json", "the body must be application/json"];
  }
  if (Number(request.headers["content-length"] ?? 0) > BODY_LIMIT_BYTES) {
    return tooLarge;
  }
  return undefined;
}

function readBody(request) {
  return new Promise((resolve) => {
    const parts = [];
    let size = 0;
    request.on("data", (part) => {
      size += part.length;
      if (size > BODY_LIMIT_BYTES) {
        return resolve("too large");
      }
      parts.push(part);
    });
    request.on("end", () => resolve(Buffer.concat(parts)));
    request.on("close", () => resolve("gone"));
    request.on("error", () => resolve("gone"));
  });
}

function forward(upstream, route, body, request, response) {
  const url = new URL(upstream.base + route.path);
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  const outgoing = send(url, { method: route.method, headers: headersFor(upstream, request, body) });
  let finished = false;
  response.on("close", () => {
    if (!finished) outgoing.destroy();
  });
  outgoing.setTimeout(SILENCE_LIMIT_MS, () => outgoing.destroy(new Error("ETIMEDOUT")));
  outgoing.on("error", (error) => {
    if (response.headersSent || response.destroyed) return response.destroy();
    // The endpoint had closed a kept connection just as it was used again; it saw nothing of this.
    if (outgoing.reusedSocket && error.code === "ECONNRESET") return forward(upstream, route, body, request, response);
    const reason = error.code ?? "failed";
    sendError(response, 502, "upstream_unreachable", `the endpoint cannot be reached (${reason})`);
  });
  outgoing.on("response", (incoming) => {
    incoming.on("end", () => (finished = incoming.complete));
    // A stream cut by the endpoint must look cut here too, not finished.
    incoming.on("error", () => response.destroy());
    incoming.on("aborted", () => response.destroy());
    if (incoming.statusCode >= 400) return passError(upstream, incoming, response);
    response.writeHead(incoming.statusCode, answerHeaders(incoming));
    response.flushHeaders();
    incoming.pipe(response);
  });
  outgoing.end(body);
}

function headersFor(upstream, request, body) {
  const headers = { Accept: request.headers.accept ?? "*/*", "Accept-Encoding": "identity" };
  if (request.method === "POST") {
    headers["Content-Type"] = "application/json";
    headers["Content-Length"] = body.length;
  }
  if (upstream.apiKey) headers.Authorization = `Bearer ${upstream.apiKey}`;
  return headers;
}

function answerHeaders(incoming) {
  const headers = { "Cache-Control": "no-store" };
  for (const name of passedHeaders) {
    if (incoming.headers[name] !== undefined) headers[name] = incoming.headers[name];
  }
  return headers;
}

/** Some endpoints repeat a wrong key in their complaint; the page must not see it. */
function passError(upstream, incoming, response) {
  const parts = [];
  let size = 0;
  incoming.on("data", (part) => {
    size += part.length;
    if (size <= ERROR_BODY_LIMIT_BYTES) parts.push(part);
  });
  incoming.on("end", () => {
    let body = Buffer.concat(parts);
    if (upstream.apiKey && body.includes(upstream.apiKey)) {
      body = Buffer.from(body.toString("utf8").replaceAll(upstream.apiKey, "[key]"));
    }
    response.writeHead(incoming.statusCode, { ...answerHeaders(incoming), "Content-Length": body.length });
    response.end(body);
  });
}
