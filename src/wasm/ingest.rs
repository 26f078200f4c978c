//! A document being indexed.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::{clock, error, taken};
use crate::corpus::{Ingest, Ingested};

/// One document being indexed, in steps.
#[wasm_bindgen(js_name = Ingest)]
pub struct WasmIngest {
    ingest: Option<Ingest>,
    /// The whole, once it was saved.
    ingested: Option<Ingested>,
}

#[derive(Serialize)]
struct Step {
    phase: &'static str,
    done: usize,
    total: usize,
    finished: bool,
}

impl WasmIngest {
    pub(super) fn new(ingest: Ingest) -> Self {
        Self { ingest: Some(ingest), ingested: None }
    }

    /// The whole, ready to be inserted.
    pub(super) fn take(&mut self) -> Result<Ingested, JsValue> {
        if let Some(ingested) = self.ingested.take() {
            return Ok(ingested);
        }
        Ok(self.ingest.take().ok_or_else(taken)?.run())
    }
}

#[wasm_bindgen(js_class = Ingest)]
impl WasmIngest {
    /// Indexes for about so many milliseconds, at least one chunk.
    pub fn step(&mut self, budget_ms: f64) -> Result<JsValue, JsValue> {
        let ingest = self.ingest.as_mut().ok_or_else(taken)?;
        clock::for_at_most(budget_ms, || ingest.step());
        let progress = ingest.progress();
        Ok(error::to_js(&Step {
            phase: "index",
            done: progress.done,
            total: progress.total,
            finished: progress.done == progress.total,
        }))
    }

    /// The index file of this document alone, for `Library.append`.
    pub fn save(&mut self) -> Result<Vec<u8>, JsValue> {
        let ingested = self.take()?;
        let bytes = ingested.to_bytes();
        self.ingested = Some(ingested);
        Ok(bytes)
    }
}
