// Packs Qwen's vocabulary for `src/packed-vocabulary.ts`, which tells how.
import { HEAD, MAGIC, mayBeOne, parted, RANK_BITS, RankModel } from "../dist/packed-vocabulary.js";
import { checksum } from "../dist/patch.js";

/** `file` is `assets/qwen-vocabulary/merges.bin`. */
export function packVocabulary(file) {
  const merges = file.readUInt32LE(HEAD.merges);
  if (file.length !== HEAD.length + 6 * merges) throw new Error("this is no vocabulary");
  const { write, finish } = bitWriter();
  const models = [new RankModel(), new RankModel()];
  for (let merge = 0; merge < merges; merge++) {
    models.forEach((model, half) => {
      const rank = [0, 1, 2].reduce((sum, byte) => sum + file[HEAD.length + (3 * half + byte) * merges + merge] * 256 ** byte, 0);
      const limit = HEAD.singles + merge;
      if (rank >= limit) throw new Error("a token is made of later ones");
      let node = 1;
      for (let below = RANK_BITS - 1; below >= 0; below--) {
        const bit = (rank >> below) & 1;
        if (mayBeOne(node, below, limit)) {
          write(bit, model.chances[node]);
          model.learn(node, bit);
        }
        node = 2 * node + bit;
      }
    });
  }
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(checksum(file));
  return Buffer.concat([MAGIC, sum, file.subarray(0, HEAD.length), finish()]);
}

function bitWriter() {
  const bytes = [];
  let [low, high] = [0, 0xffffffff];
  const write = (bit, chance) => {
    const middle = parted(low, high, chance);
    if (bit) high = middle;
    else low = middle + 1;
    while ((low ^ high) >>> 24 === 0) {
      bytes.push(high >>> 24);
      low = (low << 8) >>> 0;
      high = ((high << 8) | 0xff) >>> 0;
    }
  };
  // All of the lower end tells it from whatever comes before.
  const finish = () => Buffer.from([...bytes, ...[24, 16, 8, 0].map((shift) => (low >>> shift) & 0xff)]);
  return { write, finish };
}
