/**
 * A session with an MCP server: the handshake, requests and their answers, what the server says by
 * itself, and the end.
 *
 * It speaks the versions of the protocol that have sessions. A session that the server has
 * forgotten is begun anew, once for each request. It knows nothing of tools.
 */

import { aborted, fail } from "../../errors.js";
import { McpHttp, SessionLost, messagesOf, type HttpOptions, type StreamPlace } from "./http.js";
import { METHOD_NOT_FOUND, type RpcAnswer, type RpcIncoming } from "./messages.js";

/** Newest first: the first is asked for. Before these, streamable HTTP did not exist. */
const VERSIONS = ["2025-11-25", "2025-06-18", "2025-03-26"];
const CLIENT = { name: "qwen-agent-wasm", version: "0" };
/** Between tries to take up a stream again, unless the server says how long; doubled each time. */
const RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;
/** Tries in a row that bring nothing. */
const MAX_RETRIES = 5;
/** A server that has not greeted by then is not there. */
const HANDSHAKE_MS = 30_000;
/** What is sent on leaving waits no longer. */
const FAREWELL_MS = 2_000;

/** An answer of the server that says no. */
export class RpcError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export class McpSession {
  readonly #http: McpHttp;
  readonly #onNotification: (method: string) => void;
  readonly #closed = new AbortController();
  #beginning: Promise<Record<string, unknown>> | undefined;
  #lastId = 0;

  constructor(options: HttpOptions, onNotification: (method: string) => void) {
    this.#http = new McpHttp(options);
    this.#onNotification = onNotification;
  }

  /** The handshake; what the server says of itself. */
  begin(signal: AbortSignal): Promise<Record<string, unknown>> {
    // Not stopped by whoever asked first: others may wait for it, too.
    this.#beginning ??= this.#handshake().catch((error: unknown) => {
      this.#beginning = undefined;
      throw error;
    });
    return unless(signal, this.#beginning);
  }

  /** @throws RpcError, QwenAgentError `mcp.unreachable`, `mcp.protocol`, `aborted` */
  async request(method: string, params: object, signal: AbortSignal): Promise<Record<string, unknown>> {
    const both = AbortSignal.any([signal, this.#closed.signal]);
    await this.begin(both);
    const begun = this.#beginning;
    try {
      return await this.#exchange(method, params, both);
    } catch (error) {
      if (!(error instanceof SessionLost)) throw error;
      // The server did not know the session, so it did nothing: asking again is safe. Another
      // request may have noticed before, and begun again already.
      if (this.#beginning === begun) this.#forget();
      await this.begin(both);
      return this.#exchange(method, params, both);
    }
  }

  /** Follows what the server says by itself, until the session is closed. Never rejects. */
  async listen(): Promise<void> {
    const { signal } = this.#closed;
    const place: StreamPlace = {};
    for (let failures = 0; failures < MAX_RETRIES && !signal.aborted; failures++) {
      try {
        const response = await this.#http.listen(place, signal);
        if (!response) return;
        for await (const message of messagesOf(response, place)) {
          failures = 0;
          this.#take(message);
        }
      } catch {
        // Lost, or never there: the next request will tell, if it matters.
      }
      await pause(waitMs(place, failures), signal).catch(() => {});
    }
  }

  /** Ends the session; requests under way fail. Never rejects. */
  async close(): Promise<void> {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    await this.#http.end(AbortSignal.timeout(FAREWELL_MS)).catch(() => {});
  }

  #forget(): void {
    this.#beginning = undefined;
    this.#http.sessionId = undefined;
    this.#http.protocolVersion = undefined;
  }

  async #handshake(): Promise<Record<string, unknown>> {
    const late = AbortSignal.timeout(HANDSHAKE_MS);
    const signal = AbortSignal.any([this.#closed.signal, late]);
    const params = { protocolVersion: VERSIONS[0], capabilities: {}, clientInfo: CLIENT };
    const server = await this.#exchange("initialize", params, signal).catch((error: unknown) => {
      if (late.aborted) throw fail("mcp.unreachable", "the MCP server does not answer", error);
      throw error instanceof RpcError ? fail("mcp.protocol", `the MCP server refuses to begin: ${error.message}`, error) : error;
    });
    const version = server["protocolVersion"];
    if (typeof version !== "string" || !VERSIONS.includes(version)) throw fail("mcp.protocol", `the MCP server speaks version ${String(version).slice(0, 40)}; known are ${VERSIONS.join(", ")}`);
    this.#http.protocolVersion = version;
    void (await this.#http.post({ jsonrpc: "2.0", method: "notifications/initialized" }, signal)).body?.cancel();
    return server;
  }

  /** One request and its answer. */
  async #exchange(method: string, params: object, signal: AbortSignal): Promise<Record<string, unknown>> {
    if (signal.aborted) throw aborted(signal);
    const id = ++this.#lastId;
    const place: StreamPlace = {};
    try {
      let response: Response | undefined = await this.#http.post({ jsonrpc: "2.0", id, method, params }, signal);
      for (let failures = 0; response && failures < MAX_RETRIES; failures++) {
        const before = place.lastEventId;
        const answer = await this.#answer(id, response, place, signal);
        if (answer) return answer;
        // The server may close a stream at any time; what it still has to say waits at the last event.
        if (place.lastEventId === undefined) break;
        if (place.lastEventId !== before) failures = 0;
        await pause(waitMs(place, failures), signal);
        response = await this.#http.listen(place, signal);
      }
      throw fail("mcp.protocol", `the MCP server did not answer ${method}`);
    } catch (error) {
      if (!signal.aborted) throw error;
      if (method !== "initialize") this.#cancel(id);
      throw aborted(signal);
    }
  }

  /** The answer to request `id` in a response; `undefined` if it ended, or broke, before. */
  async #answer(id: number, response: Response, place: StreamPlace, signal: AbortSignal): Promise<Record<string, unknown> | undefined> {
    try {
      for await (const message of messagesOf(response, place)) {
        if (message.kind === "result" && message.id === id) return message.result;
        if (message.kind === "error" && (message.id === id || message.id === null)) throw new RpcError(message.code, message.message);
        this.#take(message);
      }
    } catch (error) {
      // A broken connection is a TypeError of fetch; everything else has a meaning.
      if (!(error instanceof TypeError) || signal.aborted) throw error;
    }
    return undefined;
  }

  /** What the server says without having been asked. */
  #take(message: RpcIncoming): void {
    if (message.kind === "notification") this.#onNotification(message.method);
    if (message.kind !== "request") return;
    const { id, method } = message;
    const head = { jsonrpc: "2.0", id } as const;
    const answer: RpcAnswer = method === "ping" ? { ...head, result: {} } : { ...head, error: { code: METHOD_NOT_FOUND, message: `${method} is not offered` } };
    this.#send(answer, this.#closed.signal);
  }

  #cancel(requestId: number): void {
    if (this.#closed.signal.aborted) return;
    this.#send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId, reason: "stopped by the caller" } }, AbortSignal.timeout(FAREWELL_MS));
  }

  // Nobody waits for these, and nothing depends on them.
  #send(message: Parameters<McpHttp["post"]>[0], signal: AbortSignal): void {
    this.#http.post(message, signal).then((response) => void response.body?.cancel(), () => {});
  }
}

function waitMs(place: StreamPlace, failures: number): number {
  return Math.min(place.retryMs ?? RETRY_MS * 2 ** failures, MAX_RETRY_MS);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await unless(signal, new Promise<void>((resolve) => (timer = setTimeout(resolve, ms))));
  } finally {
    clearTimeout(timer);
  }
}

/** What is waited for, or `aborted` as soon as the signal is. */
async function unless<T>(signal: AbortSignal, awaited: Promise<T>): Promise<T> {
  let stop = (): void => {};
  const stopped = new Promise<never>((_, reject) => (stop = () => reject(aborted(signal))));
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await Promise.race([stopped, awaited]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
