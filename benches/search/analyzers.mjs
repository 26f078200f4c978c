// The peers with their own ways of cutting texts into words, language by language, as their
// documentation tells: what they find depends on that more than on anything else. Here they run
// in Node, where only what they find counts.

import { BM25Retriever } from "@langchain/community/retrievers/bm25";
import { Document } from "@langchain/core/documents";
import * as orama from "@orama/orama";
import initialize from "@sqlite.org/sqlite-wasm";
import { Charset, Encoder, Index } from "flexsearch";
import MiniSearch from "minisearch";

/** Orama's names of the languages that it has rules and stemmers for. */
const ORAMA = { ar: "arabic", de: "german", en: "english", es: "spanish", hi: "indian", id: "indonesian", ru: "russian", tr: "turkish" };
const ORAMA_TOKENIZERS = { ja: "japanese", zh: "mandarin" };
const FLEXSEARCH_PRESETS = ["de", "en"];
const FLEXSEARCH_CJK = ["ja", "ko", "zh"];

/**
 * `open(language)` gives a function that takes texts and gives one that takes a query and a number
 * and gives the places of that many texts, best first.
 */
export const ANALYZERS = [
  { name: "MiniSearch", package: "minisearch", as: "its defaults, for every language", open: () => miniSearch({}) },
  { name: "MiniSearch, Intl.Segmenter", package: "minisearch", as: "with the platform's words by language in place of its own", open: (language) => miniSearch({ tokenize: segmenter(language) }) },
  { name: "FlexSearch", package: "flexsearch", as: "its presets for German and English, its character set for Chinese, Japanese and Korean, otherwise its defaults; `suggest`, without which only texts with all words are found", open: flexSearch },
  { name: "Orama", package: "@orama/orama", as: `its rules and stemmers for ${Object.keys(ORAMA).join(", ")}, its tokenizers for Chinese and Japanese; otherwise its default, which is English`, open: oramaOf },
  { name: "SQLite FTS5", package: "@sqlite.org/sqlite-wasm", as: "`unicode61`, any of the words, ordered by `rank`", open: sqlite },
  { name: "LangChain.js", package: "@langchain/community", as: "its BM25Retriever, which splits at spaces; its other store in memory needs a model that makes vectors", open: langChain },
];

function miniSearch(options) {
  return (texts) => {
    const index = new MiniSearch({ fields: ["text"], ...options });
    index.addAll(texts.map((text, id) => ({ id, text })));
    return (query, limit) => index.search(query).slice(0, limit).map(({ id }) => id);
  };
}

function segmenter(language) {
  const words = new Intl.Segmenter(language, { granularity: "word" });
  return (text) => [...words.segment(text)].filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment);
}

async function flexSearch(language) {
  const options = await flexSearchOptions(language);
  return (texts) => {
    const index = new Index(options);
    for (const [id, text] of texts.entries()) index.add(id, text);
    return (query, limit) => index.search(query, { limit, suggest: true });
  };
}

async function flexSearchOptions(language) {
  if (FLEXSEARCH_CJK.includes(language)) return { encoder: new Encoder(Charset.CJK) };
  if (!FLEXSEARCH_PRESETS.includes(language)) return {};
  const { default: preset } = await import(`flexsearch/lang/${language}`);
  return { encoder: new Encoder(Charset.Normalize, preset) };
}

async function oramaOf(language) {
  const components = { tokenizer: await oramaTokenizer(language) };
  return async (texts) => {
    const index = orama.create({ schema: { text: "string" }, components });
    await orama.insertMultiple(index, texts.map((text, id) => ({ id: String(id), text })));
    return async (query, limit) => {
      const { hits } = await orama.search(index, { term: query, limit, properties: ["text"] });
      return hits.map(({ id }) => Number(id));
    };
  };
}

async function oramaTokenizer(language) {
  if (ORAMA_TOKENIZERS[language]) {
    const { createTokenizer } = await import(`@orama/tokenizers/${ORAMA_TOKENIZERS[language]}`);
    return createTokenizer();
  }
  if (!ORAMA[language]) return {};
  const { stemmer } = await import(`@orama/stemmers/${ORAMA[language]}`);
  return { language: ORAMA[language], stemming: true, stemmer };
}

async function sqlite() {
  const { oo1 } = await initialize({ print() {}, printErr() {} });
  return (texts) => {
    const db = new oo1.DB(":memory:", "c");
    db.exec("CREATE VIRTUAL TABLE texts USING fts5(text, content='')");
    const insert = db.prepare("INSERT INTO texts(rowid, text) VALUES(?, ?)");
    for (const [id, text] of texts.entries()) insert.bind([id + 1, text]).stepReset();
    insert.finalize();
    const select = db.prepare("SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?");
    return (query, limit) => {
      const words = [...new Set(query.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [])];
      if (words.length === 0) return [];
      const ids = [];
      select.bind([words.map((word) => `"${word}"`).join(" OR "), limit]);
      while (select.step()) ids.push(select.get(0) - 1);
      select.reset();
      return ids;
    };
  };
}

function langChain() {
  return (texts) => {
    const docs = texts.map((text, id) => new Document({ pageContent: text, metadata: { id } }));
    const retriever = BM25Retriever.fromDocuments(docs, { k: 1, includeScore: true });
    return async (query, limit) => {
      retriever.k = limit;
      const found = await retriever.invoke(query);
      return found.filter(({ metadata }) => metadata.bm25Score > 0).map(({ metadata }) => metadata.id);
    };
  };
}
