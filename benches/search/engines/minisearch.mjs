// MiniSearch as its readme shows it; Chinese with the shared tokens.

import MiniSearch from "minisearch";
import { tokens } from "../page/tokens.mjs";

const options = ({ language }) => ({ fields: ["text"], ...(language === "zh" ? { tokenize: tokens, processTerm: (term) => term } : {}) });

export default {
  build({ docs }, corpus) {
    const index = new MiniSearch(options(corpus));
    index.addAll(docs);
    return index;
  },
  search: (index, query, limit) => index.search(query).slice(0, limit).map(({ id }) => id),
  save: (index) => JSON.stringify(index),
  load: (saved, corpus) => MiniSearch.loadJSON(saved, options(corpus)),
};
