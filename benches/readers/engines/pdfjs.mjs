// pdf.js in Node, where it runs in the same thread.

import { fileURLToPath } from "node:url";
import { readWithPdfjs } from "../pdfjs-read.mjs";

export async function open() {
  // Node 22 and later have this; it is all that keeps pdf.js from running on Node 20.
  Promise.withResolvers ??= withResolvers;
  const pdfjs = await import("pdfjs-dist/legacy/build/pdf.mjs");
  const files = fileURLToPath(new URL(".", import.meta.resolve("pdfjs-dist/package.json")));
  return { version: pdfjs.version, read: (bytes) => readWithPdfjs(pdfjs, bytes, files) };
}

function withResolvers() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}
