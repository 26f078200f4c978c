//! Failures as JavaScript gets them: a plain object with a stable code. Classes do not survive
//! the way from a worker to a page, so the page builds its own error out of this.

use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::read::ReadError;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure<'e> {
    code: &'e str,
    message: &'e str,
    retryable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partial_text: Option<&'e str>,
}

/// A failure without further detail.
pub(super) fn failure(code: &str, message: &str, retryable: bool) -> JsValue {
    to_js(&Failure { code, message, retryable, status: None, partial_text: None })
}

/// A file could not be read.
pub(super) fn read(error: &ReadError) -> JsValue {
    failure(error.code(), &error.to_string(), false)
}

/// A caller's object has not the form that is asked for.
pub(super) fn invalid(what: &str, error: &impl std::fmt::Display) -> JsValue {
    failure("internal.invalid_request", &format!("{what}: {error}"), false)
}

/// Plain objects, not maps, for structures.
pub(super) fn to_js(value: &impl Serialize) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    // Everything serialized here is made of strings, numbers and lists; that cannot fail.
    value.serialize(&serializer).unwrap_or(JsValue::UNDEFINED)
}

#[cfg(feature = "core")]
mod core_errors {
    use super::{Failure, JsValue, failure, to_js};
    use crate::agent::AgentError;
    use crate::index::IndexError;

    /// An index file could not be loaded.
    pub(in crate::wasm) fn index(error: &IndexError) -> JsValue {
        failure(error.code(), &error.to_string(), error.is_retryable())
    }

    /// A question could not be answered.
    pub(in crate::wasm) fn agent(error: &AgentError) -> JsValue {
        to_js(&Failure {
            code: error.code(),
            message: &error.to_string(),
            retryable: error.is_retryable(),
            status: error.status(),
            partial_text: error.partial_text(),
        })
    }
}

#[cfg(feature = "core")]
pub(super) use core_errors::{agent, index};
