//! The posting lists of a few terms, out of a file of which only parts are there.
//!
//! A segment of these lists alone and of the lengths of all chunks scores the chunks as the whole
//! one does: what a search knows of terms that it does not ask for is nothing.

use std::collections::BTreeMap;
use std::ops::Range;

use super::container::Kind;
use super::parts::Parts;
use super::segment::{Section, Segment};
use crate::analyze::Term;

/// Every so manieth term is a sample, by which the stretch of terms is found that has a term.
const SAMPLE: usize = 256;

/// The section of samples of a segment's terms.
pub fn samples(terms: &[u8]) -> Vec<u8> {
    terms.as_chunks::<8>().0.iter().step_by(SAMPLE).flatten().copied().collect()
}

/// The lists that were met so far.
#[derive(Debug)]
pub struct Lists {
    samples: Vec<Term>,
    terms: usize,
    lengths: Section,
    /// Empty for a term that no chunk holds.
    known: BTreeMap<Term, Vec<u8>>,
}

impl Lists {
    /// No lists yet, of a file with so many terms. Nothing if that does not fit the samples.
    pub fn new(samples: &[u8], terms: usize, lengths: Vec<u8>) -> Option<Self> {
        let (samples, []) = samples.as_chunks() else { return None };
        let samples: Vec<Term> = samples.iter().map(|term| Term::from_le_bytes(*term)).collect();
        let fits = samples.len() == terms.div_ceil(SAMPLE) && lengths.len().is_multiple_of(4);
        let lengths = lengths.into();
        fits.then_some(Self { samples, terms, lengths, known: BTreeMap::new() })
    }

    /// Looks for the lists of terms. Whether any is new; what is missing, the parts have noted.
    pub fn find(&mut self, parts: &mut Parts, terms: impl Iterator<Item = Term>) -> bool {
        let before = self.known.len();
        for term in terms {
            if !self.known.contains_key(&term)
                && let Some(list) = self.list(parts, term)
            {
                self.known.insert(term, list);
            }
        }
        self.known.len() > before
    }

    /// The list of a term, if all is there that it takes to know it.
    fn list(&self, parts: &mut Parts, term: Term) -> Option<Vec<u8>> {
        let after = self.samples.partition_point(|sample| *sample <= term);
        let Some(at) = after.checked_sub(1) else { return Some(Vec::new()) };
        let run = at * SAMPLE..(after * SAMPLE).min(self.terms);
        let terms = parts.get(Kind::Terms, bytes_of(&run, 8));
        // An end more than terms. Asked for at once, so that it is fetched at once.
        let offsets = parts.get(Kind::Offsets, bytes_of(&(run.start..run.end + 1), 4));
        let (terms, offsets) = (terms?, offsets?);
        let found =
            terms.as_chunks().0.binary_search_by_key(&term, |term| Term::from_le_bytes(*term));
        let Ok(found) = found else { return Some(Vec::new()) };
        let ends: Option<&[[u8; 4]]> = offsets.as_chunks().0.get(found..found + 2);
        let Some([start, end]) = ends else { return Some(Vec::new()) };
        let [start, end] = [*start, *end].map(|end| u32::from_le_bytes(end) as usize);
        parts.get(Kind::Postings, start..end)
    }

    /// A segment of all chunks, and of the terms found so far.
    pub fn segment(&self) -> Segment {
        let (mut terms, mut offsets, mut postings) = (Vec::new(), vec![0; 4], Vec::new());
        for (term, list) in self.known.iter().filter(|(_, list)| !list.is_empty()) {
            terms.extend_from_slice(&term.to_le_bytes());
            postings.extend_from_slice(list);
            offsets.extend_from_slice(&(postings.len() as u32).to_le_bytes());
        }
        Segment::of(terms, offsets, postings, self.lengths.clone())
    }
}

fn bytes_of(run: &Range<usize>, size: usize) -> Range<usize> {
    run.start * size..run.end * size
}
