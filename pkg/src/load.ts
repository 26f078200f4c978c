/**
 * Finds the wasm modules and compiles them, in the page.
 *
 * Bundlers recognize `new URL("…", import.meta.url)` and bring the files along. Where one does
 * not, the address leads nowhere or to an HTML page, and a copy inlined into a script, loaded
 * only then, takes its place. Nothing here runs on import.
 */

import { compile, isWasm } from "./compile.js";
import { QwenAgentError, fail } from "./errors.js";
import type { WasmSource } from "./types.js";
import type { CompiledWasm, ModuleName } from "./wasm-types.js";

export type ModuleLoader = (module: ModuleName) => Promise<CompiledWasm>;

/** Loads each module once, from `sources` or from beside this file. */
export function moduleLoader(sources: Partial<Record<ModuleName, WasmSource>> = {}): ModuleLoader {
  const loading = new Map<ModuleName, Promise<CompiledWasm>>();
  return (name) => {
    const known = loading.get(name);
    if (known) return known;
    const started = load(name, sources[name]);
    loading.set(name, started);
    // A lost connection should not spoil the next try.
    started.catch(() => loading.delete(name));
    return started;
  };
}

/**
 * The file of Qwen's vocabulary, by which tokens are counted exactly: loaded once, when a model is
 * first asked, since it is as large as a wasm module.
 */
export function vocabularyLoader(): () => Promise<ArrayBuffer> {
  let loading: Promise<ArrayBuffer> | undefined;
  const start = async (): Promise<ArrayBuffer> => {
    const url = new URL("./assets/qwen-vocabulary.bin", import.meta.url);
    const packed = await read(url);
    try {
      return await inflate(packed);
    } catch (error) {
      throw fail("wasm.load", `${url.href} is not the vocabulary; does the server answer with a page instead of the file?`, error);
    }
  };
  return () => {
    loading ??= start();
    loading.catch(() => (loading = undefined));
    return loading;
  };
}

async function load(name: ModuleName, source: WasmSource | undefined): Promise<CompiledWasm> {
  const bytes = source === undefined ? await besideOrInline(name) : await given(name, source);
  if (bytes instanceof WebAssembly.Module) return bytes;
  try {
    return await compile(bytes);
  } catch (error) {
    // A worker may have a policy of its own: let it try, and say what is wrong if it fails, too.
    if (error instanceof QwenAgentError && error.code === "wasm.csp") return bytes;
    throw error;
  }
}

async function given(name: ModuleName, source: WasmSource): Promise<CompiledWasm> {
  const what = `the ${name} wasm module of options.wasm`;
  if (typeof source === "string" || source instanceof URL) return checked(await read(new URL(source, globalThis.location?.href)), what);
  if (source instanceof Response) return checked(await body(source, what), what);
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return checked(copy(source as BufferSource), what);
  return source;
}

async function besideOrInline(name: ModuleName): Promise<ArrayBuffer> {
  const url = address(name);
  try {
    return checked(await read(url), url.href);
  } catch (error) {
    return inline(name).catch(() => {
      throw error;
    });
  }
}

/** Written out, since bundlers bring along only what they can read here. */
function address(name: ModuleName): URL {
  switch (name) {
    case "core":
      return new URL("./wasm/core_bg.wasm", import.meta.url);
    case "readers":
      return new URL("./wasm/readers_bg.wasm", import.meta.url);
    case "pdf":
      return new URL("./wasm/pdf_bg.wasm", import.meta.url);
    case "pdf-cjk":
      return new URL("./wasm/pdf-cjk_bg.wasm", import.meta.url);
    default:
      return name satisfies never;
  }
}

function inlined(name: ModuleName): Promise<{ default: string }> {
  switch (name) {
    case "core":
      return import("./wasm/core-inline.js");
    case "readers":
      return import("./wasm/readers-inline.js");
    case "pdf":
      return import("./wasm/pdf-inline.js");
    case "pdf-cjk":
      // It would add a third to the package for the few that need it here.
      throw fail("wasm.load", "the character maps for this PDF have no inlined copy");
    default:
      return name satisfies never;
  }
}

async function read(url: URL): Promise<ArrayBuffer> {
  if (url.protocol === "file:") {
    const files = typeof process === "object" ? process.getBuiltinModule?.("node:fs/promises") : undefined;
    if (!files) throw fail("wasm.load", `a page opened from disk cannot load ${url.href}; serve it over http`);
    try {
      return copy(await files.readFile(url));
    } catch (error) {
      throw fail("wasm.load", `cannot read ${url.pathname}; is the package complete?`, error);
    }
  }
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw fail("wasm.load", `cannot fetch ${url.href}; check the network, or the page's Content-Security-Policy (connect-src)`, error);
  }
  return body(response, url.href);
}

async function body(response: Response, what: string): Promise<ArrayBuffer> {
  if (!response.ok) throw fail("wasm.load", `${what} answers with status ${response.status}; is the file deployed? Its address can be given as options.wasm`);
  return response.arrayBuffer();
}

function checked(bytes: ArrayBuffer, what: string): ArrayBuffer {
  if (isWasm(new Uint8Array(bytes))) return bytes;
  throw fail("wasm.load", `${what} is not WebAssembly; does the server answer with a page instead of the file?`);
}

function copy(source: BufferSource): ArrayBuffer {
  const view = ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : new Uint8Array(source);
  return view.slice().buffer;
}

async function inline(name: ModuleName): Promise<ArrayBuffer> {
  const { default: text } = await inlined(name);
  const deflated = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  return inflate(deflated);
}

function inflate(deflated: BlobPart): Promise<ArrayBuffer> {
  return new Response(new Blob([deflated]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).arrayBuffer();
}
