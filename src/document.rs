//! What a reader makes of a file: pages of text, cut into blocks.
//!
//! A [`Document`] is the only thing that passes from the readers to everything after them. It
//! knows nothing of formats, chunks or models. Each page holds its text once; blocks and spans
//! are byte ranges of that text, so that whatever is found later can be shown where it stood.
//!
//! ```
//! use qwen_agent_wasm::document::{BlockKind, Page, PageNumber};
//!
//! let mut page = Page::new(PageNumber::new(1));
//! page.push(BlockKind::Heading { level: 1 }, "Terms");
//! page.push(BlockKind::Paragraph, "Notice is three months.");
//! assert_eq!(page.text(), "Terms\n\nNotice is three months.");
//! assert_eq!(page.block_text(&page.blocks()[1]), "Notice is three months.");
//! ```

use std::fmt;
use std::ops::Range;

pub mod encoding;
mod kind;

pub use kind::BlockKind;

/// Byte offsets into a page fit in 32 bits, and a browser tab could not hold more.
pub const MAX_TEXT_BYTES: usize = u32::MAX as usize / 2;

/// The caller's name for a document, such as a file name or a URL. It never changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DocumentId(String);

impl DocumentId {
    /// Wraps a caller's name.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The name as the caller gave it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The position of a page in its document, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PageNumber(u32);

impl PageNumber {
    /// The page at a position counted from 1; 0 is taken as 1.
    pub fn new(number: u32) -> Self {
        Self(number.max(1))
    }

    /// The page at a position counted from 0.
    pub fn from_index(index: usize) -> Self {
        Self(index as u32 + 1)
    }

    /// The position counted from 1.
    pub fn get(self) -> u32 {
        self.0
    }

    /// The position counted from 0.
    pub fn index(self) -> usize {
        self.0 as usize - 1
    }
}

impl fmt::Display for PageNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A file as text: its pages in reading order, and what could not be read of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The caller's name for it.
    pub id: DocumentId,
    /// The title it gives itself, if it does.
    pub title: Option<String>,
    /// The language it says it is in, as a BCP 47 tag.
    pub language: Option<String>,
    /// Where it can be visited: the canonical address of a web page.
    pub url: Option<String>,
    /// Its pages; formats without pages have one.
    pub pages: Vec<Page>,
    /// What could not be read, while the rest could.
    pub warnings: Vec<Warning>,
}

impl Document {
    /// A document without pages.
    pub fn new(id: DocumentId) -> Self {
        let (title, language, url) = (None, None, None);
        Self { id, title, language, url, pages: Vec::new(), warnings: Vec::new() }
    }

    /// The page with this number.
    pub fn page(&self, number: PageNumber) -> Option<&Page> {
        self.pages.get(number.index())
    }

    /// The text under a span, if the span lies in this document.
    pub fn slice(&self, span: &Span) -> Option<&str> {
        self.page(span.page)?.text().get(span.range())
    }

    /// The name of the place where a span begins, such as the id of the heading above it.
    pub fn anchor_of(&self, span: &Span) -> Option<&str> {
        let anchor = self.page(span.page)?.anchor_at(span.range().start)?;
        Some(&anchor.name)
    }

    /// Whether any page has text.
    pub fn has_text(&self) -> bool {
        self.pages.iter().any(|page| !page.text().is_empty())
    }
}

/// One page: its text, the blocks that the text consists of, and where they stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    number: PageNumber,
    text: String,
    blocks: Vec<Block>,
    /// What its readers call it: a sheet's name, a chapter's title, "iv".
    pub label: Option<String>,
    /// Its width and height in points, if it has a size.
    pub size: Option<(f32, f32)>,
    anchors: Vec<Anchor>,
    boxes: Vec<TextBox>,
}

/// A name for a place in a page's text: a heading's id in a web page, a row of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// Where in the page's text, in bytes.
    pub at: u32,
    /// Its name, such as `terms` or `A12`.
    pub name: String,
}

/// Where a word of a page's text is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TextBox {
    /// First byte of the word in the page's text.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
    /// Its place on the page.
    pub rect: Rect,
}

impl Rect {
    /// The part of a word's rectangle that some of its bytes take, as if all its characters were
    /// of one width.
    fn part(self, word: &str, bytes: Range<u32>) -> Self {
        if bytes == (0..word.len() as u32) {
            return self;
        }
        let all = word.chars().count().max(1) as f32;
        let until =
            |byte: u32| word.char_indices().take_while(|(at, _)| *at < byte as usize).count();
        let (from, to) = (until(bytes.start) as f32 / all, until(bytes.end) as f32 / all);
        let is_right_to_left = word
            .chars()
            .any(|c| matches!(c as u32, 0x590..=0x8ff | 0xfb1d..=0xfdff | 0xfe70..=0xfeff));
        if self.height > self.width * 2.0 && all > 1.0 {
            return Self {
                y: self.y + self.height * from,
                height: self.height * (to - from),
                ..self
            };
        }
        let (from, to) = if is_right_to_left { (1.0 - to, 1.0 - from) } else { (from, to) };
        Self { x: self.x + self.width * from, width: self.width * (to - from), ..self }
    }
}

/// A rectangle in points, from the page's top left corner, as the page is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl Page {
    /// A page without text.
    pub fn new(number: PageNumber) -> Self {
        Self {
            number,
            text: String::new(),
            blocks: Vec::new(),
            label: None,
            size: None,
            anchors: Vec::new(),
            boxes: Vec::new(),
        }
    }

    /// Puts a page together from parts that were taken from one, as when it is decoded.
    ///
    /// Returns nothing if a block does not lie in the text, or lies before the one before it.
    pub fn from_parts(number: PageNumber, text: String, blocks: Vec<Block>) -> Option<Self> {
        let mut end = 0;
        for block in &blocks {
            let inside = text.get(block.range()).is_some();
            if !inside || block.start < end {
                return None;
            }
            end = block.end;
        }
        Some(Self { text, blocks, ..Self::new(number) })
    }

    /// Appends a block; text that is only white space is passed over.
    pub fn push(&mut self, kind: BlockKind, text: &str) {
        self.push_boxed(kind, text, &[]);
    }

    /// Appends a block whose words have places; their offsets are those of `text`.
    pub fn push_boxed(&mut self, kind: BlockKind, text: &str, boxes: &[TextBox]) {
        let (trimmed_start, text) = kind.trim(text);
        if text.is_empty() {
            return;
        }
        if let Some(last) = self.blocks.last() {
            self.text.push_str(separator(last.kind, kind));
        }
        let start = self.text.len() as u32;
        self.text.push_str(text);
        let end = self.text.len() as u32;
        self.blocks.push(Block { kind, start, end });
        let shifted = boxes.iter().map(|word| TextBox {
            start: (start + word.start).saturating_sub(trimmed_start).max(start),
            end: (start + word.end).saturating_sub(trimmed_start).min(end),
            ..*word
        });
        self.boxes.extend(shifted.filter(|word| word.start < word.end));
    }

    /// Names the place where the text will go on. A name that is never followed by text is lost.
    pub fn push_anchor(&mut self, name: impl Into<String>) {
        self.anchors.push(Anchor { at: self.text.len() as u32, name: name.into() });
    }

    /// Appends a block with named places in it, such as a table's rows; their offsets are those
    /// of `text`.
    pub fn push_anchored(&mut self, kind: BlockKind, text: &str, anchors: Vec<Anchor>) {
        let blocks = self.blocks.len();
        self.push(kind, text);
        let Some(block) = self.blocks.get(blocks).copied() else { return };
        let (trimmed, _) = kind.trim(text);
        self.anchors.extend(anchors.into_iter().map(|anchor| {
            let at = block.start + anchor.at.saturating_sub(trimmed);
            Anchor { at: at.min(block.end), ..anchor }
        }));
    }

    /// The names of places, in the order of the text.
    pub fn anchors(&self) -> &[Anchor] {
        &self.anchors
    }

    /// The last name at or before a byte of the text.
    pub fn anchor_at(&self, byte: usize) -> Option<&Anchor> {
        let after = self.anchors.partition_point(|anchor| anchor.at as usize <= byte);
        self.anchors[..after].last()
    }

    /// Where its words are drawn, in the order of the text; none if the format has no places.
    pub fn boxes(&self) -> &[TextBox] {
        &self.boxes
    }

    /// The rectangles of the words that a stretch of the text touches; of a word that it only
    /// touches in part, that part. Scripts without spaces have words as long as a line.
    pub fn rects(&self, bytes: Range<usize>) -> impl Iterator<Item = Rect> {
        let first = self.boxes.partition_point(|word| word.end as usize <= bytes.start);
        let (start, end) = (bytes.start as u32, bytes.end as u32);
        let touched = self.boxes[first..].iter().take_while(move |word| word.start < end);
        touched.map(move |word| {
            let text = &self.text[word.start as usize..word.end as usize];
            word.rect.part(text, start.max(word.start) - word.start..end.min(word.end) - word.start)
        })
    }

    /// Gives it anchors and boxes that were taken from it, as when it is decoded; whether they
    /// lie in its text, in order.
    pub fn set_places(&mut self, anchors: Vec<Anchor>, boxes: Vec<TextBox>) -> bool {
        // Beyond the text there are no characters, so these lie in it, too.
        let is_between = |at: u32| self.text.is_char_boundary(at as usize);
        let are_places = anchors.is_sorted_by_key(|anchor| anchor.at)
            && anchors.iter().all(|anchor| is_between(anchor.at))
            && boxes.iter().all(|word| word.start < word.end)
            && boxes.iter().all(|word| is_between(word.start) && is_between(word.end))
            && boxes.is_sorted_by(|a, b| a.end <= b.start);
        if are_places {
            (self.anchors, self.boxes) = (anchors, boxes);
        }
        are_places
    }

    /// Its position in the document.
    pub fn number(&self) -> PageNumber {
        self.number
    }

    /// All its text; blocks stand apart by an empty line, list items by a line break.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The blocks in reading order.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The text of one of its blocks.
    pub fn block_text(&self, block: &Block) -> &str {
        self.text.get(block.range()).unwrap_or_default()
    }
}

fn separator(before: BlockKind, after: BlockKind) -> &'static str {
    match (before, after) {
        (BlockKind::ListItem, BlockKind::ListItem) => "\n",
        _ => "\n\n",
    }
}

/// A stretch of a page that belongs together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Where it begins in the page's text, in bytes.
    pub start: u32,
    /// Where it ends, in bytes, exclusive.
    pub end: u32,
}

impl Block {
    /// Its bytes within the page's text.
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A byte range of one page's text. Offsets become UTF-16 only at the door to JavaScript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// The page.
    pub page: PageNumber,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span of a page's bytes.
    pub fn new(page: PageNumber, bytes: Range<usize>) -> Self {
        Self { page, start: bytes.start as u32, end: bytes.end as u32 }
    }

    /// Its bytes within the page's text.
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Something that could not be read, while the rest could.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The page it concerns, if it concerns one.
    pub page: Option<PageNumber>,
    /// A name that never changes, such as `page.unreadable`; docs/errors.md lists them.
    pub code: WarningCode,
    /// What happened, in words.
    pub message: String,
}

/// The kinds of [`Warning`].
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarningCode {
    /// A page could not be read at all.
    PageUnreadable,
    /// A page shows something, but has no text: it is probably a scan.
    PageWithoutText,
    /// Characters whose meaning the file does not tell.
    UnknownCharacters,
    /// The file was damaged, and what could be found was read.
    Repaired,
    /// The file was cut short, and what was there was read.
    Truncated,
    /// A limit was reached, and what came before it was read.
    LimitReached,
    /// The text was not marked with its encoding, which was guessed.
    CharsetGuessed,
}

impl WarningCode {
    /// Every kind, for documentation and decoding.
    pub const ALL: [Self; 7] = [
        Self::PageUnreadable,
        Self::PageWithoutText,
        Self::UnknownCharacters,
        Self::Repaired,
        Self::Truncated,
        Self::LimitReached,
        Self::CharsetGuessed,
    ];

    /// The stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PageUnreadable => "page.unreadable",
            Self::PageWithoutText => "page.no_text",
            Self::UnknownCharacters => "page.unknown_characters",
            Self::Repaired => "file.repaired",
            Self::Truncated => "file.truncated",
            Self::LimitReached => "file.limit",
            Self::CharsetGuessed => "file.charset_guessed",
        }
    }
}

impl Warning {
    /// A warning about one page.
    pub fn on_page(page: PageNumber, code: WarningCode, message: impl Into<String>) -> Self {
        Self { page: Some(page), code, message: message.into() }
    }

    /// A warning about the whole file.
    pub fn on_file(code: WarningCode, message: impl Into<String>) -> Self {
        Self { page: None, code, message: message.into() }
    }
}
