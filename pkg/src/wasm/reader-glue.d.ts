// Stands in for the script of the same name that the build makes of the generated ones, so that
// the package compiles without it.
import type { ReadersModule, WasmInit } from "../wasm-types.js";

/** The glue of a module that reads files, with an instance of its own. */
export declare function readerGlue(module: "readers" | "pdf" | "pdf-cjk"): ReadersModule & { default: WasmInit };
