//! Exact token counts: Qwen's byte-level byte-pair encoding.
//!
//! A text is cut into pieces ([`super::pieces`]); in each, the two neighbours whose union has the
//! lowest rank are joined, again and again, the leftmost first, until no union is a token
//! (Sennrich, Haddow and Birch, "Neural Machine Translation of Rare Words with Subword Units",
//! 2016, on bytes as in GPT-2). The vocabulary is that of Qwen, Qwen2, Qwen2.5 and Qwen3, as the
//! `qwen-agent` package has it; 151,643 tokens, without the special ones, which no document has.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt;

use super::TokenCounter;
use super::pieces::pieces;

/// What a vocabulary file begins with; the last byte is the version of its layout.
const MAGIC: [u8; 8] = *b"QwenBPE\x01";
/// Tokens of one byte, which come first.
const BYTES: usize = 256;
/// More than any vocabulary of this family has.
const MAX_MERGES: usize = 1 << 20;
/// The longest token; the vocabulary in use has one of 128 bytes, a run of spaces.
const MAX_TOKEN_BYTES: usize = 256;
/// Above this a heap finds the next join faster than a look at all of them. Words are shorter.
const LONG_PIECE: usize = 96;
/// No token.
const NONE: u32 = u32::MAX;

/// Why bytes are not a vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a vocabulary of Qwen tokens, or it is damaged")]
pub struct VocabularyError;

/// Counts as Qwen's tokenizer does.
///
/// Texts are expected in NFC, to which the reference brings them first.
pub struct QwenTokens {
    /// The bytes of all tokens, one after the other in the order of their rank.
    bytes: Vec<u8>,
    /// Where each token begins in them; one more than tokens.
    starts: Vec<u32>,
    /// Open addressing: the upper half of a token's hash, and its rank.
    slots: Vec<(u32, u32)>,
    /// The rank of each pair of bytes, since every piece begins with those.
    pairs: Vec<u32>,
}

impl QwenTokens {
    /// The counter of a vocabulary file: the magic, the number of merges as `u32`, the 256 single
    /// bytes in the order of their ranks, then for each merge the ranks of its halves; these are
    /// stored in six runs, the lowest bytes of all left halves first. Little-endian.
    ///
    /// # Errors
    ///
    /// If the bytes are no such file.
    pub fn from_bytes(file: &[u8]) -> Result<Self, VocabularyError> {
        let rest = file.strip_prefix(&MAGIC).ok_or(VocabularyError)?;
        let (count, rest) = rest.split_first_chunk::<4>().ok_or(VocabularyError)?;
        let merges = u32::from_le_bytes(*count) as usize;
        let (singles, halves) = rest.split_at_checked(BYTES).ok_or(VocabularyError)?;
        if merges > MAX_MERGES || halves.len() != merges * 6 {
            return Err(VocabularyError);
        }
        let mut bytes = singles.to_vec();
        let mut starts: Vec<u32> = (0..=BYTES as u32).collect();
        let half = |plane: usize, merge: usize| {
            let byte = |plane: usize| usize::from(halves[plane * merges + merge]);
            byte(plane) | byte(plane + 1) << 8 | byte(plane + 2) << 16
        };
        for merge in 0..merges {
            for rank in [half(0, merge), half(3, merge)] {
                // A token is made of earlier ones.
                if rank >= BYTES + merge {
                    return Err(VocabularyError);
                }
                bytes.extend_from_within(starts[rank] as usize..starts[rank + 1] as usize);
            }
            let start = starts[BYTES + merge] as usize;
            if bytes.len() - start > MAX_TOKEN_BYTES {
                return Err(VocabularyError);
            }
            starts.push(bytes.len() as u32);
        }
        Self::indexed(bytes, starts)
    }

    /// Refuses what has a token twice: a place for each of a million equal ones is looked for
    /// behind all the others.
    fn indexed(bytes: Vec<u8>, starts: Vec<u32>) -> Result<Self, VocabularyError> {
        let tokens = starts.len() - 1;
        // Filled by less than two thirds, so that a search ends soon.
        let capacity = (tokens + tokens / 2).next_power_of_two();
        let (slots, pairs) = (vec![(0, NONE); capacity], vec![NONE; 1 << 16]);
        let mut this = Self { bytes, starts, slots, pairs };
        for rank in 0..tokens as u32 {
            let hash = hash(this.token(rank));
            let upper = (hash >> 32) as u32;
            let mut at = this.home(hash);
            while this.slots[at].1 != NONE {
                let (known, other) = this.slots[at];
                if known == upper && this.token(other) == this.token(rank) {
                    return Err(VocabularyError);
                }
                at = (at + 1) & (this.slots.len() - 1);
            }
            this.slots[at] = (upper, rank);
        }
        for (pair, rank) in (0..=u16::MAX).zip(0..) {
            this.pairs[rank] = this.rank(&pair.to_be_bytes());
        }
        Ok(this)
    }

    fn token(&self, rank: u32) -> &[u8] {
        let at = rank as usize;
        &self.bytes[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    fn home(&self, hash: u64) -> usize {
        hash as usize & (self.slots.len() - 1)
    }

    fn rank(&self, bytes: &[u8]) -> u32 {
        if bytes.len() > MAX_TOKEN_BYTES {
            return NONE;
        }
        let hash = hash(bytes);
        let upper = (hash >> 32) as u32;
        let mut at = self.home(hash);
        loop {
            let (known, rank) = self.slots[at];
            if rank == NONE || (known == upper && self.token(rank) == bytes) {
                return rank;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    fn pair(&self, first: u8, second: u8) -> u32 {
        self.pairs[usize::from(first) << 8 | usize::from(second)]
    }

    fn count_piece(&self, piece: &[u8], parts: &mut Vec<Part>) -> usize {
        if piece.len() == 1 || self.rank(piece) != NONE {
            return 1;
        }
        if piece.len() > LONG_PIECE {
            return self.count_long(piece);
        }
        parts.clear();
        parts.extend(
            piece
                .windows(2)
                .zip(0..)
                .map(|(pair, start)| Part { start, joined: self.pair(pair[0], pair[1]) }),
        );
        parts.push(Part { start: piece.len() as u32 - 1, joined: NONE });
        let end = |parts: &[Part], at: usize| {
            parts.get(at).map_or(piece.len(), |part| part.start as usize)
        };
        let joined = |parts: &[Part], at: usize| match parts.get(at + 1) {
            Some(_) => self.rank(&piece[parts[at].start as usize..end(parts, at + 2)]),
            None => NONE,
        };
        while let Some((at, best)) = parts.iter().enumerate().min_by_key(|(_, part)| part.joined) {
            if best.joined == NONE {
                break;
            }
            parts.remove(at + 1);
            parts[at].joined = joined(parts, at);
            if let Some(before) = at.checked_sub(1) {
                parts[before].joined = joined(parts, before);
            }
        }
        parts.len()
    }

    /// The same for a piece of any length in `n log n`: hostile texts have words of megabytes.
    fn count_long(&self, piece: &[u8]) -> usize {
        let n = piece.len();
        // Parts as a linked list by where they begin; `next[n - 1]` is the end.
        let mut next: Vec<usize> = (1..=n).collect();
        let mut before: Vec<usize> = (0..n).map(|at| at.wrapping_sub(1)).collect();
        let mut joins: BinaryHeap<Reverse<(u32, usize, usize)>> = BinaryHeap::new();
        for (start, pair) in piece.windows(2).enumerate() {
            joins.extend(join(self.pair(pair[0], pair[1]), start, start + 2));
        }
        let mut left = n;
        while let Some(Reverse((_, start, end))) = joins.pop() {
            let middle = next[start];
            // Parts that were joined to others since: this join is no longer there.
            if middle == GONE || middle >= n || next[middle] != end {
                continue;
            }
            next[start] = end;
            next[middle] = GONE;
            left -= 1;
            if end < n {
                before[end] = start;
                let after = next[end];
                joins.extend(join(self.rank(&piece[start..after]), start, after));
            }
            if let Some(&first) = before.get(start).filter(|first| **first < n) {
                joins.extend(join(self.rank(&piece[first..end]), first, end));
            }
        }
        left
    }
}

/// A part of a piece, and the rank of its union with the part behind it.
#[derive(Clone, Copy)]
struct Part {
    start: u32,
    joined: u32,
}

/// In a list of parts: this one was joined to the one before it.
const GONE: usize = usize::MAX;

fn join(rank: u32, start: usize, end: usize) -> Option<Reverse<(u32, usize, usize)>> {
    (rank != NONE).then_some(Reverse((rank, start, end)))
}

/// Multiply and fold, as wyhash does; tokens are short, and nobody chooses them.
fn hash(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = bytes.len() as u64 ^ 0x51_7c_c1_b7_27_22_0a_95;
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let word = chunk.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
        hash = (hash ^ word).wrapping_mul(FACTOR);
        hash ^= hash >> 32;
    }
    let rest = chunks.remainder().iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
    hash = (hash ^ rest).wrapping_mul(FACTOR);
    hash ^ hash >> 32
}

impl TokenCounter for QwenTokens {
    fn count(&self, text: &str) -> usize {
        let mut parts = Vec::with_capacity(LONG_PIECE);
        pieces(text).map(|piece| self.count_piece(piece.as_bytes(), &mut parts)).sum()
    }
}

impl fmt::Debug for QwenTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QwenTokens")
            .field("tokens", &(self.starts.len() - 1))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// "ab", "abab", "aab", "bb" beside the single bytes, in this order.
    fn small() -> QwenTokens {
        let (a, b) = (u32::from(b'a'), u32::from(b'b'));
        let merges = [(a, b), (256, 256), (a, 256), (b, b)];
        let mut file = MAGIC.to_vec();
        file.extend((merges.len() as u32).to_le_bytes());
        file.extend(0..=u8::MAX);
        for shift in [0, 8, 16] {
            file.extend(merges.iter().map(|(left, _)| (left >> shift) as u8));
        }
        for shift in [0, 8, 16] {
            file.extend(merges.iter().map(|(_, right)| (right >> shift) as u8));
        }
        QwenTokens::from_bytes(&file).unwrap()
    }

    #[test]
    fn the_lowest_rank_is_joined_first_and_of_equals_the_leftmost() {
        let qwen = small();
        assert_eq!(qwen.count("abab"), 1);
        // ab|ab|ab, then the left two: "aab" is not reached, since "ab" comes first.
        assert_eq!(qwen.count("ababab"), 2);
        assert_eq!(qwen.count("aabb"), 2);
        assert_eq!(qwen.count("xyz"), 3);
    }

    proptest! {
        #[test]
        fn the_heap_finds_what_the_scan_finds(piece in "[abx]{2,90}") {
            let qwen = small();
            let piece = piece.as_bytes();
            prop_assert_eq!(qwen.count_long(piece), qwen.count_piece(piece, &mut Vec::new())
                .max(usize::from(qwen.rank(piece) != NONE)));
        }
    }
}
