/**
 * The proxy as a listener of `node:http`, and of what is built on it.
 *
 * It turns Node's request into the web's and writes the response back, piece by piece. Types are
 * written out, so that programs without those of Node compile.
 */

import type { Proxy } from "./options.js";

/** What is used of `http.IncomingMessage`. */
export interface NodeRequest {
  method?: string | undefined;
  url?: string | undefined;
  headers: Record<string, string | string[] | undefined>;
  socket: { remoteAddress?: string | undefined; encrypted?: boolean | undefined };
  on(event: string, listener: (...values: never[]) => void): unknown;
  pause(): unknown;
  resume(): unknown;
}

/** What is used of `http.ServerResponse`. */
export interface NodeResponse {
  readonly writableFinished: boolean;
  readonly destroyed: boolean;
  writeHead(status: number, headers: Record<string, string>): unknown;
  flushHeaders(): void;
  write(bytes: Uint8Array): boolean;
  end(): unknown;
  destroy(): unknown;
  on(event: string, listener: () => void): unknown;
  once(event: string, listener: () => void): unknown;
}

export type NodeHandler = (request: NodeRequest, response: NodeResponse) => void;

/**
 * A listener for `http.createServer()`, or a handler of Express, before its body parsers. The
 * client is the other end of the connection: behind a server of your own that passes requests on,
 * give `rateLimit.clientOf`.
 *
 * @example
 * ```ts
 * createServer(toNodeHandler(proxy)).listen(8080);
 * ```
 */
export function toNodeHandler(proxy: Proxy): NodeHandler {
  return (incoming, outgoing) => void serve(proxy, incoming, outgoing).catch(() => outgoing.destroy());
}

async function serve(proxy: Proxy, incoming: NodeRequest, outgoing: NodeResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.on("close", () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  const response = await proxy(requestOf(incoming, gone.signal), { client: incoming.socket.remoteAddress });
  if (outgoing.destroyed) return void response.body?.cancel().catch(() => {});
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body) {
    outgoing.flushHeaders();
    const reader = response.body.getReader();
    gone.signal.addEventListener("abort", () => void reader.cancel().catch(() => {}), { once: true });
    for (;;) {
      const { done, value } = await reader.read();
      if (done || outgoing.destroyed) break;
      if (!outgoing.write(value)) await drained(outgoing);
    }
  }
  outgoing.end();
}

function requestOf(incoming: NodeRequest, signal: AbortSignal): Request {
  const { method = "GET", headers, socket } = incoming;
  const given = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    // HTTP/2 has names with a colon, which are no headers.
    if (value !== undefined && !name.startsWith(":")) given.set(name, [value].flat().join(", "));
  }
  const url = new URL(incoming.url ?? "/", `${socket.encrypted ? "https" : "http"}://${hostOf(headers)}`);
  const hasBody = method !== "GET" && method !== "HEAD";
  // `duplex` is asked for by Node, and not known to the types of browsers.
  const init: RequestInit & { duplex?: "half" } = { method, headers: given, signal, ...(hasBody ? { body: bodyOf(incoming), duplex: "half" } : {}) };
  const request = new Request(url, init);
  // Its own signal follows ours only until Node's garbage collector has come by.
  Object.defineProperty(request, "signal", { value: signal });
  return request;
}

function hostOf(headers: NodeRequest["headers"]): string {
  const host = [headers["host"] ?? headers[":authority"]].flat()[0] ?? "";
  return /^[\w.:[\]-]+$/.test(host) ? host : "localhost";
}

function bodyOf(incoming: NodeRequest): ReadableStream<Uint8Array> {
  let ended = false;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const end = (act: () => void) => (): void => {
          if (!ended) act();
          ended = true;
        };
        incoming.on("data", (piece: Uint8Array) => {
          if (ended) return;
          controller.enqueue(new Uint8Array(piece));
          if ((controller.desiredSize ?? 0) <= 0) incoming.pause();
        });
        incoming.on("end", end(() => controller.close()));
        incoming.on("error", end(() => controller.error(new Error("the request was cut"))));
        incoming.on("close", end(() => controller.error(new Error("the request was cut"))));
        incoming.pause();
      },
      pull: () => void incoming.resume(),
      cancel() {
        // The rest is read and dropped: a connection that breaks here would hide the reason from the page.
        ended = true;
        incoming.resume();
      },
    },
    { highWaterMark: 0 },
  );
}

function drained(outgoing: NodeResponse): Promise<void> {
  return new Promise((resolve) => {
    outgoing.once("drain", resolve);
    outgoing.once("close", resolve);
  });
}
