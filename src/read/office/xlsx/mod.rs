//! Spreadsheets (ECMA-376, part 1, chapter 18): one page per sheet, labelled with its name.
//!
//! A sheet's cells are cut into tables at empty rows; each row has an anchor with the address of
//! its first cell. Values are shown as their number formats would, except dates, which are always
//! written year first.

mod number;
pub(super) mod sheet;
mod styles;
pub(super) mod table;

use self::sheet::{Book, Cells};
use super::flow::{Piece, Writer};
use super::package::{Package, Relation};
use super::pptx::{chart_title, paragraphs};
use super::xml::Xml;
use crate::document::{BlockKind, WarningCode};

/// Cells of a workbook that are read at most; their text is in memory at once.
pub(super) const MAX_CELLS: usize = 4_000_000;

pub(super) fn read(package: &Package, main: &str, writer: &mut Writer) {
    let relations = package.relations(main);
    let (sheets, is_1904) = package.walk(main, sheets).unwrap_or_default();
    let part = |kind: &str| relations.iter().find(|relation| relation.kind == kind);
    let strings = part("sharedStrings")
        .and_then(|relation| package.walk(&relation.part, sheet::shared_strings));
    let styles = part("styles").and_then(|relation| package.walk(&relation.part, styles::read));
    let mut book = Book {
        strings: strings.unwrap_or_default(),
        styles: styles.unwrap_or_default(),
        is_1904,
        room: MAX_CELLS,
        sheet_bytes: writer.page_bytes(),
    };
    writer.document.title = package.core_title(&package.relations(""));
    for (name, id) in sheets {
        let Some(relation) = relations.iter().find(|relation| relation.id == id) else { continue };
        if writer.is_over() {
            break;
        }
        read_sheet(package, (&name, &relation.part), &mut book, writer);
    }
    if book.room == 0 {
        let message = format!("only the first {MAX_CELLS} cells were read");
        package.warn(WarningCode::LimitReached, message);
    }
}

/// The names and relationships of the sheets, and whether days are counted from 1904.
fn sheets(xml: &mut Xml) -> (Vec<(String, String)>, bool) {
    let mut sheets = Vec::new();
    let mut is_1904 = false;
    while let Some(element) = xml.next_in(0) {
        match element.name() {
            "sheet" => {
                let name = element.attr("name").unwrap_or_default();
                sheets.extend(element.relation().map(|id| (name, id)));
            }
            "workbookPr" => is_1904 = element.is_on("date1904"),
            _ => {}
        }
    }
    (sheets, is_1904)
}

fn read_sheet(package: &Package, (name, part): (&str, &str), book: &mut Book, writer: &mut Writer) {
    let relations = package.relations(part);
    let cells: Cells = package.walk(part, |xml| sheet::read(xml, book)).unwrap_or_default();
    writer.begin_page(Some(name.to_owned()));
    writer.write(vec![Piece::Block(BlockKind::Heading { level: 1 }, name.to_owned())]);
    for table in table::tables(&cells) {
        writer.rows(table.rows());
    }
    for relation in &relations {
        writer.write(beside(package, relation));
    }
}

/// What stands beside the cells: comments, and the text of drawings. Of charts only the title
/// is taken, since their data are cells.
fn beside(package: &Package, relation: &Relation) -> Vec<Piece> {
    let part = &relation.part;
    match relation.kind.as_str() {
        "comments" | "threadedComment" => package.walk(part, comments).unwrap_or_default(),
        "drawing" => {
            let mut pieces = package.walk(part, paragraphs).unwrap_or_default();
            for shown in package.relations(part).iter().filter(|shown| shown.kind == "chart") {
                pieces.extend(package.walk(&shown.part, chart_title).unwrap_or_default());
            }
            pieces
        }
        _ => Vec::new(),
    }
}

fn comments(xml: &mut Xml) -> Vec<Piece> {
    let mut authors: Vec<String> = Vec::new();
    let mut pieces = Vec::new();
    while let Some(element) = xml.next_in(0) {
        let address = element.attr("ref").unwrap_or_default();
        let text = match element.name() {
            "author" => {
                authors.push(xml.text());
                continue;
            }
            "comment" => {
                let author = element.number("authorId").and_then(|id: usize| authors.get(id));
                // A stand-in for a comment of the newer kind, which has a part of its own.
                if author.is_some_and(|author| author.starts_with("tc=")) {
                    continue;
                }
                sheet::rich_text(xml)
            }
            "threadedComment" => xml.text(),
            _ => continue,
        };
        pieces.push(Piece::Anchor(address));
        pieces.push(Piece::paragraph(text));
    }
    pieces
}
