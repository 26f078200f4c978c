// What is searched for: short queries of 2 to 8 consecutive words whose chunk is known, and whole
// passages, as an agent asks that searches with the sentences it has read.

import { randomFrom } from "./chunks.mjs";

export const LONG = [200, 500, 1000, 2000];
const WORD = { en: /[A-Za-z]{2,}/g, zh: /[\u3400-\u9fff]/g };
/** Two Han characters stand for a word. */
const UNITS = { en: 1, zh: 2 };
/** So many bytes hold the longest passage, whatever the size of a chunk. */
const PASSAGE_BYTES = 120_000;
const SEED = 7;

/** `{ short: [{ query, chunk }], long: { 200: [query], … } }` from these chunks. */
export function queriesOf(texts, language, { short, long }) {
  const random = randomFrom(SEED);
  const queries = { short: [], long: {} };
  while (queries.short.length < short) {
    const chunk = Math.floor(random() * texts.length);
    const query = span(texts[chunk], language, 2 + Math.floor(random() * 7), random);
    if (query) queries.short.push({ query, chunk });
  }
  for (const words of LONG) queries.long[words] = passages(texts, language, words, long, random);
  return queries;
}

function passages(texts, language, words, count, random) {
  const chunks = Math.min(texts.length, Math.ceil(PASSAGE_BYTES / Buffer.byteLength(texts[0])));
  const found = [];
  while (found.length < count) {
    const start = Math.floor(random() * (texts.length - chunks + 1));
    const query = span(texts.slice(start, start + chunks).join(" "), language, words, random);
    if (!query) throw new Error(`the corpus has no passage of ${words} words`);
    found.push(query);
  }
  return found;
}

/** So many consecutive words of the text, from somewhere in it. */
export function span(text, language, words, random) {
  const units = words * UNITS[language];
  const found = [...text.matchAll(WORD[language])];
  if (found.length <= units) return undefined;
  const first = Math.floor(random() * (found.length - units));
  const last = found[first + units - 1];
  return text.slice(found[first].index, last.index + last[0].length).replaceAll("\n", " ");
}
