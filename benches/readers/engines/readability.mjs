// Mozilla's Readability on linkedom: the article of a page, or all visible text if it finds none.

import { Readability } from "@mozilla/readability";
import { parseHTML } from "linkedom";
import { parse, visibleText } from "./html.mjs";
import { versionOf } from "./version.mjs";

export async function open() {
  return {
    version: await versionOf("@mozilla/readability"),
    read: async (bytes) => {
      const article = new Readability(parse(bytes)).parse();
      if (article) return { text: visibleText(parseHTML(`<html><body>${article.content}</body></html>`).document.body) };
      // Readability takes the document apart, so it is parsed again.
      const document = parse(bytes);
      return { text: visibleText(document.body ?? document) };
    },
  };
}
