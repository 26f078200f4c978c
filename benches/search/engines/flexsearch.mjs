// FlexSearch's Index with its defaults; Chinese with the shared tokens. Without `suggest` only
// chunks with every word of a query would be found.

import { Index } from "flexsearch";
import { tokens } from "../page/tokens.mjs";

const create = ({ language }) => new Index(language === "zh" ? { tokenize: "strict", encode: tokens } : {});

export default {
  build({ docs }, corpus) {
    const index = create(corpus);
    for (const { id, text } of docs) index.add(id, text);
    return index;
  },
  search: (index, query, limit) => index.search(query, { limit, suggest: true }),
  async save(index) {
    const parts = [];
    await index.export((key, data) => {
      parts.push([key, data]);
    });
    return JSON.stringify(parts);
  },
  async load(saved, corpus) {
    const index = create(corpus);
    for (const [key, data] of JSON.parse(saved)) await index.import(key, data);
    return index;
  },
};
