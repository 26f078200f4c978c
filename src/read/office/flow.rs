//! What the readers of office formats find, in order, and how it becomes pages.
//!
//! A walk through a part's markup gives [`Piece`]s; [`Writer`] cleans their text and makes blocks
//! and pages of them. So every format cleans alike and keeps the same limits.

use crate::document::{Anchor, BlockKind, Document, Page, PageNumber, Warning, WarningCode};
use crate::read::{Limits, unicode};
use crate::text::floor_char_boundary;

/// A row's cells, from left to right.
pub(super) type Row = Vec<String>;

/// A thing found in a document.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    /// A block of text.
    Block(BlockKind, String),
    /// A table.
    Table(Vec<Row>),
    /// The end of a page.
    Break,
    /// A name for the place of the next piece.
    Anchor(String),
}

impl Piece {
    pub(super) fn paragraph(text: impl Into<String>) -> Self {
        Self::Block(BlockKind::Paragraph, text.into())
    }
}

/// The text of pieces as one line, for a table's cell.
pub(super) fn one_line(pieces: &[Piece]) -> String {
    let mut line = String::new();
    let mut add = |text: &str| {
        for word in text.split_whitespace() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    };
    for piece in pieces {
        match piece {
            Piece::Block(_, text) => add(text),
            Piece::Table(rows) => rows.iter().flatten().for_each(|cell| add(cell)),
            Piece::Break | Piece::Anchor(_) => {}
        }
    }
    line
}

/// Makes pages of pieces.
pub(super) struct Writer<'l> {
    pub(super) document: Document,
    limits: &'l Limits,
    /// Whether the page that was begun last takes no more text.
    is_full: bool,
    /// Whether there is no room for another page.
    is_over: bool,
}

impl<'l> Writer<'l> {
    pub(super) fn new(document: Document, limits: &'l Limits) -> Self {
        Self { document, limits, is_full: false, is_over: false }
    }

    /// How much text a page may have, in bytes, and a little more, so that a cut is noticed.
    pub(super) fn page_bytes(&self) -> usize {
        self.limits.page_text.saturating_add(1)
    }

    /// Begins a page; nothing more is taken once there are too many.
    pub(super) fn begin_page(&mut self, label: Option<String>) {
        if self.is_over {
            return;
        }
        if self.document.pages.len() == self.limits.pages {
            let message = format!("only the first {} pages were read", self.limits.pages);
            let warning = Warning::on_file(WarningCode::LimitReached, message);
            self.document.warnings.push(warning);
            (self.is_full, self.is_over) = (true, true);
            return;
        }
        self.is_full = false;
        let mut page = Page::new(PageNumber::from_index(self.document.pages.len()));
        page.label = label.map(|label| clean_line(&label)).filter(|label| !label.is_empty());
        self.document.pages.push(page);
    }

    /// Whether a page was refused for want of room.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Writes pieces to the page that was begun last.
    pub(super) fn write(&mut self, pieces: Vec<Piece>) {
        for piece in pieces {
            match piece {
                Piece::Block(kind, text) => self.block(kind, &text),
                Piece::Table(rows) => self.table(&rows),
                Piece::Break => self.end_page(),
                Piece::Anchor(name) => {
                    if let Some(page) = self.document.pages.last_mut() {
                        page.push_anchor(name);
                    }
                }
            }
        }
    }

    /// Two breaks in a row are one: programs note both the wish for a new page and its beginning.
    fn end_page(&mut self) {
        if self.document.pages.last().is_some_and(|page| !page.text().is_empty()) {
            self.begin_page(None);
        }
    }

    fn block(&mut self, kind: BlockKind, text: &str) {
        let text = match kind {
            BlockKind::Heading { .. } => clean_line(text),
            BlockKind::Code => clean(text),
            _ => clean_lines(text),
        };
        self.push(kind, text, Vec::new());
    }

    fn table(&mut self, rows: &[Row]) {
        let rows = rows.iter().map(|cells| (None, cells.iter().map(String::as_str).collect()));
        self.rows(rows);
    }

    /// Writes a table whose rows may have names. One of a single cell is a paragraph.
    pub(super) fn rows<'c>(&mut self, rows: impl Iterator<Item = (Option<String>, Vec<&'c str>)>) {
        let mut text = String::new();
        let mut anchors = Vec::new();
        for (name, cells) in rows {
            let line = cells.iter().map(|cell| clean_line(cell)).collect::<Vec<_>>().join("\t");
            let line = line.trim_end();
            if line.is_empty() {
                continue;
            }
            if !text.is_empty() {
                text.push('\n');
            }
            anchors.extend(name.map(|name| Anchor { at: text.len() as u32, name }));
            text.push_str(line);
        }
        let is_table = text.trim().contains(['\t', '\n']);
        let kind = if is_table { BlockKind::Table } else { BlockKind::Paragraph };
        self.push(kind, text, anchors);
    }

    fn push(&mut self, kind: BlockKind, mut text: String, anchors: Vec<Anchor>) {
        /// What stands between blocks.
        const SEPARATOR_BYTES: usize = 2;
        if self.is_full {
            return;
        }
        let Some(page) = self.document.pages.last_mut() else { return };
        let room = self.limits.page_text.saturating_sub(page.text().len() + SEPARATOR_BYTES);
        let is_cut = text.len() > room;
        text.truncate(floor_char_boundary(&text, room));
        page.push_anchored(kind, &text, anchors);
        if is_cut {
            let message = format!("only the first {} bytes of it were read", self.limits.page_text);
            let number = page.number();
            let warning = Warning::on_page(number, WarningCode::LimitReached, message);
            self.document.warnings.push(warning);
            self.is_full = true;
        }
    }
}

/// Text in NFC, without what cannot be seen: controls, unknown and private characters.
fn clean(text: &str) -> String {
    // Formulas have an invisible character where a function meets its argument.
    let visible = text.chars().map(|c| if c == '\u{2061}' { ' ' } else { c });
    let text: String = visible.filter(|c| !is_noise(*c)).collect();
    unicode::compose(text)
}

fn is_noise(c: char) -> bool {
    let is_private = matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}');
    let is_control = c.is_control() && !matches!(c, '\n' | '\t');
    // A soft hyphen shows only at a line's end, and there are no lines here.
    is_private || is_control || matches!(c, '\u{fffd}' | '\u{feff}' | '\u{ad}')
}

/// Clean text on one line.
pub(super) fn clean_line(text: &str) -> String {
    let text = clean(text);
    let is_plain = !text.contains(['\n', '\t']) && !text.contains("  ") && text.trim() == text;
    if is_plain { text } else { text.split_whitespace().collect::<Vec<_>>().join(" ") }
}

/// Clean text whose line breaks stay while spaces around them go.
fn clean_lines(text: &str) -> String {
    let text = clean(text);
    if !text.contains('\n') {
        return text;
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}
