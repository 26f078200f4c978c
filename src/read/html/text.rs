//! Writes a selection of a page's elements as blocks.
//!
//! Text flows together across decorating elements, as a browser would set it: `<b>bo</b>ld` is
//! one word, while a block, a cell or a line break always parts words.

use super::article::Selection;
use super::tag::Tag;
use super::tree::{Content, Tree};
use crate::document::BlockKind;
use crate::read::pages::{Pages, clean};
use crate::read::unicode;

/// No real table spans more; a file may claim anything, for each of many cells.
const MAX_SPAN: u16 = 64;

/// Writes what is selected.
pub(super) fn write(tree: &Tree, selection: &Selection, pages: &mut Pages) {
    let mut writer = Writer { tree, pages, open: Vec::new(), line: Line::default(), anchor: None };
    let mut index = selection.root;
    while index < tree.nodes[selection.root].end && !writer.pages.is_full() {
        writer.leave(index);
        if selection.skips(index) {
            // What is left out still parts what stands around it.
            writer.break_at(tree.tag(index));
            index = tree.nodes[index].end;
            continue;
        }
        index = writer.enter(index, selection);
    }
    writer.leave(usize::MAX);
    writer.flush();
}

/// How much the name of a place says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum AnchorRank {
    /// A box; only worth something if a heading follows.
    Box,
    /// A section, item, table or figure.
    Section,
    /// The target of a link.
    Target,
    /// A heading's own id.
    Heading,
}

/// An element whose end has not been reached.
struct Open {
    tag: Tag,
    end: usize,
    /// The number of the next item, for ordered lists.
    number: Option<i32>,
    /// The marker of an item, until it is written.
    marker: Option<String>,
}

struct Writer<'t, 'p, 'l> {
    tree: &'t Tree,
    pages: &'p mut Pages<'l>,
    open: Vec<Open>,
    line: Line,
    anchor: Option<(AnchorRank, &'t str)>,
}

impl Writer<'_, '_, '_> {
    /// Takes in one node; returns the index of the next.
    fn enter(&mut self, index: usize, selection: &Selection) -> usize {
        match &self.tree.nodes[index].content {
            Content::Text(range) => {
                let is_verbatim = self.open.iter().any(|open| open.tag.is_preformatted());
                self.line.push(&self.tree.text[range.clone()], is_verbatim);
                index + 1
            }
            Content::Element(Tag::Br, _) => {
                self.line.break_line();
                index + 1
            }
            Content::Element(Tag::Q, _) => {
                self.line.push("\u{201c}", false);
                self.enter_element(index, Tag::Q)
            }
            Content::Element(Tag::Table, _) if is_data(self.tree, index) => {
                self.flush();
                self.note_anchor(index, Tag::Table);
                self.write_table(index, selection);
                self.tree.nodes[index].end
            }
            Content::Element(tag, _) => self.enter_element(index, *tag),
        }
    }

    fn enter_element(&mut self, index: usize, tag: Tag) -> usize {
        self.break_at(Some(tag));
        self.note_anchor(index, tag);
        let end = self.tree.nodes[index].end;
        let marker = (tag == Tag::Li).then(|| self.next_marker());
        let first = self.tree.attributes(index).and_then(|attributes| attributes.first);
        let number = (tag == Tag::Ol).then(|| first.unwrap_or(1));
        if tag.is_block() || tag == Tag::Q {
            self.open.push(Open { tag, end, number, marker });
        }
        index + 1
    }

    fn next_marker(&mut self) -> String {
        let is_list = |open: &&mut Open| matches!(open.tag, Tag::Ul | Tag::Ol | Tag::Menu);
        let number = self.open.iter_mut().rev().find(is_list).and_then(|list| list.number.as_mut());
        let Some(number) = number else { return "- ".to_owned() };
        let marker = format!("{number}. ");
        *number = number.saturating_add(1);
        marker
    }

    /// Ends the block before an element that stands on lines of its own.
    fn break_at(&mut self, tag: Option<Tag>) {
        if tag.is_some_and(Tag::is_block) {
            self.flush();
        }
    }

    /// Leaves the elements that end before a node.
    fn leave(&mut self, index: usize) {
        while self.open.last().is_some_and(|open| open.end <= index) {
            if self.open.last().is_some_and(|open| open.tag == Tag::Q) {
                self.line.push("\u{201d}", false);
            } else {
                self.flush();
            }
            self.open.pop();
        }
    }

    /// Remembers an id for the text that follows. Of several, the one that says most is kept.
    fn note_anchor(&mut self, index: usize, tag: Tag) {
        let id = self.tree.attributes(index).and_then(|attributes| attributes.id.as_deref());
        let Some(id) = id else { return };
        let is_in_heading = self.open.iter().any(|open| open.tag.heading().is_some());
        let rank = match tag {
            _ if tag.heading().is_some() => AnchorRank::Heading,
            Tag::A => AnchorRank::Target,
            _ if is_in_heading => AnchorRank::Target,
            Tag::Section | Tag::Article | Tag::Li | Tag::Dt | Tag::Table | Tag::Figure | Tag::P => {
                AnchorRank::Section
            }
            _ if tag.is_block() => AnchorRank::Box,
            _ => return,
        };
        if self.anchor.is_none_or(|(known, _)| known <= rank) {
            self.anchor = Some((rank, id));
        }
    }

    /// Ends a block.
    fn flush(&mut self) {
        let is_verbatim = self.open.iter().any(|open| open.tag.is_preformatted());
        let text = self.line.take(is_verbatim);
        if text.trim().is_empty() {
            return;
        }
        let kind = self.kind();
        let marker = self.open.iter_mut().rev().find(|open| open.tag == Tag::Li);
        let marker = marker.and_then(|item| item.marker.take()).unwrap_or_default();
        self.push(kind, &(marker + &text));
    }

    fn push(&mut self, kind: BlockKind, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        if let Some((rank, name)) = self.anchor.take()
            && (rank > AnchorRank::Box || kind.level().is_some())
        {
            self.pages.push_anchor(name);
        }
        self.pages.push(kind, text);
    }

    /// What the text at hand is, by the innermost element that says so.
    fn kind(&self) -> BlockKind {
        for open in self.open.iter().rev() {
            if let Some(level) = open.tag.heading() {
                return BlockKind::Heading { level };
            }
            match open.tag {
                Tag::Caption | Tag::Figcaption => return BlockKind::Caption,
                Tag::Dt | Tag::Dd => return BlockKind::ListItem,
                Tag::Li => return BlockKind::ListItem,
                tag if tag.is_preformatted() => return BlockKind::Code,
                tag if tag.is_cell() => return BlockKind::Paragraph,
                _ => {}
            }
        }
        BlockKind::Paragraph
    }

    /// Writes a table, one row a line; its caption stands before it.
    fn write_table(&mut self, table: usize, selection: &Selection) {
        let (mut rows, mut caption) = (Rows::default(), Line::default());
        let mut index = table + 1;
        // Where the element ends that text belongs to, and whether that is the caption.
        let (mut caption_end, mut cell_end) = (0, 0);
        while index < self.tree.nodes[table].end {
            if cell_end != 0 && index >= cell_end {
                rows.end_cell();
                cell_end = 0;
            }
            let node = &self.tree.nodes[index];
            if selection.skips(index) {
                index = node.end;
                continue;
            }
            match &node.content {
                Content::Text(range) if index < caption_end => {
                    caption.push(&self.tree.text[range.clone()], false);
                }
                Content::Text(range) => rows.cell.push(&self.tree.text[range.clone()], false),
                Content::Element(Tag::Caption, _) => caption_end = node.end,
                Content::Element(Tag::Tr, _) => rows.begin_row(),
                Content::Element(tag, attributes) if tag.is_cell() => {
                    rows.begin_cell(attributes.colspan, attributes.rowspan);
                    cell_end = node.end;
                }
                Content::Element(tag, _) if tag.is_block() || *tag == Tag::Br => {
                    rows.cell.push(" ", false);
                }
                Content::Element(..) => {}
            }
            index += 1;
        }
        self.push(BlockKind::Caption, &caption.take(false));
        self.push(BlockKind::Table, &rows.finish());
    }
}

/// A table holds data, rather than the page's layout, if its cells hold nothing but short text
/// and there is more than one to a row or a row to compare it with.
fn is_data(tree: &Tree, table: usize) -> bool {
    let inside = table + 1..tree.nodes[table].end;
    let (mut rows, mut cells, mut has_header) = (0, 0, false);
    for index in inside {
        match tree.tag(index) {
            Some(Tag::Tr) => rows += 1,
            Some(Tag::Td) => cells += 1,
            Some(Tag::Th) => (cells, has_header) = (cells + 1, true),
            Some(
                Tag::Table
                | Tag::H1
                | Tag::H2
                | Tag::H3
                | Tag::Pre
                | Tag::Article
                | Tag::Section
                | Tag::Blockquote
                | Tag::Form,
            ) => return false,
            _ => {}
        }
    }
    has_header || rows > 1 && cells > rows
}

/// The rows of a table in the making.
#[derive(Default)]
struct Rows {
    text: String,
    cell: Line,
    column: usize,
    is_in_row: bool,
    span: u16,
    /// For every column, in how many more rows a cell from above stands there.
    taken: Vec<u16>,
}

impl Rows {
    fn begin_row(&mut self) {
        self.end_cell();
        if self.is_in_row {
            self.text.push('\n');
        }
        for rows in &mut self.taken {
            *rows = rows.saturating_sub(1);
        }
        (self.column, self.is_in_row) = (0, true);
    }

    fn begin_cell(&mut self, colspan: u16, rowspan: u16) {
        self.end_cell();
        while self.taken.get(self.column).is_some_and(|rows| *rows > 0) {
            self.next_column();
        }
        self.next_column();
        self.is_in_row = true;
        self.span = colspan.clamp(1, MAX_SPAN) - 1;
        let columns = self.column - 1..self.column + usize::from(self.span);
        if rowspan > 1 {
            self.taken.resize(self.taken.len().max(columns.end), 0);
            self.taken[columns].fill(rowspan.min(MAX_SPAN));
        }
    }

    /// Cells are parted by tabs, so the first of a row has none before it.
    fn next_column(&mut self) {
        if self.column > 0 {
            self.text.push('\t');
        }
        self.column += 1;
    }

    fn end_cell(&mut self) {
        // A line end or tab within a cell would look like another row or cell.
        let text = self.cell.take(false).replace(['\n', '\t'], " ");
        self.text.push_str(text.trim());
        for _ in 0..std::mem::take(&mut self.span) {
            self.next_column();
        }
    }

    fn finish(mut self) -> String {
        self.end_cell();
        // Rows in which nothing stands say nothing.
        let rows = self.text.split('\n').filter(|row| !row.trim().is_empty());
        rows.collect::<Vec<_>>().join("\n")
    }
}

/// Text that flows together.
#[derive(Default)]
struct Line {
    text: String,
    /// White space was met that counts only if more text follows.
    space: bool,
}

impl Line {
    fn push(&mut self, text: &str, is_verbatim: bool) {
        if is_verbatim {
            self.text.push_str(text);
            return;
        }
        for c in text.chars() {
            match c {
                ' ' | '\t' | '\n' | '\r' | '\u{c}' => self.space = true,
                // A soft hyphen shows only where a line is broken, and would split the word.
                '\u{ad}' => {}
                _ => {
                    self.set_space();
                    // A space that may not be broken is a space to whoever searches for words.
                    self.text.push(if c == '\u{a0}' { ' ' } else { c });
                }
            }
        }
    }

    fn set_space(&mut self) {
        if std::mem::take(&mut self.space) && !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push(' ');
        }
    }

    fn break_line(&mut self) {
        self.space = false;
        self.text.push('\n');
    }

    fn take(&mut self, is_verbatim: bool) -> String {
        self.space = false;
        let text = std::mem::take(&mut self.text);
        // Some generators mark headings with a space of no width.
        let is_blank = |c: char| c.is_whitespace() || c == '\u{200b}';
        let text = if is_verbatim { text.trim_matches('\n') } else { text.trim_matches(is_blank) };
        // Cleaned first, since what is taken out may part a letter from its accent.
        unicode::compose(clean(text).into_owned())
    }
}
