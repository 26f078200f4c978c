//! The pieces that chunks are packed from: blocks, or parts of blocks that are too long.

use std::ops::Range;
use std::rc::Rc;

use unicode_segmentation::UnicodeSegmentation;

use crate::document::{Block, BlockKind, Document, Page, Span};
use crate::text::sentence::{clauses, sentences};
use crate::tokens::TokenCounter;

/// A stretch of one page that is not cut any further, counted once.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) span: Span,
    pub(super) tokens: usize,
    pub(super) is_heading: bool,
    /// The headings above it, its own included if it is one.
    pub(super) headings: Rc<Vec<String>>,
}

/// What the line breaks between two pieces may cost.
const SEPARATOR_TOKENS: usize = 1;

/// All pieces of a document, in reading order.
pub(super) fn pieces(
    document: &Document,
    capacity: usize,
    counter: &dyn TokenCounter,
) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut outline = Outline::default();
    for page in &document.pages {
        let read = page.blocks().iter().filter(|block| block.kind != BlockKind::Furniture);
        for block in read {
            let text = page.block_text(block);
            if let BlockKind::Heading { level } = block.kind {
                outline.enter(level, text);
            }
            let mut cutter = Cutter { capacity, counter, ranges: Vec::new() };
            cutter.cut(text, 0, Border::first(block.kind));
            pieces.extend(cutter.ranges.into_iter().map(|(range, tokens)| Piece {
                span: place(page, block, range),
                tokens: tokens + SEPARATOR_TOKENS,
                is_heading: matches!(block.kind, BlockKind::Heading { .. }),
                headings: Rc::clone(&outline.headings),
            }));
        }
    }
    pieces
}

fn place(page: &Page, block: &Block, range: Range<usize>) -> Span {
    let start = block.start as usize;
    Span::new(page.number(), start + range.start..start + range.end)
}

/// The headings that are open where the walk stands.
#[derive(Default)]
struct Outline {
    levels: Vec<u8>,
    headings: Rc<Vec<String>>,
}

impl Outline {
    fn enter(&mut self, level: u8, text: &str) {
        let kept = self.levels.iter().take_while(|open| **open < level).count();
        self.levels.truncate(kept);
        self.levels.push(level);
        let mut headings = self.headings[..kept].to_vec();
        headings.push(text.to_owned());
        self.headings = Rc::new(headings);
    }
}

/// Where a text may be cut, from the best border to the worst.
#[derive(Debug, Clone, Copy)]
enum Border {
    Line,
    Sentence,
    Clause,
    Word,
    Grapheme,
}

impl Border {
    /// Rows of a table and lines of code stay whole; prose is cut at sentences.
    fn first(kind: BlockKind) -> Self {
        match kind {
            BlockKind::Table | BlockKind::Code | BlockKind::ListItem => Self::Line,
            _ => Self::Sentence,
        }
    }

    fn next(self) -> Option<Self> {
        match self {
            Self::Line => Some(Self::Sentence),
            Self::Sentence => Some(Self::Clause),
            Self::Clause => Some(Self::Word),
            Self::Word => Some(Self::Grapheme),
            Self::Grapheme => None,
        }
    }

    /// The parts between such borders, without white space around them.
    fn parts(self, text: &str) -> Vec<Range<usize>> {
        match self {
            Self::Sentence => sentences(text),
            Self::Clause => clauses(text),
            Self::Line => ranges(text.split_inclusive('\n'), text),
            Self::Word => ranges(text.split_word_bounds(), text),
            Self::Grapheme => ranges(text.graphemes(true), text),
        }
    }
}

fn ranges<'t>(parts: impl Iterator<Item = &'t str>, text: &str) -> Vec<Range<usize>> {
    let mut at = 0;
    let mut found = Vec::new();
    for part in parts {
        let start = at + (part.len() - part.trim_start().len());
        let end = start + part.trim().len();
        at += part.len();
        if start < end {
            found.push(start..end);
        }
    }
    debug_assert_eq!(at, text.len());
    found
}

struct Cutter<'c> {
    capacity: usize,
    counter: &'c dyn TokenCounter,
    ranges: Vec<(Range<usize>, usize)>,
}

impl Cutter<'_> {
    /// Keeps a text whole if it fits; else cuts it at the border, gathers parts as long as they
    /// fit together, and cuts what is still too long at the next border.
    fn cut(&mut self, text: &str, offset: usize, border: Border) {
        let tokens = self.counter.bound(text);
        if tokens + SEPARATOR_TOKENS <= self.capacity {
            self.ranges.push((offset..offset + text.len(), tokens));
            return;
        }
        let mut gathered: Vec<(Range<usize>, usize)> = Vec::new();
        let mut sum = SEPARATOR_TOKENS;
        for part in border.parts(text) {
            let tokens = self.counter.bound(&text[part.clone()]);
            if sum + tokens > self.capacity {
                self.settle(text, offset, border, &gathered);
                gathered.clear();
                sum = SEPARATOR_TOKENS;
            }
            sum += tokens;
            gathered.push((part, tokens));
        }
        self.settle(text, offset, border, &gathered);
    }

    /// Keeps gathered parts together. A counter may find the whole longer than the sum of its
    /// parts; then fewer are kept together. A part that alone is too long is cut further.
    fn settle(
        &mut self,
        text: &str,
        offset: usize,
        border: Border,
        parts: &[(Range<usize>, usize)],
    ) {
        let (Some((first, _)), Some((last, _))) = (parts.first(), parts.last()) else { return };
        let range = first.start..last.end;
        let tokens = self.counter.bound(&text[range.clone()]);
        let fits = tokens + SEPARATOR_TOKENS <= self.capacity;
        match border.next() {
            _ if !fits && parts.len() > 1 => {
                let (head, tail) = parts.split_at(parts.len() / 2);
                self.settle(text, offset, border, head);
                self.settle(text, offset, border, tail);
            }
            Some(next) if !fits => self.cut(&text[range.clone()], offset + range.start, next),
            _ => self.ranges.push((offset + range.start..offset + range.end, tokens)),
        }
    }
}
