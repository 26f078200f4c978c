/**
 * Finds the wasm modules and compiles them, in the page.
 *
 * Bundlers recognize `new URL("…", import.meta.url)` and bring the files along. Where one does
 * not, the address leads nowhere or to an HTML page, and a copy inlined into a script, loaded
 * only then, takes its place. Nothing here runs on import.
 */

import { isWasm } from "./compile.js";
import { fail, toQwenAgentError } from "./errors.js";
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
    const started = load(name, sources);
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
    const [packed, { unpackVocabulary }] = await Promise.all([read(url), import("./packed-vocabulary.js")]);
    try {
      return await unpackVocabulary(new Uint8Array(packed));
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

type Sources = Partial<Record<ModuleName, WasmSource>>;

async function load(name: ModuleName, sources: Sources): Promise<CompiledWasm> {
  const source = sources[name];
  const bytes = source === undefined ? await besideOrInline(name) : await given(name, source);
  if (bytes instanceof WebAssembly.Module) return bytes;
  return compiled(name === "pdf-cjk" && !isWasm(new Uint8Array(bytes)) ? await patched(bytes, sources.pdf) : bytes);
}

/** The character maps come as what `pdf-cjk` has more than `pdf`, which is in the browser's cache by then. */
async function patched(patch: ArrayBuffer, pdf: WasmSource | undefined): Promise<ArrayBuffer> {
  const { applyPatch } = await import("./patch.js");
  // A response can be read once, and a module not at all: then the package's own must do.
  const again = pdf !== undefined && !(pdf instanceof Response || pdf instanceof WebAssembly.Module);
  const base = again ? await given("pdf", pdf) : await besideOrInline("pdf");
  try {
    return await applyPatch(new Uint8Array(base as ArrayBuffer), new Uint8Array(patch), inflate);
  } catch (error) {
    throw fail("wasm.load", `the character maps do not fit the pdf module (${toQwenAgentError(error).message}); deploy all files of the package together`, error);
  }
}

async function given(name: ModuleName, source: WasmSource): Promise<CompiledWasm> {
  const what = `the ${name} wasm module of options.wasm`;
  if (typeof source === "string" || source instanceof URL) return checkedAs(name, await read(new URL(source, globalThis.location?.href)), what);
  if (source instanceof Response) return checkedAs(name, await body(source, what), what);
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return checkedAs(name, copy(source as BufferSource), what);
  return source;
}

async function besideOrInline(name: ModuleName): Promise<ArrayBuffer> {
  const url = address(name);
  try {
    return checkedAs(name, await read(url), url.href);
  } catch (error) {
    return inline(name).catch(() => {
      throw error;
    });
  }
}

function checkedAs(name: ModuleName, bytes: ArrayBuffer, what: string): ArrayBuffer {
  return name === "pdf-cjk" && isPatch(bytes) ? bytes : checked(bytes, what);
}

/** By its first bytes, which `patch.ts` looks at again. */
function isPatch(bytes: ArrayBuffer): boolean {
  return new TextDecoder().decode(bytes.slice(0, 4)) === "QAWP";
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
      return new URL("./wasm/pdf-cjk.bin", import.meta.url);
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
  // LZMA, which no browser unpacks by itself, makes a quarter less of the package than deflate.
  const [{ default: text }, { Decoder }, { InputBuffer, OutputBuffer }] = await Promise.all([inlined(name), import("./vendor/lzma/decoder.js"), import("./vendor/lzma/streams.js")]);
  const output = new OutputBuffer(4 * text.length);
  new Decoder().decompress(new InputBuffer(Uint8Array.from(atob(text), (char) => char.charCodeAt(0))), output);
  return output.toArray().buffer;
}

function inflate(deflated: BlobPart): Promise<ArrayBuffer> {
  return new Response(new Blob([deflated]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).arrayBuffer();
}
