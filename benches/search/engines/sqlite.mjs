// SQLite's FTS5 in memory, over a table without contents; Chinese with the shared tokens, joined
// by blanks. Any of a query's words may match, and `rank` is BM25.

import initialize from "@sqlite.org/sqlite-wasm";
import { tokens } from "../page/tokens.mjs";

let sqlite;

async function open() {
  sqlite ??= await initialize({ print() {}, printErr() {}, locateFile: (file) => `/modules/@sqlite.org/sqlite-wasm/dist/${file}` });
  return new sqlite.oo1.DB(":memory:", "c");
}

const ready = (db) => ({ db, select: db.prepare("SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?") });

export default {
  async build({ docs }, { language }) {
    const db = await open();
    db.exec("CREATE VIRTUAL TABLE texts USING fts5(text, content='', tokenize='unicode61 remove_diacritics 0')");
    db.exec("BEGIN");
    const insert = db.prepare("INSERT INTO texts(rowid, text) VALUES(?, ?)");
    for (const { id, text } of docs) insert.bind([id + 1, language === "zh" ? tokens(text).join(" ") : text]).stepReset();
    insert.finalize();
    db.exec("COMMIT");
    db.exec("INSERT INTO texts(texts) VALUES('optimize')");
    return ready(db);
  },
  search({ select }, query, limit) {
    const words = [...new Set(tokens(query))];
    if (words.length === 0) return [];
    const ids = [];
    select.bind([words.map((word) => `"${word}"`).join(" OR "), limit]);
    while (select.step()) ids.push(select.get(0) - 1);
    select.reset();
    return ids;
  },
  save: ({ db }) => sqlite.capi.sqlite3_js_db_export(db.pointer),
  async load(saved) {
    const db = await open();
    const at = sqlite.wasm.allocFromTypedArray(saved);
    const flags = sqlite.capi.SQLITE_DESERIALIZE_FREEONCLOSE | sqlite.capi.SQLITE_DESERIALIZE_RESIZEABLE;
    db.checkRc(sqlite.capi.sqlite3_deserialize(db.pointer, "main", at, saved.length, saved.length, flags));
    return ready(db);
  },
  wasmBytes: () => sqlite.wasm.heap8u().byteLength,
  free({ db, select }) {
    select.finalize();
    db.close();
  },
};
