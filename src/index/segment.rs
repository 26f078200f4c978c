//! One immutable part of the index.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::{Arc, Weak};

use super::postings::Postings;
use crate::analyze::Term;

/// Terms with their postings, and the lengths of the chunks: four flat arrays of little-endian
/// numbers, which may lie in a file that was loaded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Segment {
    /// `u64` each, rising.
    pub(super) terms: Section,
    /// Where each term's postings begin, `u32` each; one more than terms, the last is the end.
    pub(super) offsets: Section,
    /// Delta-coded, see [`super::postings`].
    pub(super) postings: Section,
    /// Terms in each chunk, repetitions counted, `u32` each.
    pub(super) lengths: Section,
    tokens: u64,
}

/// A stretch of bytes that others may share.
#[derive(Clone, Default)]
pub struct Section {
    bytes: Arc<Vec<u8>>,
    range: Range<usize>,
}

impl Section {
    /// A stretch of a file, if it is that long.
    pub fn of(bytes: &Arc<Vec<u8>>, range: Range<usize>) -> Option<Self> {
        bytes.get(range.clone())?;
        Some(Self { bytes: Arc::clone(bytes), range })
    }

    /// Tells it from every other, as long as this is kept.
    pub(super) fn identity(&self) -> (Weak<Vec<u8>>, Range<usize>) {
        (Arc::downgrade(&self.bytes), self.range.clone())
    }

    /// Its place among the bytes that it shares.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    pub(super) fn u32s(&self) -> &[[u8; 4]] {
        self.as_chunks().0
    }

    pub(super) fn u64s(&self) -> &[[u8; 8]] {
        self.as_chunks().0
    }
}

impl fmt::Debug for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Millions of numbers tell nobody anything.
        write!(f, "{} bytes", self.range.len())
    }
}

impl From<Vec<u8>> for Section {
    fn from(bytes: Vec<u8>) -> Self {
        let range = 0..bytes.len();
        Self { bytes: Arc::new(bytes), range }
    }
}

impl Deref for Section {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.bytes[self.range.clone()]
    }
}

impl PartialEq for Section {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Section {}

impl Segment {
    pub(super) fn of(
        terms: impl Into<Section>,
        offsets: impl Into<Section>,
        postings: impl Into<Section>,
        lengths: impl Into<Section>,
    ) -> Self {
        let lengths = lengths.into();
        let tokens = lengths.u32s().iter().map(|length| u64::from(u32::from_le_bytes(*length)));
        Self {
            tokens: tokens.sum(),
            terms: terms.into(),
            offsets: offsets.into(),
            postings: postings.into(),
            lengths,
        }
    }

    /// How many chunks it holds.
    pub fn chunk_count(&self) -> usize {
        self.lengths.len() / size_of::<u32>()
    }

    /// How many different terms it holds.
    pub fn term_count(&self) -> usize {
        self.terms.len() / size_of::<Term>()
    }

    /// Terms in all its chunks, repetitions counted.
    pub fn token_count(&self) -> u64 {
        self.tokens
    }

    /// The size of its posting lists, which is about what merging it costs.
    pub fn postings_bytes(&self) -> usize {
        self.postings.len()
    }

    /// The bytes that it takes.
    pub fn byte_length(&self) -> usize {
        self.terms.len() + self.offsets.len() + self.postings.len() + self.lengths.len()
    }

    #[inline]
    pub(super) fn length(&self, chunk: u32) -> Option<u32> {
        self.lengths.u32s().get(chunk as usize).map(|length| u32::from_le_bytes(*length))
    }

    pub(super) fn terms(&self) -> impl Iterator<Item = Term> {
        self.terms.u64s().iter().map(|term| u64::from_le_bytes(*term))
    }

    /// The chunks that hold a term.
    pub(super) fn postings(&self, term: Term) -> Option<Postings<'_>> {
        self.ordinal(term).map(|ordinal| self.postings_at(ordinal))
    }

    #[inline]
    pub(super) fn postings_at(&self, ordinal: usize) -> Postings<'_> {
        let offsets = self.offsets.u32s();
        let [start, end] =
            [ordinal, ordinal + 1].map(|at| u32::from_le_bytes(offsets[at]) as usize);
        Postings::new(&self.postings[start..end])
    }

    /// How many chunks hold a term, without more of its list than it takes.
    #[inline(always)]
    pub(super) fn holding(&self, ordinal: usize) -> u32 {
        let start = u32::from_le_bytes(self.offsets.u32s()[ordinal]) as usize;
        match self.postings.get(start) {
            Some(count @ 0..0x80) => u32::from(*count),
            _ => self.postings_at(ordinal).len(),
        }
    }

    /// The place of a term among the terms. Terms are hashes, spread evenly: where one is can be
    /// told from its value, give or take a few hundred places of a million, and from what stands
    /// there, give or take a few, so that a look-up touches few lines of memory.
    pub(super) fn ordinal(&self, term: Term) -> Option<usize> {
        let terms = self.terms.u64s();
        let last = terms.len().checked_sub(1)?;
        let at = |place: usize| u64::from_le_bytes(terms[place]);
        // How many places a difference makes: 32 bits of either are exact enough.
        let places =
            |difference: i64| ((difference >> 32) * (terms.len() as u64).cast_signed()) >> 32;
        let guess = (((term >> 32) * terms.len() as u64) >> 32) as usize;
        let away = places(term.wrapping_sub(at(guess)).cast_signed());
        let mut place = guess.saturating_add_signed(away as isize).min(last);
        let (mut low, mut high) = (0, terms.len());
        // Borders of a stretch that holds the term if any does: doubled until they do.
        let mut step = 4;
        if at(place) < term {
            while place < high && at(place) < term {
                low = place + 1;
                place += step;
                step *= 2;
            }
            high = high.min(place + 1);
        } else {
            while at(place) > term {
                high = place;
                if place == 0 {
                    return None;
                }
                place = place.saturating_sub(step);
                step *= 2;
            }
            low = low.max(place);
        }
        let found = terms[low..high].binary_search_by_key(&term, |term| u64::from_le_bytes(*term));
        found.ok().map(|found| low + found)
    }
}
