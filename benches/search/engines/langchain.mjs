// LangChain.js' BM25Retriever; Chinese with the shared tokens. It has no index: texts are kept, and
// all of them are gone over for every question. So what is saved is the texts. Its other store in
// memory, MemoryVectorStore, needs a model that makes vectors.

import { BM25Retriever } from "@langchain/community/retrievers/bm25";
import { Document } from "@langchain/core/documents";
import { tokens } from "../page/tokens.mjs";

const cut = (text, { language }) => (language === "zh" ? tokens(text).join(" ") : text);

export default {
  build({ docs }, corpus) {
    const documents = docs.map(({ id, text }) => new Document({ pageContent: cut(text, corpus), metadata: { id } }));
    return { corpus, documents, retriever: BM25Retriever.fromDocuments(documents, { k: 1 }) };
  },
  async search({ corpus, retriever }, query, limit) {
    retriever.k = limit;
    const found = await retriever.invoke(cut(query, corpus));
    return found.map(({ metadata }) => metadata.id);
  },
  save: ({ documents }) => JSON.stringify(documents.map(({ pageContent, metadata }) => ({ pageContent, metadata }))),
  load(saved, corpus) {
    const documents = JSON.parse(saved).map((document) => new Document(document));
    return { corpus, documents, retriever: BM25Retriever.fromDocuments(documents, { k: 1 }) };
  },
};
