// Runs in the page. Documents of any size in several scripts: the passages of the retrieval tests,
// in an order of each document's own, with a number in each paragraph, so that no two are alike and
// each can be found. The same numbers give the same texts.

/** One set a script: Latin, Han, Arabic, Devanagari, Cyrillic, Thai, kana, Hangul. */
const SETS = ["en.flores", "zh.flores", "ar.flores", "hi.ntrex", "ru.flores", "th.flores", "ja.flores", "ko.flores"];

export const SCRIPTS = SETS.length;

/** The passages of each script. */
export async function passages() {
  return Promise.all(
    SETS.map(async (name) => {
      const response = await fetch(`/tests/retrieval/sets/${name}.passages.jsonl`);
      if (!response.ok) throw new Error(`the passages of ${name} are missing`);
      return (await response.text()).trimEnd().split("\n").map((line) => JSON.parse(line).text);
    }),
  );
}

/** Document `number` of about `bytes` bytes, as a file. */
export function documentOf(sets, number, bytes) {
  const set = sets[number % sets.length];
  const encoder = new TextEncoder();
  const pick = sequence(number + 1);
  const parts = [`Report ${keyOf(number)} of the soak.`];
  for (let length = 0, paragraph = 0; length < bytes; paragraph++) {
    const text = `${set[pick(set.length)]} ${set[pick(set.length)]} (${number}/${paragraph}, ${wordOf(pick)})`;
    parts.push(text);
    length += encoder.encode(text).length + 2;
  }
  return new File([parts.join("\n\n")], `${number}.txt`, { type: "text/plain" });
}

/** A word that only this document has. */
export function keyOf(number) {
  return `report${number}key`;
}

/** Questions that many documents answer, one of each script, and some that only one does. */
export function queriesOf(sets, documents, isThere = () => true) {
  const pick = sequence(0);
  const there = Array.from({ length: documents }, (_, number) => number).filter(isThere);
  const keys = Array.from({ length: 8 }, () => keyOf(there[pick(there.length)]));
  return [...sets.map((set) => set[pick(set.length)].slice(0, 60)), ...keys];
}

function sequence(seed) {
  let state = (seed * 2_654_435_761) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Real libraries have many words that come once. */
function wordOf(pick) {
  const syllables = ["ka", "lo", "mir", "ten", "vas", "dor", "el", "sha", "pri", "un", "gor", "bel"];
  return Array.from({ length: 5 }, () => syllables[pick(syllables.length)]).join("");
}
