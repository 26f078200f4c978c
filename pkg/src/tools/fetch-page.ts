/**
 * Reads a page of the web for the model, from the page's own origin or from those it allows.
 *
 * The address is the model's, and the model may be following what a document told it: an address
 * is a way to send text out. So only listed origins are asked, without cookies, and a redirect is
 * followed to the same origin only. How bytes become text is the reader's affair.
 */

import { fail } from "../errors.js";
import { parseAddress } from "../url.js";
import { defineTool } from "./define.js";
import type { Tool } from "./types.js";

/** Makes text of a page's bytes; the format is told by the content, the name and the media type. */
export type ReadText = (bytes: Uint8Array<ArrayBuffer>, page: { name: string; mediaType: string; signal: AbortSignal }) => PageText | Promise<PageText>;

/** The text, alone or with the page's title. */
type PageText = string | { text: string; title?: string };

/** Options of `fetchPage()`. */
export interface FetchPageOptions {
  /** Origins that may be asked beside the page's own, by https (or http on this machine). Default: none. @example ["https://docs.example.com"] */
  allow?: readonly string[];
  /** Whether the page's own origin may be asked. Default: true. */
  sameOrigin?: boolean;
  /**
   * Makes text of what is not plain text, such as HTML or PDF. Default: none; then only plain text
   * (also Markdown, CSV, JSON) is given.
   * @example assistant.documents.read
   */
  read?: ReadText;
  /** Default: the global one. */
  fetch?: typeof fetch;
  /** The largest page, in bytes. Default: 5,000,000. */
  maxBytes?: number;
  /** The longest result, in UTF-16 units. Default: 16,000. */
  maxResultLength?: number;
  /** Milliseconds. Default: 30,000. */
  timeoutMs?: number;
  /** Default: `"fetch_page"`. */
  name?: string;
}

const DEFAULT_MAX_BYTES = 5_000_000;
/** An address is a way to send text out; a longer one than this is no page's. */
const MAX_URL_LENGTH = 2_000;
const PLAIN = /^(text\/(plain|markdown|csv|tab-separated-values)|application\/(json|[\w.-]+\+json))$/;

/**
 * A tool that reads pages of the page's own origin and of those in `allow`.
 *
 * @throws QwenAgentError `usage` if `allow` has what is not an https origin
 *
 * @example
 * ```ts
 * const pages = fetchPage({ allow: ["https://docs.example.com"] });
 * ```
 */
export function fetchPage(options: FetchPageOptions = {}): Tool {
  const origins = new Set((options.allow ?? []).map(originOf));
  const home = globalThis.location?.origin;
  // A page opened from disk has the origin "null", which all such pages share.
  if ((options.sameOrigin ?? true) && home && home !== "null") origins.add(home);
  const { name = "fetch_page", timeoutMs, maxResultLength } = options;
  return defineTool<{ url: string }>({
    name,
    description: `Reads a web page or file and gives its text. Only addresses of these origins can be read: ${[...origins].join(", ") || "none"}.`,
    parameters: {
      type: "object",
      properties: { url: { type: "string", description: "the whole address", maxLength: MAX_URL_LENGTH } },
      required: ["url"],
      additionalProperties: false,
    },
    run: ({ url }, { signal }) => readPage(url, origins, options, signal),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(maxResultLength === undefined ? {} : { maxResultLength }),
  });
}

function originOf(given: string): string {
  const url = parseAddress(given);
  if (!url || !isSafe(url) || url.origin === "null") throw fail("usage", `allow takes https origins such as "https://docs.example.com", which ${JSON.stringify(given)} is not`);
  if (url.pathname !== "/" || url.search || url.hash || url.username) throw fail("usage", `allow takes origins, without a path: ${url.origin}`);
  return url.origin;
}

/** Encrypted, or on this machine, where nobody can listen. */
function isSafe(url: URL): boolean {
  return url.protocol === "https:" || (url.protocol === "http:" && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname));
}

async function readPage(given: string, origins: Set<string>, options: FetchPageOptions, signal: AbortSignal): Promise<string> {
  const url = parseAddress(given);
  if (!url) throw fail("tool.invalid_arguments", "this is not an address");
  requireAllowed(url, origins);
  const { fetch: request = globalThis.fetch, maxBytes = DEFAULT_MAX_BYTES, read } = options;
  url.hash = "";
  const response = await fetched(request, url, signal);
  if (!response.ok) {
    void response.body?.cancel();
    throw fail("tool.failed", `the server answers with status ${response.status}`);
  }
  const bytes = await download(response, maxBytes);
  const mediaType = (response.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (read) return textOf(await read(bytes, { name: url.pathname.split("/").at(-1) || url.hostname, mediaType, signal }));
  if (!PLAIN.test(mediaType)) throw fail("tool.failed", `only plain text can be read, and this is ${mediaType || "of no named type"}`);
  return new TextDecoder().decode(bytes);
}

function textOf(page: PageText): string {
  if (typeof page === "string") return page;
  return page.title === undefined ? page.text : `${page.title}\n\n${page.text}`;
}

function requireAllowed(url: URL, origins: Set<string>): void {
  if (url.username || url.password) throw fail("tool.refused", "an address with a user or a password is not read");
  if (!origins.has(url.origin)) throw fail("tool.refused", `${url.origin === "null" ? url.protocol : url.origin} is not among the origins that may be read`);
}

/** Redirects that were followed by ourselves, which only Node allows. */
const MAX_REDIRECTS = 5;

/**
 * In a page, a redirect cannot be looked at before it is followed: it is an error there. Node shows
 * where it leads.
 */
async function fetched(request: typeof fetch, start: URL, signal: AbortSignal): Promise<Response> {
  let url = start;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    let response: Response;
    try {
      response = await request(url.href, { signal, redirect: "manual", credentials: "omit", referrerPolicy: "no-referrer", headers: { Accept: "text/html, text/plain;q=0.9, */*;q=0.5" } });
    } catch (error) {
      if (signal.aborted) throw error;
      throw fail("tool.failed", "the address cannot be reached, or its server does not allow this page (CORS)", error);
    }
    if (response.type === "opaqueredirect") throw fail("tool.refused", "the address redirects to another, which cannot be checked; give the final address");
    const location = response.status >= 300 && response.status < 400 ? response.headers.get("location") : null;
    if (location === null) return response;
    void response.body?.cancel();
    const next = new URL(location, url);
    if (next.username || next.origin !== url.origin) throw fail("tool.refused", `the address redirects to another origin, ${next.origin}`);
    url = next;
  }
  throw fail("tool.failed", "the address redirects too often");
}

async function download(response: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () => fail("tool.failed", `the page has more than ${maxBytes} bytes`);
  if (Number(response.headers.get("content-length") ?? 0) > maxBytes) {
    void response.body?.cancel();
    throw tooLarge();
  }
  const reader = response.body?.getReader();
  if (!reader) return new Uint8Array(0);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > maxBytes) {
      void reader.cancel();
      throw tooLarge();
    }
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
