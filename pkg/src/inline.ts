/**
 * Copies of the wasm modules and of the worker in scripts, for bundlers that leave such files behind.
 *
 * Each is imported when it is asked for. `slim.ts` does without this file.
 */

import { fail } from "./errors.js";
import type { ModuleName } from "./wasm-types.js";

/** Unpacks the copy of a module; there is none of `pdf-cjk`. */
export async function inlinedCopy(name: ModuleName): Promise<ArrayBuffer> {
  // LZMA, which no browser unpacks by itself, makes a quarter less of the package than deflate.
  const [{ default: text }, { Decoder }, { InputBuffer, OutputBuffer }] = await Promise.all([scriptOf(name), import("./vendor/lzma/decoder.js"), import("./vendor/lzma/streams.js")]);
  const output = new OutputBuffer(4 * text.length);
  new Decoder().decompress(new InputBuffer(Uint8Array.from(atob(text), (char) => char.charCodeAt(0))), output);
  return output.toArray().buffer;
}

function scriptOf(name: ModuleName): Promise<{ default: string }> {
  switch (name) {
    case "core":
      return import("./wasm/core-inline.js");
    case "readers":
      return import("./wasm/readers-inline.js");
    case "pdf":
      return import("./wasm/pdf-inline.js");
    case "pdf-cjk":
      // It would add a third to the package for the few that need it here.
      throw fail("wasm.load", "the character maps for this PDF have no inlined copy");
    default:
      return name satisfies never;
  }
}

/** The worker with all that it imports, as text. */
export async function inlinedWorker(): Promise<string> {
  return (await import("./wasm/worker-inline.js")).default;
}
