//! Normal forms by tables of our own, for builds that run outside of JavaScript.

use unicode_normalization::UnicodeNormalization;

use super::Form;

pub(super) fn normalize(text: &str, form: Form) -> String {
    match form {
        Form::Nfc => text.nfc().collect(),
        Form::Nfd => text.nfd().collect(),
        Form::Nfkc => text.nfkc().collect(),
    }
}
