//! Answers questions about documents of up to millions of tokens, in the browser.
//!
//! The modules stand in the order in which data flows:
//!
//! ```text
//! read → chunk → analyze → index → retrieve → ask → cite
//! ```

pub mod text;

pub mod document;

pub mod read;

#[cfg(feature = "core")]
pub mod tokens;

#[cfg(feature = "core")]
pub mod analyze;
