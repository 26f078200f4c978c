// The bare floor: what plain words cost in WebAssembly without anything that makes a product. Its
// index cannot be saved. See `floor/`.

const encoder = new TextEncoder();
const compiled = WebAssembly.compileStreaming(fetch("/floor/search_floor.wasm"));
/** A UTF-16 unit takes three bytes at most. */
const MOST_BYTES = 3;

export default {
  async build({ texts }) {
    const { exports } = await WebAssembly.instantiate(await compiled, {});
    const room = texts.reduce((sum, text) => sum + text.length, 0) * MOST_BYTES;
    const [bytes, ends] = [exports.reserve(room), exports.reserve(texts.length * 4)];
    const memory = new Uint8Array(exports.memory.buffer, bytes, room);
    const borders = new Uint32Array(exports.memory.buffer, ends, texts.length);
    let at = 0;
    for (const [number, text] of texts.entries()) {
      at += encoder.encodeInto(text, memory.subarray(at)).written;
      borders[number] = at;
    }
    exports.build(bytes, ends, texts.length);
    exports.release(bytes, room);
    exports.release(ends, texts.length * 4);
    return exports;
  },
  search(exports, query, limit) {
    const room = query.length * MOST_BYTES;
    const at = exports.reserve(room);
    const { written } = encoder.encodeInto(query, new Uint8Array(exports.memory.buffer, at, room));
    const count = exports.search(at, written);
    exports.release(at, room);
    return [...new Uint32Array(exports.memory.buffer, exports.found(), count)].slice(0, limit);
  },
  wasmBytes: (exports) => exports.memory.buffer.byteLength,
};
