// Stands in for the generated module of the same name, so that the package compiles without it.
import type { CoreModule, WasmInit } from "../wasm-types.js";

declare const init: WasmInit;
export default init;
export declare const version: CoreModule["version"];
export declare const sniff: CoreModule["sniff"];
export declare const Library: CoreModule["Library"];
export declare const loadVocabulary: CoreModule["loadVocabulary"];
export declare const needsVocabulary: CoreModule["needsVocabulary"];
export declare const countTokens: CoreModule["countTokens"];
export declare const SearchIndex: CoreModule["SearchIndex"];
