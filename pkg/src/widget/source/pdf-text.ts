/**
 * The text of a page as invisible words over its picture: to be selected, copied, found and read
 * aloud. Each run of text lies where pdf.js says that it is drawn. It draws nothing.
 */

import type { PdfSheet, PdfText, PdfTextStyle } from "./pdfjs.js";

/** More runs than this make a page slow; what is left out cannot be selected. */
const MOST_RUNS = 10_000;

/** Of fonts that do not tell their ascent and descent, as of most others. */
const ASCENT = 0.8;

/** One family for all: the words are stretched to the width that they have on the page. */
const FAMILY = "sans-serif";

/** A layer of the size of the page in points, from its top left corner; `undefined` for a page without text. */
export async function textLayer(page: PdfSheet): Promise<HTMLElement | undefined> {
  const { items, styles } = await page.getTextContent();
  const { transform, width, height } = page.getViewport({ scale: 1 });
  const scale = Math.hypot(transform[0] ?? 0, transform[1] ?? 0);
  const layer = document.createElement("div");
  layer.className = "pdf-text";
  layer.style.width = `${width}px`;
  layer.style.height = `${height}px`;
  const measure = document.createElement("canvas").getContext("2d");
  for (const item of items.slice(0, MOST_RUNS)) {
    // Marks of structure are among them.
    if (item.str === undefined) continue;
    if (item.str) layer.append(run(item, styles[item.fontName] ?? {}, { transform, scale, measure }));
    if (item.hasEOL) layer.append(document.createElement("br"));
  }
  return layer.textContent?.trim() ? layer : undefined;
}

interface Place {
  transform: number[];
  scale: number;
  measure: CanvasRenderingContext2D | null;
}

function run(item: PdfText, style: PdfTextStyle, { transform, scale, measure }: Place): HTMLElement {
  const [a, b, c, d, x, y] = product(transform, item.transform);
  const size = Math.hypot(c, d);
  const angle = Math.atan2(b, a) + (style.vertical ? Math.PI / 2 : 0);
  // Vertical lines run through the middle of their signs.
  const above = size * (style.vertical ? 0.5 : ascentOf(style));
  const span = document.createElement("span");
  const text = item.str ?? "";
  span.textContent = text;
  if (item.dir === "rtl") span.dir = "rtl";
  span.style.fontSize = `${size}px`;
  span.style.fontFamily = FAMILY;
  span.style.left = `${x + above * Math.sin(angle)}px`;
  span.style.top = `${y - above * Math.cos(angle)}px`;
  span.style.transform = `rotate(${angle}rad) scaleX(${stretch(text, size, scale * (style.vertical ? item.height : item.width), measure)})`;
  return span;
}

function stretch(text: string, size: number, length: number, measure: CanvasRenderingContext2D | null): number {
  if (!measure || !(length > 0)) return 1;
  measure.font = `${size}px ${FAMILY}`;
  const natural = measure.measureText(text).width;
  return natural > 0 ? length / natural : 1;
}

function ascentOf({ ascent = 0, descent = 0 }: PdfTextStyle): number {
  return ascent > 0 && descent < 0 ? ascent / (ascent - descent) : ASCENT;
}

type Matrix = [number, number, number, number, number, number];

/** What is first moved by `inner`, then by `outer`. */
function product(outer: number[], inner: number[]): Matrix {
  const [a, b, c, d, e, f] = outer as Matrix;
  const [p, q, r, s, t, u] = inner as Matrix;
  return [a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f];
}
