// Stands in for the generated module of the same name, so that the package compiles without it.
import type { ReadersModule, WasmInit } from "../wasm-types.js";

declare const init: WasmInit;
export default init;
export declare const version: ReadersModule["version"];
export declare const Reader: ReadersModule["Reader"];
