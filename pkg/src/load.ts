/**
 * Finds the wasm modules and compiles them, in the page.
 *
 * Bundlers recognize `new URL("…", import.meta.url)` and bring the files along. Where one does
 * not, the address leads nowhere or to an HTML page, and a copy of the module, if there is one
 * (`inline.ts`), takes its place. Nothing here runs on import.
 */

import { isWasm } from "./compile.js";
import { fail, toQwenAgentError } from "./errors.js";
import type { WasmSource } from "./types.js";
import { body, checked, compiled, copy, read } from "./wasm-bytes.js";
import type { CompiledWasm, ModuleName } from "./wasm-types.js";

export type ModuleLoader = (module: ModuleName) => Promise<CompiledWasm>;

/** Gives a module's bytes when its file cannot be had. */
export type Copies = (module: ModuleName) => Promise<ArrayBuffer>;

/** Loads each module once, from `sources`, from beside this file, or from `copies`. */
export function moduleLoader(sources: Sources = {}, copies: Copies = none): ModuleLoader {
  const loading = new Map<ModuleName, Promise<CompiledWasm>>();
  return (name) => {
    const known = loading.get(name);
    if (known) return known;
    const started = load(name, sources, copies);
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

const none: Copies = (name) => Promise.reject(fail("wasm.load", `there is no copy of ${name}`));

async function load(name: ModuleName, sources: Sources, copies: Copies): Promise<CompiledWasm> {
  const source = sources[name];
  const bytes = source === undefined ? await besideOrCopy(name, copies) : await given(name, source);
  if (bytes instanceof WebAssembly.Module) return bytes;
  return compiled(name === "pdf-cjk" && !isWasm(new Uint8Array(bytes)) ? await patched(bytes, sources.pdf, copies) : bytes);
}

/** The character maps come as what `pdf-cjk` has more than `pdf`, which is in the browser's cache by then. */
async function patched(patch: ArrayBuffer, pdf: WasmSource | undefined, copies: Copies): Promise<ArrayBuffer> {
  const { applyPatch } = await import("./patch.js");
  // A response can be read once, and a module not at all: then the package's own must do.
  const again = pdf !== undefined && !(pdf instanceof Response || pdf instanceof WebAssembly.Module);
  const base = again ? await given("pdf", pdf) : await besideOrCopy("pdf", copies);
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

async function besideOrCopy(name: ModuleName, copies: Copies): Promise<ArrayBuffer> {
  try {
    // Inside, since a script that was bundled for classic script tags has no address of its own.
    const url = address(name);
    return checkedAs(name, await read(url), url.href);
  } catch (error) {
    return copies(name).catch(() => {
      throw toQwenAgentError(error).code === "wasm.load" ? error : fail("wasm.load", `the address of the ${name} wasm module is not known; give it as options.wasm`, error);
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

function inflate(deflated: BlobPart): Promise<ArrayBuffer> {
  return new Response(new Blob([deflated]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).arrayBuffer();
}
