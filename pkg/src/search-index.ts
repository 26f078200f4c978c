/**
 * A search index for texts that you have yourself: records, messages, notes.
 *
 * It runs in the calling thread, in memory, and keeps terms only: a hit is the number of a text,
 * counted from 0 in the order of adding. It knows nothing of documents, models or workers.
 *
 * @example
 * ```ts
 * import { createSearchIndex } from "qwen-agent-wasm/search";
 *
 * const index = await createSearchIndex();
 * index.addAll(recipes.map(({ title, text }) => `${title}\n${text}`));
 * for (const { id, score } of index.search("tomato soup")) show(recipes[id], score);
 * ```
 */

import * as coreGlue from "./wasm/core.js";
import { explainCompileError } from "./compile.js";
import { isPanic, toQwenAgentError } from "./errors.js";
import { moduleLoader } from "./load.js";
import type { Why } from "./results.js";
import type { WasmSource } from "./types.js";
import type { WasmSearchIndex } from "./wasm-types.js";

export { QwenAgentError } from "./errors.js";
export type { TextPlace, Why, WhyTerm } from "./results.js";

export interface SearchIndexOptions {
  /**
   * `"full"` finds other forms of a word and parts of compounds, in every language. `"words"` finds
   * words as they are written, from an index about a quarter as large. Default: `"full"`.
   */
  analysis?: "full" | "words";
  /** The core wasm module, if it is not beside this file. */
  wasm?: WasmSource;
}

/** A text that was found. */
export interface TextHit {
  /** The number of the text, from 0 in the order of adding. */
  id: number;
  /** Above 0; comparable within one search only. */
  score: number;
}

export interface SearchIndexMemory {
  /** All memory of the wasm module, which its other users share; it never shrinks. */
  wasmBytes: number;
  /** What this index takes of it. */
  indexBytes: number;
}

/** An index without texts. */
export async function createSearchIndex({ analysis = "full", wasm }: SearchIndexOptions = {}): Promise<SearchIndex> {
  const memory = await started(wasm);
  return new SearchIndex(new coreGlue.SearchIndex(analysis === "words"), memory);
}

/** The index that `save()` gave. Rejects with `index.foreign`, `index.damaged`, `index.newer` or `index.analyzer`. */
export async function loadSearchIndex(bytes: Uint8Array, { wasm }: Pick<SearchIndexOptions, "wasm"> = {}): Promise<SearchIndex> {
  const memory = await started(wasm);
  return new SearchIndex(translated(() => coreGlue.SearchIndex.load(bytes)), memory);
}

/** Texts encoded before one call into wasm: enough to make calls rare, little beside the index. */
const BATCH_BYTES = 1 << 20;

/** Made by {@link createSearchIndex} or {@link loadSearchIndex}. */
export class SearchIndex {
  readonly #index: WasmSearchIndex;
  readonly #memory: WebAssembly.Memory;

  /** @internal */
  constructor(index: WasmSearchIndex, memory: WebAssembly.Memory) {
    this.#index = index;
    this.#memory = memory;
  }

  /** Adds texts; they get the next numbers. Lone surrogates count as U+FFFD. */
  addAll(texts: readonly string[]): void {
    const encoder = new TextEncoder();
    let buffer = new Uint8Array(BATCH_BYTES);
    let ends: number[] = [];
    let at = 0;
    const flush = (): void => {
      if (ends.length > 0) translated(() => this.#index.add(buffer.subarray(0, at), Uint32Array.from(ends)));
      ends = [];
      at = 0;
    };
    for (const written of texts) {
      const text = composed(written);
      // A UTF-16 unit takes three bytes at most.
      const most = text.length * 3;
      if (at + most > buffer.length) flush();
      if (most > buffer.length) buffer = new Uint8Array(most);
      at += encoder.encodeInto(text, at === 0 ? buffer : buffer.subarray(at)).written;
      ends.push(at);
    }
    flush();
    translated(() => this.#index.flush());
  }

  /** Takes a text out; whether it was there. Its number is not given again. */
  remove(id: number): boolean {
    return translated(() => this.#index.remove(id));
  }

  /** How many texts it holds. */
  get size(): number {
    return this.#index.count();
  }

  /** The best texts for a query, best first; of equal ones the earlier. */
  search(query: string, limit = 10): TextHit[] {
    const found = translated(() => this.#index.search(composed(query), limit));
    const hits: TextHit[] = [];
    for (let at = 0; at + 1 < found.length; at += 2) hits.push({ id: found[at] as number, score: found[at + 1] as number });
    return hits;
  }

  /**
   * Why a search finds a text, which you hand in once more: terms with their parts of the score,
   * and what to highlight. Nothing for a text that the query does not find.
   */
  why(query: string, id: number, text: string): Why {
    return translated(() => this.#index.why(composed(query), id, text));
  }

  /** The index as a file; the same texts give the same bytes. */
  save(): Uint8Array {
    return translated(() => this.#index.save());
  }

  /** What it takes. */
  memory(): SearchIndexMemory {
    return { wasmBytes: this.#memory.buffer.byteLength, indexBytes: this.#index.byteLength() };
  }

  /** Gives its memory back to the wasm module. It must not be used afterwards. */
  free(): void {
    this.#index.free();
  }
}

/** Whether there may be characters that Unicode composes with others. */
const COMPOSABLE = /[^\x00-\u02ff]/;

/** In NFC, so that a letter with a mark is the same letter however it was typed. */
function composed(text: string): string {
  return COMPOSABLE.test(text) ? text.normalize("NFC") : text;
}

let starting: Promise<WebAssembly.Memory> | undefined;

/** Initializes the core module once; another user of it in this realm gets the same instance. */
function started(source: WasmSource | undefined): Promise<WebAssembly.Memory> {
  const start = async (): Promise<WebAssembly.Memory> => {
    try {
      const load = moduleLoader(source === undefined ? {} : { core: source }, async (name) => (await import("./inline.js")).inlinedCopy(name));
      const exports = await coreGlue.default({ module_or_path: await load("core") });
      return (exports as { memory: WebAssembly.Memory }).memory;
    } catch (error) {
      // A lost connection should not spoil the next try.
      starting = undefined;
      throw isPanic(error) ? error : explainCompileError(error);
    }
  };
  return (starting ??= start());
}

/** Wasm throws plain objects; users get errors. */
function translated<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw toQwenAgentError(error);
  }
}
