//! Books (EPUB 2 and 3): one page per chapter, in the order of the spine.

use std::collections::BTreeMap;

use super::flow::Writer;
use super::package::{Package, join};
use super::xml::Xml;
use super::{flow::Piece, xhtml};
use crate::document::BlockKind;

/// What a book says of itself, and its chapters.
#[derive(Default)]
struct Book {
    title: Option<String>,
    language: Option<String>,
    /// Parts by their ids.
    manifest: BTreeMap<String, String>,
    /// Ids in reading order.
    spine: Vec<String>,
}

pub(super) fn read(package: &Package, writer: &mut Writer) {
    let Some(part) = package.walk("META-INF/container.xml", root_file).flatten() else { return };
    let folder = part.rsplit_once('/').map_or("", |(folder, _)| folder);
    let book = package.walk(&part, |xml| book(xml, folder)).unwrap_or_default();
    writer.document.title = book.title;
    writer.document.language = book.language;
    for id in &book.spine {
        let Some(part) = book.manifest.get(id) else { continue };
        let Some(chapter) = package.walk(part, xhtml::read) else { continue };
        if writer.is_over() {
            return;
        }
        let heading = chapter.pieces.iter().find_map(|piece| match piece {
            Piece::Block(BlockKind::Heading { .. }, text) => Some(text.clone()),
            _ => None,
        });
        writer.begin_page(heading.or(chapter.title));
        writer.write(chapter.pieces);
    }
}

fn root_file(xml: &mut Xml) -> Option<String> {
    while let Some(element) = xml.next_in(0) {
        if element.name() == "rootfile" {
            return element.attr("full-path");
        }
    }
    None
}

fn book(xml: &mut Xml, folder: &str) -> Book {
    let mut book = Book::default();
    while let Some(element) = xml.next_in(0) {
        match element.name() {
            "title" if book.title.is_none() => book.title = Some(xml.text()),
            "language" if book.language.is_none() => {
                book.language = Some(xml.text().trim().to_owned());
            }
            "item" => {
                let id = element.attr("id").unwrap_or_default();
                let target = element.attr("href").unwrap_or_default();
                book.manifest.insert(id, join(folder, &percent_decoded(&target)));
            }
            "itemref" => book.spine.extend(element.attr("idref")),
            _ => {}
        }
    }
    book
}

/// References in books are URLs, where a space is "%20".
fn percent_decoded(url: &str) -> String {
    let mut bytes = Vec::with_capacity(url.len());
    let mut rest = url.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after.get(..2).and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
