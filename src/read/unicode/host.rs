//! Normal forms by whoever runs this module. In JavaScript that is `String.prototype.normalize`.

use std::sync::OnceLock;

use super::Form;

/// Brings a text into a normal form.
pub type Normalize = fn(&str, Form) -> String;

static HOST: OnceLock<Normalize> = OnceLock::new();

/// Says who knows the normal forms; the first to say so is believed. Without any, texts stay as
/// they are.
pub fn set(normalize: Normalize) {
    // A second one is no better than the first.
    let _ = HOST.set(normalize);
}

pub(super) fn normalize(text: &str, form: Form) -> String {
    HOST.get().map_or_else(|| text.to_owned(), |normalize| normalize(text, form))
}
