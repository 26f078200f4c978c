/**
 * The request to the model's server, and its reply on the way back.
 *
 * The server gets the key and the checked body, nothing else of the page's request. The page gets
 * the reply's bytes as they come, without the key, should it be in them, and a few headers.
 */

import { offers } from "./body.js";
import type { Settings } from "./options.js";
import { errorResponse, Refusal } from "./refusal.js";
import { withoutSecrets, withoutSecretsText } from "./secrets.js";

/** Headers of a reply that mean something to a page. */
const PASSED = ["content-type", "retry-after", "retry-after-ms", "x-request-id"];
/** Of an error; it says why in its first lines. */
const MOST_ERROR_BYTES = 64 * 1024;
const MOST_LIST_BYTES = 4 * 1024 * 1024;
const MOST_MESSAGE = 2_000;

export async function callUpstream(path: string, body: string | undefined, request: Request, settings: Settings): Promise<Response> {
  const call = new Call(request.signal, settings);
  try {
    const secrets = await settings.secrets();
    const reply = await call.head(settings.fetch(settings.base + path, initOf(body, request, secrets, call.signal)));
    // Where browsers' rules hold, a redirection has no status.
    if (reply.type === "opaqueredirect" || (reply.status >= 300 && reply.status < 400)) throw new Refusal("upstream_redirected");
    const hidden = [...secrets.values()].flatMap((value) => [value, value.replace(/^\w+ +/, "")]).filter((value) => value.length > 3);
    if (!reply.ok) return await failed(reply, hidden, call);
    if (!/^(application\/json|text\/event-stream|text\/plain)\b/i.test(reply.headers.get("content-type") ?? "")) throw new Refusal("upstream_invalid");
    if (path === "/models") return await listed(reply, hidden, call, settings);
    return new Response(withoutSecrets(call.body(), hidden), { status: reply.status, headers: headersOf(reply) });
  } catch (error) {
    call.end();
    if (error instanceof Refusal) throw error;
    throw new Refusal("upstream_unreachable", {}, error);
  }
}

function initOf(body: string | undefined, request: Request, secrets: Map<string, string>, signal: AbortSignal): RequestInit {
  const headers = new Headers({ accept: request.headers.get("accept") ?? "*/*" });
  // Compressed streams come in blocks, and words late.
  headers.set("accept-encoding", "identity");
  if (body !== undefined) headers.set("content-type", "application/json");
  for (const [name, value] of secrets) headers.set(name, value);
  return { method: body === undefined ? "GET" : "POST", headers, signal, redirect: "manual", ...(body === undefined ? {} : { body }) };
}

function headersOf(reply: Response): Headers {
  const headers = new Headers({ "cache-control": "no-store", "x-content-type-options": "nosniff", "x-accel-buffering": "no" });
  for (const name of PASSED) {
    const value = reply.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return headers;
}

/** Its own words where they are of use: that a prompt is too long, or when to come again. */
async function failed(reply: Response, hidden: string[], call: Call): Promise<Response> {
  const { status } = reply;
  if (status === 401 || status === 403 || status === 407) throw new Refusal("upstream_unauthorized");
  const said = parsed(await call.text(MOST_ERROR_BYTES));
  const error = typeof said?.["error"] === "object" && said["error"] !== null ? (said["error"] as Record<string, unknown>) : (said ?? {});
  const words = (name: string): string | undefined => {
    const value = error[name];
    return typeof value === "string" || typeof value === "number" ? withoutSecretsText(String(value), hidden).slice(0, MOST_MESSAGE) : undefined;
  };
  const { "content-type": _, ...headers } = Object.fromEntries(headersOf(reply));
  return errorResponse(status, { message: words("message") ?? "the model's server failed", type: words("type") ?? "upstream_error", code: words("code") ?? "upstream_error" }, headers);
}

/** The list of models, with those that may be asked. */
async function listed(reply: Response, hidden: string[], call: Call, { models }: Settings): Promise<Response> {
  const list = parsed(await call.text(MOST_LIST_BYTES));
  const data = list?.["data"];
  if (!list || !Array.isArray(data)) throw new Refusal("upstream_invalid");
  const allowed = data.filter((model: unknown) => typeof model === "object" && model !== null && "id" in model && offers(models, String(model.id)));
  const headers = headersOf(reply);
  headers.set("content-type", "application/json; charset=utf-8");
  return new Response(withoutSecretsText(JSON.stringify({ object: "list", data: allowed }), hidden), { headers });
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * One request on its way: it ends with the page's, or when the server is silent for too long.
 *
 * The signal alone is not relied on: Node's fetch may lose it once it has collected its request as
 * garbage. So the reply is given up, too, which closes the connection.
 */
class Call {
  readonly #controller = new AbortController();
  readonly #settings: Settings;
  readonly #page: AbortSignal;
  readonly #stop = (): void => this.end();
  readonly #gone: Promise<never>;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;

  constructor(page: AbortSignal, settings: Settings) {
    this.#settings = settings;
    this.#page = page;
    this.#gone = new Promise((_, reject) => {
      this.signal.addEventListener("abort", () => reject(new Refusal("client_gone")), { once: true });
    });
    this.#gone.catch(() => {});
    page.addEventListener("abort", this.#stop, { once: true });
    if (page.aborted) this.end();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  end(): void {
    this.#page.removeEventListener("abort", this.#stop);
    this.#controller.abort();
    this.#reader?.cancel().catch(() => {});
  }

  /** The reply, when its head has come. */
  async head(promise: Promise<Response>): Promise<Response> {
    // One that comes too late is not left open.
    promise.then((reply) => (this.signal.aborted ? reply.body?.cancel() : undefined)).catch(() => {});
    const reply = await this.#within(this.#settings.firstByteMs, promise);
    this.#reader = reply.body?.getReader();
    return reply;
  }

  async #within<T>(ms: number, promise: Promise<T>): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Refusal("upstream_timeout")), ms);
    });
    try {
      return await Promise.race([promise, late, this.#gone]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The reply's bytes as they come; whoever stops reading them closes the request. */
  body(): ReadableStream<Uint8Array> {
    const reader = this.#reader;
    return new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        try {
          const piece = reader && (await this.#within(this.#settings.stallMs, reader.read()));
          if (piece?.value) return controller.enqueue(piece.value);
          this.#page.removeEventListener("abort", this.#stop);
          controller.close();
        } catch (error) {
          // A stream that was cut must look so to the page, too.
          this.end();
          controller.error(error);
        }
      },
      cancel: () => this.end(),
    });
  }

  /** At most so many bytes of it. */
  async text(most: number): Promise<string> {
    const reader = this.body().getReader();
    const decoder = new TextDecoder();
    let text = "";
    for (let length = 0; length < most; ) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      length += value.length;
      text += decoder.decode(value, { stream: true });
    }
    await reader.cancel();
    return text;
  }
}
