// Stands in for the generated module of the same name, so that the package compiles without it.
import type { CoreModule, WasmInit } from "../wasm-types.js";

declare const init: WasmInit;
export default init;
export declare const version: CoreModule["version"];
export declare const sniff: CoreModule["sniff"];
export declare const Library: CoreModule["Library"];
export declare const SearchIndex: CoreModule["SearchIndex"];
