// All visible text of a page, by linkedom: what one gets without looking for the article.

import { parse, visibleText } from "./html.mjs";
import { versionOf } from "./version.mjs";

export async function open() {
  return {
    version: await versionOf("linkedom"),
    read: async (bytes) => {
      const document = parse(bytes);
      return { text: visibleText(document.body ?? document) };
    },
  };
}
