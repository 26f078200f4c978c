/**
 * `ocrByModel()`: text of scanned pages by a model that sees. What it does is loaded with the first
 * such page (`ocr.ts`): most visits need none of it.
 */

import { fail } from "./errors.js";
import { own } from "./own.js";
import { endpointOf } from "./request.js";
import type { OcrRequest } from "./types.js";
import type { PdfjsLoader } from "./widget/source/pdfjs.js";

/** A model that sees, and how it gets to see. */
export interface SeeingModel {
  /** As of the assistant's endpoint: a proxy of your own, or the server itself. @example "/api/qwen" */
  baseURL: string;
  /** @example "qwen-vl-ocr" */
  model: string;
  /** As of the assistant's endpoint: refused in a page (`key.exposed`) unless the next option is set. */
  apiKey?: string;
  /** The key belongs to the person at the browser. Default: false. */
  dangerouslyAllowBrowser?: boolean;
  headers?: Record<string, string>;
  fetch?: typeof fetch;
  /** pdf.js, by which pages are drawn: how it is loaded, or its address as of the widget. */
  pdfjs?: PdfjsLoader | string;
  /** Draws a page in place of pdf.js: a picture, as a Blob or a data URL. */
  draw?: (request: OcrRequest) => Blob | string | Promise<Blob | string>;
  /** Pixels of the picture's longer side. Default: 1,600, at which the print of books can be read. */
  longestSide?: number;
  /** What the model is told. Default: to transcribe all of it, and nothing else. */
  prompt?: string;
}

/**
 * Reads pages without text by a model. A page that cannot be drawn (of an encrypted file, none
 * can), or that the endpoint does not read when it is asked again, stays empty, with its warning; a key that is refused, or an endpoint that is not there,
 * ends `documents.add()` with an `llm.*` code.
 *
 * @throws QwenAgentError `key.exposed`, `usage`
 *
 * @example
 * ```ts
 * import { createAssistant, ocrByModel } from "qwen-agent-wasm";
 *
 * const qa = await createAssistant({ endpoint: { baseURL: "/api/qwen", model: "qwen-plus" } });
 * const ocr = ocrByModel({ baseURL: "/api/qwen", model: "qwen-vl-ocr", pdfjs: "/pdfjs/build/pdf.min.mjs" });
 * await qa.documents.add(file, { ocr }).done;
 * ```
 */
export function ocrByModel(given: SeeingModel): (request: OcrRequest) => Promise<string> {
  const model = own(given);
  // What is wrong is told now, not at the first scan.
  model.baseURL = endpointOf(model).baseUrl;
  if (!model.pdfjs && !model.draw) throw fail("usage", "ocrByModel() takes pdfjs, or draw, by which pages become pictures");
  let reader: Promise<(request: OcrRequest) => Promise<string>> | undefined;
  return async (request) => (await (reader ??= import("./ocr.js").then(({ readerBy }) => readerBy(model))))(request);
}
