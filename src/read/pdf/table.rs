//! Finds tables: lines with wide gaps, one below the other, whose columns align.
//!
//! Prose is far more frequent than tables, so a stretch of lines has to look like a table in
//! every respect; what is missed stays readable as paragraphs.

use std::ops::Range;

use super::columns;
use super::lines::Line;
use super::markers::without_leaders;

/// Two lines with aligned gaps happen by chance.
const LEAST_ROWS: usize = 3;

/// Columns that must align from row to row.
const LEAST_ALIGNED: usize = 2;

/// Columns that one row at least must have if only narrow gaps part them.
const LEAST_NARROW: usize = 3;

/// Every column is compared with every other; a line with more is not a row.
const MOST_COLUMNS: usize = 64;

/// Columns whose edges are this near are aligned, in ems.
const ALIGNED: f64 = 0.6;

/// Rows farther apart than this belong to different things, in font sizes.
const FARTHEST: f64 = 4.0;

/// Cells are phrases; longer ones are the lines of neighbouring columns of prose.
const LONGEST_CELL: usize = 60;

/// Rows above that a row is compared with: one with empty cells may lack the columns of the next.
const ROWS_ABOVE: usize = 8;

/// The stretches of lines that are tables, in order.
pub(super) fn find(lines: &[Line]) -> Vec<Range<usize>> {
    let cells: Vec<Vec<Range<f64>>> = lines.iter().map(columns::cells).collect();
    let mut tables = Vec::new();
    let mut start = 0;
    for end in 1..=lines.len() {
        let above = start.max(end.saturating_sub(ROWS_ABOVE))..end;
        let goes_on = |below: &Line| {
            let last = &lines[end - 1];
            follows(last, below)
                && (are_wide_rows(last, below)
                    || are_rows(&cells[above], &cells[end], below.size)
                        && !has_leaders(last)
                        && !has_leaders(below))
        };
        if lines.get(end).is_some_and(goes_on) {
            continue;
        }
        if end - start >= LEAST_ROWS && has_short_cells(&lines[start..end]) {
            tables.push(start..end);
        }
        start = end;
    }
    tables
}

/// Whether dots lead to a number: an entry of contents, whose own number is no column.
fn has_leaders(line: &Line) -> bool {
    without_leaders(&line.text) != line.text
}

/// Whether two lines are rows by gaps that no text has.
fn are_wide_rows(above: &Line, below: &Line) -> bool {
    let is_row = |line: &Line| (LEAST_ALIGNED..=MOST_COLUMNS).contains(&line.cells.len());
    let size = above.size.max(below.size);
    let aligned = || above.cells.iter().filter(|cell| is_aligned(cell, &below.cells, size));
    is_row(above) && is_row(below) && aligned().count() >= LEAST_ALIGNED
}

/// Whether two lines can be rows of one table by the way they stand.
fn follows(above: &Line, below: &Line) -> bool {
    let step = below.across - above.across;
    !above.is_vertical
        && above.is_parallel_to(below)
        && step > 0.0
        && step < FARTHEST * above.size.max(below.size)
}

/// Whether a line's cells stand in the columns of those above it, and between them are the same
/// gaps: the outer edges of justified prose are aligned as well. Two columns with no more than a
/// narrow gap between them may be a list with its numbers.
fn are_rows(above: &[Vec<Range<f64>>], below: &[Range<f64>], size: f64) -> bool {
    let is_row = |cells: &[Range<f64>]| (LEAST_ALIGNED..=MOST_COLUMNS).contains(&cells.len());
    if !above.last().is_some_and(|last| is_row(last)) || !is_row(below) {
        return false;
    }
    let has_columns = |row: &[Range<f64>]| row.len() >= LEAST_NARROW;
    if !has_columns(below) && !above.iter().any(|row| has_columns(row)) {
        return false;
    }
    let aligned = below.iter().filter(|cell| above.iter().any(|row| is_aligned(cell, row, size)));
    aligned.count() >= LEAST_ALIGNED && above.iter().any(|row| share_a_gap(row, below, size))
}

/// Whether a column stands under one of a row: with the same left edge, right edge or middle.
fn is_aligned(cell: &Range<f64>, row: &[Range<f64>], size: f64) -> bool {
    let near = ALIGNED * size;
    let edges = |cell: &Range<f64>| [cell.start, cell.end, f64::midpoint(cell.start, cell.end)];
    row.iter().any(|other| {
        edges(cell).iter().zip(edges(other)).any(|(edge, other)| (edge - other).abs() < near)
    })
}

/// Whether a gap of one row stands above one of the other.
fn share_a_gap(above: &[Range<f64>], below: &[Range<f64>], size: f64) -> bool {
    /// In ems.
    const SHARED: f64 = 0.4;
    let gaps = |row: &[Range<f64>]| -> Vec<Range<f64>> {
        row.windows(2).map(|pair| pair[0].end..pair[1].start).collect()
    };
    let others = gaps(below);
    gaps(above).iter().any(|gap| {
        let shared = |other: &Range<f64>| gap.end.min(other.end) - gap.start.max(other.start);
        others.iter().any(|other| shared(other) > SHARED * size)
    })
}

fn has_short_cells(rows: &[Line]) -> bool {
    let characters: usize = rows.iter().map(|row| row.text.chars().count()).sum();
    let cells: usize = rows.iter().map(|row| row.cells.len() + row.narrow.len()).sum();
    characters <= LONGEST_CELL * cells
}
