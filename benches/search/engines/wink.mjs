// wink-bm25-text-search with the preparation of its readme; Chinese with the shared tokens.

import bm25 from "wink-bm25-text-search";
import nlp from "wink-nlp-utils";
import { tokens } from "../page/tokens.mjs";

const ENGLISH = [nlp.string.lowerCase, nlp.string.removeExtraSpaces, nlp.string.tokenize0, nlp.tokens.removeWords, nlp.tokens.stem];

function create({ language }) {
  const engine = bm25();
  engine.defineConfig({ fldWeights: { text: 1 } });
  engine.definePrepTasks(language === "zh" ? [tokens] : ENGLISH);
  return engine;
}

export default {
  build({ docs }, corpus) {
    const engine = create(corpus);
    for (const doc of docs) engine.addDoc(doc, doc.id);
    engine.consolidate();
    return engine;
  },
  search: (engine, query, limit) => engine.search(query, limit).map(([id]) => Number(id)),
  save: (engine) => engine.exportJSON(),
  load(saved, corpus) {
    const engine = create(corpus);
    engine.importJSON(saved);
    return engine;
  },
};
