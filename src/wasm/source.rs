//! What a page says of a file.
//!
//! Its few texts are taken one by one: the general way brings along messages with numbers in
//! them, and they weigh more than this module.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

use super::error;
use crate::document::DocumentId;
use crate::read::{Address, Source};

/// The file to read, out of `{ id, name, mediaType?, title?, password?, url?, base? }` and its bytes.
pub(super) fn source(info: JsValue, bytes: Vec<u8>) -> Result<Source, JsValue> {
    Ok(Source {
        id: DocumentId::new(required(&info, "id")?),
        name: required(&info, "name")?,
        media_type: text(&info, "mediaType")?,
        bytes,
        title: text(&info, "title")?,
        password: text(&info, "password")?,
        address: Address { known: text(&info, "url")?, found: text(&info, "base")? },
    })
}

fn required(info: &JsValue, key: &str) -> Result<String, JsValue> {
    text(info, key)?.ok_or_else(|| error::invalid("source", &format!("`{key}` is missing")))
}

fn text(info: &JsValue, key: &str) -> Result<Option<String>, JsValue> {
    let value = Reflect::get(info, &key.into()).unwrap_or(JsValue::UNDEFINED);
    let is_given = !value.is_undefined() && !value.is_null();
    let text = value.as_string();
    if is_given && text.is_none() {
        return Err(error::invalid("source", &format!("`{key}` is no text")));
    }
    Ok(text)
}
