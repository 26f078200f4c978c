// A page of a PDF as it looks, drawn by the pdf.js that the site has brought along; loaded with the
// first. It keeps the file open while its pages are turned, and says when it cannot draw.

import { el } from "../dom.js";
import { adoptStyles } from "../rich.js";
import type { Scope } from "../scope.js";
import type { PdfPageView } from "../source/pdf-page.js";
import type { DrawnPage } from "../state.js";

export class DrawnPageView {
  readonly element: HTMLElement;
  readonly #scope: Scope;
  #file: Blob | undefined;
  #view: PdfPageView | undefined;
  #stop = new AbortController();

  constructor(scope: Scope) {
    this.#scope = scope;
    this.element = el("div", { class: "source-drawn", attrs: { tabindex: 0, role: "group", "aria-label": scope.t("source.drawn") } });
  }

  /** Rejects if the page cannot be drawn, or something else is to be shown by then. */
  async show({ file, rects }: DrawnPage, page: number): Promise<void> {
    if (file === this.#file && this.#view) return this.#view.show(page, rects);
    this.clear();
    this.#file = file;
    const { signal } = this.#stop;
    const { pdfjsFrom, pdfPageStyles, showPdfPage } = await import("../source/pdf-page.js");
    signal.throwIfAborted();
    adoptStyles(this.element, pdfPageStyles);
    const { t, settings } = this.#scope;
    const pdfjs = typeof settings.pdfjs === "string" ? pdfjsFrom(settings.pdfjs) : settings.pdfjs;
    if (!pdfjs) throw new Error("pdf.js is not there any more");
    const labels = { page: (number: number, total: number) => t("source.page.of", { page: number, total }) };
    this.#view = await showPdfPage(this.element, { file, page, rects, pdfjs, signal, labels });
  }

  /** Closes the file. */
  clear(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#file = undefined;
    this.#view = undefined;
  }
}
