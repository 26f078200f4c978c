// Orama with its defaults; Chinese with the shared tokens. Its saved form holds the texts, too:
// there is none without.

import { create, insertMultiple, load, save, search } from "@orama/orama";
import { tokens } from "../page/tokens.mjs";

const BATCH = 500;

const empty = ({ language }) => create({
  schema: { text: "string" },
  components: language === "zh" ? { tokenizer: { language: "chinese", normalizationCache: new Map(), tokenize: tokens } } : {},
});

export default {
  async build({ docs }, corpus) {
    const index = empty(corpus);
    await insertMultiple(index, docs.map(({ id, text }) => ({ id: String(id), text })), BATCH);
    return index;
  },
  async search(index, query, limit) {
    const { hits } = await search(index, { term: query, limit, properties: ["text"] });
    return hits.map(({ id }) => Number(id));
  },
  save: (index) => JSON.stringify(save(index)),
  load(saved, corpus) {
    const index = empty(corpus);
    load(index, JSON.parse(saved));
    return index;
  },
};
