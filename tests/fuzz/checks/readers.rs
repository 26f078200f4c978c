//! The readers of files: any bytes are a document that keeps the laws, or an error with a code.

use qwen_agent_wasm::document::Document;
use qwen_agent_wasm::read::{self, Limits, ReadError, Reader, Source, format};

use super::laws;

/// Small enough that they are met.
fn limits() -> Limits {
    Limits { pages: 40, page_text: 1 << 18, ..Limits::default() }
}

type Open = fn(Source, &Limits) -> Result<Box<dyn Reader>, ReadError>;

/// Reads bytes as a file of this name, by the reader of its format.
fn file(name: &str, bytes: &[u8], open: Open) {
    let sniffed = format::sniff(bytes, name, None);
    assert_eq!(sniffed, format::sniff(bytes, name, None));
    match open(Source::new(name, bytes), &limits()) {
        Ok(reader) => laws::hold(&finish(reader)),
        Err(error) => assert!(error.code().starts_with("read."), "{error}"),
    }
}

/// Reads to the end, which must come: each step reads a page, and there are only so many.
fn finish(mut reader: Box<dyn Reader>) -> Document {
    let mut steps = 0;
    while !reader.is_done() {
        reader.step();
        steps += 1;
        assert!(steps <= limits().pages, "reading does not end");
    }
    reader.step();
    let scans = reader.pages_without_text();
    if let Some(scan) = scans.first() {
        reader.set_page_text(*scan, "Recognized.\n\nElsewhere.");
    }
    let document = reader.finish();
    assert!(document.pages.len() <= limits().pages);
    assert!(document.pages.iter().all(|page| page.text().len() <= limits().page_text + 64));
    document
}

pub(super) fn pdf(bytes: &[u8]) {
    file("a.pdf", bytes, read::pdf::open);
}

pub(super) fn docx(bytes: &[u8]) {
    file("a.docx", bytes, read::open);
}

pub(super) fn pptx(bytes: &[u8]) {
    file("a.pptx", bytes, read::open);
}

pub(super) fn xlsx(bytes: &[u8]) {
    file("a.xlsx", bytes, read::open);
}

pub(super) fn opendocument(bytes: &[u8]) {
    for name in ["a.odt", "a.ods", "a.odp"] {
        file(name, bytes, read::open);
    }
}

pub(super) fn epub(bytes: &[u8]) {
    file("a.epub", bytes, read::open);
}

pub(super) fn html(bytes: &[u8]) {
    file("a.html", bytes, read::html::open);
}

pub(super) fn markdown(bytes: &[u8]) {
    file("a.md", bytes, read::markdown::open);
}

pub(super) fn csv(bytes: &[u8]) {
    file("a.csv", bytes, read::csv::open);
}

pub(super) fn json(bytes: &[u8]) {
    file("a.json", bytes, read::json::open);
    file("a.jsonl", bytes, read::json::open);
}

/// Plain text in whatever encoding, and whatever the bytes seem to be.
pub(super) fn charset(bytes: &[u8]) {
    let (text, encoding) = read::charset::decode(bytes);
    assert!(!encoding.is_empty());
    if let Ok(plain) = std::str::from_utf8(bytes)
        && encoding == "UTF-8"
    {
        let plain = plain.strip_prefix('\u{feff}').unwrap_or(plain);
        assert_eq!(text, plain.replace("\r\n", "\n").replace('\r', "\n"));
    }
    file("a.txt", bytes, read::txt::open);
    file("a", bytes, read::open);
}
