//! OpenDocument texts, spreadsheets and presentations (ISO/IEC 26300).
//!
//! All three keep their content in one part, with the same paragraphs, lists and tables; they
//! differ in what a page is: a sheet, a slide, or what lies between page breaks.

mod sheets;

use super::flow::{Piece, Row, Writer, one_line};
use super::package::Package;
use super::xml::{Element, Node, Xml};
use crate::document::BlockKind;
use crate::read::format::Format;

const CONTENT: &str = "content.xml";
/// Spaces and empty cells that one element may stand for; more is a joke.
const MAX_REPEAT: usize = 100;
const LAST_LEVEL: u8 = 6;

pub(super) fn read(package: &Package, format: Format, writer: &mut Writer) {
    writer.document.title = package.walk("meta.xml", title).flatten();
    writer.document.language = package.walk("styles.xml", language).flatten();
    match format {
        Format::Ods => package.walk(CONTENT, |xml| sheets::read(xml, writer)),
        Format::Odp => package.walk(CONTENT, |xml| slides(xml, writer)),
        _ => {
            writer.begin_page(None);
            writer.write(
                package.walk("styles.xml", |xml| margins(xml, "header")).unwrap_or_default(),
            );
            writer.write(package.walk(CONTENT, text).unwrap_or_default());
            writer.write(
                package.walk("styles.xml", |xml| margins(xml, "footer")).unwrap_or_default(),
            );
            None
        }
    };
}

fn title(xml: &mut Xml) -> Option<String> {
    while let Some(element) = xml.next_in(0) {
        if element.name() == "title" {
            return Some(xml.text());
        }
    }
    None
}

/// The language of the default style.
fn language(xml: &mut Xml) -> Option<String> {
    while let Some(element) = xml.next_in(0) {
        let language = (element.name() == "text-properties").then(|| element.attr("language"));
        if let Some(language) = language.flatten().filter(|language| language != "none") {
            let country = element.attr("country").filter(|country| country != "none");
            return Some(
                country.map_or(language.clone(), |country| format!("{language}-{country}")),
            );
        }
    }
    None
}

/// Headers or footers, each text once.
fn margins(xml: &mut Xml, name: &str) -> Vec<Piece> {
    let mut seen: Vec<String> = Vec::new();
    while let Some(element) = xml.next_in(0) {
        if element.name() == name {
            let text = one_line(&blocks(xml, BlockKind::Paragraph));
            if !text.is_empty() && !seen.contains(&text) {
                seen.push(text);
            }
        }
    }
    seen.into_iter().map(Piece::paragraph).collect()
}

fn text(xml: &mut Xml) -> Vec<Piece> {
    while let Some(element) = xml.next_in(0) {
        if element.name() == "body" {
            return blocks(xml, BlockKind::Paragraph);
        }
    }
    Vec::new()
}

/// The paragraphs, lists and tables in the element that was opened last; `kind` is what a
/// paragraph there is.
fn blocks(xml: &mut Xml, kind: BlockKind) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let depth = xml.depth();
    while let Some(element) = xml.next_in(depth) {
        match element.name() {
            "h" => {
                let level = element.number("outline-level").unwrap_or(1).clamp(1, LAST_LEVEL);
                paragraph(xml, BlockKind::Heading { level }, &mut pieces);
            }
            "p" => paragraph(xml, kind, &mut pieces),
            "list" => pieces.extend(blocks(xml, BlockKind::ListItem)),
            "table" => pieces.push(Piece::Table(rows(xml))),
            "soft-page-break" => pieces.push(Piece::Break),
            name if is_silent(name) => xml.skip(),
            _ => {}
        }
    }
    pieces
}

/// Elements whose text is not of the document, such as deleted text and descriptions of fields.
fn is_silent(name: &str) -> bool {
    matches!(
        name,
        "tracked-changes"
            | "forms"
            | "sequence-decls"
            | "variable-decls"
            | "user-field-decls"
            | "creator"
            | "date"
            | "date-string"
            | "title"
            | "desc"
            | "note-citation"
            | "ruby-text"
            | "page-number"
            | "page-count"
            | "event-listeners"
            | "script"
            | "settings"
            | "object-ole"
            | "binary-data"
            | "footer-decl"
            | "date-time-decl"
            | "header-decl"
    ) || name.ends_with("-source")
}

fn paragraph(xml: &mut Xml, kind: BlockKind, pieces: &mut Vec<Piece>) {
    let mut text = String::new();
    let mut after = Vec::new();
    let depth = xml.depth();
    while let Some(node) = xml.node_in(depth) {
        match node {
            Node::Text(more) => add_collapsed(&mut text, &more),
            Node::Close => {}
            Node::Open(element) => match element.name() {
                "s" => {
                    let count: usize = element.number("c").unwrap_or(1);
                    text.extend(std::iter::repeat_n(' ', count.min(MAX_REPEAT)));
                }
                "tab" => text.push('\t'),
                "line-break" => text.push('\n'),
                "note-body" | "annotation" | "text-box" => {
                    after.extend(blocks(xml, BlockKind::Paragraph));
                }
                "soft-page-break" => {
                    pieces.push(Piece::Block(kind, std::mem::take(&mut text)));
                    pieces.push(Piece::Break);
                }
                name if is_silent(name) => xml.skip(),
                _ => {}
            },
        }
    }
    pieces.push(Piece::Block(kind, text));
    pieces.append(&mut after);
}

/// Line breaks and runs of spaces in the markup are one space.
pub(super) fn add_collapsed(text: &mut String, more: &str) {
    for c in more.chars() {
        if !matches!(c, ' ' | '\t' | '\n' | '\r') {
            text.push(c);
        } else if !text.ends_with([' ', '\n', '\t']) {
            text.push(' ');
        }
    }
}

fn rows(xml: &mut Xml) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let depth = xml.depth();
    while let Some(element) = xml.next_in(depth) {
        match element.name() {
            "table-row" => rows.push(Row::new()),
            "table-cell" | "covered-table-cell" => {
                let cell = one_line(&blocks(xml, BlockKind::Paragraph));
                if let Some(row) = rows.last_mut() {
                    let times = if cell.is_empty() { repeated(&element, "columns") } else { 1 };
                    row.extend(std::iter::repeat_n(cell, times.min(MAX_REPEAT)));
                }
            }
            _ => {}
        }
    }
    rows
}

fn repeated(element: &Element, what: &str) -> usize {
    element.number(&format!("number-{what}-repeated")).unwrap_or(1).max(1)
}

fn slides(xml: &mut Xml, writer: &mut Writer) -> Option<()> {
    while let Some(element) = xml.next_in(0) {
        match element.name() {
            "page" => {
                if writer.is_over() {
                    return None;
                }
                slide(xml, writer);
            }
            name if is_silent(name) => xml.skip(),
            _ => {}
        }
    }
    Some(())
}

fn slide(xml: &mut Xml, writer: &mut Writer) {
    let (mut titles, mut pieces, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    let depth = xml.depth();
    while let Some(element) = xml.next_in(depth) {
        let class = element.attr("class").unwrap_or_default();
        match element.name() {
            "notes" => notes = blocks(xml, BlockKind::Paragraph),
            "frame" | "custom-shape" if class == "title" => {
                titles.push(one_line(&blocks(xml, BlockKind::Paragraph)));
            }
            "frame" if matches!(class.as_str(), "page-number" | "date-time" | "footer") => {
                xml.skip();
            }
            "p" => paragraph(xml, BlockKind::Paragraph, &mut pieces),
            "list" => pieces.extend(blocks(xml, BlockKind::ListItem)),
            "table" => pieces.push(Piece::Table(rows(xml))),
            name if is_silent(name) => xml.skip(),
            _ => {}
        }
    }
    writer.begin_page(titles.first().cloned());
    let heading = |title| Piece::Block(BlockKind::Heading { level: 1 }, title);
    writer.write(titles.into_iter().map(heading).collect());
    writer.write(pieces);
    writer.write(notes);
}
