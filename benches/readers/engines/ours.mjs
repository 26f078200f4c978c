// Our readers: the built wasm modules, in Node's own thread.

import { localHost } from "../../../pkg/dist/node.js";
import { readWithOurs } from "../ours-read.mjs";

export async function open() {
  const { modules } = localHost();
  // Compiling them is not reading.
  const [core] = await Promise.all([modules.core(), modules.readers(), modules.pdf(), modules.pdfCjk()]);
  return { version: core.version(), read: (bytes, name) => readWithOurs(modules, bytes, name) };
}
