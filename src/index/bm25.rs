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

    /// How far a chunk of this length is held back: what is added to a term's frequency.
    #[inline(always)]
    pub(super) fn held(self, length: u32) -> f32 {
        // Signed, which WebAssembly converts in one instruction; texts are far below 2³¹ bytes.
        self.constant + self.by_length * length.cast_signed() as f32
    }
}

/// What a term of this weight gives a chunk that is held back so far, and that has it so often.
#[inline(always)]
pub(super) fn part(weight: f32, held: f32, frequency: u32) -> f32 {
    let frequency = frequency.cast_signed() as f32;
    weight * BOUND * frequency / (frequency + held)
}

/// What [`part`] stays below, for a weight of 1.
pub(super) const BOUND: f32 = K1 + 1.0;

/// Remembers the idf of terms that few chunks hold, as most terms are: a logarithm takes longer than
/// looking a term up.
pub(super) struct Idfs {
    statistics: Statistics,
    known: [f32; 256],
}

impl Idfs {
    pub(super) fn new(statistics: Statistics) -> Self {
        Self { statistics, known: [f32::NAN; 256] }
    }

    /// See [`Statistics::idf`].
    pub(super) fn of(&mut self, chunks_with_term: u32) -> f32 {
        let idf = || self.statistics.idf(chunks_with_term);
        let Some(known) = self.known.get_mut(chunks_with_term as usize) else { return idf() };
        if known.is_nan() {
            *known = idf();
        }
        *known
    }
}
