//! Spreadsheets: one page per sheet.

use super::{blocks, is_silent, paragraph, repeated};
use crate::document::BlockKind;
use crate::read::office::flow::{Piece, Writer, one_line};
use crate::read::office::spread::Spread;
use crate::read::office::xlsx::{MAX_CELLS, table};
use crate::read::office::xml::{Element, Xml};

pub(super) fn read(xml: &mut Xml, writer: &mut Writer) -> Option<()> {
    let mut room = MAX_CELLS;
    while let Some(element) = xml.next_in(0) {
        match element.name() {
            "table" => {
                let name = element.attr("name").unwrap_or_default();
                if writer.is_over() {
                    return None;
                }
                sheet(xml, &name, &mut room, writer);
            }
            name if is_silent(name) => xml.skip(),
            _ => {}
        }
    }
    Some(())
}

fn sheet(xml: &mut Xml, name: &str, room: &mut usize, writer: &mut Writer) {
    let mut spread = Spread::new(*room, writer.page_bytes());
    let mut beside = Vec::new();
    let depth = xml.depth();
    while let Some(element) = xml.next_in(depth) {
        match element.name() {
            "table-row" => sheet_row(xml, repeated(&element, "rows"), &mut spread, &mut beside),
            // Drawings that float above the cells.
            "shapes" => beside.extend(blocks(xml, BlockKind::Paragraph)),
            name if is_silent(name) => xml.skip(),
            _ => {}
        }
    }
    *room = spread.room();
    writer.begin_page(Some(name.to_owned()));
    writer.write(vec![Piece::Block(BlockKind::Heading { level: 1 }, name.to_owned())]);
    for table in table::tables(&spread.finish()) {
        writer.rows(table.rows());
    }
    writer.write(beside);
}

fn sheet_row(xml: &mut Xml, times: usize, spread: &mut Spread, beside: &mut Vec<Piece>) {
    let depth = xml.depth();
    while let Some(element) = xml.next_in(depth) {
        if matches!(element.name(), "table-cell" | "covered-table-cell") {
            let text = cell(xml, &element, beside);
            let columns = repeated(&element, "columns");
            spread.cell(&text, columns);
        }
    }
    spread.end_row(times);
}

fn cell(xml: &mut Xml, element: &Element, beside: &mut Vec<Piece>) -> String {
    let mut pieces = Vec::new();
    let depth = xml.depth();
    while let Some(element) = xml.next_in(depth) {
        match element.name() {
            "annotation" => beside.extend(blocks(xml, BlockKind::Paragraph)),
            "p" => paragraph(xml, BlockKind::Paragraph, &mut pieces),
            name if is_silent(name) => xml.skip(),
            _ => {}
        }
    }
    // Dates are shown in everyone's own order, so their value is clearer than their look.
    match element.attr("date-value") {
        Some(date) => date.trim_end_matches("T00:00:00").replace('T', " "),
        None => one_line(&pieces),
    }
}
