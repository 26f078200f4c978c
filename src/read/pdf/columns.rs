//! The columns of a table: which cell of a row stands in which of them.
//!
//! Columns are parted by the strips that nearly all rows leave empty. A row says with tabs which
//! column each cell is in, so that empty cells keep theirs.

use std::ops::Range;

use super::lines::Line;
use super::markers::without_leaders;

/// One row in so many may have a cell that lies over several columns.
const SPANNING_ONE_IN: usize = 8;

/// The stretches of a line between all gaps that may part cells.
pub(super) fn cells(line: &Line) -> Vec<Range<f64>> {
    let mut cells = line.cells.clone();
    for gap in &line.narrow {
        let within = |cell: &Range<f64>| cell.start < gap.along.start && gap.along.end < cell.end;
        if let Some(at) = cells.iter().position(within) {
            let end = cells[at].end;
            cells[at].end = gap.along.start;
            cells.insert(at + 1, gap.along.end..end);
        }
    }
    cells
}

/// The rows' text, with a tab for each border between columns.
pub(super) fn rows(lines: &[Line]) -> Vec<String> {
    let cells: Vec<Vec<Range<f64>>> = lines.iter().map(cells).collect();
    let borders = borders(&cells);
    lines.iter().zip(&cells).map(|(line, cells)| row(line, cells, &borders)).collect()
}

fn row(line: &Line, cells: &[Range<f64>], borders: &[f64]) -> String {
    let texts = texts(line);
    if texts.len() != cells.len() {
        return without_leaders(line.text.trim());
    }
    let mut row = String::new();
    let mut column = 0;
    for ((before, text), cell) in texts.iter().zip(cells) {
        let own = borders.iter().filter(|border| **border < cell.start).count();
        let text = without_leaders(text.trim());
        match own.saturating_sub(column) {
            // Two cells of what the other rows show as one column.
            0 if !row.is_empty() && !row.ends_with('\t') => row.push(*before),
            steps => row.extend(std::iter::repeat_n('\t', steps)),
        }
        column = column.max(own);
        row.push_str(&text);
    }
    row
}

/// The texts of [`cells`], each with what the line has before it.
fn texts(line: &Line) -> Vec<(char, &str)> {
    let mut texts = Vec::new();
    let (mut before, mut start) = (' ', 0);
    for (byte, c) in line.text.char_indices() {
        if c == '\t' || line.narrow.iter().any(|gap| gap.byte == byte) {
            texts.push((before, &line.text[start..byte]));
            (before, start) = (c, byte + c.len_utf8());
        }
    }
    texts.push((before, &line.text[start..]));
    texts
}

/// The middles of the strips that nearly all rows leave empty, from left to right.
fn borders(rows: &[Vec<Range<f64>>]) -> Vec<f64> {
    let mut edges: Vec<(f64, isize)> =
        rows.iter().flatten().flat_map(|cell| [(cell.start, 1), (cell.end, -1)]).collect();
    edges.sort_by(|a, b| a.0.total_cmp(&b.0));
    let most = (rows.len() / SPANNING_ONE_IN).cast_signed();
    let (mut covered, mut empty_from, mut borders) = (0, None, Vec::new());
    for (at, change) in edges {
        let before = covered;
        covered += change;
        if before > most && covered <= most {
            empty_from = Some(at);
        } else if before <= most
            && covered > most
            && let Some(from) = empty_from.take()
        {
            borders.push(f64::midpoint(from, at));
        }
    }
    borders
}
