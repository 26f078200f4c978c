// How much of a text an engine found: token F1, recall and reading order against references.
//
// A reference is either one exact text, or what several engines made of the file; then every
// token counts as often as in the median of them. This file only counts; it reads no files and
// knows no engines but for the markup that some add to their text.

/** Sequences are compared up to this many tokens: it holds a file to a second. */
const ORDER_TOKENS = 30_000;
/** Texts shorter than this say nothing about an engine. */
export const LEAST_TOKENS = 5;

// Scripts that are written without spaces count by code point: Han, Kana, Thai, Lao, Myanmar, Khmer.
const UNSPACED =
  "\\u2e80-\\u2fdf\\u3005-\\u3007\\u3021-\\u3029\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}" +
  "\\u0e00-\\u0e7f\\u0e80-\\u0eff\\u1000-\\u109f\\uaa60-\\uaa7f\\ua9e0-\\ua9ff\\u1780-\\u17ff\\u19e0-\\u19ff";
const WORD = "\\p{L}\\p{N}\\p{M}";
const TOKEN = new RegExp(`(?=[${WORD}])[${UNSPACED}]|(?:(?![${UNSPACED}])[${WORD}])+`, "gu");
// Soft hyphens, marks of direction and joining, the Arabic stretcher, control characters,
// private use and the replacement character.
const DROPPED = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u0640\ufffd\u0000-\u0008\u000e-\u001f\ue000-\uf8ff]/gu;
const BROKEN_WORD = /([\p{L}\p{N}_])[-\u2010]\n[\s\u0085]*([\p{L}\p{N}_])/gu;

/** The tokens of a text, in its order. */
export function tokens(text) {
  const composed = text.replace(/\r\n?/g, "\n").normalize("NFKC").replace(DROPPED, "");
  return composed.replace(BROKEN_WORD, "$1$2").toLowerCase().match(TOKEN) ?? [];
}

/** Takes out the markup that some engines add to the text of the file. */
export function withoutMarkup(engine, text) {
  switch (engine) {
    case "markitdown":
      return text.replace(/!\[[^\]]*\]\([^)]*\)|\]\([^)]*\)|<!--.*?-->|\bNaN\b|Unnamed: \d+|#+ Notes:/g, " ");
    case "docx2python":
      return text.replace(/----media\/[^-]*----|<a href="[^"]*">|<\/a>|----(?:foot|end)note\d+----|(?:foot|end)note\d+\)/g, " ");
    default:
      return text;
  }
}

/** How often each token occurs. */
export function bagOf(sequence) {
  const bag = new Map();
  for (const token of sequence) bag.set(token, (bag.get(token) ?? 0) + 1);
  return bag;
}

/** Every token as often as in the median of the bags. */
export function medianBag(bags) {
  if (bags.length === 1) return bags[0];
  const median = new Map();
  const middle = bags.length >> 1;
  for (const token of new Set(bags.flatMap((bag) => [...bag.keys()]))) {
    const counts = bags.map((bag) => bag.get(token) ?? 0).sort((a, b) => a - b);
    const count = bags.length % 2 ? counts[middle] : (counts[middle - 1] + counts[middle]) / 2;
    if (count > 0) median.set(token, count);
  }
  return median;
}

/** F1 and recall of a bag against the reference's. */
export function overlap(found, wanted) {
  let both = 0;
  for (const [token, count] of found) both += Math.min(count, wanted.get(token) ?? 0);
  const [ofFound, ofWanted] = [total(found), total(wanted)];
  const f1 = ofFound + ofWanted === 0 ? 1 : (2 * both) / (ofFound + ofWanted);
  return { f1, recall: ofWanted === 0 ? 1 : both / ofWanted };
}

export function total(bag) {
  let sum = 0;
  for (const count of bag.values()) sum += count;
  return sum;
}

/** How much of two sequences is in the same order: twice the longest common subsequence / both lengths. */
export function order(found, wanted) {
  const a = found.slice(0, ORDER_TOKENS);
  const b = wanted.slice(0, ORDER_TOKENS);
  if (a.length === 0 || b.length === 0) return a.length === b.length ? 1 : 0;
  return (2 * commonSubsequence(a, b)) / (a.length + b.length);
}

/**
 * The length of the longest common subsequence, by bits (Hyyrö 2004): a zero in `row` is a place
 * of `a` where the subsequence grows. Only words that hold a match or a carry can change.
 */
export function commonSubsequence(a, b) {
  const row = new Uint32Array(Math.ceil(a.length / 32)).fill(0xffff_ffff);
  const placesOf = new Map();
  for (const [at, token] of a.entries()) {
    const places = placesOf.get(token) ?? [];
    if (places.length === 0) placesOf.set(token, places);
    const last = places.at(-1);
    if (last?.word === at >>> 5) last.bits = (last.bits | (1 << (at & 31))) >>> 0;
    else places.push({ word: at >>> 5, bits: (1 << (at & 31)) >>> 0 });
  }
  for (const token of b) {
    let carry = 0;
    let next = 0;
    for (const { word, bits } of placesOf.get(token) ?? []) {
      for (; carry && next < word; next += 1) carry = add(row, next, 0, carry);
      carry = add(row, word, bits, carry);
      next = word + 1;
    }
    for (; carry && next < row.length; next += 1) carry = add(row, next, 0, carry);
  }
  let length = 0;
  for (let at = 0; at < a.length; at += 1) if (!((row[at >>> 5] >>> (at & 31)) & 1)) length += 1;
  return length;
}

/** One word of `row = (row + (row & bits)) | (row & ~bits)`; gives the carry to the next. */
function add(row, word, bits, carry) {
  const old = row[word];
  const sum = old + ((old & bits) >>> 0) + carry;
  row[word] = (sum >>> 0) | (old & ~bits);
  return sum > 0xffff_ffff ? 1 : 0;
}

/** Scores a text, or its tokens, against the tokens of references; nothing if these are too short. */
export function score(text, references) {
  if (references.length === 0) return undefined;
  const wanted = medianBag(references.map(bagOf));
  if (total(wanted) < LEAST_TOKENS) return undefined;
  const found = typeof text === "string" ? tokens(text) : text;
  return { ...overlap(bagOf(found), wanted), order: Math.max(...references.map((reference) => order(found, reference))) };
}

/** Means and tails of many files' scores. */
export function summary(scores) {
  const mean = (key) => scores.reduce((sum, score) => sum + score[key], 0) / scores.length;
  return {
    files: scores.length,
    f1: mean("f1"),
    recall: mean("recall"),
    order: mean("order"),
    poor: scores.filter(({ f1 }) => f1 < 0.5).length,
    good: scores.filter(({ f1 }) => f1 >= 0.95).length,
  };
}
