//! BM25: how well a chunk answers a query, from term frequencies alone.
//!
//! Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with
//! Lucene's idf, which is never negative, and with idf raised to a power in the query's weight:
//! pieces of words are many, and rare ones should decide.

use super::segment::Segment;

/// How soon repetition of a term stops counting; Robertson's range is 1.2 to 2.
const K1: f32 = 1.2;

/// How far long chunks are held back; 0 not at all, 1 in full.
const B: f32 = 0.75;

/// What BM25 needs to know of the whole collection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Statistics {
    chunks: f32,
    mean_length: f32,
}

impl Statistics {
    pub(super) fn of(segments: &[&Segment]) -> Self {
        let chunks: usize = segments.iter().map(|segment| segment.chunk_count()).sum();
        let tokens: u64 = segments.iter().map(|segment| segment.token_count()).sum();
        Self { chunks: chunks as f32, mean_length: (tokens as f32 / chunks.max(1) as f32).max(1.0) }
    }

    /// Inverse document frequency of a term that so many chunks hold.
    pub(super) fn idf(self, chunks_with_term: u32) -> f32 {
        let n = chunks_with_term as f32;
        (1.0 + (self.chunks - n + 0.5) / (n + 0.5)).ln()
    }

    /// The part of a score that a term's frequency in a chunk gives, before its weight.
    pub(super) fn frequency_score(self, frequency: u32, length: u32) -> f32 {
        let tf = frequency as f32;
        tf * (K1 + 1.0) / (tf + K1 * (1.0 - B + B * length as f32 / self.mean_length))
    }
}
