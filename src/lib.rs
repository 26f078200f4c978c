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

#[cfg(feature = "core")]
pub mod chunk;

#[cfg(feature = "core")]
pub mod index;

#[cfg(feature = "core")]
pub mod corpus;

#[cfg(feature = "core")]
pub mod retrieve;

#[cfg(feature = "core")]
pub mod cite;

#[cfg(feature = "core")]
pub mod llm;

#[cfg(feature = "core")]
pub mod prompt;

#[cfg(feature = "core")]
pub mod agent;

#[cfg(target_arch = "wasm32")]
pub mod wasm;
