//! A search index for texts that a page has itself: no documents, no model, one call to search.

use wasm_bindgen::prelude::*;

use super::convert::WhyInfo;
use super::error::{self, failure, to_js};
use crate::analyze::Analysis;
use crate::index::{Query, Records};

/// An index of texts, numbered from 0 in the order in which they were added.
#[wasm_bindgen(js_name = SearchIndex)]
pub struct WasmSearchIndex {
    records: Records,
}

#[wasm_bindgen(js_class = SearchIndex)]
impl WasmSearchIndex {
    /// An index without texts, of words alone or of words and their pieces.
    #[wasm_bindgen(constructor)]
    pub fn new(words_only: bool) -> Self {
        let analysis = if words_only { Analysis::Words } else { Analysis::Full };
        Self { records: Records::new(analysis) }
    }

    /// The index that a file holds. Throws `index.*`.
    pub fn load(bytes: Vec<u8>) -> Result<WasmSearchIndex, JsValue> {
        let records = Records::from_bytes(bytes).map_err(|e| error::index(&e))?;
        Ok(Self { records })
    }

    /// Adds texts that lie end to end as UTF-8; `ends` says where each ends. One call for many
    /// texts: crossing to WebAssembly costs more than indexing a short one.
    pub fn add(&mut self, bytes: &[u8], ends: &[u32]) -> Result<(), JsValue> {
        let texts = texts(bytes, ends).ok_or_else(|| {
            failure("internal.invalid_request", "the texts do not end where they should", false)
        })?;
        self.records.add(texts);
        Ok(())
    }

    /// Makes the texts added ready to be searched, if they are many.
    pub fn flush(&mut self) {
        self.records.flush();
    }

    /// Takes a text out; whether it was there.
    pub fn remove(&mut self, id: u32) -> bool {
        self.records.remove(id)
    }

    /// How many texts it holds.
    pub fn count(&self) -> usize {
        self.records.len()
    }

    /// The best texts for a query, best first: number and score in turn.
    pub fn search(&mut self, query: &str, limit: usize) -> Vec<f64> {
        let query = Query::text(self.records.analyzer(), query);
        let hits = self.records.search(&query, limit);
        hits.iter().flat_map(|hit| [f64::from(hit.id), f64::from(hit.score)]).collect()
    }

    /// Why a search finds a text, in its words: `{ terms, highlights }`.
    pub fn why(&mut self, query: &str, id: u32, text: &str) -> JsValue {
        let query = Query::text(self.records.analyzer(), query);
        to_js(&WhyInfo::of(&self.records.why(&query, id, text), text))
    }

    /// The index as a file; the same texts give the same bytes.
    pub fn save(&mut self) -> Vec<u8> {
        self.records.to_bytes()
    }

    /// Bytes that the index takes.
    #[wasm_bindgen(js_name = byteLength)]
    pub fn byte_length(&mut self) -> usize {
        self.records.byte_length()
    }
}

fn texts<'b>(bytes: &'b [u8], ends: &[u32]) -> Option<Vec<&'b str>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut start = 0;
    let each = ends.iter().map(|end| {
        let part = text.get(start..*end as usize);
        start = *end as usize;
        part
    });
    each.collect()
}
