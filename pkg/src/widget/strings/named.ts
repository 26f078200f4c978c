// Gives a language's texts their names back. The build (scripts/strings.mjs) leaves the names out
// of each language's file, and writes its texts in the order that English has them in.

import { en, type Strings, type Text } from "./en.js";

/** Nothing where the language lacks a text. Throws if the list is of other names than these. */
export function named(list: readonly (Text | null)[]): Strings {
  const keys = Object.keys(en);
  if (list.length !== keys.length) throw new Error(`the words are of another version: ${list.length} in place of ${keys.length}`);
  return Object.fromEntries(keys.flatMap((key, index) => (list[index] == null ? [] : [[key, list[index]]])));
}
