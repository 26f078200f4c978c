//! Finds tables: lines with wide gaps, one below the other, whose columns align.
//!
//! Prose is far more frequent than tables, so a stretch of lines has to look like a table in
//! every respect; what is missed stays readable as paragraphs.

use std::ops::Range;

use super::lines::Line;

/// Two lines with aligned gaps happen by chance.
const LEAST_ROWS: usize = 3;

/// Columns that must align from row to row.
const LEAST_ALIGNED: usize = 2;

/// Every column is compared with every other; a line with more is not a row.
const MOST_COLUMNS: usize = 64;

/// Columns whose edges are this near are aligned, in ems.
const ALIGNED: f64 = 0.6;

/// Rows farther apart than this belong to different things, in font sizes.
const FARTHEST: f64 = 4.0;

/// Cells are phrases; longer ones are the lines of neighbouring columns of prose.
const LONGEST_CELL: usize = 60;

/// The stretches of lines that are tables, in order.
pub(super) fn find(lines: &[Line]) -> Vec<Range<usize>> {
    let mut tables = Vec::new();
    let mut start = 0;
    for end in 1..=lines.len() {
        if end < lines.len() && are_rows(&lines[end - 1], &lines[end]) {
            continue;
        }
        if end - start >= LEAST_ROWS && has_short_cells(&lines[start..end]) {
            tables.push(start..end);
        }
        start = end;
    }
    tables
}

/// Whether two lines can be rows of one table.
fn are_rows(above: &Line, below: &Line) -> bool {
    let columns = LEAST_ALIGNED..=MOST_COLUMNS;
    let is_row = |line: &Line| columns.contains(&line.cells.len()) && !line.is_vertical;
    let step = below.across - above.across;
    is_row(above)
        && is_row(below)
        && above.is_parallel_to(below)
        && step > 0.0
        && step < FARTHEST * above.size.max(below.size)
        && aligned_columns(above, below) >= LEAST_ALIGNED
}

/// The columns of one line that stand above a column of the other: with the same left edge,
/// right edge or middle.
fn aligned_columns(above: &Line, below: &Line) -> usize {
    let near = ALIGNED * above.size.max(below.size);
    let edges = |cell: &Range<f64>| [cell.start, cell.end, f64::midpoint(cell.start, cell.end)];
    let is_aligned = |cell: &&Range<f64>| {
        below.cells.iter().any(|other| {
            edges(cell).iter().zip(edges(other)).any(|(edge, other)| (edge - other).abs() < near)
        })
    };
    above.cells.iter().filter(is_aligned).count()
}

fn has_short_cells(rows: &[Line]) -> bool {
    let characters: usize = rows.iter().map(|row| row.text.chars().count()).sum();
    let cells: usize = rows.iter().map(|row| row.cells.len()).sum();
    characters <= LONGEST_CELL * cells
}
