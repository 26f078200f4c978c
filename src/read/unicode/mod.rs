//! Unicode's normal forms, and which characters are marks.
//!
//! Documents are in NFC, so that a word is the same word however it was typed. The tables for
//! that weigh more than a reader, and every JavaScript engine has them: a build without the
//! feature `normalization` asks its host (`host.rs`), and only for texts that may need it. Which
//! those are is told by two small tables of ranges, which a test holds to the large ones.

#[cfg(not(feature = "normalization"))]
pub mod host;
#[cfg(feature = "normalization")]
mod tables;
#[cfg(test)]
mod tests;

#[cfg(not(feature = "normalization"))]
use host as forms;
#[cfg(feature = "normalization")]
use tables as forms;

/// A normal form of Unicode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Letters and accents in one character where there is one.
    Nfc,
    /// Letters and accents apart.
    Nfd,
    /// As NFC, with plain letters in place of ligatures and shapes.
    Nfkc,
}

impl Form {
    /// Its name in the standard.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nfc => "NFC",
            Self::Nfd => "NFD",
            Self::Nfkc => "NFKC",
        }
    }
}

/// First and last of characters in a row.
type Ranges = [(u32, u32)];

/// Marks that combine with the character before (general category M).
#[cfg(any(feature = "pdf", test))]
const MARKS: &Ranges = include!("marks.in");

/// Marks whose order among each other matters (combining class other than 0).
const ORDERED: &Ranges = include!("ordered.in");

/// Characters that NFC may replace or join with the one before (quick check No or Maybe).
const UNSTABLE: &Ranges = include!("unstable.in");

fn is_in(ranges: &Ranges, c: char) -> bool {
    let c = c as u32;
    let after = ranges.partition_point(|(first, _)| *first <= c);
    after.checked_sub(1).is_some_and(|at| c <= ranges[at].1)
}

/// The first character that any of the tables names.
const FIRST_LISTED: char = '\u{300}';

/// Whether a character is a mark that combines with the one before.
#[cfg(any(feature = "pdf", test))]
pub(super) fn is_mark(c: char) -> bool {
    c >= FIRST_LISTED && is_in(MARKS, c)
}

/// Whether a text may not be in NFC. False is certain, true is not.
pub(super) fn may_change(text: &str) -> bool {
    let mut after_mark = false;
    text.chars().any(|c| {
        if c < FIRST_LISTED {
            after_mark = false;
            return false;
        }
        let is_mark = is_in(ORDERED, c);
        let is_pair = std::mem::replace(&mut after_mark, is_mark) && is_mark;
        is_pair || is_in(UNSTABLE, c)
    })
}

/// A text in NFC.
pub(super) fn compose(text: String) -> String {
    if may_change(&text) { forms::normalize(&text, Form::Nfc) } else { text }
}

/// Plain letters in place of a ligature or a letter's shape.
#[cfg(feature = "pdf")]
pub(super) fn plain(c: char) -> String {
    forms::normalize(c.encode_utf8(&mut [0; 4]), Form::Nfkc)
}

/// The letter below a character's accents.
#[cfg(feature = "pdf")]
pub(super) fn base(c: char) -> char {
    use rustc_hash::FxHashMap;
    use std::cell::RefCell;
    thread_local! {
        /// A document has few different letters, and asks for each of them often.
        static BASES: RefCell<FxHashMap<char, char>> = RefCell::default();
    }
    if c.is_ascii() {
        return c;
    }
    let ask =
        || forms::normalize(c.encode_utf8(&mut [0; 4]), Form::Nfd).chars().next().unwrap_or(c);
    BASES.with_borrow_mut(|bases| *bases.entry(c).or_insert_with(ask))
}
