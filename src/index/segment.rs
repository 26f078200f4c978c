//! One immutable part of the index.

use super::postings::Postings;
use crate::analyze::Term;

/// Terms with their postings, and the lengths of the chunks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Segment {
    /// In rising order.
    pub(super) terms: Vec<Term>,
    /// Where each term's postings begin in `postings`; one more than terms, the last is the end.
    pub(super) offsets: Vec<u32>,
    /// Delta-coded, see [`super::postings`].
    pub(super) postings: Vec<u8>,
    /// Terms in each chunk, repetitions counted.
    pub(super) lengths: Vec<u32>,
}

impl Segment {
    /// How many chunks it holds.
    pub fn chunk_count(&self) -> usize {
        self.lengths.len()
    }

    /// How many different terms it holds.
    pub fn term_count(&self) -> usize {
        self.terms.len()
    }

    /// Terms in all its chunks, repetitions counted.
    pub fn token_count(&self) -> u64 {
        self.lengths.iter().map(|length| u64::from(*length)).sum()
    }

    /// The size of its posting lists, which is about what merging it costs.
    pub fn postings_bytes(&self) -> usize {
        self.postings.len()
    }

    /// The bytes that it takes.
    pub fn byte_length(&self) -> usize {
        self.terms.len() * 8 + self.offsets.len() * 4 + self.postings.len() + self.lengths.len() * 4
    }

    /// The chunks that hold a term.
    pub(super) fn postings(&self, term: Term) -> Option<Postings<'_>> {
        self.terms.binary_search(&term).ok().map(|ordinal| self.postings_at(ordinal))
    }

    pub(super) fn postings_at(&self, ordinal: usize) -> Postings<'_> {
        let (start, end) = (self.offsets[ordinal] as usize, self.offsets[ordinal + 1] as usize);
        Postings::new(&self.postings[start..end])
    }
}
