//! Cells that come one after another, with counts of how often each is repeated.
//!
//! A sheet's last row may stand for a million empty ones, so empty cells are only counted.

use super::xlsx::sheet::{Cells, Line};

/// A cell with text that is repeated more often is filled in, not written.
const MAX_REPEAT: usize = 1000;

/// Collects the cells of one sheet.
pub(super) struct Spread {
    lines: Cells,
    row: Vec<(u32, String)>,
    next_row: u32,
    next_column: u32,
    /// How many cells may still be taken.
    room: usize,
    /// How many bytes of text, too.
    bytes: usize,
}

impl Spread {
    pub(super) fn new(room: usize, bytes: usize) -> Self {
        Self { lines: Cells::new(), row: Vec::new(), next_row: 1, next_column: 0, room, bytes }
    }

    pub(super) fn room(&self) -> usize {
        self.room
    }

    /// Adds a cell to the row that is being read.
    pub(super) fn cell(&mut self, text: &str, times: usize) {
        let first = self.next_column;
        self.next_column = first.saturating_add(times as u32);
        if text.is_empty() {
            return;
        }
        let times = self.take(times, 1, text.len()) as u32;
        self.row
            .extend((first..first.saturating_add(times)).map(|column| (column, text.to_owned())));
    }

    /// Ends the row, which stands for this many.
    pub(super) fn end_row(&mut self, times: usize) {
        let cells = std::mem::take(&mut self.row);
        let first = self.next_row;
        self.next_row = first.saturating_add(times as u32);
        self.next_column = 0;
        if cells.is_empty() {
            return;
        }
        // The first of them has been counted as it was read.
        let bytes = cells.iter().map(|(_, text)| text.len()).sum();
        let more = self.take(times - 1, cells.len(), bytes);
        let last = first.saturating_add(more as u32);
        self.lines.extend((first..=last).map(|row| Line { row, cells: cells.clone() }));
    }

    /// How often something of so many cells and bytes can be repeated; that much is taken.
    fn take(&mut self, times: usize, cells: usize, bytes: usize) -> usize {
        let times = times.min(MAX_REPEAT).min(self.room / cells).min(self.bytes / bytes.max(1));
        self.room -= times * cells;
        self.bytes -= times * bytes;
        times
    }

    pub(super) fn finish(self) -> Cells {
        self.lines
    }
}
