/**
 * Brings one file into a library: look at its head, read, chunk, index, commit.
 *
 * Works in steps with pauses, so that a cancel is heard in the middle of a long document. Until
 * the commit nothing of the document is in the library, and whatever was made on the way is
 * freed. It does not know where the modules come from.
 */

import { aborted, fail, isPanic, toQwenAgentError } from "./errors.js";
import { pause } from "./pause.js";
import type { DocumentInfo, Progress } from "./results.js";
import type { Freeable, ReadersModule, SourceInfo, WasmIngest, WasmLibrary, WasmModules, WasmReader } from "./wasm-types.js";

/** One frame at 60 Hz: where the work is done in the page, it stays smooth. */
const STEP_MS = 16;

/** Formats are told by this much; `sniff()` promises to need no more. */
const HEAD_BYTES = 64 * 1024;

export interface IngestContext {
  signal: AbortSignal;
  emit(progress: Progress): Promise<void>;
  /** Recognizes the text of a page that has none; without it such pages stay empty. */
  ocr?(page: number): Promise<string>;
  /** Puts it into the library once it is ready, where that takes more than `library.commit()`. */
  commit?(ingest: WasmIngest): Promise<DocumentInfo>;
}

/** Reads `blob` into the library, which may become another one meanwhile. A document of the same id is replaced. */
export async function addDocument(
  modules: WasmModules,
  library: () => WasmLibrary,
  source: SourceInfo,
  blob: Blob,
  context: IngestContext,
): Promise<DocumentInfo> {
  const core = await modules.core();
  const head = await bytesOf(blob.slice(0, HEAD_BYTES));
  // Before all of it is loaded: a file that is too large or of no use should not fill the memory.
  const { module } = core.sniff(head, blob.size, source.name, source.mediaType);
  await context.emit({ phase: "read", done: 0, total: blob.size });
  const bytes = blob.size <= HEAD_BYTES ? head : await bytesOf(blob);
  stopIfAborted(context.signal);
  const ingest = await beginIngest(modules, library, source, bytes, module, context);
  return freeing(ingest, async () => {
    await runSteps((budget) => ingest.step(budget), context);
    if (!context.commit) return library().commit(ingest);
    await context.emit({ phase: "store", done: 0, total: blob.size });
    const info = await context.commit(ingest);
    await context.emit({ phase: "store", done: blob.size, total: blob.size }).catch(() => {});
    return info;
  });
}

async function beginIngest(
  modules: WasmModules,
  library: () => WasmLibrary,
  source: SourceInfo,
  bytes: Uint8Array,
  module: "core" | "readers" | "pdf",
  context: IngestContext,
): Promise<WasmIngest> {
  if (module === "core") {
    try {
      return library().ingest(source, bytes);
    } catch (error) {
      if (!needsReaders(error)) throw error;
    }
  }
  const first = module === "pdf" ? await modules.pdf() : await modules.readers();
  const document = await readHeavy(first, source, bytes, context)
    // Few files need the character maps, and those show it on their first pages.
    ?? await readHeavy(await modules.pdfCjk(), source, bytes, context);
  if (!document) throw fail("internal.panic", "a module with all character maps asked for more of them");
  return library().ingestDocument(document);
}

/** The encoded document; nothing if it takes character maps that the module does not have. */
async function readHeavy({ Reader }: ReadersModule, source: SourceInfo, bytes: Uint8Array, context: IngestContext): Promise<Uint8Array | undefined> {
  stopIfAborted(context.signal);
  const reader = new Reader(source, bytes);
  return freeing(reader, async () => {
    let needsCmaps = false;
    await runSteps((budget) => {
      const step = reader.step(budget);
      needsCmaps = step.needsCmaps;
      return { ...step, phase: "read", finished: step.finished || needsCmaps };
    }, context);
    if (needsCmaps) return undefined;
    await recognize(reader, context);
    return reader.finish();
  });
}

/** Has the pages that have no text recognized, if the page can. */
async function recognize(reader: WasmReader, { ocr, signal }: IngestContext): Promise<void> {
  if (!ocr) return;
  for (const page of reader.pagesWithoutText()) {
    const text = await ocr(page);
    stopIfAborted(signal);
    if (text.trim() !== "") reader.setPageText(page, text.normalize("NFC"));
  }
}

/** Steps until finished, with a pause after each. */
async function runSteps(step: (budgetMs: number) => Progress & { finished: boolean }, context: IngestContext): Promise<void> {
  for (;;) {
    const { phase, done, total, finished } = step(STEP_MS);
    await context.emit({ phase, done, total });
    await pause();
    stopIfAborted(context.signal);
    if (finished) return;
  }
}

async function freeing<T>(made: Freeable, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    made.free();
    return result;
  } catch (error) {
    // After a panic the instance must not be touched, not even to free something.
    if (!isPanic(error)) made.free();
    throw error;
  }
}

function needsReaders(error: unknown): boolean {
  const { code } = toQwenAgentError(error);
  return code === "read.needs_charset" || code === "read.needs_readers";
}

function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw aborted();
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}
