//! Reading a heavy format in the readers and PDF modules.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::{clock, error, source, taken};
use crate::document::PageNumber;
use crate::read::{Address, Limits, Reader, open};

/// One file being read, page by page.
#[wasm_bindgen(js_name = Reader)]
pub struct WasmReader {
    reader: Option<Box<dyn Reader>>,
    address: Address,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Step {
    done: usize,
    total: usize,
    finished: bool,
    needs_cmaps: bool,
}

#[wasm_bindgen(js_class = Reader)]
impl WasmReader {
    /// Opens a file; throws `read.*` if it cannot be read at all.
    #[wasm_bindgen(constructor)]
    pub fn new(info: JsValue, bytes: Vec<u8>) -> Result<WasmReader, JsValue> {
        let source = source::source(info, bytes)?;
        let address = source.address.clone();
        let reader = open(source, &Limits::default()).map_err(|e| error::read(&e))?;
        Ok(Self { reader: Some(reader), address })
    }

    /// Reads for about so many milliseconds, at least one page.
    pub fn step(&mut self, budget_ms: f64) -> Result<JsValue, JsValue> {
        let reader = self.reader.as_mut().ok_or_else(taken)?;
        clock::for_at_most(budget_ms, || {
            if !reader.is_done() {
                reader.step();
            }
            !reader.is_done()
        });
        let progress = reader.progress();
        Ok(error::to_js(&Step {
            done: progress.done,
            total: progress.total,
            finished: reader.is_done(),
            needs_cmaps: reader.needs_cmaps(),
        }))
    }

    /// Pages that show something but have no text.
    #[wasm_bindgen(js_name = pagesWithoutText)]
    pub fn pages_without_text(&self) -> Result<Vec<u32>, JsValue> {
        let reader = self.reader.as_ref().ok_or_else(taken)?;
        Ok(reader.pages_without_text().into_iter().map(PageNumber::get).collect())
    }

    /// Gives such a page a text that was recognized elsewhere.
    #[wasm_bindgen(js_name = setPageText)]
    pub fn set_page_text(&mut self, page: u32, text: &str) -> Result<(), JsValue> {
        let reader = self.reader.as_mut().ok_or_else(taken)?;
        reader.set_page_text(PageNumber::new(page), text);
        Ok(())
    }

    /// The encoded document, for the core module.
    pub fn finish(&mut self) -> Result<Vec<u8>, JsValue> {
        let reader = self.reader.take().ok_or_else(taken)?;
        let mut document = reader.finish();
        std::mem::take(&mut self.address).give(&mut document);
        Ok(document.encode())
    }
}
