//! Tables of a sheet: runs of rows, with the columns lined up.

use super::sheet::{Line, address};

/// Columns are lined up if that takes at most this many empty cells for each full one. A sheet of
/// a few cells far apart would otherwise be mostly tabs.
const MAX_EMPTY_PER_CELL: usize = 4;
/// A small table may be as sparse as it likes.
const ALWAYS_ALIGNED: usize = 256;

/// Rows that follow each other without an empty one.
pub(in crate::read::office) struct Table<'s> {
    lines: &'s [Line],
    /// The columns that are used, or none if the rows are not lined up.
    columns: Vec<u32>,
}

/// The tables of a sheet, from top to bottom.
pub(in crate::read::office) fn tables(lines: &[Line]) -> impl Iterator<Item = Table<'_>> {
    let runs = lines.chunk_by(|above, below| below.row.saturating_sub(above.row) <= 1);
    runs.map(|lines| {
        let mut columns: Vec<u32> =
            lines.iter().flat_map(|line| line.cells.iter().map(|(column, _)| *column)).collect();
        let cells = columns.len();
        columns.sort_unstable();
        columns.dedup();
        let area = columns.len().saturating_mul(lines.len());
        if area > ALWAYS_ALIGNED && area > cells.saturating_mul(MAX_EMPTY_PER_CELL) {
            columns.clear();
        }
        Table { lines, columns }
    })
}

impl<'s> Table<'s> {
    /// The rows with the addresses of their first cells.
    pub(in crate::read::office) fn rows(
        &self,
    ) -> impl Iterator<Item = (Option<String>, Vec<&'s str>)> {
        self.lines.iter().map(|line| {
            let first = line.cells.first().map(|(column, _)| address(*column, line.row));
            (first, self.cells(line))
        })
    }

    fn cells(&self, line: &'s Line) -> Vec<&'s str> {
        let mut texts = Vec::new();
        for (column, text) in &line.cells {
            if let Ok(place) = self.columns.binary_search(column)
                && texts.len() < place
            {
                texts.resize(place, "");
            }
            texts.push(text.as_str());
        }
        texts
    }
}
