//! What every parser must bear: one function for each, which takes any bytes and panics if a law
//! is broken.
//!
//! The fuzzer (`fuzz/`) and the replay in the normal tests (`tests/fuzz.rs`) share them, so that
//! what the one has found the other holds.

mod index;
mod laws;
mod model;
mod readers;
mod words;

/// A parser, as the fuzzer calls it, and what it must bear.
pub(crate) type Target = (&'static str, fn(&[u8]));

/// Every parser of bytes from outside.
#[rustfmt::skip]
pub(crate) const TARGETS: [Target; 20] = [
    ("pdf",            readers::pdf),
    ("docx",           readers::docx),
    ("pptx",           readers::pptx),
    ("xlsx",           readers::xlsx),
    ("opendocument",   readers::opendocument),
    ("epub",           readers::epub),
    ("html",           readers::html),
    ("markdown",       readers::markdown),
    ("csv",            readers::csv),
    ("json",           readers::json),
    ("charset",        readers::charset),
    ("document",       index::document),
    ("index",          index::file),
    ("index_sections", index::sections),
    ("sse",            model::sse),
    ("model_reply",    model::reply),
    ("react",          model::react),
    ("vocabulary",     words::vocabulary),
    ("tokens",         words::tokens),
    ("text",           words::text),
];

/// What a parser must bear, by its name.
#[allow(dead_code, reason = "the replay goes through all of them instead")]
pub(crate) fn run(name: &str, bytes: &[u8]) {
    let known = TARGETS.iter().find(|(own, _)| *own == name);
    let (_, check) = known.unwrap_or_else(|| panic!("there is no target {name}"));
    check(bytes);
}
