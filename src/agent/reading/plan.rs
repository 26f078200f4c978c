//! Which chunks are read next, and when enough was read.
//!
//! Either every chunk is read; or reading ends early, by a rule of this crate's own. Chunks are
//! read in batches, the most promising first. What is found changes what is promising: the unread
//! chunks are ranked again by the question together with all quotes, so that a fact that leads to
//! another brings it forward. Reading ends once something was found and then, for as many chunks
//! as its patience, nothing more. As long as nothing is found nothing ends it: that a document is
//! silent on a question is known only when all of it was read.

use std::collections::VecDeque;

use crate::text::order;

/// The share of all chunks that may be read in vain after the last find.
const PATIENCE_SHARE: usize = 12;
/// The least patience: what a search ranks wrongly it seldom ranks much lower than this.
const MIN_PATIENCE: usize = 8;
/// The greatest patience; the tail of a ranking is noise, however long it is.
const MAX_PATIENCE: usize = 96;

/// How thoroughly documents are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::agent) enum Thoroughness {
    /// Every chunk.
    Every,
    /// Until more is unlikely to be found, and no more chunks than this.
    Adaptive { at_most: usize },
}

/// The chunks that are still to be read.
pub(super) struct ReadingPlan<C> {
    unread: VecDeque<C>,
    thoroughness: Thoroughness,
    batch: usize,
    patience: usize,
    read: usize,
    found_any: bool,
    /// Chunks read since something was found.
    in_vain: usize,
}

impl<C> ReadingPlan<C> {
    /// A plan for chunks in the order of their promise, read so many at a time.
    pub(super) fn new(chunks: Vec<C>, thoroughness: Thoroughness, concurrency: usize) -> Self {
        let patience = (chunks.len() / PATIENCE_SHARE).clamp(MIN_PATIENCE, MAX_PATIENCE);
        Self {
            // Two waves at a time, so that one slow reply does not hold up all.
            batch: (concurrency * 2).min(patience),
            unread: chunks.into(),
            thoroughness,
            patience,
            read: 0,
            found_any: false,
            in_vain: 0,
        }
    }

    /// The chunks to read now; none when reading is over.
    pub(super) fn next_batch(&mut self) -> Vec<C> {
        let size = match self.thoroughness {
            Thoroughness::Every => self.unread.len(),
            Thoroughness::Adaptive { .. } if self.is_satisfied() => 0,
            Thoroughness::Adaptive { at_most } => {
                self.batch.min(at_most.saturating_sub(self.read)).min(self.unread.len())
            }
        };
        self.read += size;
        self.unread.drain(..size).collect()
    }

    /// Takes note of a chunk that was read.
    pub(super) fn heed(&mut self, relevant: bool) {
        self.found_any |= relevant;
        self.in_vain = if relevant { 0 } else { self.in_vain + 1 };
    }

    /// Whether the unread chunks should be ranked again after something was found.
    pub(super) fn may_reorder(&self) -> bool {
        matches!(self.thoroughness, Thoroughness::Adaptive { .. }) && self.found_any
    }

    /// Puts the unread chunks into the order of a new ranking of all chunks.
    pub(super) fn reorder(&mut self, rank: impl Fn(&C) -> usize) {
        let mut unread = Vec::from(std::mem::take(&mut self.unread));
        order::by_key(&mut unread, |chunk| rank(chunk) as u64);
        self.unread = unread.into();
    }

    /// Chunks that were not read, if a limit and not the rule ended it.
    pub(super) fn left_by_limit(&self) -> usize {
        if self.is_satisfied() { 0 } else { self.unread.len() }
    }

    fn is_satisfied(&self) -> bool {
        self.found_any && self.in_vain >= self.patience
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads until the plan ends; what stands at these places is relevant. Chunks read.
    fn read_all(count: usize, thoroughness: Thoroughness, relevant: &[usize]) -> usize {
        let mut plan = ReadingPlan::new((0..count).collect::<Vec<_>>(), thoroughness, 4);
        let mut read = 0;
        loop {
            let batch = plan.next_batch();
            if batch.is_empty() {
                return read;
            }
            for _ in batch {
                plan.heed(relevant.contains(&read));
                read += 1;
            }
        }
    }

    const ADAPTIVE: Thoroughness = Thoroughness::Adaptive { at_most: usize::MAX };

    #[test]
    fn thorough_reading_leaves_nothing_out() {
        assert_eq!(read_all(40, Thoroughness::Every, &[0]), 40);
    }

    #[test]
    fn adaptive_reading_ends_when_a_find_is_followed_by_nothing() {
        assert_eq!(read_all(40, ADAPTIVE, &[0]), 16);
        assert_eq!(read_all(40, ADAPTIVE, &[0, 6]), 16);
        assert_eq!(read_all(40, ADAPTIVE, &[0, 9]), 24);
    }

    #[test]
    fn nothing_found_means_everything_read() {
        assert_eq!(read_all(40, ADAPTIVE, &[]), 40);
        assert_eq!(read_all(40, ADAPTIVE, &[39]), 40);
    }

    #[test]
    fn a_limit_is_kept_and_what_it_left_is_known() {
        assert_eq!(read_all(40, Thoroughness::Adaptive { at_most: 10 }, &[]), 10);
        let chunks: Vec<usize> = (0..20).collect();
        let mut plan = ReadingPlan::new(chunks, Thoroughness::Adaptive { at_most: 5 }, 4);
        while !plan.next_batch().is_empty() {}
        assert_eq!(plan.left_by_limit(), 15);
    }

    #[test]
    fn a_new_ranking_orders_what_is_unread() {
        let mut plan = ReadingPlan::new((0..20_usize).collect(), ADAPTIVE, 4);
        plan.next_batch();
        plan.reorder(|chunk| 100 - chunk);
        assert_eq!(plan.next_batch()[0], 19);
    }
}
