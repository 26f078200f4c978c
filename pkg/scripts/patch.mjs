// Tells how one wasm module is made from another that it resembles: what to copy, how far what was
// copied differs, and what is new. `src/patch.ts` has the format, and puts it together again.
import { deflateRawSync } from "node:zlib";
import { checksum, MAGIC } from "../dist/patch.js";

/** Bytes that must be the same for a place to be looked at. */
const SEED = 8;
const HASH_BITS = 20;
/** Places of the same hash that are tried. */
const TRIES = 64;
/** More bytes the same than different, at least, for a copy to pay. */
const WORTH = 24;
/** A copy ends where it has become so much worse. Addresses in code differ by a few bytes here and there. */
const PATIENCE = 48;

/** The patch that makes `fresh` of `base`. */
export function makePatch(base, fresh) {
  const places = placesIn(base);
  const control = [];
  const differences = [];
  const news = [];
  let at = 0;
  let newFrom = 0;
  let copiedTo = 0;
  const step = (length, from) => {
    put(control, at - newFrom);
    put(control, length);
    put(control, zigzag(from - copiedTo));
    news.push(fresh.subarray(newFrom, at));
    differences.push(Buffer.from(fresh.subarray(at, at + length)).map((byte, index) => byte - base[from + index]));
    at += length;
    newFrom = at;
    copiedTo = from + length;
  };
  while (at < fresh.length) {
    const { length, from, gain } = bestCopy(base, fresh, places, at, copiedTo + at - newFrom);
    if (gain >= WORTH) step(length, from);
    else at += 1;
  }
  step(0, copiedTo);
  const parts = [Buffer.from(control), Buffer.concat(differences), Buffer.concat(news)];
  const head = Buffer.alloc(MAGIC.length + 24);
  head.set(MAGIC);
  const numbers = [base.length, checksum(base), fresh.length, checksum(fresh), parts[0].length, parts[1].length];
  numbers.forEach((number, index) => head.writeUInt32LE(number, MAGIC.length + 4 * index));
  return Buffer.concat([head, deflateRawSync(Buffer.concat(parts), { level: 9 })]);
}

function placesIn(base) {
  const heads = new Int32Array(1 << HASH_BITS).fill(-1);
  const earlier = new Int32Array(base.length).fill(-1);
  for (let place = 0; place + SEED <= base.length; place++) {
    const hash = hashAt(base, place);
    earlier[place] = heads[hash];
    heads[hash] = place;
  }
  return { heads, earlier };
}

function hashAt(bytes, place) {
  const mixed = Math.imul(bytes.readUInt32LE(place), 0x9e3779b1) ^ Math.imul(bytes.readUInt32LE(place + 4), 0x85ebca6b);
  return mixed >>> (32 - HASH_BITS);
}

/** Where the last copy would go on is tried, too: behind a short difference. */
function bestCopy(base, fresh, { heads, earlier }, at, onward) {
  let best = { gain: 0, length: 0, from: 0 };
  const consider = (from) => {
    if (from < 0 || from >= base.length || base[from] !== fresh[at]) return;
    const { gain, length } = alike(base, fresh, from, at);
    if (gain > best.gain) best = { gain, length, from };
  };
  consider(onward);
  if (at + SEED > fresh.length) return best;
  let place = heads[hashAt(fresh, at)];
  for (let tries = 0; place >= 0 && tries < TRIES; tries++, place = earlier[place]) consider(place);
  return best;
}

/** How long it pays to copy, and what it gains: bytes that are the same, less those that differ. */
function alike(base, fresh, from, at) {
  const most = Math.min(base.length - from, fresh.length - at);
  let score = 0;
  let gain = 0;
  let length = 0;
  for (let index = 0; index < most && score >= gain - PATIENCE; index++) {
    score += base[from + index] === fresh[at + index] ? 1 : -1;
    if (score <= gain) continue;
    gain = score;
    length = index + 1;
  }
  return { gain, length };
}

const zigzag = (number) => (number < 0 ? -2 * number - 1 : 2 * number);

/** Seven bits a byte, the lowest first. */
function put(bytes, number) {
  let left = number;
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  bytes.push(left);
}
