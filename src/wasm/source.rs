//! What a page says of a file.

use serde::Deserialize;
use wasm_bindgen::JsValue;

use super::error;
use crate::document::DocumentId;
use crate::read::Source;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SourceInfo {
    id: String,
    name: String,
    media_type: Option<String>,
    title: Option<String>,
    password: Option<String>,
}

/// The file to read, out of `{ id, name, mediaType?, title?, password? }` and its bytes.
pub(super) fn source(info: JsValue, bytes: Vec<u8>) -> Result<Source, JsValue> {
    let info: SourceInfo =
        serde_wasm_bindgen::from_value(info).map_err(|e| error::invalid("source", &e))?;
    Ok(Source {
        id: DocumentId::new(info.id),
        name: info.name,
        media_type: info.media_type,
        bytes,
        title: info.title,
        password: info.password,
    })
}
