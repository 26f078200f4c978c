//! An index that is loaded in parts: the page fetches, by a function that it gave.

use std::cell::RefCell;
use std::ops::Range;

use futures::future::FutureExt;
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::agent::{Loader, Loading};
use crate::corpus::{Need, Opened, Snapshot};
use crate::index::IndexError;

/// What is there of a file, and `fetch(ranges) => Promise<Uint8Array[]>`, where ranges are pairs
/// of numbers: the first byte and the one after the last.
pub(super) struct PageIndex {
    pub(super) opened: RefCell<Opened>,
    pub(super) fetch: Function,
}

impl PageIndex {
    /// Fetches until nothing is missing.
    pub(super) async fn settle(
        &self,
        snapshot: &Snapshot,
        need: Need<'_>,
    ) -> Result<(), IndexError> {
        loop {
            let wanted = self.opened.borrow_mut().wants(snapshot, need)?;
            if wanted.is_empty() {
                return Ok(());
            }
            let parts = self.fetch(&wanted).map_err(|thrown| failure(&thrown))?;
            let parts = JsFuture::from(parts).await.map_err(|thrown| failure(&thrown))?;
            self.give(&wanted, &Array::from(&parts))?;
        }
    }

    fn fetch(&self, wanted: &[Range<usize>]) -> Result<Promise, JsValue> {
        let ranges = Array::new();
        for range in wanted {
            ranges.push(&JsValue::from(range.start as f64));
            ranges.push(&JsValue::from(range.end as f64));
        }
        Ok(Promise::resolve(&self.fetch.call1(&JsValue::NULL, &ranges)?))
    }

    fn give(&self, wanted: &[Range<usize>], parts: &Array) -> Result<(), IndexError> {
        let mut opened = self.opened.borrow_mut();
        for (at, range) in (0..).zip(wanted) {
            opened.give(range.start, &Uint8Array::new(&parts.get(at)).to_vec())?;
        }
        Ok(())
    }
}

impl Loader for PageIndex {
    fn load<'a>(&'a self, snapshot: &'a Snapshot, need: Need<'a>) -> Loading<'a> {
        async move { Ok(self.settle(snapshot, need).await?) }.boxed_local()
    }
}

/// What was thrown, as the core knows it.
fn failure(thrown: &JsValue) -> IndexError {
    let text = |key: &str| Reflect::get(thrown, &key.into()).ok()?.as_string();
    match text("code").as_deref() {
        Some("index.changed") => IndexError::Changed,
        _ => IndexError::Fetch { message: text("message").unwrap_or_default() },
    }
}
