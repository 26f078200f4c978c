// Reads a document with the built package, in Node and in browsers alike, as its own ingest does:
// look at the head, read in steps, start over with the character maps if the file needs them.
//
// The peers give the text of pages as strings, so that is what counts here, too. A library gives
// a page's text only of a document that is indexed; that time is left out.

import { QwenAgentError, toQwenAgentError } from "../../pkg/dist/errors.js";

const HEAD_BYTES = 64 * 1024;
/** As in the worker of the package. */
const STEP_MS = 16;

/** `{ text, excludedMs, after }`: pages are joined by form feeds. */
export async function readWithOurs(modules, bytes, name) {
  try {
    return await read(modules, bytes, name);
  } catch (error) {
    throw error instanceof WebAssembly.RuntimeError ? error : toQwenAgentError(error);
  }
}

/** The pages with their blocks. */
export async function documentWithOurs(modules, bytes, name) {
  const { library, pages } = await indexedDocument(modules, bytes, name);
  const found = Array.from({ length: pages }, (_, page) => library.page(name, page + 1));
  library.free();
  return found;
}

async function read(modules, bytes, name) {
  const { library, pages, excludedMs } = await indexedDocument(modules, bytes, name);
  const texts = Array.from({ length: pages }, (_, page) => library.page(name, page + 1).text);
  return { text: texts.join("\f"), excludedMs, after: () => library.free() };
}

async function indexedDocument(modules, bytes, name) {
  const core = await modules.core();
  const source = { id: name, name };
  const { module } = core.sniff(bytes.subarray(0, HEAD_BYTES), bytes.length, name);
  const library = new core.Library();
  const ingest = module === "core" ? ingestText(library, source, bytes) : undefined;
  const encoded = ingest ? undefined : await readHeavy(module, modules, source, bytes);
  const indexing = performance.now();
  const { pages } = library.commit(indexed(ingest ?? library.ingestDocument(encoded)));
  return { library, pages, excludedMs: performance.now() - indexing };
}

/** Nothing if the text takes the readers module. */
function ingestText(library, source, bytes) {
  try {
    return library.ingest(source, bytes);
  } catch (error) {
    if (error.code === "read.needs_charset" || error.code === "read.needs_readers") return undefined;
    throw error;
  }
}

async function readHeavy(module, modules, source, bytes) {
  const first = module === "pdf" ? await modules.pdf() : await modules.readers();
  const encoded = readIn(first, source, bytes) ?? readIn(await modules.pdfCjk(), source, bytes);
  if (encoded) return encoded;
  throw new QwenAgentError({ code: "internal.panic", message: "a module with all character maps asked for more of them" });
}

function readIn({ Reader }, source, bytes) {
  const reader = new Reader(source, bytes);
  for (;;) {
    const { finished, needsCmaps } = reader.step(STEP_MS);
    if (needsCmaps) {
      reader.free();
      return undefined;
    }
    if (finished) {
      const encoded = reader.finish();
      reader.free();
      return encoded;
    }
  }
}

function indexed(ingest) {
  while (!ingest.step(STEP_MS).finished);
  return ingest;
}
