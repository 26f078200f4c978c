/**
 * The generated glue, made ready: each module is initialized once, when first asked for.
 *
 * The glue is imported statically, since bundlers cannot split a worker's code; it is small, and
 * the wasm itself is only fetched by `load`. A realm has one instance of each module.
 */

import * as coreGlue from "./wasm/core.js";
import { readerGlue } from "./wasm/reader-glue.js";
import { explainCompileError } from "./compile.js";
import { isPanic } from "./errors.js";
import type { CompiledWasm, CoreModule, ModuleName, ReadersModule, WasmInit, WasmModules } from "./wasm-types.js";

export function wasmModules(load: (module: ModuleName) => Promise<CompiledWasm>, vocabulary: () => Promise<ArrayBuffer>): WasmModules {
  const once = <M extends { default: WasmInit }>(name: ModuleName, glue: M): (() => Promise<M>) => {
    let loading: Promise<M> | undefined;
    const start = async (): Promise<M> => {
      try {
        await glue.default({ module_or_path: await load(name) });
        return glue;
      } catch (error) {
        // A lost connection should not spoil the next try.
        loading = undefined;
        throw isPanic(error) ? error : explainCompileError(error);
      }
    };
    return () => (loading ??= start());
  };
  const core: () => Promise<CoreModule> = once("core", coreGlue);
  const readers: () => Promise<ReadersModule> = once("readers", readerGlue("readers"));
  const pdf: () => Promise<ReadersModule> = once("pdf", readerGlue("pdf"));
  const pdfCjk: () => Promise<ReadersModule> = once("pdf-cjk", readerGlue("pdf-cjk"));
  return { core, readers, pdf, pdfCjk, vocabulary: async () => new Uint8Array(await vocabulary()) };
}
