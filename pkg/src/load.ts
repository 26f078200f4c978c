/**
 * Finds the wasm modules and compiles them, in the page.
 *
 * Bundlers recognize `new URL("…", import.meta.url)` and bring the files along. Where one does
 * not, the address leads nowhere or to an HTML page, and a copy inlined into a script, loaded
 * only then, takes its place. Nothing here runs on import.
 */

import { fail } from "./errors.js";
import type { WasmSource } from "./types.js";
import { body, checked, compiled, copy, read } from "./wasm-bytes.js";
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
  return bytes instanceof WebAssembly.Module ? bytes : compiled(bytes);
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

async function inline(name: ModuleName): Promise<ArrayBuffer> {
  const { default: text } = await inlined(name);
  const deflated = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  return inflate(deflated);
}

function inflate(deflated: BlobPart): Promise<ArrayBuffer> {
  return new Response(new Blob([deflated]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).arrayBuffer();
}
