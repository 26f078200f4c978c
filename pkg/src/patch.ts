/**
 * Makes a file of one that it resembles and a patch: `pdf-cjk` is `pdf` and a few more tables, and
 * whoever needs it has `pdf` already.
 *
 * A patch is the magic, six numbers of 32 bits (length and checksum of the base and of the result,
 * lengths of the first two parts), and deflated: steps, differences, new bytes. A step is three
 * numbers: so many new bytes, then so many copied and changed by the differences, from so much
 * further on in the base. `scripts/patch.mjs` makes them. It knows nothing of wasm.
 */

export const MAGIC = Uint8Array.of(0x51, 0x41, 0x57, 0x50, 1); // "QAWP", version 1

/** Throws if it is no patch, that of another base, or damaged. `inflate` undoes deflate without a header. */
export async function applyPatch(base: Uint8Array, patch: Uint8Array<ArrayBuffer>, inflate: (bytes: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer>): Promise<ArrayBuffer> {
  if (!MAGIC.every((byte, index) => patch[index] === byte)) throw new Error("it is no patch of this version");
  const view = new DataView(patch.buffer, patch.byteOffset, patch.byteLength);
  const head = Array.from({ length: 6 }, (_, index) => view.getUint32(MAGIC.length + 4 * index, true));
  const [baseLength = 0, baseSum, length = 0, sum, controlLength = 0, differenceLength = 0] = head;
  if (base.length !== baseLength || checksum(base) !== baseSum) throw new Error("the patch belongs to another file");
  const body = new Uint8Array(await inflate(patch.subarray(MAGIC.length + 4 * head.length)));
  const made = putTogether(base, {
    control: body.subarray(0, controlLength),
    differences: body.subarray(controlLength, controlLength + differenceLength),
    news: body.subarray(controlLength + differenceLength),
    length,
  });
  if (checksum(made) !== sum) throw new Error("the patch is damaged");
  return made.buffer;
}

interface Steps {
  control: Uint8Array;
  differences: Uint8Array;
  news: Uint8Array;
  length: number;
}

function putTogether(base: Uint8Array, { control, differences, news, length }: Steps): Uint8Array<ArrayBuffer> {
  const made = new Uint8Array(length);
  const read = numbersOf(control);
  let at = 0;
  let from = 0;
  let difference = 0;
  let fresh = 0;
  while (at < length) {
    const added = read();
    const copied = read();
    const moved = read();
    made.set(news.subarray(fresh, fresh + added), at);
    fresh += added;
    at += added;
    from += moved % 2 === 1 ? -(moved + 1) / 2 : moved / 2;
    for (let index = 0; index < copied; index++) made[at + index] = (base[from + index] ?? 0) + (differences[difference + index] ?? 0);
    at += copied;
    from += copied;
    difference += copied;
  }
  return made;
}

/** Seven bits a byte, the lowest first. Throws at the end. */
function numbersOf(bytes: Uint8Array): () => number {
  let place = 0;
  return () => {
    let number = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[place++];
      if (byte === undefined) throw new Error("the patch is damaged");
      number += (byte % 128) * factor;
      if (byte < 128) return number;
    }
  };
}

/** Adler's: against mixed up and cut files, not against malice. */
export function checksum(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (const byte of bytes) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return high * 65536 + low;
}
