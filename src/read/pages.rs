//! Fills a document's pages with blocks, within limits.
//!
//! Formats without pages have one; only a text above [`Limits::page_text`] goes on on another.

use super::{Limits, unicode};
use crate::document::{Anchor, BlockKind, Document, Page, PageNumber, Warning, WarningCode};

/// A document in the making.
pub(super) struct Pages<'l> {
    document: Document,
    page: Page,
    limits: &'l Limits,
    is_full: bool,
}

impl<'l> Pages<'l> {
    pub(super) fn new(document: Document, limits: &'l Limits) -> Self {
        let page = Page::new(PageNumber::from_index(0));
        Self { document, page, limits, is_full: false }
    }

    /// Whether nothing more can be added.
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }

    /// Whether a page has room for so many bytes, or is empty.
    pub(super) fn has_room(&self, bytes: usize) -> bool {
        self.page.text().is_empty() || self.page.text().len() + bytes <= self.limits.page_text
    }

    /// Adds a block, on a new page if this one is full.
    pub(super) fn push(&mut self, kind: BlockKind, text: &str) {
        // A letter and its accent may have had something between them that goes.
        let text = unicode::compose(clean(text).into_owned());
        let (_, mut rest) = kind.trim(&text);
        while !rest.is_empty() && !self.is_full {
            if !self.has_room(rest.len()) {
                self.turn_page();
                continue;
            }
            let (now, later) = rest.split_at(end_of_part(rest, self.limits.page_text));
            self.page.push(kind, now);
            (_, rest) = kind.trim(later);
        }
    }

    /// Names the place where the text will go on.
    #[cfg(any(feature = "core", feature = "html"))]
    pub(super) fn push_anchor(&mut self, name: &str) {
        if !self.is_full {
            self.page.push_anchor(clean(name));
        }
    }

    /// Adds a table on a page of its own, with names for the places of its text.
    pub(super) fn push_table(&mut self, text: &str, mut anchors: Vec<Anchor>) {
        if !self.page.text().is_empty() {
            self.turn_page();
        }
        let (indent, _) = BlockKind::Table.trim(text);
        self.push(BlockKind::Table, text);
        // A row above the limit has gone on on other pages, which leaves none in its order.
        let length = self.page.text().len() as u32;
        anchors.retain(|anchor| anchor.at <= length);
        for anchor in &mut anchors {
            anchor.at = anchor.at.saturating_sub(indent);
        }
        self.page.set_places(anchors, Vec::new());
    }

    /// Begins another page, unless there are too many.
    pub(super) fn turn_page(&mut self) {
        if self.document.pages.len() + 1 >= self.limits.pages {
            let message = format!("only the first {} pages were read", self.limits.pages);
            self.document.warnings.push(Warning::on_file(WarningCode::LimitReached, message));
            self.is_full = true;
            return;
        }
        let next = Page::new(PageNumber::from_index(self.document.pages.len() + 1));
        self.document.pages.push(std::mem::replace(&mut self.page, next));
    }

    /// The document, unless it has no text.
    pub(super) fn finish(mut self) -> Option<Document> {
        if !self.page.text().is_empty() {
            self.document.pages.push(self.page);
        }
        self.document.has_text().then_some(self.document)
    }
}

/// How much of a text fits on a page: all, or up to a line end or at least a whole character.
fn end_of_part(text: &str, limit: usize) -> usize {
    if text.len() <= limit {
        return text.len();
    }
    let mut end = limit;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let first = text.chars().next().map_or(0, char::len_utf8);
    text[..end].rfind('\n').filter(|line| *line > 0).unwrap_or(end).max(first)
}

/// Takes out what no text should hold: control characters, and marks of what could not be decoded.
pub(super) fn clean(text: &str) -> std::borrow::Cow<'_, str> {
    let is_unwanted =
        |c: char| matches!(c, '\u{fffd}' | '\u{feff}') || c.is_control() && c != '\n' && c != '\t';
    if text.contains(is_unwanted) { text.replace(is_unwanted, "").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::DocumentId;

    fn pages(limits: &Limits, blocks: &[&str]) -> Document {
        let mut pages = Pages::new(Document::new(DocumentId::new("a")), limits);
        for block in blocks {
            pages.push(BlockKind::Paragraph, block);
        }
        pages.finish().unwrap()
    }

    #[test]
    fn text_above_the_limit_goes_on_on_another_page() {
        let limits = Limits { page_text: 8, ..Limits::default() };
        let document = pages(&limits, &["one two", "three", "ein Wort\nzwei Wörter"]);
        let texts: Vec<&str> = document.pages.iter().map(Page::text).collect();
        assert_eq!(texts, ["one two", "three", "ein Wort", "zwei Wö", "rter"]);
    }

    #[test]
    fn pages_above_the_limit_are_left_out_and_reported() {
        let limits = Limits { page_text: 2, pages: 2, ..Limits::default() };
        let document = pages(&limits, &["a", "bb", "c"]);
        assert_eq!(document.pages.len(), 2);
        assert_eq!(document.warnings[0].code, WarningCode::LimitReached);
    }

    #[test]
    fn control_characters_are_left_out() {
        assert_eq!(pages(&Limits::default(), &["a\0\u{85}b\u{fffd}\tc"]).pages[0].text(), "ab\tc");
    }
}
