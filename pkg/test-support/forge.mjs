// Index files that were never made by anyone honest: their checksums are right, and what they say
// is not. The format is that of docs/index-format.md.

const MASK = (1n << 64n) - 1n;
const [P1, P2, P3, P4, P5] = [0x9e3779b185ebca87n, 0xc2b2ae3d27d4eb4fn, 0x165667b19e3779f9n, 0x85ebca77c2b2ae63n, 0x27d4eb2f165667c5n];
const rotate = (value, by) => ((value << by) | (value >> (64n - by))) & MASK;
const round = (sum, input) => (rotate((sum + input * P2) & MASK, 31n) * P1) & MASK;

/** XXH64, seed 0. */
export function xxh64(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.byteLength;
  let at = 0;
  let sum;
  if (length >= 32) {
    const lanes = [(P1 + P2) & MASK, P2, 0n, (0n - P1) & MASK];
    for (; at + 32 <= length; at += 32) for (let lane = 0; lane < 4; lane++) lanes[lane] = round(lanes[lane], view.getBigUint64(at + 8 * lane, true));
    sum = (rotate(lanes[0], 1n) + rotate(lanes[1], 7n) + rotate(lanes[2], 12n) + rotate(lanes[3], 18n)) & MASK;
    for (const lane of lanes) sum = ((sum ^ round(0n, lane)) * P1 + P4) & MASK;
  } else sum = P5;
  sum = (sum + BigInt(length)) & MASK;
  for (; at + 8 <= length; at += 8) sum = (rotate(sum ^ round(0n, view.getBigUint64(at, true)), 27n) * P1 + P4) & MASK;
  if (at + 4 <= length) {
    sum = (rotate(sum ^ ((BigInt(view.getUint32(at, true)) * P1) & MASK), 23n) * P2 + P3) & MASK;
    at += 4;
  }
  for (; at < length; at++) sum = (rotate(sum ^ ((BigInt(view.getUint8(at)) * P5) & MASK), 11n) * P1) & MASK;
  sum = ((sum ^ (sum >> 33n)) * P2) & MASK;
  sum = ((sum ^ (sum >> 29n)) * P3) & MASK;
  return sum ^ (sum >> 32n);
}

const CHECKS = 11;

/** The sections of a file, by kind. */
export function sectionsOf(file) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  return Array.from({ length: view.getUint32(12, true) }, (_, n) => {
    const at = 24 + 24 * n;
    return { kind: Number(view.getBigUint64(at, true)), offset: Number(view.getBigUint64(at + 8, true)), length: Number(view.getBigUint64(at + 16, true)), at };
  });
}

/** A copy of a file that `change(bytes, sections)` has changed, with checksums that are right again. */
export function forged(original, change) {
  const file = Uint8Array.from(original);
  const view = new DataView(file.buffer);
  const sections = sectionsOf(file);
  change(file, sections);
  const within = ({ offset, length }) => file.subarray(offset, offset + length);
  const checks = sections.find(({ kind }) => kind === CHECKS);
  if (checks) {
    let at = checks.offset;
    for (const section of sections.filter(({ kind }) => kind !== CHECKS)) {
      for (let from = 0; from < section.length; from += 4096, at += 4) view.setUint32(at, Number(xxh64(within(section).subarray(from, from + 4096)) & 0xffffffffn), true);
    }
  }
  let at = 24 + 24 * sections.length;
  for (const section of sections) for (let from = 0; from < section.length; from += 65_536, at += 8) view.setBigUint64(at, xxh64(within(section).subarray(from, from + 65_536)), true);
  view.setBigUint64(at, xxh64(file.subarray(0, at)), true);
  return file;
}

/** Puts one text in place of another of the same length, wherever it stands. */
export function replaced(original, text, other) {
  const [from, to] = [Buffer.from(text), Buffer.from(other)];
  if (from.length !== to.length) throw new Error(`${from.length} bytes cannot take the place of ${to.length}`);
  return forged(original, (file) => {
    const bytes = Buffer.from(file.buffer);
    for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1)) to.copy(bytes, at);
  });
}
