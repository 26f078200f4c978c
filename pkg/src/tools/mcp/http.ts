/**
 * MCP's streamable HTTP: messages are posted, and answered by JSON or by a stream of events.
 *
 * It keeps the session's header and version, and bounds what it reads. What messages mean is
 * `session.ts`'s part.
 */

import { createParser } from "../../vendor/eventsource-parser/index.js";
import { QwenAgentError, fail, type ErrorCode } from "../../errors.js";
import type { HeadersOption } from "../../types.js";
import { messageOf } from "../text.js";
import { incoming, type RpcIncoming, type RpcOutgoing } from "./messages.js";

export interface HttpOptions {
  url: URL;
  headers?: HeadersOption | undefined;
  fetch: typeof fetch;
}

/** The largest body or event, in bytes and UTF-16 units: a server must not fill the memory. */
const MAX_LENGTH = 8_000_000;

/** The server does not know the session any more. */
export class SessionLost extends Error {}

/** How far a stream of events got, so that it can be taken up again. */
export interface StreamPlace {
  lastEventId?: string;
  retryMs?: number;
}

export class McpHttp {
  readonly #options: HttpOptions;
  sessionId: string | undefined;
  protocolVersion: string | undefined;

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  /** Posts a message. @throws SessionLost, QwenAgentError `mcp.unreachable` */
  async post(message: RpcOutgoing, signal: AbortSignal): Promise<Response> {
    const headers = { "Content-Type": "application/json", Accept: "application/json, text/event-stream" };
    const response = await this.#request({ method: "POST", headers, body: JSON.stringify(message), signal });
    this.sessionId = response.headers.get("mcp-session-id") ?? this.sessionId;
    return response;
  }

  /** The server's own stream of events, or the rest of one; `undefined` where it offers none. */
  async listen(place: StreamPlace, signal: AbortSignal): Promise<Response | undefined> {
    const headers = { Accept: "text/event-stream", ...(place.lastEventId === undefined ? {} : { "Last-Event-ID": place.lastEventId }) };
    const response = await this.#request({ method: "GET", headers, signal }, [405]);
    if (response.ok && isEventStream(response)) return response;
    void response.body?.cancel();
    return undefined;
  }

  /** Ends the session. Servers may refuse that; nothing depends on it. */
  async end(signal: AbortSignal): Promise<void> {
    if (this.sessionId === undefined) return;
    const response = await this.#request({ method: "DELETE", signal }, [405]);
    void response.body?.cancel();
    this.sessionId = undefined;
  }

  /** `accepted` are statuses beside 2xx that are no failures. */
  async #request(init: RequestInit & { headers?: Record<string, string> }, accepted: number[] = []): Promise<Response> {
    const { url, headers: given, fetch: request } = this.#options;
    const own: Record<string, string> = typeof given === "function" ? await given() : (given ?? {});
    const session = this.sessionId;
    const headers: Record<string, string> = { ...init.headers, ...own };
    if (session !== undefined) headers["Mcp-Session-Id"] = session;
    if (this.protocolVersion !== undefined) headers["MCP-Protocol-Version"] = this.protocolVersion;
    let response: Response;
    try {
      // Followed, the headers, and so the page's token, would go wherever the server says.
      response = await request(url.href, { ...init, headers, redirect: "error" });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw fail("mcp.unreachable", `the MCP server at ${url.origin} was not reached, redirects, or does not allow this page (CORS)`, error);
    }
    if (response.ok || accepted.includes(response.status)) return response;
    if (response.status === 404 && session !== undefined) {
      void response.body?.cancel();
      throw new SessionLost("the MCP session is over");
    }
    throw statusError(response.status, url, await complaint(response));
  }
}

/** The messages in a response, one by one; `place` is kept up to date for streams. */
export async function* messagesOf(response: Response, place: StreamPlace): AsyncGenerator<RpcIncoming, void> {
  if (isEventStream(response)) {
    yield* streamed(response, place);
    return;
  }
  let text = "";
  for await (const part of textParts(response)) {
    text += part;
    if (text.length > MAX_LENGTH) throw fail("mcp.protocol", "the MCP server's answer is too large");
  }
  if (text.trim() !== "") yield* incoming(parsed(text));
}

async function* streamed(response: Response, place: StreamPlace): AsyncGenerator<RpcIncoming, void> {
  const ready: RpcIncoming[] = [];
  const parser = createParser({
    maxBufferSize: MAX_LENGTH,
    onEvent({ id, event, data }) {
      if (id !== undefined) place.lastEventId = id;
      // An event without data only tells where the stream is.
      if (data !== "" && (event === undefined || event === "message")) ready.push(...incoming(parsed(data)));
    },
    onRetry: (ms) => void (place.retryMs = ms),
    onError(error) {
      if (error.type === "max-buffer-size-exceeded") throw fail("mcp.protocol", "an event of the MCP server is too large", error);
    },
  });
  for await (const part of textParts(response)) {
    parser.feed(part);
    yield* ready.splice(0);
  }
}

async function* textParts(response: Response): AsyncGenerator<string, void> {
  const reader = response.body?.getReader();
  if (!reader) return;
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield decoder.decode(value, { stream: true });
    }
    yield decoder.decode();
  } finally {
    // Whoever has what they waited for leaves; the connection must not stay.
    reader.cancel().catch(() => {});
  }
}

function isEventStream(response: Response): boolean {
  return /^text\/event-stream\b/i.test(response.headers.get("content-type") ?? "");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fail("mcp.protocol", "the MCP server sends what is not JSON", error);
  }
}

/** What a server says in a refusal, if that is a message of the protocol. */
async function complaint(response: Response): Promise<string> {
  try {
    for await (const message of messagesOf(response, {})) if (message.kind === "error") return `: ${messageOf(message.message)}`;
  } catch {
    // A page of HTML, or nothing: the status says enough.
  }
  return "";
}

function statusError(status: number, url: URL, said: string): QwenAgentError {
  const code: ErrorCode = "mcp.unreachable";
  const advice = status === 401 || status === 403 ? "; check options.headers" : "";
  return new QwenAgentError({ code, status, message: `the MCP server at ${url.origin} answers with status ${status}${said}${advice}`, retryable: status === 429 || status >= 500 });
}
