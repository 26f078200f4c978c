//! From lines to blocks: paragraphs, list items and tables, in the order of the lines.
//!
//! The lines' text goes into the blocks whole and in order; the only things decided here are
//! where one block ends and the next begins, and how its lines are joined. When in doubt lines
//! stay together: a paragraph in two pieces is harder to find than two in one.

use super::columns;
use super::join::append_line;
use super::lines::Line;
use super::markers::{starts_list_item, without_leaders};
use super::paragraphs::{Paragraph, Spacing};
use super::places;
use super::table;
use crate::document::TextBox;

/// A block before its kind is known: whether it is a heading shows only when the whole document
/// has been seen.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Draft {
    pub(super) shape: Shape,
    pub(super) text: String,
    /// In points.
    pub(super) size: f64,
    pub(super) is_bold: bool,
    /// Whether a line of it has wide gaps, as rows of tables and forms do.
    pub(super) has_gaps: bool,
    pub(super) lines: usize,
    /// Where its words are drawn.
    pub(super) boxes: Vec<TextBox>,
}

impl Draft {
    /// A paragraph that was recognized elsewhere, of which nothing but its text is known.
    pub(super) fn recognized(text: &str) -> Self {
        Self {
            shape: Shape::Text,
            text: super::characters::clean_block_text(text),
            size: 0.0,
            is_bold: false,
            // Its size tells nothing, so it is no heading.
            has_gaps: true,
            lines: 1,
            boxes: Vec::new(),
        }
    }
}

/// What the lines of a block show of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    ListItem,
    Table,
}

/// Cuts a page's lines into blocks.
pub(super) fn blocks(lines: &[Line]) -> Vec<Draft> {
    let spacing = Spacing::of(lines);
    let mut blocks = Vec::new();
    let mut rest = lines;
    let mut tables = table::find(lines).into_iter().peekable();
    while !rest.is_empty() {
        let at = lines.len() - rest.len();
        let end = match tables.peek() {
            Some(table) if table.start == at => {
                let rows = &rest[..table.len()];
                tables.next();
                blocks.push(table_draft(rows));
                rest = &rest[rows.len()..];
                continue;
            }
            Some(table) => table.start - at,
            None => rest.len(),
        };
        let paragraph = paragraph_lines(&rest[..end], spacing);
        blocks.push(paragraph_draft(paragraph));
        rest = &rest[paragraph.len()..];
    }
    blocks.retain(|block| !block.text.is_empty());
    blocks
}

/// The lines of the paragraph that the first of them begins.
fn paragraph_lines(lines: &[Line], spacing: Spacing) -> &[Line] {
    let mut paragraph = Paragraph::new(&lines[0], spacing);
    let end = lines[1..].iter().position(|line| !paragraph.take(line));
    &lines[..end.map_or(lines.len(), |end| end + 1)]
}

fn paragraph_draft(lines: &[Line]) -> Draft {
    let mut text = String::new();
    for line in lines {
        let line = without_leaders(&line.text.replace('\t', " "));
        append_line(&mut text, &line);
    }
    let shape = if starts_list_item(&lines[0].text) { Shape::ListItem } else { Shape::Text };
    draft(shape, &text, lines)
}

fn table_draft(lines: &[Line]) -> Draft {
    draft(Shape::Table, &columns::rows(lines).join("\n"), lines)
}

fn draft(shape: Shape, text: &str, lines: &[Line]) -> Draft {
    let text = super::characters::clean_block_text(text);
    Draft {
        shape,
        boxes: places::boxes(&text, lines.iter().flat_map(|line| &line.inks)),
        text,
        size: lines[0].size,
        is_bold: lines.iter().all(|line| line.is_bold),
        has_gaps: lines.iter().any(|line| line.cells.len() > 1),
        lines: lines.len(),
    }
}

#[cfg(test)]
mod tests;
