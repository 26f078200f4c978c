/**
 * A page's own `fetch`, reached from a worker through a port.
 *
 * The function stays in the page, where the user wrote it; the port goes to the worker with the
 * question. A reply's body crosses piece by piece, each when the worker asks for it: streams
 * themselves cannot be sent to a worker in every browser. Aborting crosses, too. Nothing here
 * knows what is in a body.
 */

/** Sends a request in place of the browser's `fetch`. */
export type FetchHook = (url: string, init: RequestInit) => Promise<Response>;

type Ask =
  | { id: number; kind: "open"; url: string; method: string; headers: [string, string][]; body: ArrayBuffer | undefined }
  | { id: number; kind: "next" | "abort" };

type Answer =
  | { id: number; kind: "head"; status: number; headers: [string, string][]; hasBody: boolean }
  | { id: number; kind: "piece"; bytes: Uint8Array<ArrayBuffer> | undefined }
  | { id: number; kind: "failed" };

/** Statuses whose responses cannot have a body. */
const BODILESS = [204, 205, 304];

/** The end for the worker, and how to take it back. */
export function lend(fetch: FetchHook): { port: MessagePort; close(): void } {
  const { port1, port2 } = new MessageChannel();
  const open = new Map<number, Served>();
  port1.addEventListener("message", ({ data }: MessageEvent<Ask>) => void serve(port1, open, fetch, data));
  port1.start();
  return {
    port: port2,
    close() {
      for (const { controller } of open.values()) controller.abort();
      port1.close();
    },
  };
}

interface Served {
  controller: AbortController;
  reader?: ReadableStreamDefaultReader<Uint8Array> | undefined;
}

async function serve(port: MessagePort, open: Map<number, Served>, fetch: FetchHook, ask: Ask): Promise<void> {
  const { id } = ask;
  const answer = (message: Answer): void => port.postMessage(message);
  try {
    if (ask.kind === "open") {
      const controller = new AbortController();
      open.set(id, { controller });
      const { url, method, headers, body = null } = ask;
      const response = await fetch(url, { method, headers, body, signal: controller.signal, redirect: "manual" });
      open.set(id, { controller, reader: response.body?.getReader() });
      return answer({ id, kind: "head", status: response.status, headers: [...response.headers], hasBody: response.body !== null });
    }
    const served = open.get(id);
    if (ask.kind === "abort") {
      open.delete(id);
      served?.controller.abort();
      return void served?.reader?.cancel().catch(() => {});
    }
    const read = await served?.reader?.read();
    if (!read?.value) open.delete(id);
    answer({ id, kind: "piece", bytes: read?.value && new Uint8Array(read.value) });
  } catch {
    // What was thrown stays here: it may hold a key.
    open.delete(id);
    answer({ id, kind: "failed" });
  }
}

/** In the worker: what sends requests through the port. */
export function fetchOver(port: MessagePort): (request: Request) => Promise<Response> {
  const waiting = new Map<number, (answer: Answer) => void>();
  let nextId = 1;
  port.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
    const take = waiting.get(data.id);
    waiting.delete(data.id);
    take?.(data);
  });
  port.start();
  const ask = (message: Ask, signal: AbortSignal): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const stop = (): void => {
        waiting.delete(message.id);
        reject(signal.reason);
      };
      signal.addEventListener("abort", stop, { once: true });
      waiting.set(message.id, (answer) => {
        signal.removeEventListener("abort", stop);
        if (answer.kind === "failed") reject(new TypeError("the page's fetch() failed"));
        else resolve(answer);
      });
      port.postMessage(message);
    });
  return async (request) => {
    const id = nextId++;
    const { url, method, signal } = request;
    const body = method === "GET" ? undefined : await request.arrayBuffer();
    signal.addEventListener("abort", () => port.postMessage({ id, kind: "abort" } satisfies Ask), { once: true });
    const head = await ask({ id, kind: "open", url, method, headers: [...request.headers], body }, signal);
    if (head.kind !== "head") throw new TypeError("the page's fetch() gave no response");
    // A redirection that a browser does not show has status 0, which no response can be made with.
    const status = head.status === 0 ? 307 : head.status;
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
      const piece = await ask({ id, kind: "next" }, signal);
      if (piece.kind === "piece" && piece.bytes) controller.enqueue(piece.bytes);
      else controller.close();
    };
    const hasBody = head.hasBody && !BODILESS.includes(status);
    return new Response(hasBody ? new ReadableStream({ pull }) : null, { status, headers: head.headers });
  };
}

/** In the same thread: the same function for a `Request`. */
export function fetchHere(fetch: FetchHook): (request: Request) => Promise<Response> {
  return async (request) => {
    const { url, method, headers, signal } = request;
    const body = method === "GET" ? null : await request.arrayBuffer();
    return fetch(url, { method, headers, body, signal, redirect: "manual" });
  };
}
