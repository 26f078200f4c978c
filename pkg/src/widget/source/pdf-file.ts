/**
 * Opens a PDF with pdf.js, and closes it again: what fails gets a code, and an aborted signal ends
 * the reading, pdf.js' worker included. It shows nothing.
 */

import { PdfError, type PdfFile, type Pdfjs, type PdfjsLoader, type PdfSheet, type PdfTask } from "./pdfjs.js";

export interface OpenOptions {
  file: Blob;
  pdfjs: PdfjsLoader;
  signal: AbortSignal;
  password?: string | undefined;
}

/** The file, open until `signal` is aborted. Rejects with its reason, or with a `PdfError`. */
export async function openPdf({ file, pdfjs, signal, password }: OpenOptions): Promise<PdfFile> {
  signal.throwIfAborted();
  const [module, data] = await Promise.all([loaded(pdfjs), file.arrayBuffer()]);
  signal.throwIfAborted();
  const task = module.getDocument({ ...optionsFor(module), data: new Uint8Array(data), password });
  // What a file leaves behind when it is closed early is of no interest.
  const close = (): void => void task.destroy().catch(() => undefined);
  signal.addEventListener("abort", close, { once: true });
  try {
    return await opened(task, signal);
  } catch (error) {
    signal.removeEventListener("abort", close);
    if (!signal.aborted) close();
    throw error;
  }
}

/** Rejects as soon as `signal` is aborted: pdf.js leaves promises open when a file is closed. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** A page by its number, from 1. */
export async function pageOf(file: PdfFile, page: number): Promise<PdfSheet> {
  if (!Number.isInteger(page) || page < 1 || page > file.numPages) throw new PdfError("pdf.page", `the file has ${file.numPages} pages, and no page ${page}`);
  return file.getPage(page).catch((error: unknown) => {
    throw new PdfError("pdf.damaged", `page ${page} cannot be read`, error);
  });
}

async function loaded(pdfjs: PdfjsLoader): Promise<Pdfjs> {
  let module: Pdfjs;
  try {
    module = await pdfjs();
  } catch (error) {
    throw error instanceof PdfError ? error : new PdfError("pdf.unavailable", "pdf.js cannot be loaded", error);
  }
  const { workerSrc, workerPort } = module.GlobalWorkerOptions;
  if (!workerSrc && !workerPort && !("pdfjsWorker" in globalThis)) {
    throw new PdfError("pdf.unavailable", "pdf.js does not know where its worker is; set GlobalWorkerOptions.workerSrc");
  }
  return module;
}

/** The file comes from anywhere: it runs no code, and makes the page fetch nothing but pdf.js' own. */
function optionsFor({ assets }: Pdfjs): Record<string, unknown> {
  const options = { isEvalSupported: false, enableXfa: false, useSystemFonts: true, stopAtErrors: false, verbosity: 0 };
  if (assets === undefined) return { ...options, useWorkerFetch: false, useWasm: false };
  const folder = new URL(assets.endsWith("/") ? assets : `${assets}/`, globalThis.document?.baseURI);
  const inFolder = (name: string): string => new URL(`${name}/`, folder).href;
  return { ...options, cMapUrl: inFolder("cmaps"), cMapPacked: true, standardFontDataUrl: inFolder("standard_fonts"), wasmUrl: inFolder("wasm") };
}

async function opened(task: PdfTask, signal: AbortSignal): Promise<PdfFile> {
  try {
    return await unlessAborted(task.promise, signal);
  } catch (error) {
    signal.throwIfAborted();
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    if (name === "PasswordException") throw new PdfError("pdf.password", message, error);
    // pdf.js has no name for it.
    if (/worker/i.test(message)) throw new PdfError("pdf.unavailable", message, error);
    throw new PdfError("pdf.damaged", message, error);
  }
}
