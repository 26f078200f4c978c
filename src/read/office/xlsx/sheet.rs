//! The cells of a sheet.

use super::number;
use super::styles::Styles;
use crate::read::office::xml::{Element, Xml};

/// What all sheets of a workbook share.
pub(super) struct Book {
    pub(super) strings: Vec<Box<str>>,
    pub(super) styles: Styles,
    pub(super) is_1904: bool,
    /// How many cells may still be read.
    pub(super) room: usize,
    /// How many bytes a sheet may have. Many cells may share one long string.
    pub(super) sheet_bytes: usize,
}

/// The cells with text, row by row. Nothing is kept for an empty cell, so that a sheet whose last
/// cell has a high address takes no more memory than its text.
pub(in crate::read::office) type Cells = Vec<Line>;

/// The cells of one row.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::read::office) struct Line {
    /// Counted from 1.
    pub(in crate::read::office) row: u32,
    /// Columns, counted from 0, with their text, from left to right.
    pub(in crate::read::office) cells: Vec<(u32, String)>,
}

/// Reads the part of a sheet.
pub(super) fn read(xml: &mut Xml, book: &mut Book) -> Cells {
    let mut lines = Cells::new();
    let mut row = 0u32;
    let mut bytes = book.sheet_bytes;
    while let Some(element) = xml.next_in(0) {
        if element.name() != "row" {
            continue;
        }
        // Both addresses are optional; without them, rows and cells follow each other.
        row = element.number("r").unwrap_or(row.saturating_add(1));
        let cells = cells(xml, book, &mut bytes);
        if !cells.is_empty() {
            lines.push(Line { row, cells });
        }
    }
    lines.sort_by_key(|line| line.row);
    lines
}

fn cells(xml: &mut Xml, book: &mut Book, bytes: &mut usize) -> Vec<(u32, String)> {
    let mut cells: Vec<(u32, String)> = Vec::new();
    let mut next = 0;
    let depth = xml.depth();
    while let Some(element) = xml.next_in(depth) {
        if element.name() != "c" || book.room == 0 || *bytes == 0 {
            continue;
        }
        let column = element.attr("r").and_then(|address| column(&address)).unwrap_or(next);
        next = column.saturating_add(1);
        let text = cell(xml, &element, book);
        if !text.trim().is_empty() {
            book.room -= 1;
            *bytes = bytes.saturating_sub(text.len());
            cells.push((column, text));
        }
    }
    cells.sort_by_key(|(column, _)| *column);
    cells
}

/// The column of an address such as "AB12", counted from 0.
fn column(address: &str) -> Option<u32> {
    let letters = address.bytes().take_while(u8::is_ascii_alphabetic);
    let number = letters.fold(0u32, |number, letter| {
        let digit = u32::from(letter.to_ascii_uppercase() - b'A') + 1;
        number.saturating_mul(26).saturating_add(digit)
    });
    number.checked_sub(1)
}

/// The address of a cell, such as "AB12".
pub(super) fn address(mut column: u32, row: u32) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + (column % 26) as u8));
        if column < 26 {
            break;
        }
        column = column / 26 - 1;
    }
    let letters: String = letters.into_iter().rev().collect();
    format!("{letters}{row}")
}

fn cell(xml: &mut Xml, element: &Element, book: &Book) -> String {
    let kind = element.attr("t").unwrap_or_default();
    let style = element.number("s").unwrap_or(0);
    let mut value = String::new();
    let mut inline = None;
    let depth = xml.depth();
    while let Some(element) = xml.next_in(depth) {
        match element.name() {
            "v" => value = xml.text(),
            "is" => inline = Some(rich_text(xml)),
            "f" => xml.skip(),
            _ => {}
        }
    }
    match kind.as_str() {
        "s" => {
            let index = value.trim().parse::<usize>().ok();
            index.and_then(|index| book.strings.get(index)).map(ToString::to_string)
        }
        "b" => Some(if value.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned()),
        "inlineStr" => inline.or(Some(value)),
        "str" => Some(unescape(&value)),
        "e" | "d" => Some(value),
        _ => Some(number::show(value.trim(), book.styles.format(style), book.is_1904)),
    }
    .unwrap_or_default()
}

/// Reads the part with the strings that cells share.
pub(super) fn shared_strings(xml: &mut Xml) -> Vec<Box<str>> {
    let mut strings = Vec::new();
    while let Some(element) = xml.next_in(0) {
        if element.name() == "si" {
            strings.push(rich_text(xml).into_boxed_str());
        }
    }
    strings
}

/// The text of runs, without the pronunciation that Japanese cells carry.
pub(super) fn rich_text(xml: &mut Xml) -> String {
    let mut text = String::new();
    let depth = xml.depth();
    while let Some(element) = xml.next_in(depth) {
        match element.name() {
            "rPh" => xml.skip(),
            "t" => text.push_str(&unescape(&xml.text())),
            _ => {}
        }
    }
    text
}

/// Characters that XML cannot hold are written as `_x000D_`.
fn unescape(text: &str) -> String {
    const MARK: &str = "_x";
    /// `XXXX_` after the mark.
    const CODE_BYTES: usize = 5;
    if !text.contains(MARK) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(MARK) {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let code = after.get(MARK.len()..MARK.len() + CODE_BYTES);
        let code = code.and_then(|code| code.strip_suffix('_'));
        if let Some(c) = code.and_then(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?)) {
            out.push(c);
            rest = &after[MARK.len() + CODE_BYTES..];
        } else {
            out.push_str(MARK);
            rest = &after[MARK.len()..];
        }
    }
    out + rest
}
