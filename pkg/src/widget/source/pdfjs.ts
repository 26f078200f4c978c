/**
 * What is used of pdf.js, and how it is found by its address.
 *
 * pdf.js is not part of the package: it is half a megabyte, and a page that shows no PDF has no use
 * for it. Whoever wants pages to be shown brings it along. Nothing here draws.
 */

/** How pdf.js comes into the page: `() => import("pdfjs-dist")`, with the address of its worker set. */
export type PdfjsLoader = () => Promise<Pdfjs>;

/** The parts of the module `pdfjs-dist` that are used, as in version 6. */
export interface Pdfjs {
  getDocument(source: Record<string, unknown>): PdfTask;
  GlobalWorkerOptions: { workerSrc: string; workerPort: unknown };
  /**
   * Address of the folder that has pdf.js' `cmaps/`, `standard_fonts/` and `wasm/`. Without it, pages
   * that need them (Chinese, Japanese and Korean fonts that are not embedded, JPEG 2000) have gaps.
   */
  assets?: string | undefined;
}

export interface PdfTask {
  promise: Promise<PdfFile>;
  destroy(): Promise<void>;
}

export interface PdfFile {
  numPages: number;
  getPage(page: number): Promise<PdfSheet>;
}

/** A page of pdf.js. */
export interface PdfSheet {
  /** Points in a unit of the page; nearly always 1. */
  userUnit?: number;
  getViewport(options: { scale: number }): PdfViewport;
  getTextContent(): Promise<{ items: (PdfText | PdfMark)[]; styles: Record<string, PdfTextStyle> }>;
  render(options: Record<string, unknown>): { promise: Promise<void>; cancel(): void };
}

export interface PdfViewport {
  width: number;
  height: number;
  /** From the page's own coordinates to the viewport's. */
  transform: number[];
}

/** A mark of structure among the runs of text. */
export interface PdfMark {
  type: string;
  str?: undefined;
}

/** A run of text. */
export interface PdfText {
  str: string;
  dir?: string;
  transform: number[];
  width: number;
  height: number;
  fontName: string;
  hasEOL?: boolean;
}

export interface PdfTextStyle {
  ascent?: number;
  descent?: number;
  vertical?: boolean;
}

/**
 * - `pdf.unavailable`: pdf.js could not be loaded, or its worker could not be started
 * - `pdf.password`: the file asks for a password, or for another one
 * - `pdf.damaged`: pdf.js cannot read the file, or draw the page
 * - `pdf.page`: the file has no such page
 */
export type PdfErrorCode = "pdf.unavailable" | "pdf.password" | "pdf.damaged" | "pdf.page";

/** Why a page cannot be shown. The text of the document can always be shown instead. */
export class PdfError extends Error {
  override readonly name = "PdfError";

  constructor(
    readonly code: PdfErrorCode,
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/**
 * pdf.js at an address, that of `pdf.min.mjs` or `pdf.mjs`; its worker must be in the same folder.
 *
 * From another origin the server must allow it (CORS), and pdf.js starts its worker by way of a
 * Blob. Where a worker cannot be started, because a Content-Security-Policy or Trusted Types forbid
 * it, pdf.js does its work in the page. In a folder named `build`, as npm and CDNs have it, the
 * folders of fonts and character maps are taken from beside it.
 */
export function pdfjsFrom(url: string | URL): PdfjsLoader {
  return async () => {
    const address = new URL(url, globalThis.document?.baseURI);
    const worker = workerOf(address);
    let module: Pdfjs;
    try {
      module = (await import(/* webpackIgnore: true */ /* @vite-ignore */ address.href)) as Pdfjs;
    } catch (error) {
      throw new PdfError("pdf.unavailable", `pdf.js cannot be loaded from ${address.href}`, error);
    }
    const { getDocument, GlobalWorkerOptions } = module;
    // Where the page uses pdf.js for other things, too, its worker serves both.
    if (!GlobalWorkerOptions.workerSrc && !GlobalWorkerOptions.workerPort) GlobalWorkerOptions.workerSrc = worker.href;
    return { getDocument, GlobalWorkerOptions, assets: assetsOf(address) };
  };
}

function workerOf(address: URL): URL {
  const worker = new URL(address);
  worker.pathname = address.pathname.replace(/\/pdf(\.min)?\.(m?js)$/, "/pdf.worker$1.$2");
  if (worker.pathname !== address.pathname) return worker;
  throw new PdfError("pdf.unavailable", `${address.href} is not the address of pdf.js: that ends in pdf.min.mjs or pdf.mjs`);
}

function assetsOf(address: URL): string | undefined {
  return /\/build\/[^/]+$/.test(address.pathname) ? new URL("../", address).href : undefined;
}
