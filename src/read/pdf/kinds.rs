//! Tells headings from text by comparing blocks with the rest of the document.
//!
//! Body text is what most of the document is set in. A block that is larger is a heading, and
//! the larger the size, the higher its level. This can only be known at the document's end.

use std::collections::BTreeMap;

use super::blocks::{Draft, Shape};
use super::markers::starts_caption;
use crate::document::BlockKind;

/// Sizes are compared in steps of half a point; coordinates are not exact.
const STEPS_PER_POINT: f64 = 2.0;

/// A heading is larger than the body by this at least.
const HEADING_RATIO: f64 = 1.15;

/// Longer texts are not headings, however they are set.
const LONGEST_HEADING: usize = 200;

/// The same for headings that only their weight tells from the text.
const LONGEST_BOLD_HEADING: usize = 100;

/// More lines are not a heading.
const MOST_LINES: usize = 3;

/// The lowest level that a document has.
const LOWEST_LEVEL: u8 = 6;

/// How much of a document may be headings. Slides and posters are all large print.
const MOST_HEADINGS: f64 = 0.3;

/// The sizes that a document is set in, and the kinds of block that they mean.
#[derive(Debug, Default)]
pub(super) struct Sizes {
    /// Size, in steps → characters set in it.
    characters: BTreeMap<u32, usize>,
    /// Size, in steps → characters of blocks that could be headings in it.
    candidates: BTreeMap<u32, usize>,
}

impl Sizes {
    /// Counts the blocks of a page.
    pub(super) fn count(&mut self, blocks: &[Draft]) {
        for block in blocks {
            let characters = block.text.chars().count();
            *self.characters.entry(steps(block.size)).or_default() += characters;
            if could_be_heading(block) {
                *self.candidates.entry(steps(block.size)).or_default() += characters;
            }
        }
    }

    /// Says what blocks are, once all pages are counted.
    pub(super) fn kinds(&self) -> Kinds {
        let body = self.characters.iter().max_by_key(|(_, count)| **count);
        let body = body.map_or(0, |(size, _)| *size);
        let least = (f64::from(body) * HEADING_RATIO).ceil() as u32;
        let all: usize = self.characters.values().sum();
        let larger: usize = self.candidates.range(least..).map(|(_, count)| count).sum();
        let are_headings = larger as f64 <= MOST_HEADINGS * all as f64;
        let sizes = self.candidates.range(least..).rev().map(|(size, _)| *size);
        let heading_sizes = if are_headings { sizes.collect() } else { Vec::new() };
        Kinds { body, heading_sizes }
    }
}

/// Tells the kinds of a document's blocks.
#[derive(Debug)]
pub(super) struct Kinds {
    body: u32,
    /// In steps, the greatest first.
    heading_sizes: Vec<u32>,
}

impl Kinds {
    pub(super) fn of(&self, block: &Draft) -> BlockKind {
        match block.shape {
            Shape::Table => BlockKind::Table,
            _ if self.level(block).is_some() => {
                BlockKind::Heading { level: self.level(block).unwrap_or(LOWEST_LEVEL) }
            }
            Shape::ListItem => BlockKind::ListItem,
            Shape::Text if block.lines <= MOST_LINES && starts_caption(&block.text) => {
                BlockKind::Caption
            }
            Shape::Text => BlockKind::Paragraph,
        }
    }

    fn level(&self, block: &Draft) -> Option<u8> {
        if !could_be_heading(block) || starts_caption(&block.text) {
            return None;
        }
        let size = steps(block.size);
        let rank = self.heading_sizes.iter().position(|heading| *heading == size);
        let rank = rank.or_else(|| self.is_bold_heading(block).then_some(self.heading_sizes.len()));
        rank.map(|rank| u8::try_from(rank + 1).unwrap_or(LOWEST_LEVEL).min(LOWEST_LEVEL))
    }

    /// A bold line of body size that stands alone.
    fn is_bold_heading(&self, block: &Draft) -> bool {
        block.is_bold
            && block.shape == Shape::Text
            && block.lines == 1
            && steps(block.size) >= self.body
            && block.text.chars().count() <= LONGEST_BOLD_HEADING
    }
}

fn steps(size: f64) -> u32 {
    (size * STEPS_PER_POINT).round() as u32
}

/// Whether a block is short, in one piece, and does not end like a sentence.
fn could_be_heading(block: &Draft) -> bool {
    !block.has_gaps
        && block.lines <= MOST_LINES
        && block.text.chars().count() <= LONGEST_HEADING
        && block.text.chars().any(char::is_alphabetic)
        && !block.text.ends_with(['.', ';', ',', '。', '，', '；', '।', '۔'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(text: &str, size: f64, is_bold: bool) -> Draft {
        Draft {
            shape: Shape::Text,
            text: text.to_owned(),
            size,
            is_bold,
            has_gaps: false,
            boxes: Vec::new(),
            lines: 1,
        }
    }

    fn kinds(blocks: &[Draft]) -> Vec<BlockKind> {
        let mut sizes = Sizes::default();
        sizes.count(blocks);
        let kinds = sizes.kinds();
        blocks.iter().map(|block| kinds.of(block)).collect()
    }

    #[test]
    fn larger_blocks_are_headings_by_rank_of_size() {
        let body = "Long text that fills the document. ".repeat(10);
        let blocks = [
            block("Title", 24.0, false),
            block("Chapter", 16.1, false),
            block(&body, 10.0, false),
            block("In bold", 10.0, true),
            block("A large sentence.", 16.0, false),
            block("Figure 2: in bold", 10.0, true),
        ];
        assert_eq!(
            kinds(&blocks),
            [
                BlockKind::Heading { level: 1 },
                BlockKind::Heading { level: 2 },
                BlockKind::Paragraph,
                BlockKind::Heading { level: 3 },
                BlockKind::Paragraph,
                BlockKind::Caption,
            ]
        );
    }

    #[test]
    fn where_all_is_large_nothing_is_a_heading() {
        let blocks = [
            block("A slide with a long line of text", 20.0, false),
            block("Another that has as much to say", 24.0, false),
        ];
        assert_eq!(kinds(&blocks), [BlockKind::Paragraph, BlockKind::Paragraph]);
    }
}
