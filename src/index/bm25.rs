//! BM25: how well a chunk answers a query, from term frequencies alone.
//!
//! Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with
//! Lucene's idf, which is never negative, and with idf raised to a power in the query's weight:
//! pieces of words are many, and rare ones should decide.

/// How soon repetition of a term stops counting; Robertson's range is 1.2 to 2.
const K1: f32 = 1.2;

/// How far long chunks are held back; 0 not at all, 1 in full.
const B: f32 = 0.75;

/// What BM25 needs to know of the whole collection.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Statistics {
    chunks: f32,
    /// What is added to a term's frequency in the denominator: this, and for each term of the
    /// chunk `by_length`.
    constant: f32,
    by_length: f32,
}

impl Statistics {
    pub(super) fn new(chunks: usize, tokens: u64) -> Self {
        let mean_length = (tokens as f32 / chunks.max(1) as f32).max(1.0);
        Self { chunks: chunks as f32, constant: K1 * (1.0 - B), by_length: K1 * B / mean_length }
    }

    /// Inverse document frequency of a term that so many chunks hold.
    pub(super) fn idf(self, chunks_with_term: u32) -> f32 {
        let n = chunks_with_term as f32;
        (1.0 + (self.chunks - n + 0.5) / (n + 0.5)).ln()
    }

    /// What a term that occurs once gives a chunk of this length, before its weight.
    #[inline(always)]
    pub(super) fn once(self, length: u32) -> f32 {
        // Signed, which WebAssembly converts in one instruction; texts are far below 2³¹ bytes.
        BOUND / (1.0 + self.constant + self.by_length * length.cast_signed() as f32)
    }
}

/// What a term gives a chunk in which it occurs so often, by what it would give if it occurred
/// once. Most do, and then it needs no division.
#[inline(always)]
pub(super) fn often(once: f32, frequency: u32) -> f32 {
    if frequency == 1 {
        return once;
    }
    let more = (frequency - 1).cast_signed() as f32;
    (more + 1.0) * BOUND * once / (more * once + BOUND)
}

/// What [`often`] stays below.
pub(super) const BOUND: f32 = K1 + 1.0;
