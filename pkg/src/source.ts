/**
 * Whatever users add, as a blob with a name, an id and a media type.
 *
 * Addresses are fetched here, in the page, where relative ones and cookies mean what users expect.
 * Formats are not looked at: that is for Rust.
 */

import { aborted, fail } from "./errors.js";
import type { Progress } from "./results.js";
import type { AddOptions, DocumentBytes, DocumentSource } from "./types.js";
import { parseAddress } from "./url.js";
import type { SourceInfo } from "./wasm-types.js";

export interface NamedBlob {
  source: SourceInfo;
  blob: Blob;
}

export async function openSource(
  given: DocumentSource,
  options: AddOptions,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<NamedBlob> {
  if (typeof given === "string" || given instanceof URL) return fetched(given, options, signal, onProgress);
  if (given instanceof Blob) return fromBlob(given, options);
  if (isBytes(given)) return fromBytes(given, options);
  throw fail("usage", "documents.add() takes a File, a Blob, an address, or { name, bytes }");
}

function fromBlob(blob: Blob, options: AddOptions): NamedBlob {
  // `File` is a Blob with a name; it may come from another frame, so its class says nothing.
  const own = "name" in blob && typeof blob.name === "string" ? blob.name : undefined;
  const name = options.name ?? own;
  if (!name) throw fail("usage", "a Blob has no name: give options.name, whose extension helps to tell the format");
  return { blob, source: sourceInfo({ ...options, id: options.id ?? name, name, mediaType: options.mediaType ?? blob.type }) };
}

function fromBytes(given: DocumentBytes, options: AddOptions): NamedBlob {
  const { bytes, ...own } = given;
  // A blob is a copy: the caller keeps the buffer, and may change it.
  const blob = new Blob([bytes as BlobPart]);
  const merged = { ...own, ...definedOf(options) };
  return { blob, source: sourceInfo({ ...merged, id: merged.id ?? merged.name }) };
}

async function fetched(
  given: string | URL,
  options: AddOptions,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<NamedBlob> {
  const url = parseUrl(given);
  let response: Response;
  try {
    response = await fetch(options.proxy === undefined ? url : throughProxy(options.proxy, url), { signal });
    if (!response.ok) throw fail("read.fetch", `${url.href} answers with status ${response.status}${options.proxy === undefined ? "" : ` through ${options.proxy}`}`);
    const blob = await download(response, onProgress);
    const name = options.name ?? (decodePath(url.pathname.split("/").at(-1) ?? "") || url.hostname);
    const mediaType = options.mediaType ?? blob.type;
    const source = sourceInfo({ ...options, id: options.id ?? url.href, name, mediaType });
    // Through a proxy, the response's own address is the proxy's.
    const found = options.proxy === undefined && response.url ? response.url : url.href;
    return { blob, source: isWeb(found) ? { ...source, base: withoutHash(found) } : source };
  } catch (error) {
    if (signal.aborted) throw aborted(signal);
    if (error instanceof TypeError) throw fail("read.fetch", unreachable(url, options.proxy), error);
    throw error;
  }
}

function throughProxy(proxy: string, url: URL): URL {
  const wanted = encodeURIComponent(url.href);
  // A function, since a text would give "$" a meaning.
  return parseUrl(proxy.includes("{url}") ? proxy.replace("{url}", () => wanted) : proxy + wanted);
}

/** A browser does not tell a page that is not allowed from one that cannot be reached. */
function unreachable(url: URL, proxy: string | undefined): string {
  if (proxy !== undefined) return `cannot fetch ${url.href} through ${proxy}; check that address`;
  return `cannot fetch ${url.href}; check the address, and whether that server allows this page (CORS). If it does not, options.proxy can name a service of your site that fetches it`;
}

async function download(response: Response, onProgress: (progress: Progress) => void): Promise<Blob> {
  const total = Number(response.headers.get("content-length") ?? 0) || 0;
  const type = response.headers.get("content-type") ?? "";
  if (!response.body) return new Blob([await response.arrayBuffer()], { type });
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const reader = response.body.getReader();
  let done = 0;
  for (;;) {
    const part = await reader.read();
    if (part.done) break;
    parts.push(part.value);
    done += part.value.byteLength;
    // A compressed response is longer than its content-length says.
    onProgress({ phase: "fetch", done, total: done <= total ? total : 0 });
  }
  return new Blob(parts, { type });
}

function parseUrl(given: string | URL): URL {
  const url = parseAddress(given);
  if (!url) throw fail("usage", `"${String(given).slice(0, 80)}" is not an address; to add text, pass { name, bytes }`);
  if (url.protocol === "file:") throw fail("usage", "files cannot be fetched: read the file and pass { name, bytes }");
  return url;
}

function decodePath(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function sourceInfo(given: AddOptions & { id: string; name: string }): SourceInfo {
  const source: SourceInfo = { id: given.id, name: given.name };
  // The parameters of a media type (charset, boundary) are not part of the format.
  const mediaType = given.mediaType?.split(";")[0]?.trim();
  if (mediaType) source.mediaType = mediaType;
  if (given.title !== undefined) source.title = given.title;
  if (given.password !== undefined) source.password = given.password;
  if (given.url !== undefined) source.url = webAddress(given.url);
  return source;
}

function webAddress(given: string): string {
  const url = parseAddress(given);
  if (!url || !isWeb(url.href)) throw fail("usage", `options.url is no address of the web: "${given.slice(0, 80)}"`);
  return url.href;
}

function isWeb(address: string): boolean {
  return /^https?:/i.test(address);
}

function withoutHash(address: string): string {
  return address.split("#", 1)[0] ?? address;
}

function definedOf(options: AddOptions): Omit<AddOptions, "signal"> {
  const { signal: _, ...rest } = options;
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
}

function isBytes(given: unknown): given is DocumentBytes {
  return typeof given === "object" && given !== null && "bytes" in given && (given.bytes instanceof ArrayBuffer || ArrayBuffer.isView(given.bytes)) && "name" in given && typeof given.name === "string";
}
