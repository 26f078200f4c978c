//! The text of a glyph, with what layout asks about it wherever the glyph is drawn.
//!
//! A page has thousands of glyphs and a font a hundred, so the answers are found once for each
//! code of a font and stay with its text.

use std::ops::Deref;
use std::rc::Rc;

use super::characters::{is_right_to_left, is_word_character};
use crate::read::unicode;

/// What a glyph means; more than one character for a ligature or a replaced stretch.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct GlyphText {
    text: Rc<str>,
    traits: u8,
}

const BLANK: u8 = 1;
const MARK: u8 = 1 << 1;
const SPACE_FIRST: u8 = 1 << 2;
const WORD_FIRST: u8 = 1 << 3;
const WORD_LAST: u8 = 1 << 4;
const RIGHT_TO_LEFT: u8 = 1 << 5;

impl GlyphText {
    fn is(&self, of: u8) -> bool {
        self.traits & of != 0
    }

    /// Whether nothing is to be seen of it.
    pub(super) fn is_blank(&self) -> bool {
        self.is(BLANK)
    }

    /// Whether it sits on the glyph before it.
    pub(super) fn is_mark(&self) -> bool {
        self.is(MARK)
    }

    pub(super) fn starts_with_space(&self) -> bool {
        self.is(SPACE_FIRST)
    }

    /// Whether it starts with a letter or digit.
    pub(super) fn starts_word(&self) -> bool {
        self.is(WORD_FIRST)
    }

    /// Whether it ends with a letter or digit.
    pub(super) fn ends_word(&self) -> bool {
        self.is(WORD_LAST)
    }

    /// Whether a character of it belongs to a script that is written from right to left.
    pub(super) fn has_right_to_left(&self) -> bool {
        self.is(RIGHT_TO_LEFT)
    }
}

impl From<&str> for GlyphText {
    fn from(text: &str) -> Self {
        let traits = [
            (BLANK, text.trim().is_empty()),
            (MARK, text.starts_with(unicode::is_mark)),
            (SPACE_FIRST, text.starts_with(char::is_whitespace)),
            (WORD_FIRST, text.starts_with(is_word_character)),
            (WORD_LAST, text.ends_with(is_word_character)),
            (RIGHT_TO_LEFT, text.contains(is_right_to_left)),
        ];
        let held = traits.into_iter().filter(|(_, holds)| *holds);
        Self { text: text.into(), traits: held.fold(0, |all, (one, _)| all | one) }
    }
}

impl Deref for GlyphText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}
