// pdf.js in Node, where it runs in the same thread.

import { fileURLToPath } from "node:url";
import { readWithPdfjs } from "../pdfjs-read.mjs";

/** The library, and the folder of its character maps and fonts, with a slash. */
export async function loadPdfjs() {
  // Node 22 and later have this; it is all that keeps pdf.js from running on Node 20.
  Promise.withResolvers ??= withResolvers;
  const pdfjs = await import("pdfjs-dist/legacy/build/pdf.mjs");
  const files = fileURLToPath(new URL(".", import.meta.resolve("pdfjs-dist/package.json")));
  return { pdfjs, files };
}

export async function open() {
  const { pdfjs, files } = await loadPdfjs();
  return { version: pdfjs.version, read: (bytes) => readWithPdfjs(pdfjs, bytes, files) };
}

function withResolvers() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}
