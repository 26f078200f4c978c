// Loads pdf.js with the first page of a PDF that is shown as it looks. It must not be in the way of
// pages that show none.

import type { QwenAssistantElement } from "qwen-agent-wasm/widget";

export const loadPdfjs: NonNullable<QwenAssistantElement["pdfjs"]> = async () => {
  const pdfjs = await import("pdfjs-dist");
  pdfjs.GlobalWorkerOptions.workerSrc = new URL("pdfjs-dist/build/pdf.worker.min.mjs", import.meta.url).href;
  return pdfjs;
};
