/**
 * The text of a document that is not added to the library.
 *
 * It goes through the same readers, into a library of its own that is freed at once: so every
 * format is read as it would be if it were added. It does not know who wants the text.
 */

import { isPanic } from "./errors.js";
import { addDocument } from "./ingest.js";
import type { DocumentText } from "./results.js";
import type { SourceInfo, WasmModules } from "./wasm-types.js";

export async function readText(modules: WasmModules, source: SourceInfo, blob: Blob, signal: AbortSignal): Promise<DocumentText> {
  const { Library } = await modules.core();
  const library = new Library();
  try {
    const { id, title, pages, warnings } = await addDocument(modules, () => library, source, blob, { signal, emit: async () => {} });
    const texts = Array.from({ length: pages }, (_, index) => library.page(id, index + 1)?.text ?? "");
    const text = texts.filter((page) => page !== "").join("\n\n");
    library.free();
    return { text, ...(title === undefined ? {} : { title }), warnings };
  } catch (error) {
    // After a panic the instance must not be touched, not even to free something.
    if (!isPanic(error)) library.free();
    throw error;
  }
}
