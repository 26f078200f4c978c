// Cuts paragraphs into chunks of a number of bytes, at words, and shuffles them the same way each
// time. What is searched for comes from here, so nothing depends on chance.

const HAN_AT_END = /[\u3400-\u9fff]$/;

/** Chunks of at most `size` bytes, filled up. */
export function* chunks(paragraphs, size) {
  let chunk = [];
  let bytes = 0;
  for (let rest of paragraphs) {
    while (rest !== "") {
      const needed = Buffer.byteLength(rest) + 1;
      if (bytes + needed <= size) {
        chunk.push(rest);
        bytes += needed;
        break;
      }
      const head = headOf(rest, size - bytes, chunk.length === 0);
      if (head) chunk.push(head);
      rest = rest.slice(head.length).trimStart();
      yield chunk.join("\n");
      chunk = [];
      bytes = 0;
    }
  }
  if (chunk.length > 0) yield chunk.join("\n");
}

/** As many whole words as fit; a word that fits no chunk at all is cut. */
function headOf(text, room, mustFit) {
  const cut = new TextDecoder().decode(Buffer.from(text.slice(0, room)).subarray(0, room)).replace(/\ufffd+$/, "");
  if (HAN_AT_END.test(cut)) return cut;
  const space = cut.lastIndexOf(" ");
  if (space > 0) return cut.slice(0, space);
  return mustFit ? cut : "";
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32, public domain). */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** In place. */
export function shuffle(items, random) {
  for (let at = items.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [items[at], items[other]] = [items[other], items[at]];
  }
  return items;
}
