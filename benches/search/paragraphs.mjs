// From the text of documentation to paragraphs. Short ones, tables of numbers and what was seen
// before are left out.

import { createHash } from "node:crypto";

const HAN = /[\u3400-\u9fff]/g;
/** Dictionaries come without blank lines; a paragraph is cut after so many characters. */
const LONGEST = 20_000;
/** What makes a paragraph of a language: its least characters, and its least share of letters. */
const RULES = { en: { least: 40, share: 0.75 }, zh: { least: 8, share: 0.35 } };

/** The paragraphs of the files, each once; `seen` remembers those of earlier calls. */
export function* paragraphs(files, language, seen, textOf) {
  for (const file of files) {
    const text = textOf(file);
    const border = file.endsWith(".html") ? /\n\s*\n|\n(?=\S)/ : /\n\s*\n/;
    for (const long of text.split(border)) {
      for (const part of pieces(long)) {
        const paragraph = part.replace(/\s+/g, " ").trim();
        if (isProse(paragraph, language) && isNew(paragraph, seen)) yield paragraph;
      }
    }
  }
}

function* pieces(text) {
  for (let at = 0; at < text.length; at += LONGEST) yield text.slice(at, at + LONGEST);
}

export function isProse(text, language) {
  const { least, share } = RULES[language];
  if (text.length < least) return false;
  const letters = language === "zh" ? text.match(HAN)?.length ?? 0 : lettersAndSpaces(text);
  return letters >= share * text.length;
}

function lettersAndSpaces(text) {
  let count = 0;
  for (const character of text) {
    const code = character.charCodeAt(0);
    const isAscii = code < 128;
    if (isAscii ? (code | 32) >= 97 && (code | 32) <= 122 || code === 32 : /\p{L}/u.test(character)) count += 1;
  }
  return count;
}

function isNew(paragraph, seen) {
  const hash = createHash("sha1").update(paragraph).digest("base64");
  if (seen.has(hash)) return false;
  seen.add(hash);
  return true;
}
