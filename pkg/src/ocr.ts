/**
 * Text of scanned pages by a model that sees: a page is drawn by pdf.js, its picture goes to an
 * OpenAI-compatible endpoint, and the transcript becomes the page's text, for `documents.add()`.
 *
 * The request is that of OpenAI's vision guide (a message with `image_url`, a data URL), which
 * DashScope, vLLM, SGLang, Ollama, LM Studio and llama.cpp take. Messages of errors never hold what
 * the endpoint said: it could repeat the key.
 */

import { fail, type ErrorCode } from "./errors.js";
import type { SeeingModel } from "./ocr-by-model.js";
import type { OcrRequest } from "./types.js";
import { openPdf, pageOf, unlessAborted } from "./widget/source/pdf-file.js";
import { pdfjsFrom, type PdfFile, type PdfjsLoader } from "./widget/source/pdfjs.js";

const PROMPT =
  "Transcribe all text of this page, in reading order and in its own language. Keep paragraphs apart by empty lines and write tables row by row. Add nothing: no comment, no translation, no description. If the page has no text, answer with nothing.";
const LONGEST_SIDE = 1600;
/** A page of small print takes a slow model a minute. */
const TIMEOUT_MS = 180_000;
/** How long a file stays open: its next page comes when the model has read this one. */
const IDLE_MS = TIMEOUT_MS;
/** Waits before a page is sent again, when the endpoint is busy or broken. */
const WAITS_MS = [1000, 4000];
/** More than a page holds; what goes on is a model that repeats itself. */
const MAX_CHARACTERS = 200_000;
/** What no other page can change: the document is not added, so that the cause is seen. */
const FATAL: Readonly<Record<number, ErrorCode>> = { 401: "llm.unauthorized", 403: "llm.forbidden", 404: "llm.not_found" };

/** Reads pages by `model`, which has either `pdfjs` or `draw`. */
export function readerBy(model: SeeingModel): (request: OcrRequest) => Promise<string> {
  const { pdfjs, draw = pdfjs && drawnBy(pdfjs, model.longestSide ?? LONGEST_SIDE) } = model;
  return async (request) => {
    const picture = draw && (await drawn(draw, request));
    return picture ? transcript(model, typeof picture === "string" ? picture : await dataUrl(picture), request.signal) : "";
  };
}

/** Nothing if pdf.js cannot draw that page, which leaves it empty, as it was. */
async function drawn(draw: Required<SeeingModel>["draw"], request: OcrRequest): Promise<Blob | string | undefined> {
  try {
    return await draw(request);
  } catch (error) {
    const { name, code } = error as { name?: string; code?: string };
    if (name === "PdfError" && code !== "pdf.unavailable") return undefined;
    throw error;
  }
}

async function transcript(options: SeeingModel, picture: string, signal: AbortSignal): Promise<string> {
  for (const wait of [...WAITS_MS, undefined]) {
    const response = await answered(options, picture, signal);
    if (response?.ok) return textOf(await response.json().catch(() => undefined));
    void response?.body?.cancel().catch(() => undefined);
    const status = response?.status ?? 0;
    const code = FATAL[status];
    if (code) throw fail(code, `the model that reads scanned pages cannot be asked: HTTP ${status}`);
    if (status === 413) throw fail("llm.bad_request", "the picture of a page is larger than the endpoint, or the proxy before it, takes: lower longestSide, or raise the proxy's maxBodyBytes");
    // What the endpoint does not take, it does not take the second time.
    if (wait === undefined || (status >= 400 && status < 500 && status !== 408 && status !== 429)) break;
    await unlessAborted(new Promise((resolve) => setTimeout(resolve, wait)), signal);
  }
  return "";
}

/** The endpoint's answer; nothing if it took too long. */
async function answered({ baseURL, model, apiKey, headers, prompt = PROMPT, fetch: ask = fetch }: SeeingModel, picture: string, signal: AbortSignal): Promise<Response | undefined> {
  const late = AbortSignal.timeout(TIMEOUT_MS);
  const content = [{ type: "image_url", image_url: { url: picture } }, { type: "text", text: prompt }];
  try {
    return await ask(`${baseURL.replace(/\/$/, "")}/chat/completions`, {
      method: "POST",
      // A key goes nowhere else.
      redirect: "error",
      headers: { ...headers, "content-type": "application/json", ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}) },
      body: JSON.stringify({ model, temperature: 0, stream: false, messages: [{ role: "user", content }] }),
      signal: AbortSignal.any([signal, late]),
    });
  } catch {
    signal.throwIfAborted();
    if (late.aborted) return undefined;
    throw fail("llm.cors_or_network", "the model that reads scanned pages cannot be reached: wrong address, no network, or the server does not allow this page (CORS)");
  }
}

/** What the model read, without the fence that some put around it. */
function textOf(reply: unknown): string {
  const content: unknown = (reply as { choices?: { message?: { content?: unknown } }[] } | undefined)?.choices?.[0]?.message?.content;
  if (typeof content !== "string") return "";
  const lines = content.slice(0, MAX_CHARACTERS).trim().split("\n");
  if (lines.length > 1 && lines[0]?.startsWith("```") && lines.at(-1)?.trim() === "```") return lines.slice(1, -1).join("\n");
  return lines.join("\n");
}

async function dataUrl(picture: Blob): Promise<string> {
  const bytes = new Uint8Array(await picture.arrayBuffer());
  let binary = "";
  // In pieces: functions take so many arguments only.
  for (let at = 0; at < bytes.length; at += 32_768) binary += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return `data:${picture.type || "image/png"};base64,${btoa(binary)}`;
}

/** Draws pages by pdf.js. The file stays open while its pages come one after another. */
function drawnBy(pdfjs: PdfjsLoader | string, longestSide: number): (request: OcrRequest) => Promise<Blob> {
  let last: { file: Blob; opened: Promise<PdfFile>; over: AbortController } | undefined;
  let closing: ReturnType<typeof setTimeout> | undefined;
  return async ({ file, page, signal }) => {
    clearTimeout(closing);
    if (last?.file !== file) {
      last?.over.abort();
      const over = new AbortController();
      last = { file, over, opened: openPdf({ file, pdfjs: typeof pdfjs === "string" ? pdfjsFrom(pdfjs) : pdfjs, signal: over.signal }) };
    }
    const open = last;
    try {
      const sheet = await unlessAborted(open.opened.then((opened) => pageOf(opened, page)), signal);
      const { width, height } = sheet.getViewport({ scale: 1 });
      const viewport = sheet.getViewport({ scale: longestSide / Math.max(width, height, 1) });
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [Math.max(1, Math.round(viewport.width)), Math.max(1, Math.round(viewport.height))];
      await unlessAborted(sheet.render({ canvasContext: canvas.getContext("2d", { alpha: false }), viewport, background: "white" }).promise, signal);
      return await new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(`page ${page} cannot be drawn`))), "image/jpeg", 0.8));
    } finally {
      closing = setTimeout(() => {
        open.over.abort();
        if (last === open) last = undefined;
      }, IDLE_MS);
    }
  };
}
