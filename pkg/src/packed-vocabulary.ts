/**
 * Unpacks Qwen's vocabulary, of which general compressors make little: two numbers for each token,
 * the ranks of its halves, of which the low ones are the likely ones and no bytes repeat.
 *
 * Each rank is read bit by bit, the highest first, by an arithmetic decoder; how likely a bit is
 * depends on the bits before it in the rank, and is learned on the way. Bits that would lead to a
 * token that is not there yet are not even written. `scripts/vocabulary.mjs` packs.
 */

import { checksum } from "./patch.js";
import { pause } from "./pause.js";

export const MAGIC = Uint8Array.of(0x51, 0x41, 0x56, 0x50, 1); // "QAVP", version 1

/** Of the file that is packed: its magic, the number of merges, and the single bytes, kept as they are. */
export const HEAD = { merges: 8, length: 268, singles: 256 };
export const RANK_BITS = 18;

/** Merges between two pauses: a few milliseconds, so that a page stays as quick as it was. */
const AT_ONCE = 8192;

/** Throws if it is no packed vocabulary, or damaged. */
export async function unpackVocabulary(packed: Uint8Array): Promise<ArrayBuffer> {
  if (!MAGIC.every((byte, index) => packed[index] === byte)) throw new Error("it is no packed vocabulary of this version");
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const head = MAGIC.length + 4;
  const merges = view.getUint32(head + HEAD.merges, true);
  if (merges + HEAD.singles > 1 << RANK_BITS) throw new Error("the vocabulary is damaged");
  const file = new Uint8Array(HEAD.length + 6 * merges);
  file.set(packed.subarray(head, head + HEAD.length));
  const ranks = new RankReader(packed.subarray(head + HEAD.length));
  for (let merge = 0; merge < merges; merge += AT_ONCE) {
    if (merge > 0) await pause();
    ranks.read(file.subarray(HEAD.length), { merges, from: merge, to: Math.min(merge + AT_ONCE, merges) });
  }
  if (checksum(file) !== view.getUint32(MAGIC.length, true)) throw new Error("the vocabulary is damaged");
  return file.buffer;
}

/** What is known of the bits of a rank: by the bits before it, behind a 1. The same for packing and unpacking. */
export class RankModel {
  /** Of 65536, that the bit is 1. */
  readonly chances = new Uint16Array(1 << RANK_BITS).fill(1 << 15);
  readonly #seen = new Uint8Array(1 << RANK_BITS);

  learn(node: number, bit: number): void {
    const chance = this.chances[node] as number;
    const times = this.#seen[node] as number;
    const learned = chance + ((((bit << 16) - chance) * (STEPS[times] as number)) >> 16);
    this.chances[node] = Math.min(Math.max(learned, LEAST_CHANCE), 65536 - LEAST_CHANCE);
    if (times < STEPS.length - 1) this.#seen[node] = times + 1;
  }
}

/** How fast a likelihood is learned: by less and less, as more was seen. */
const STEPS = Int32Array.from({ length: 61 }, (_, seen) => Math.round(65536 / (seen + 2.2)));
const LEAST_CHANCE = 16;

/** Whether ranks below `limit` have a 1 behind these bits, with `below` more to come. */
export function mayBeOne(node: number, below: number, limit: number): boolean {
  return ((2 * node + 1) << below) - (1 << RANK_BITS) < limit;
}

/** Where an interval is parted; both of its ends are within it. */
export function parted(low: number, high: number, chance: number): number {
  const range = high - low;
  return low + (range >>> 16) * chance + (((range & 0xffff) * chance) >>> 16);
}

/** The decoder. Its state is in local variables while it reads: that makes it several times as fast. */
class RankReader {
  readonly #models = [new RankModel(), new RankModel()];
  readonly #bytes: Uint8Array;
  #low = 0;
  #high = 0xffffffff;
  #value: number;
  #at = 4;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#value = bytes.subarray(0, 4).reduce((value, byte) => ((value << 8) | byte) >>> 0, 0);
  }

  /** The halves of some of the merges, into six planes. */
  read(planes: Uint8Array, { merges, from, to }: { merges: number; from: number; to: number }): void {
    const bytes = this.#bytes;
    let [low, high, value, at] = [this.#low, this.#high, this.#value, this.#at];
    for (let half = 2 * from; half < 2 * to; half++) {
      const merge = half >> 1;
      const model = this.#models[half & 1] as RankModel;
      let node = 1;
      for (let below = RANK_BITS - 1; below >= 0; below--) {
        if (!mayBeOne(node, below, HEAD.singles + merge)) {
          node *= 2;
          continue;
        }
        const middle = parted(low, high, model.chances[node] as number);
        const bit = value <= middle ? 1 : 0;
        if (bit) high = middle;
        else low = middle + 1;
        while ((low ^ high) >>> 24 === 0) {
          low = (low << 8) >>> 0;
          high = ((high << 8) | 0xff) >>> 0;
          value = ((value << 8) | (bytes[at++] ?? 0)) >>> 0;
        }
        model.learn(node, bit);
        node = 2 * node + bit;
      }
      for (let byte = 0; byte < 3; byte++) planes[(3 * (half & 1) + byte) * merges + merge] = (node - (1 << RANK_BITS)) >> (8 * byte);
    }
    [this.#low, this.#high, this.#value, this.#at] = [low, high, value, at];
  }
}
