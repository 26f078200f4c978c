//! Unicode's normal forms, which every JavaScript engine knows.

use js_sys::JsString;

use crate::read::unicode::Form;

/// A text in a normal form.
pub(super) fn normalize(text: &str, form: Form) -> String {
    JsString::from(text).normalize(form.name()).into()
}
