/**
 * The bytes of a wasm module, from an address, checked and compiled where that is allowed.
 *
 * It does not know which modules there are; `load.ts` and the code interpreter do.
 */

import { node } from "./builtin.js";
import { compile, isWasm } from "./compile.js";
import { QwenAgentError, fail } from "./errors.js";
import type { CompiledWasm } from "./wasm-types.js";

export async function compiled(bytes: ArrayBuffer): Promise<CompiledWasm> {
  try {
    return await compile(bytes);
  } catch (error) {
    // A worker may have a policy of its own: let it try, and say what is wrong if it fails, too.
    if (error instanceof QwenAgentError && error.code === "wasm.csp") return bytes;
    throw error;
  }
}

export async function read(url: URL): Promise<ArrayBuffer> {
  if (url.protocol === "file:") {
    const files = node()?.getBuiltinModule("node:fs/promises");
    if (!files) throw fail("wasm.load", `a page opened from disk cannot load ${url.href}; serve it over http`);
    try {
      return copy(await files.readFile(url));
    } catch (error) {
      throw fail("wasm.load", `cannot read ${url.pathname}; is the package complete?`, error);
    }
  }
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw fail("wasm.load", `cannot fetch ${url.href}; check the network, or the page's Content-Security-Policy (connect-src)`, error);
  }
  return body(response, url.href);
}

export async function body(response: Response, what: string): Promise<ArrayBuffer> {
  if (!response.ok) throw fail("wasm.load", `${what} answers with status ${response.status}; is the file deployed? Its address can be given as options.wasm`);
  return response.arrayBuffer();
}

export function checked(bytes: ArrayBuffer, what: string): ArrayBuffer {
  if (isWasm(new Uint8Array(bytes))) return bytes;
  throw fail("wasm.load", `${what} is not WebAssembly; does the server answer with a page instead of the file?`);
}

export function copy(source: BufferSource): ArrayBuffer {
  const view = ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : new Uint8Array(source);
  return view.slice().buffer;
}
