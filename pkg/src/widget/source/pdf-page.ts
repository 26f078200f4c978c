/**
 * Shows a page of a PDF as it is printed, with rectangles over the words that an answer quotes.
 *
 * pdf.js draws; here is what is around it: the page fits the width of its container and is drawn
 * anew when that changes, the rectangles lie over it by percent, and whatever fails rejects with a
 * code, so that the caller can show the text instead. It knows nothing of citations or of the panel.
 */

import type { PageRect } from "../../results.js";
import { openPdf, pageOf, unlessAborted } from "./pdf-file.js";
import { joined } from "./pdf-marks.js";
import { pdfPageStyles } from "./pdf-styles.js";
import { textLayer } from "./pdf-text.js";
import { PdfError, type PdfFile, type PdfjsLoader, type PdfSheet } from "./pdfjs.js";

export { pdfPageStyles };
export { PdfError, pdfjsFrom, type PdfErrorCode, type Pdfjs, type PdfjsLoader } from "./pdfjs.js";

export interface PdfPageOptions {
  /** The file as it was added. */
  file: Blob;
  /** Which page, from 1. */
  page: number;
  /** What to mark, as `documents.rects` gives it; rectangles of other pages are left out. */
  rects: readonly PageRect[];
  pdfjs: PdfjsLoader;
  /** Ends the showing at any time: nothing of it is left in the container. */
  signal: AbortSignal;
  /** Of the container's width. Default 1. */
  scale?: number;
  password?: string;
  labels: PdfPageLabels;
}

export interface PdfPageLabels {
  /** What the page is called for those who do not see it: "Page 3 of 12". */
  page(page: number, pages: number): string;
}

/** A page that is shown. It lives until the signal that it was opened with is aborted. */
export interface PdfPageView {
  readonly pages: number;
  readonly page: number;
  /** Turns to another page of the same file. A turn that a later one overtakes rejects with an `AbortError`. */
  show(page: number, rects?: readonly PageRect[]): Promise<void>;
  /** Of the container's width. */
  zoom(scale: number): void;
}

/**
 * Resolves when the page is drawn. The container's shadow root (or the document) must have adopted
 * `pdfPageStyles`. Rejects with the signal's reason if that is aborted, else with a `PdfError`; the
 * container is then as it was.
 */
export async function showPdfPage(container: HTMLElement, options: PdfPageOptions): Promise<PdfPageView> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  try {
    const view = new View(container, await openPdf({ ...options, signal }), { ...options, signal });
    await view.show(options.page, options.rects);
    return view;
  } catch (error) {
    // A worker must not outlive what it was started for.
    stop.abort();
    options.signal.throwIfAborted();
    throw error;
  }
}

/** Browsers refuse larger canvases, or draw nothing on them; phones are the strictest. */
const MOST_PIXELS = 16_000_000;

type ViewOptions = Pick<PdfPageOptions, "signal" | "scale" | "labels">;

class View implements PdfPageView {
  page = 0;
  readonly #container: HTMLElement;
  readonly #file: PdfFile;
  readonly #options: ViewOptions;
  #scale: number;
  #turns = 0;
  /** Ends what is shown of the last page. */
  #turned = new AbortController();
  #sheet: HTMLElement | undefined;

  constructor(container: HTMLElement, file: PdfFile, options: ViewOptions) {
    this.#container = container;
    this.#file = file;
    this.#options = options;
    this.#scale = options.scale ?? 1;
    options.signal.addEventListener("abort", () => this.#sheet?.remove(), { once: true });
  }

  get pages(): number {
    return this.#file.numPages;
  }

  async show(page: number, rects: readonly PageRect[] = []): Promise<void> {
    const turn = ++this.#turns;
    // The last page stays, and stays alive, until there is another.
    const found = await unlessAborted(pageOf(this.#file, page), this.#options.signal);
    const overtaken = new DOMException("another page is shown", "AbortError");
    if (turn !== this.#turns) throw overtaken;
    this.#turned.abort(overtaken);
    this.#turned = new AbortController();
    const signal = AbortSignal.any([this.#options.signal, this.#turned.signal]);
    const drawn = new Sheet(found, rects.filter((rect) => rect.page === page), signal);
    const { element } = drawn;
    element.setAttribute("aria-label", this.#options.labels.page(page, this.pages));
    const shown = this.#sheet;
    this.#sheet = element;
    this.page = page;
    this.zoom(this.#scale);
    if (shown) shown.replaceWith(element);
    else this.#container.append(element);
    drawn.scrollToMark(this.#container);
    try {
      await drawn.start();
    } catch (error) {
      if (!signal.aborted) {
        element.remove();
        this.#sheet = undefined;
      }
      throw error;
    }
  }

  zoom(scale: number): void {
    this.#scale = scale;
    if (this.#sheet) this.#sheet.style.width = `${100 * scale}%`;
  }
}

/** One page with its marks, drawn as large as its element is. */
class Sheet {
  readonly element = document.createElement("div");
  readonly #page: PdfSheet;
  readonly #signal: AbortSignal;
  readonly #marks: HTMLElement[];
  readonly #size: { width: number; height: number };
  #canvas: HTMLCanvasElement | undefined;
  #text: HTMLElement | undefined;
  /** The width that is drawn, or being drawn. */
  #width = 0;
  #drawing: { cancel(): void } | undefined;

  constructor(page: PdfSheet, rects: readonly PageRect[], signal: AbortSignal) {
    this.#page = page;
    this.#signal = signal;
    this.#size = page.getViewport({ scale: 1 });
    this.element.className = "pdf-sheet";
    this.element.part.add("pdf-page");
    // Until it has a text, it is a picture.
    this.element.role = "img";
    this.element.style.aspectRatio = `${this.#size.width} / ${this.#size.height}`;
    this.#marks = joined(rects).map((rect) => markFor(rect, this.#size, page.userUnit ?? 1));
    this.element.append(...this.#marks);
  }

  /** Draws, and from then on whenever the width changes. Resolves after the first time. */
  async start(): Promise<void> {
    const watch = new ResizeObserver(() => void this.#draw().catch(() => undefined));
    this.#signal.addEventListener("abort", () => {
      watch.disconnect();
      this.#drawing?.cancel();
    });
    await this.#draw();
    this.#signal.throwIfAborted();
    watch.observe(this.element);
    // The picture serves without.
    await unlessAborted(this.#addText().catch(() => undefined), this.#signal);
  }

  /** The first mark comes into view: within the container if that scrolls, else with all around it. */
  scrollToMark(container: HTMLElement): void {
    const [mark] = this.#marks;
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
    if (!mark) return void container.scrollTo({ top: 0, behavior: "instant" });
    if (container.scrollHeight <= container.clientHeight) return mark.scrollIntoView({ block: "center", inline: "nearest", behavior });
    const place = mark.getBoundingClientRect();
    const frame = container.getBoundingClientRect();
    container.scrollBy({ top: (place.top + place.bottom - frame.top - frame.bottom) / 2, left: Math.min(0, place.left - frame.left) || Math.max(0, place.right - frame.right), behavior });
  }

  async #draw(): Promise<void> {
    // In a container that is hidden, as large as it is printed: there will be a time when it is not.
    const width = this.element.clientWidth || this.#size.width;
    this.#fitText(width);
    if (Math.abs(width - this.#width) < 1) return;
    this.#width = width;
    this.#drawing?.cancel();
    const canvas = document.createElement("canvas");
    canvas.ariaHidden = "true";
    const viewport = this.#page.getViewport({ scale: this.#scaleFor(width) });
    canvas.width = Math.max(1, Math.floor(viewport.width));
    canvas.height = Math.max(1, Math.floor(viewport.height));
    // All versions of pdf.js take the context; only later ones the canvas.
    const task = this.#page.render({ canvasContext: canvas.getContext("2d", { alpha: false }), viewport, background: "white" });
    this.#drawing = task;
    try {
      await unlessAborted(task.promise, this.#signal);
    } catch (error) {
      this.#signal.throwIfAborted();
      // Cancelled for another width, which whoever waits gets instead.
      if (this.#drawing !== task) return;
      throw new PdfError("pdf.damaged", "the page cannot be drawn", error);
    }
    // The last picture stays until the next is there, so that nothing flashes.
    if (this.#canvas) this.#canvas.replaceWith(canvas);
    else this.element.prepend(canvas);
    this.#canvas = canvas;
  }

  /** Sharp on the screen, as far as a canvas may be that large. */
  #scaleFor(width: number): number {
    const scale = (width / this.#size.width) * (globalThis.devicePixelRatio || 1);
    const pixels = scale ** 2 * this.#size.width * this.#size.height;
    return pixels > MOST_PIXELS ? scale * Math.sqrt(MOST_PIXELS / pixels) : scale;
  }

  async #addText(): Promise<void> {
    this.#text = await textLayer(this.#page);
    if (!this.#text || this.#signal.aborted) return;
    this.#fitText(this.element.clientWidth || this.#size.width);
    this.#canvas?.after(this.#text);
    this.element.role = "group";
  }

  #fitText(width: number): void {
    if (this.#text) this.#text.style.transform = `scale(${width / this.#size.width})`;
  }
}

/**
 * By percent of the page, so that it needs no care when that grows. Rectangles are in units of the
 * page, from the corner and turned as it is shown; `size` is in points.
 */
function markFor(rect: PageRect, size: { width: number; height: number }, unit: number): HTMLElement {
  const mark = document.createElement("div");
  mark.className = "pdf-mark";
  mark.part.add("pdf-mark");
  mark.ariaHidden = "true";
  const across = (points: number): string => `${(100 * points * unit) / size.width}%`;
  const down = (points: number): string => `${(100 * points * unit) / size.height}%`;
  mark.style.left = across(rect.x);
  mark.style.top = down(rect.y);
  mark.style.width = across(rect.width);
  mark.style.height = down(rect.height);
  return mark;
}
