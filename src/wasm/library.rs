//! The documents of a page: added, listed, searched, saved, asked.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use js_sys::{Function, Promise};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::convert::{ChunkInfo, DocumentInfo, HitInfo, PageInfo, RectInfo};
use super::error::{self, to_js};
use super::ingest::WasmIngest;
use super::opened::PageIndex;
use super::request;
use super::run::WasmRun;
use super::source;
use crate::corpus::{Corpus, DocumentFilter, Ingest, Need, Opened, Opening, Outline, Sought};
use crate::document::{Document, DocumentId, Page, PageNumber, Span};
use crate::read::{Limits, Module, ReadError, format, read};
use crate::text::byte_of_utf16;

/// Which module reads a file, told from its beginning: `{ format, module }`. Throws `read.*` if
/// neither does.
#[wasm_bindgen]
pub fn sniff(
    head: &[u8],
    byte_length: f64,
    name: &str,
    media_type: Option<String>,
) -> Result<JsValue, JsValue> {
    let limit = Limits::default().bytes;
    if byte_length > limit as f64 {
        let (name, bytes) = (name.to_owned(), byte_length as usize);
        return Err(error::read(&ReadError::TooLarge { name, bytes, limit }));
    }
    let format = format::sniff(head, name, media_type.as_deref()).map_err(|e| error::read(&e))?;
    let module = match format.module() {
        Module::Core => "core",
        Module::Readers => "readers",
        Module::Pdf => "pdf",
    };
    Ok(to_js(&FormatInfo { format: format.name(), module }))
}

#[derive(Serialize)]
struct FormatInfo {
    format: &'static str,
    module: &'static str,
}

/// All documents and their index.
#[wasm_bindgen(js_name = Library)]
#[derive(Default)]
pub struct WasmLibrary {
    corpus: Corpus,
    throttles: request::Throttles,
    index: Option<Rc<PageIndex>>,
}

#[wasm_bindgen(js_class = Library)]
impl WasmLibrary {
    /// A library without documents.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// The library that an index file holds. Throws `index.*`.
    pub fn load(bytes: Vec<u8>) -> Result<WasmLibrary, JsValue> {
        let corpus = Corpus::from_bytes(bytes).map_err(|e| error::index(&e))?;
        Ok(Self { corpus, ..Self::default() })
    }

    /// The index file of all documents, or of those alone that are not of an opened index; the
    /// same documents give the same bytes.
    pub fn save(&self, own: Option<bool>) -> Vec<u8> {
        if own.unwrap_or(false) { self.corpus.own_to_bytes() } else { self.corpus.to_bytes() }
    }

    /// Adds the documents of an index file, or those of them that are named. Throws `index.*`.
    pub fn append(
        &mut self,
        bytes: Vec<u8>,
        documents: Option<Vec<String>>,
    ) -> Result<(), JsValue> {
        let part = Corpus::from_bytes(bytes).map_err(|e| error::index(&e))?;
        self.corpus.append(&part, &filter(documents));
        Ok(())
    }

    /// Opens an index beside the other documents, in place of one opened before: by all of its
    /// file, or with `fetch` by its beginning. Gives 0 if it is open, -1 if it can only be opened
    /// whole, else how many bytes of the beginning it takes. Throws `index.*`.
    pub fn open(&mut self, bytes: Vec<u8>, fetch: Option<Function>) -> Result<f64, JsValue> {
        let Some(fetch) = fetch else {
            self.corpus.open_whole(bytes).map_err(|e| error::index(&e))?;
            self.index = None;
            return Ok(0.0);
        };
        match Opened::open(&bytes).map_err(|e| error::index(&e))? {
            Opening::More(length) => Ok(length as f64),
            Opening::Whole => Ok(-1.0),
            Opening::Open(opened) => {
                self.corpus.open(&opened);
                let opened = RefCell::new(*opened);
                self.index = Some(Rc::new(PageIndex { opened, fetch }));
                Ok(0.0)
            }
        }
    }

    /// Closes what was opened.
    pub fn close(&mut self) {
        self.corpus.close();
        self.index = None;
    }

    /// Whether a document is of an opened index of which only parts are there.
    #[wasm_bindgen(js_name = isPartial)]
    pub fn is_partial(&self, id: String) -> bool {
        self.corpus.is_partial(&DocumentId::new(id))
    }

    /// Loads documents of an opened index, all unless some are named; with a query, no more of
    /// them than `search` takes. Rejects with `index.*`.
    #[wasm_bindgen(js_name = loadParts)]
    pub fn load_parts(
        &self,
        documents: Option<Vec<String>>,
        query: Option<String>,
        limit: usize,
    ) -> Promise {
        let (index, snapshot) = (self.index.clone(), self.corpus.snapshot());
        let (filter, text) = (filter(documents), query.map(|query| request::composed(&query)));
        future_to_promise(async move {
            let filter = &filter;
            let need = match &text {
                None => Need::Documents(filter),
                Some(text) => {
                    Need::Passages { sought: Sought::Text(text), filter, limit, budget: None }
                }
            };
            if let Some(index) = index {
                index.settle(&snapshot, need).await.map_err(|e| error::index(&e))?;
            }
            Ok(JsValue::UNDEFINED)
        })
    }

    /// Reads a file of a light format and begins to index it. Throws `read.*`.
    pub fn ingest(&self, info: JsValue, bytes: Vec<u8>) -> Result<WasmIngest, JsValue> {
        let source = source::source(info, bytes)?;
        let document = read(source, &Limits::default()).map_err(|e| error::read(&e))?;
        Ok(WasmIngest::new(Ingest::new(document)))
    }

    /// Begins to index a document that a readers module read.
    #[wasm_bindgen(js_name = ingestDocument)]
    pub fn ingest_document(&self, encoded: &[u8]) -> Result<WasmIngest, JsValue> {
        let document = Document::decode(encoded).map_err(|e| error::invalid("document", &e))?;
        Ok(WasmIngest::new(Ingest::new(document)))
    }

    /// Adds an indexed document; one of the same id is replaced.
    pub fn commit(&mut self, ingest: &mut WasmIngest) -> Result<JsValue, JsValue> {
        let ingested = ingest.take()?;
        let info = to_js(&DocumentInfo::of(&Outline::of(ingested.stored())));
        self.corpus.insert(ingested);
        Ok(info)
    }

    /// What is known of each document, in the order in which they were added.
    pub fn documents(&self) -> JsValue {
        let outlines = self.corpus.snapshot().outlines();
        to_js(&outlines.iter().map(DocumentInfo::of).collect::<Vec<_>>())
    }

    /// Takes a document out; whether there was one.
    pub fn remove(&mut self, id: String) -> bool {
        self.corpus.remove(&DocumentId::new(id))
    }

    /// The text and blocks of a page.
    pub fn page(&self, id: String, page: u32) -> JsValue {
        let snapshot = self.corpus.snapshot();
        let stored = snapshot.document(&DocumentId::new(id));
        let page = stored.and_then(|stored| stored.document.page(PageNumber::new(page)));
        page.map_or(JsValue::UNDEFINED, |page| to_js(&PageInfo::of(page)))
    }

    /// Where the words of a stretch of a page's text are drawn; UTF-16 offsets.
    pub fn rects(&self, id: String, page: u32, start: usize, end: usize) -> JsValue {
        let snapshot = self.corpus.snapshot();
        let stored = snapshot.document(&DocumentId::new(id));
        let Some(document) = stored.map(|stored| &stored.document) else {
            return JsValue::UNDEFINED;
        };
        let number = PageNumber::new(page);
        let Some(text) = document.page(number).map(Page::text) else { return JsValue::UNDEFINED };
        let bytes = byte_of_utf16(text, start)..byte_of_utf16(text, end);
        to_js(&RectInfo::all(&Span::new(number, bytes), document))
    }

    /// The chunks of a document.
    pub fn chunks(&self, id: String) -> JsValue {
        let snapshot = self.corpus.snapshot();
        let stored = snapshot.document(&DocumentId::new(id));
        stored.map_or(JsValue::UNDEFINED, |stored| to_js(&ChunkInfo::all(stored)))
    }

    /// The best chunks for a question, best first, without a model; with the reasons for each if
    /// they are asked for.
    pub fn search(
        &self,
        query: &str,
        limit: usize,
        documents: Option<Vec<String>>,
        why: Option<bool>,
    ) -> JsValue {
        let snapshot = self.corpus.snapshot();
        let query = snapshot.question(&request::composed(query));
        let hits = snapshot.search(&query, limit, &filter(documents));
        let info = |hit| {
            let why = why.unwrap_or(false).then(|| snapshot.why(&query, hit));
            HitInfo::of(hit, why)
        };
        to_js(&hits.iter().filter_map(info).collect::<Vec<_>>())
    }

    /// What a question would cost: `{ requests, promptTokens, completionTokens, atMost }`. Takes what
    /// `ask` takes, and asks nothing.
    pub fn estimate(&self, request: JsValue) -> Result<JsValue, JsValue> {
        request::estimate(&self.corpus.snapshot(), &self.throttles, request)
    }

    /// Puts a question; nothing happens before the run's first `next()`.
    pub fn ask(&self, request: &JsValue) -> Result<WasmRun, JsValue> {
        request::ask(self.corpus.snapshot(), &self.throttles, self.index.clone(), request)
    }
}

/// All documents unless some are named.
pub(super) fn filter(documents: Option<Vec<String>>) -> DocumentFilter {
    documents.map_or(DocumentFilter::All, |ids| {
        let mut only = BTreeSet::new();
        for id in ids {
            only.insert(DocumentId::new(id));
        }
        DocumentFilter::Only(only)
    })
}
