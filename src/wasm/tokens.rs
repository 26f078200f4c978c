//! The length of texts in the model's tokens. The vocabulary belongs to the module, not to a
//! library, since it is the same for all.

use std::cell::RefCell;
use std::rc::Rc;

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::error::{self, to_js};
use super::request::composed;
use crate::tokens::{EstimatedTokens, QwenTokens, TokenCounter, has_qwen_tokens};

thread_local! {
    static VOCABULARY: RefCell<Option<Rc<QwenTokens>>> = const { RefCell::new(None) };
}

/// Counts exactly from now on. Takes the vocabulary file, unpacked.
#[wasm_bindgen(js_name = loadVocabulary)]
pub fn load_vocabulary(file: &[u8]) -> Result<(), JsValue> {
    let tokens = QwenTokens::from_bytes(file).map_err(|e| error::invalid("vocabulary", &e))?;
    VOCABULARY.set(Some(Rc::new(tokens)));
    Ok(())
}

/// Whether prompts for a model of this name would be counted better with the vocabulary.
#[wasm_bindgen(js_name = needsVocabulary)]
pub fn needs_vocabulary(model: &str) -> bool {
    has_qwen_tokens(model) && VOCABULARY.with_borrow(Option::is_none)
}

#[derive(Serialize)]
struct Count {
    tokens: usize,
    exact: bool,
}

/// How many tokens a text has: `{ tokens, exact }`.
#[wasm_bindgen(js_name = countTokens)]
pub fn count_tokens(text: &str) -> JsValue {
    let exact = VOCABULARY.with_borrow(Option::is_some);
    to_js(&Count { tokens: qwen_counter().count(&composed(text)), exact })
}

/// Who counts for a model of this name.
pub(super) fn counter(model: &str) -> Rc<dyn TokenCounter> {
    if has_qwen_tokens(model) { qwen_counter() } else { Rc::new(EstimatedTokens) }
}

fn qwen_counter() -> Rc<dyn TokenCounter> {
    match VOCABULARY.with_borrow(Clone::clone) {
        Some(tokens) => tokens,
        None => Rc::new(EstimatedTokens),
    }
}
