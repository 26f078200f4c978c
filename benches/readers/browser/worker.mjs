// Our readers in a worker of Chromium. Says once that it is ready, then answers each document.

import { moduleLoader } from "../../../pkg/dist/load.js";
import { wasmModules } from "../../../pkg/dist/modules.js";
import { readWithOurs } from "../ours-read.mjs";

const modules = wasmModules(moduleLoader());
await Promise.all([modules.core(), modules.readers(), modules.pdf(), modules.pdfCjk()]);

globalThis.onmessage = async ({ data: { bytes, name } }) => {
  try {
    const { text, excludedMs, after } = await readWithOurs(modules, bytes, name);
    after();
    postMessage({ text, excludedMs });
  } catch (error) {
    const outcome = error instanceof WebAssembly.RuntimeError ? "panic" : "error";
    postMessage({ error: { outcome, code: error.code ?? error.name, message: error.message } });
  }
};
postMessage("ready");
