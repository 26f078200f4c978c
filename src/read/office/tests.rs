//! Small packages made by hand, one per case that real files have.

use crate::document::{BlockKind, Document, WarningCode};
use crate::read::{Limits, ReadError, Source, read};

mod docx;
mod opendocument;
mod pptx;
mod xlsx;

/// A zip file of stored parts, without checksums: the reader does not look at them.
pub(super) fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut directory = Vec::new();
    for (name, content) in parts {
        let header = bytes.len() as u32;
        let size = (content.len() as u32).to_le_bytes();
        let name_length = (name.len() as u16).to_le_bytes();
        let sizes = [&[0; 4][..], &size, &size, &name_length, &[0; 2]].concat();
        bytes.extend([b"PK\x03\x04", &[20, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &sizes].concat());
        bytes.extend(name.as_bytes());
        bytes.extend(*content);
        directory.extend([b"PK\x01\x02", &[20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0][..]].concat());
        directory.extend([&sizes[..], &[0; 10]].concat());
        directory.extend(header.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let count = (parts.len() as u16).to_le_bytes();
    let (start, length) = (bytes.len() as u32, directory.len() as u32);
    bytes.extend(directory);
    bytes.extend([b"PK\x05\x06", &[0; 4][..], &count, &count].concat());
    bytes.extend([length.to_le_bytes(), start.to_le_bytes()].concat());
    bytes.extend([0; 2]);
    bytes
}

fn package_of(parts: &[(&str, &str)]) -> Vec<u8> {
    let parts: Vec<_> = parts.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    zip(&parts)
}

fn open(parts: &[(&str, &str)]) -> Result<Document, ReadError> {
    read(Source::new("file", package_of(parts)), &Limits::default())
}

fn read_whole(package: Vec<u8>) -> Document {
    read(Source::new("file", package), &Limits::default()).unwrap()
}

/// The blocks of a document, each with the first letters of its kind; pages apart by `---`.
fn show(document: &Document) -> String {
    let pages = document.pages.iter().map(|page| {
        let blocks = page.blocks().iter().map(|block| {
            let kind = match block.kind {
                BlockKind::Heading { level } => format!("h{level}"),
                kind => kind.name()[..1].to_owned(),
            };
            format!("{kind}:{}", page.block_text(block))
        });
        blocks.collect::<Vec<_>>().join("|")
    });
    pages.collect::<Vec<_>>().join("---")
}

fn rels(relations: &[(&str, &str)]) -> String {
    let relations = relations.iter().enumerate().map(|(index, (kind, target))| {
        format!(r#"<Relationship Id="r{index}" Type="http://x/{kind}" Target="{target}"/>"#)
    });
    format!("<Relationships>{}</Relationships>", relations.collect::<Vec<_>>().concat())
}

#[test]
fn names_differ_in_case_slashes_and_encoding() {
    let text = "<document><p><r><t>ä</t></r></p></document>";
    let utf16: Vec<u8> =
        format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let relations = rels(&[("officeDocument", "/word/document.xml")]);
    let parts = [("_RELS\\.rels", relations.as_bytes()), ("\\Word\\Document.xml", &utf16)];
    let document = read(Source::new("a", zip(&parts)), &Limits::default()).unwrap();
    assert_eq!(show(&document), "p:ä");
}

#[test]
fn parts_outside_of_the_file_are_no_parts() {
    let error = open(&[("../word/document.xml", "<document/>"), ("word/x", "")]).unwrap_err();
    assert_eq!(error.code(), "read.damaged");
    assert_eq!(open(&[("a.txt", "text")]).unwrap_err().code(), "read.unsupported");
}

/// The warnings of a document whose text is this markup.
fn warnings(markup: &str) -> (String, Vec<WarningCode>) {
    let document = open(&[("word/document.xml", markup)]).unwrap();
    (show(&document), document.warnings.iter().map(|warning| warning.code).collect())
}

#[test]
fn broken_markup_keeps_what_came_before() {
    let start = "<document><p><r><t>kept</t></r></p><p><r><t>half";
    let expected = ("p:kept|p:half".to_owned(), vec![WarningCode::Truncated]);
    for broken in ["", "</wrong>", "<a <", "</t></r></p></p>"] {
        let (text, codes) = warnings(&format!("{start}{broken}"));
        assert_eq!((text, codes), expected, "{broken}");
    }
}

#[test]
fn deep_markup_is_cut() {
    let deep = format!("<document><p><r><t>kept</t></r></p>{}", "<sdt>".repeat(100_000));
    assert_eq!(warnings(&deep), ("p:kept".to_owned(), vec![WarningCode::LimitReached]));
    let tables = format!("<document><p><r><t>kept</t></r></p>{}", "<tbl><tr><tc>".repeat(50_000));
    assert_eq!(warnings(&tables), ("p:kept".to_owned(), vec![WarningCode::LimitReached]));
}

#[test]
fn markup_within_the_depth_is_read() {
    let nested = |depth: usize| {
        let (open, close) = ("<sdt>".repeat(depth), "</sdt>".repeat(depth));
        warnings(&format!("<document>{open}<p><r><t>in</t></r></p>{close}</document>"))
    };
    // The document, the paragraph, its run and its text are levels, too.
    let most = super::xml::MAX_DEPTH - 4;
    assert_eq!(nested(most), ("p:in".to_owned(), Vec::new()));
    assert_eq!(nested(most + 1).1, [WarningCode::LimitReached]);
}

#[test]
fn entities_do_not_grow() {
    let laughs = r#"<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]>
        <document><p><r><t>a&c;b</t></r></p></document>"#;
    assert_eq!(warnings(laughs), ("p:ab".to_owned(), Vec::new()));
}

#[test]
fn no_damage_to_markup_makes_a_reader_panic() {
    const DAMAGED: usize = 400;
    let markup = [docx::whole(), pptx::whole(), xlsx::whole(), opendocument::whole()];
    for bytes in markup {
        for seed in 1..=DAMAGED {
            let mut bytes = bytes.clone();
            for step in 0..=seed % 5 {
                let at = seed * 7919 * (step + 3) % bytes.len();
                bytes[at] = b"<>/&\"09\0aZ"[(seed + step) % 10];
            }
            drop(read(Source::new("file", bytes), &Limits::default()));
        }
    }
}

#[test]
fn binary_spreadsheets_are_refused_with_advice() {
    let error = open(&[("xl/workbook.bin", "\u{1}")]).unwrap_err();
    assert!(error.to_string().ends_with("save it as .xlsx"));
}

#[test]
fn limits_are_kept() {
    let slides = pptx::package(&["<p:sp><a:p><a:t>one</a:t></a:p></p:sp>"; 3]);
    let limits = Limits { pages: 2, page_text: 2, ..Limits::default() };
    let document = read(Source::new("file", slides), &limits).unwrap();
    assert_eq!(document.pages.len(), 2);
    assert!(document.pages.iter().all(|page| page.text().len() <= 2));
    assert!(document.warnings.iter().all(|warning| warning.code == WarningCode::LimitReached));
    assert_eq!(document.warnings.len(), 3);
}
