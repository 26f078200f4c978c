//! An index of a developer's own texts, numbered in the order in which they came.
//!
//! It keeps terms only: the texts stay with whoever has them. Texts may be added, taken out and
//! searched in any order. Parts that are small are merged as more texts arrive, which changes no
//! score.

use super::format::{IndexError, Sections};
use super::{Part, Query, Segment, SegmentBuilder, search};
use crate::analyze::{Analysis, Analyzer, Fingerprint};

/// Segments are merged once there are so many, so that a search touches few of them.
const SEGMENTS_BEFORE_MERGE: usize = 8;

/// Texts and the index of their terms.
#[derive(Debug, Clone, Default)]
pub struct Records {
    analyzer: Analyzer,
    segments: Vec<Segment>,
}

/// A text that answers a query.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RecordHit {
    /// Its number.
    pub id: u32,
    /// Above 0; comparable within one search only.
    pub score: f32,
}

/// Tells the file from any other.
const MAGIC: [u8; 8] = *b"\x89QAR\r\n\x1a\n";

impl Records {
    /// An index without texts.
    pub fn new(analysis: Analysis) -> Self {
        Self { analyzer: Analyzer::of(analysis), segments: Vec::new() }
    }

    /// How many texts were added.
    pub fn len(&self) -> usize {
        self.segments.iter().map(Segment::chunk_count).sum()
    }

    /// Whether no text was added.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds texts; they get the next numbers.
    pub fn add<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) {
        let mut builder = SegmentBuilder::new(self.analyzer);
        for text in texts {
            builder.add(text, &[]);
        }
        if builder.chunk_count() == 0 {
            return;
        }
        self.segments.push(builder.finish());
        if self.segments.len() >= SEGMENTS_BEFORE_MERGE {
            self.segments = vec![self.merged()];
        }
    }

    /// The best texts for a query, best first; of equal ones the earlier.
    pub fn search(&self, query: &str, limit: usize) -> Vec<RecordHit> {
        let segments: Vec<&Segment> = self.segments.iter().collect();
        let mut starts = Vec::new();
        let mut at = 0;
        for segment in &segments {
            starts.push(at);
            at += segment.chunk_count() as u32;
        }
        let query = Query::text(self.analyzer, query);
        let hits = search(&segments, &query, limit, |_, _| true);
        hits.iter()
            .map(|hit| RecordHit { id: starts[hit.segment] + hit.chunk, score: hit.score })
            .collect()
    }

    /// Bytes that the index takes.
    pub fn byte_length(&self) -> usize {
        self.segments.iter().map(Segment::byte_length).sum()
    }

    /// The index as a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend_from_slice(&self.analyzer.fingerprint().0.to_le_bytes());
        for section in self.merged().sections() {
            out.extend_from_slice(&(section.len() as u64).to_le_bytes());
            out.extend_from_slice(&section);
        }
        let checksum = crc32fast::hash(&out);
        out.extend_from_slice(&checksum.to_le_bytes());
        out
    }

    /// The index that a file holds.
    ///
    /// # Errors
    ///
    /// If the bytes are not such a file, were damaged, or were written by another analyzer.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, IndexError> {
        let damaged = IndexError::Damaged { detail: "it is cut or does not match its checksum" };
        let rest = bytes.strip_prefix(&MAGIC).ok_or(IndexError::Foreign)?;
        let (body, checksum) = bytes.split_last_chunk::<4>().ok_or(damaged.clone())?;
        if u32::from_le_bytes(*checksum) != crc32fast::hash(body) {
            return Err(damaged);
        }
        let (fingerprint, mut rest) = rest.split_first_chunk::<8>().ok_or(damaged.clone())?;
        let fingerprint = Fingerprint(u64::from_le_bytes(*fingerprint));
        let analyzer = Analyzer::by_fingerprint(fingerprint).ok_or(IndexError::OtherAnalyzer)?;
        let mut section = || {
            let (length, after) = rest.split_first_chunk::<8>()?;
            let (body, after) = after.split_at_checked(u64::from_le_bytes(*length) as usize)?;
            rest = after;
            Some(body)
        };
        let mut next = || section().ok_or(damaged.clone());
        let sections =
            Sections { terms: next()?, offsets: next()?, postings: next()?, lengths: next()? };
        Ok(Self { analyzer, segments: vec![Segment::from_sections(&sections)?] })
    }

    fn merged(&self) -> Segment {
        let parts: Vec<Part<'_>> = self
            .segments
            .iter()
            .map(|segment| Part { segment, chunks: 0..segment.chunk_count() as u32 })
            .collect();
        Segment::merge(&parts)
    }
}
