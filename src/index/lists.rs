//! The posting lists of a few terms, out of a file of which only parts are there.
//!
//! A segment of these lists alone and of the lengths of all chunks scores the chunks as the whole
//! one does: what a search knows of terms that it does not ask for is nothing.

use std::ops::Range;

use super::container::Kind;
use super::format::IndexError;
use super::parts::Parts;
use super::segment::{Section, Segment};
use crate::analyze::Term;

/// Every so manieth term is a sample, by which the stretch of terms is found that has a term.
const SAMPLE: usize = 256;

/// The section of samples of a segment's terms.
pub fn samples(terms: &[u8]) -> Vec<u8> {
    let mut samples = Vec::new();
    for run in terms.chunks(SAMPLE * 8) {
        samples.extend_from_slice(run.get(..8).unwrap_or_default());
    }
    samples
}

/// The lists that were met so far.
#[derive(Debug)]
pub struct Lists {
    samples: Vec<u8>,
    terms: usize,
    lengths: Section,
    /// In rising order of terms; a list is empty if no chunk holds the term.
    known: Vec<(Term, Vec<u8>)>,
    has_all: bool,
}

impl Lists {
    /// No lists yet, of a file with so many terms. Nothing if that does not fit the samples.
    pub fn new(samples: Vec<u8>, terms: usize, lengths: Vec<u8>) -> Option<Self> {
        let fits = samples.len() == terms.div_ceil(SAMPLE) * 8 && lengths.len().is_multiple_of(4);
        let lengths = lengths.into();
        fits.then_some(Self { samples, terms, lengths, known: Vec::new(), has_all: false })
    }

    /// Looks for the lists of terms. Whether any is new; what is missing, the parts have noted.
    pub fn find(&mut self, parts: &mut Parts, terms: impl Iterator<Item = Term>) -> bool {
        let before = self.known.len();
        for term in terms.filter(|_| !self.has_all) {
            let place = self.known.binary_search_by_key(&term, |(known, _)| *known);
            if let Err(place) = place
                && let Some(list) = self.list(parts, term)
            {
                self.known.insert(place, (term, list));
            }
        }
        self.known.len() > before
    }

    /// The list of a term, if all is there that it takes to know it.
    fn list(&self, parts: &mut Parts, term: Term) -> Option<Vec<u8>> {
        let samples = self.samples.as_chunks().0;
        let after = samples.partition_point(|sample| Term::from_le_bytes(*sample) <= term);
        let run = after.saturating_sub(1) * SAMPLE..(after * SAMPLE).min(self.terms);
        let terms = parts.get(Kind::Terms, run.start * 8..run.end * 8);
        // An end more than terms. Asked for at once, so that it is fetched at once.
        let offsets = parts.get(Kind::Offsets, run.start * 4..(run.end + 1) * 4);
        let (terms, offsets) = (terms?, offsets?);
        parts.get(Kind::Postings, place(&terms, &offsets, term).unwrap_or_default())
    }

    /// The segment of all terms, if all is there, without errors.
    ///
    /// # Errors
    ///
    /// If its sections contradict each other.
    pub fn all(&mut self, parts: &mut Parts) -> Result<Option<Segment>, IndexError> {
        if self.has_all {
            return Ok(None);
        }
        let sections = [Kind::Terms, Kind::Offsets, Kind::Postings].map(|kind| parts.all(kind));
        let [Some(terms), Some(offsets), Some(postings)] = sections else { return Ok(None) };
        let lengths = self.lengths.clone();
        let sections = [terms.into(), offsets.into(), postings.into(), lengths];
        let segment = Segment::from_sections(sections)?;
        self.has_all = true;
        Ok(Some(segment))
    }

    /// A segment of all chunks, and of the terms found so far.
    pub fn segment(&self) -> Segment {
        let (mut terms, mut offsets, mut postings) = (Vec::new(), vec![0; 4], Vec::new());
        for (term, list) in &self.known {
            if !list.is_empty() {
                terms.extend_from_slice(&term.to_le_bytes());
                postings.extend_from_slice(list);
                offsets.extend_from_slice(&(postings.len() as u32).to_le_bytes());
            }
        }
        Segment::of(terms, offsets, postings, self.lengths.clone())
    }
}

/// Where the list of a term lies, if it is one of these terms.
fn place(terms: &[u8], offsets: &[u8], term: Term) -> Option<Range<usize>> {
    let terms = terms.as_chunks().0;
    let at = terms.binary_search_by_key(&term, |term| Term::from_le_bytes(*term)).ok()?;
    let end = |at: usize| Some(u32::from_le_bytes(*offsets.as_chunks().0.get(at)?) as usize);
    Some(end(at)?..end(at + 1)?)
}
