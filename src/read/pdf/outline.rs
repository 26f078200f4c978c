//! The outline (bookmarks) of a document: headings that its author named as such.

use std::collections::HashMap;

use hayro_syntax::Pdf;
use hayro_syntax::object::{Dict, String as PdfString};

use super::characters::{clean_block_text, clean_glyph_text};
use super::text_string;

/// Entries read at most; an outline that points back into itself has no end.
const MAX_ENTRIES: usize = 10_000;

/// Levels below this are not told apart.
const MAX_DEPTH: u8 = 6;

/// The titles of an outline, with their levels.
#[derive(Debug, Default)]
pub(super) struct Outline {
    levels: HashMap<String, u8>,
    /// Characters of the longest title; of a longer text no more is looked at.
    longest: usize,
}

impl Outline {
    /// The outline of a file; empty if it has none.
    pub(super) fn of(pdf: &Pdf) -> Self {
        let mut outline = Self::default();
        let catalog = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id());
        let root = catalog.and_then(|catalog| catalog.get::<Dict<'_>>("Outlines"));
        let mut left = MAX_ENTRIES;
        if let Some(first) = root.and_then(|root| root.get::<Dict<'_>>("First")) {
            outline.add(first, 1, &mut left);
        }
        outline
    }

    /// The level of a block that says what an entry says, numbering aside.
    pub(super) fn level(&self, text: &str) -> Option<u8> {
        if self.levels.is_empty() {
            return None;
        }
        self.levels.get(&essence(text, self.longest + 1)).copied()
    }

    /// Adds an entry, those beside it, and those below; depth is bounded, and so is their number.
    fn add<'a>(&mut self, first: Dict<'a>, level: u8, left: &mut usize) {
        let mut entry = Some(first);
        while let Some(current) = entry.take() {
            if *left == 0 {
                return;
            }
            *left -= 1;
            if let Some(title) = current.get::<PdfString<'a>>("Title") {
                let title = text_string::decode(title.as_bytes());
                let title = essence(&clean_block_text(&clean_glyph_text(&title)), usize::MAX);
                if !title.is_empty() {
                    self.longest = self.longest.max(title.chars().count());
                    self.levels.entry(title).or_insert(level);
                }
            }
            if level < MAX_DEPTH
                && let Some(below) = current.get::<Dict<'a>>("First")
            {
                self.add(below, level + 1, left);
            }
            entry = current.get::<Dict<'a>>("Next");
        }
    }
}

/// Letters and digits in lower case, up to a number of them, without the numbering that stands
/// before them on the page or in the outline only.
fn essence(text: &str, most: usize) -> String {
    let is_numbering = |c: char| !c.is_alphabetic();
    let unnumbered = text.trim_start_matches(is_numbering);
    let kept = if unnumbered.is_empty() { text } else { unnumbered };
    kept.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(most).collect()
}

#[cfg(test)]
mod tests {
    fn essence(text: &str) -> String {
        super::essence(text, usize::MAX)
    }

    #[test]
    fn numbering_and_case_do_not_part_a_heading_from_its_entry() {
        for (a, b) in [
            ("1.2 Methods", "Methods"),
            ("Results and Discussion", "3 RESULTS AND DISCUSSION"),
            ("§ 4. Haftung", "Haftung"),
            ("第一章 总则", "第一章　总则"),
        ] {
            assert_eq!(essence(a), essence(b));
        }
        assert_ne!(essence("Methods"), essence("Methods and Materials"));
        assert_eq!(essence("2024"), "2024");
    }
}
