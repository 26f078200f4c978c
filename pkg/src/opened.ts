/**
 * An index file at an address, opened in parts: what a search needs is fetched by ranges.
 *
 * Which ranges, Rust decides; here they are fetched, and it is seen to that all of them are of
 * one file. Servers that do not serve ranges, compress what they send, or hide what they sent, give
 * the whole file instead; so do small files, since one request is faster than several.
 */

import { QwenAgentError, fail } from "./errors.js";
import type { WasmLibrary } from "./wasm-types.js";

/** Files up to this size are loaded at once. */
const SMALL_BYTES = 1 << 20;

/** What is asked for first: enough for the head of a file of gigabytes. */
const FIRST_BYTES = 1 << 18;

/** Requests at the same time; browsers queue what a server does not take. */
const CONCURRENCY = 16;

/** The index that is open in a library, if one is. */
export class OpenedIndex {
  #url: string | undefined;
  /** Whether all of it is there. */
  #isWhole = false;
  /** Stops fetches of an index that is closed. */
  #closed = new AbortController();

  /** Opens the file at `url` in `library`, beside its documents, in place of one opened before. */
  async open(library: WasmLibrary, url: string, signal: AbortSignal): Promise<void> {
    const closed = new AbortController();
    const isWhole = await openIndex(library, url, signal, closed.signal);
    this.close();
    this.#closed = closed;
    this.#url = url;
    this.#isWhole = isWhole;
  }

  /** Its address. */
  get url(): string | undefined {
    return this.#url;
  }

  close(): void {
    this.#closed.abort();
    this.#url = undefined;
  }

  /** Loads the rest, if any is missing, for what changes a document of it or takes all of them. */
  async makeWhole(library: WasmLibrary, signal: AbortSignal, id?: string): Promise<void> {
    if (this.#url === undefined || this.#isWhole || (id !== undefined && !library.isPartial(id))) return;
    await openWholeIndex(library, this.#url, signal);
    this.#closed.abort();
    this.#isWhole = true;
  }
}

/** Whether all of it was loaded. */
async function openIndex(library: WasmLibrary, url: string, signal: AbortSignal, closed: AbortSignal): Promise<boolean> {
  const first = await request(url, signal, { start: 0, end: FIRST_BYTES });
  if (first?.status === 200) return whole(library, first, url);
  const part = first && rangeOf(first);
  if (!first || !part || part.start !== 0 || part.total <= SMALL_BYTES) {
    await first?.body?.cancel();
    return openWholeIndex(library, url, signal);
  }
  const file = { mark: markOf(first), total: part.total };
  let start = await bytesOf(first, url);
  // A range of a compressed file is not one of the file.
  if (start.length !== part.end) return openWholeIndex(library, url, signal);
  const fetchAll = (ranges: number[]): Promise<Uint8Array[]> => inTurn(ranges, (from, to) => range(url, closed, { start: from, end: to }, file));
  for (;;) {
    const needed = library.open(start, fetchAll);
    if (needed === 0) return false;
    if (needed < 0 || needed > file.total) return openWholeIndex(library, url, signal);
    // What is there is not fetched again.
    start = joined(start, await range(url, signal, { start: start.length, end: needed }, file));
  }
}

async function openWholeIndex(library: WasmLibrary, url: string, signal: AbortSignal): Promise<boolean> {
  const response = await request(url, signal);
  if (!response) throw fail("index.fetch", `${url} answers without a file`);
  return whole(library, response, url);
}

async function whole(library: WasmLibrary, response: Response, url: string): Promise<boolean> {
  library.open(await bytesOf(response, url));
  return true;
}

interface Range {
  start: number;
  end: number;
}

/** `undefined` if a server cannot serve that range. */
async function request(url: string, signal: AbortSignal, range?: Range): Promise<Response | undefined> {
  // No `If-Range`: across origins it would take one more request for each, and a changed file would
  // come as a whole. What comes is compared instead.
  const headers: Record<string, string> = range ? { Range: `bytes=${range.start}-${range.end - 1}` } : {};
  let response: Response;
  try {
    response = await fetch(url, { headers, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw unreachable(`cannot fetch ${url}; check the address, and whether that server allows this page (CORS)`, error);
  }
  if (response.ok) return response;
  await response.body?.cancel();
  if (range && response.status === 416) return undefined;
  const error = `${url} answers with status ${response.status}`;
  throw response.status < 500 && response.status !== 429 ? fail("index.fetch", error) : unreachable(error);
}

async function range(url: string, signal: AbortSignal, wanted: Range, file: { mark: string; total: number }): Promise<Uint8Array<ArrayBuffer>> {
  const response = await request(url, signal, wanted);
  const part = response && rangeOf(response);
  if (!response || !part || part.total !== file.total || markOf(response) !== file.mark) {
    await response?.body?.cancel();
    throw changed(url);
  }
  const bytes = await bytesOf(response, url);
  if (part.start !== wanted.start || bytes.length !== wanted.end - wanted.start) throw changed(url);
  return bytes;
}

/** What a partial response says it is. Across origins, servers must allow that to be seen. */
function rangeOf(response: Response): (Range & { total: number }) | undefined {
  const found = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(response.headers.get("content-range") ?? "");
  if (response.status !== 206 || !found) return undefined;
  return { start: Number(found[1]), end: Number(found[2]) + 1, total: Number(found[3]) };
}

/** What tells a file from a later one at the same address. */
function markOf({ headers }: Response): string {
  return headers.get("etag") ?? headers.get("last-modified") ?? "";
}

async function bytesOf(response: Response, url: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError") throw error;
    throw unreachable(`the connection to ${url} broke`, error);
  }
}

/** Pairs of numbers, fetched a few at a time. */
async function inTurn(ranges: number[], fetchOne: (start: number, end: number) => Promise<Uint8Array>): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < ranges.length / 2) {
      const at = next++;
      parts[at] = await fetchOne(ranges[2 * at] ?? 0, ranges[2 * at + 1] ?? 0);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return parts;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

function unreachable(message: string, cause?: unknown): Error {
  return new QwenAgentError({ code: "index.fetch", message, retryable: true, cause });
}

function changed(url: string): Error {
  return new QwenAgentError({ code: "index.changed", message: `${url} was changed since it was opened; open it again`, retryable: true });
}
