//! Where scores are summed up: a cell for each chunk, kept from search to search.
//!
//! A cell also has what a chunk's length makes of a term, so that adding a posting touches one
//! place in memory. That changes only when the index does.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Weak;

use super::bm25::Statistics;
use super::search::Target;

/// The score of a chunk.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub(super) score: f32,
    /// See [`Statistics::held`].
    pub(super) held: f32,
}

/// A chunk that must not be found has this score, which no addition changes.
const NEVER: f32 = f32::NEG_INFINITY;

/// Cells of the segments that were searched last.
#[derive(Debug, Default)]
pub(super) struct Accumulators {
    cells: Vec<Cell>,
    /// Whose they are: the places of the segments' lengths, which are not given to others while
    /// this is kept.
    owners: Vec<(Weak<Vec<u8>>, Range<usize>)>,
    statistics: Option<Statistics>,
}

thread_local! {
    static KEPT: RefCell<Accumulators> = RefCell::default();
}

impl Accumulators {
    /// Calls `work` with a cell for each chunk, in the order of the targets.
    pub(super) fn with<R>(
        targets: &[Target<'_>],
        statistics: Statistics,
        work: impl FnOnce(&mut [Cell]) -> R,
    ) -> R {
        // Taken out, so that a panic in between leaves nothing half-done.
        let mut kept = KEPT.take();
        kept.prepare(targets, statistics);
        let result = work(&mut kept.cells);
        KEPT.replace(kept);
        result
    }

    fn prepare(&mut self, targets: &[Target<'_>], statistics: Statistics) {
        if self.statistics == Some(statistics) && self.are_of(targets) {
            self.cells.iter_mut().for_each(|cell| cell.score = 0.0);
        } else {
            self.statistics = Some(statistics);
            self.owners = targets.iter().map(|target| target.segment.lengths.identity()).collect();
            self.cells.clear();
            for target in targets {
                let lengths = target.segment.lengths.u32s().iter();
                let held = lengths.map(|length| statistics.held(u32::from_le_bytes(*length)));
                self.cells.extend(held.map(|held| Cell { score: 0.0, held }));
            }
        }
        let mut rest = self.cells.as_mut_slice();
        for target in targets {
            let (cells, after) = rest.split_at_mut(target.segment.chunk_count());
            take_out(target, cells);
            rest = after;
        }
    }

    fn are_of(&self, targets: &[Target<'_>]) -> bool {
        let is_same = |((bytes, range), target): (&(Weak<Vec<u8>>, Range<usize>), &Target<'_>)| {
            let (other, place) = target.segment.lengths.identity();
            bytes.ptr_eq(&other) && *range == place
        };
        self.owners.len() == targets.len() && self.owners.iter().zip(targets).all(is_same)
    }
}

/// Sees to it that the chunks that must not be found are not.
fn take_out(target: &Target<'_>, cells: &mut [Cell]) {
    if let Some(within) = &target.within {
        let mut start = 0;
        let borders = within.iter().map(|range| (range.start as usize, range.end as usize));
        for (from, to) in borders.chain([(cells.len(), cells.len())]) {
            for cell in cells.get_mut(start..from).unwrap_or_default() {
                cell.score = NEVER;
            }
            start = to;
        }
    }
    for chunk in target.removed {
        if let Some(cell) = cells.get_mut(*chunk as usize) {
            cell.score = NEVER;
        }
    }
}
