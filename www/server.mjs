// The demo server: serves the built page on 127.0.0.1 and, when QWEN_BASE_URL is set, passes the
// page's model requests on to it. It must never listen beyond this machine, write to disk, or
// print the key.
//
//   node server.mjs [--port N] [--open] [--max-seconds N] [--until-stdin-closes]
//
// Environment: QWEN_BASE_URL (up to and without "/chat/completions"), QWEN_MODEL, QWEN_API_KEY.

import { createServer } from "node:http";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createProxy, toNodeHandler } from "qwen-agent-wasm/proxy";
import { securityHeaders, serveFile } from "./server/static.mjs";
import { openInBrowser } from "./server/open.mjs";
import { isOurHost, sendError, sendJson } from "./server/http.mjs";

const DEFAULT_PORT = 8080;
/** How many ports after the wanted one are tried before giving up. */
const PORTS_TO_TRY = 20;
/** Open connections get this long to finish when the server is told to stop. */
const GOODBYE_MS = 500;
/** What the page's settings name as its proxy. */
const PROXY_PATH = "/api/qwen/";
/** Prompts of a large window fit. */
const MOST_BODY_BYTES = 4 * 1024 * 1024;
/** A model on a small machine may think for long before its first word, but not forever. */
const SILENCE_MS = 180_000;

const dist = fileURLToPath(new URL("./dist/", import.meta.url));
const usage = "usage: node server.mjs [--port N] [--open] [--max-seconds N] [--until-stdin-closes]";

main();

function main() {
  const options = readOptions();
  if (!existsSync(`${dist}index.html`)) {
    fail("the page is not built: run `npm run build` in www first", 1);
  }
  const upstream = readUpstream(process.env);
  const server = createServer(handler(upstream));
  stopWhenAsked(server, options);
  listen(server, options, PORTS_TO_TRY, upstream);
}

function readOptions() {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        port: { type: "string", default: String(DEFAULT_PORT) },
        open: { type: "boolean", default: false },
        "max-seconds": { type: "string" },
        "until-stdin-closes": { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    fail(`${error.message}\n${usage}`, 2);
  }
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  return {
    port: wholeNumber(values.port, "--port", 0, 65535),
    maxSeconds:
      values["max-seconds"] === undefined
        ? undefined
        : wholeNumber(values["max-seconds"], "--max-seconds", 1, 2_000_000),
    untilStdinCloses: values["until-stdin-closes"],
    open: values.open,
  };
}

function wholeNumber(text, name, least, most) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < least || number > most) {
    fail(`${name} takes a whole number from ${least} to ${most}\n${usage}`, 2);
  }
  return number;
}

function readUpstream(env) {
  if (!env.QWEN_BASE_URL) return undefined;
  let base;
  try {
    base = new URL(env.QWEN_BASE_URL);
  } catch {
    fail("QWEN_BASE_URL is not an absolute URL", 2);
  }
  if (base.protocol !== "http:" && base.protocol !== "https:") {
    fail("QWEN_BASE_URL must begin with http:// or https://", 2);
  }
  return { base: base.href, origin: base.origin, model: env.QWEN_MODEL || undefined, apiKey: env.QWEN_API_KEY || undefined };
}

/** Only this machine reaches it, so whoever asks may choose the model, and ask as often as they like. */
function proxyTo({ base, apiKey }) {
  try {
    const timeouts = { firstByteMs: SILENCE_MS, stallMs: SILENCE_MS };
    return toNodeHandler(createProxy({ baseURL: base, apiKey, models: ["*"], allowPrograms: true, rateLimit: false, maxBodyBytes: MOST_BODY_BYTES, timeouts, onProblem }));
  } catch (error) {
    fail(`QWEN_BASE_URL: ${error.message}`, 2);
  }
}

/** The page is told that the endpoint cannot be reached; why is for whoever started the server. */
function onProblem({ code, cause }) {
  if (code === "upstream_unreachable") console.error(`the endpoint cannot be reached (${cause?.cause?.code ?? "failed"})`);
}

function handler(upstream) {
  const proxy = upstream && proxyTo(upstream);
  return (request, response) => {
    for (const [name, value] of securityHeaders) response.setHeader(name, value);
    // A name that is not ours but resolves to this machine is how a foreign page would rebind.
    if (!isOurHost(request.headers.host)) {
      return sendError(response, 403, "foreign_host", "this server answers to 127.0.0.1 and localhost only");
    }
    const path = request.url.split(/[?#]/, 1)[0];
    if (path === "/config.json") {
      return sendJson(response, 200, upstream ? { proxy: true, model: upstream.model ?? "" } : { proxy: false });
    }
    if (path.startsWith("/api/")) {
      if (!proxy) return sendError(response, 404, "no_proxy", "this server proxies no endpoint: QWEN_BASE_URL is not set");
      if (path.startsWith(PROXY_PATH)) return proxy(request, response);
      return sendError(response, 404, "not_found", `the endpoint is below ${PROXY_PATH}`);
    }
    return serveFile(dist, path, request, response);
  };
}

function listen(server, { port, open }, triesLeft, upstream) {
  server.once("error", (error) => {
    if (error.code === "EADDRINUSE" && triesLeft > 0 && port < 65535) {
      console.error(`port ${port} is busy, trying ${port + 1}`);
      return listen(server, { port: port + 1, open }, triesLeft - 1, upstream);
    }
    fail(`cannot listen on port ${port}: ${error.code ?? error.message}`, 1);
  });
  server.listen(port, "127.0.0.1", () => {
    server.removeAllListeners("error");
    const address = `http://127.0.0.1:${server.address().port}/`;
    console.log(`Serving ${address}`);
    if (open) openInBrowser(address);
    console.log(
      upstream
        ? `Model requests go to ${upstream.origin} (model: ${upstream.model ?? "chosen in the page"})`
        : "No endpoint: answers are quotes, unless the page's settings name one",
    );
  });
}

function stopWhenAsked(server, { maxSeconds, untilStdinCloses }) {
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => {
      server.closeAllConnections();
      process.exit(0);
    }, GOODBYE_MS).unref();
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  if (maxSeconds !== undefined) setTimeout(stop, maxSeconds * 1000).unref();
  if (untilStdinCloses) {
    process.stdin.on("end", stop).on("close", stop).on("error", stop);
    process.stdin.resume();
  }
}

function fail(message, exitCode) {
  console.error(message);
  process.exit(exitCode);
}
