//! The door to JavaScript: convert, call, convert. Nothing is decided here.
//!
//! The *core* module exports what a page with documents needs ([`library`], [`run`]); the
//! *readers* and *pdf* modules export [`reader`]. A document crosses from one to the other as bytes.
//! Offsets become UTF-16 on the way out, failures become `{ code, message, retryable, … }`.
//!
//! What must not happen here: a panic that a caller could provoke, a key in an error.

#![allow(
    clippy::missing_errors_doc,
    clippy::needless_pass_by_value,
    reason = "what is thrown is in docs/errors.md; wasm-bindgen hands over owned values"
)]

#[cfg(feature = "pdf")]
mod allocator;
mod clock;
mod error;
mod source;
#[cfg(not(feature = "normalization"))]
mod unicode;

#[cfg(feature = "core")]
mod convert;
#[cfg(feature = "core")]
mod fetch;
#[cfg(feature = "core")]
mod ingest;
#[cfg(feature = "core")]
pub mod library;
#[cfg(feature = "core")]
mod opened;
#[cfg(feature = "core")]
mod readings;
#[cfg(feature = "core")]
mod request;
#[cfg(feature = "core")]
pub mod run;
#[cfg(feature = "core")]
pub mod search_index;
#[cfg(feature = "core")]
pub mod tokens;
#[cfg(feature = "core")]
mod tools;

#[cfg(any(feature = "charset", feature = "pdf"))]
pub mod reader;

use wasm_bindgen::prelude::*;

#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
    #[cfg(not(feature = "normalization"))]
    crate::read::unicode::host::set(unicode::normalize);
}

/// The version of the package that this module belongs to.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// What a method takes back from a value that may be moved out, as when it is finished.
fn taken() -> JsValue {
    error::failure("internal.invalid_request", "this object was already finished or freed", false)
}
