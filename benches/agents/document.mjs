// The document that is asked: real text of the retrieval sets, a sentence planted in its middle,
// and as many chunks as are wanted.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const SETS = fileURLToPath(new URL("../../tests/retrieval/sets/", import.meta.url));
const SOURCES = ["en.xquad", "en.ntrex", "en.flores"];

export const QUESTION = "What is the access code of the Albatross vault?";
export const NEEDLE = "The access code of the Albatross vault is 7431-KX.";
/** What a right answer contains. */
export const ANSWER = "7431-KX";

/** The paragraphs of the sets, without what would make another program take the text for HTML. */
export function paragraphs() {
  const rows = SOURCES.flatMap((name) => readFileSync(`${SETS}${name}.passages.jsonl`, "utf8").trim().split("\n"));
  return rows.map((row) => JSON.parse(row).text.replaceAll("<", "(").replace(/\s+/g, " "));
}

/** A text of so many paragraphs; beyond the last it begins anew. */
export function textOf(all, count) {
  const chosen = Array.from({ length: count }, (_, at) => all[at % all.length]);
  const middle = count >> 1;
  chosen[middle] = `${chosen[middle]} ${NEEDLE}`;
  return `${chosen.join("\n\n")}\n`;
}

/** The shortest text that is cut into at least `wanted` chunks; `chunksOf` counts. */
export async function textOfChunks(all, wanted, chunksOf) {
  let [enough, few] = [2, 0];
  while ((await chunksOf(textOf(all, enough))) < wanted) [few, enough] = [enough, enough * 2];
  while (enough - few > 1) {
    const middle = (few + enough) >> 1;
    if ((await chunksOf(textOf(all, middle))) < wanted) few = middle;
    else enough = middle;
  }
  return textOf(all, enough);
}

/** The same question in other writing, which no cache of replies knows. */
export const again = (time) => `${QUESTION}${"?".repeat(time)}`;
