// Stands in for a part of lzma1 that scripts/vendor.mjs copies into dist, so that the package
// compiles; its own declarations do not name the parts.
import type { InputBuffer, OutputBuffer } from "./streams.js";

export declare class Decoder {
  decompress(input: InputBuffer, output: OutputBuffer): void;
}
