//! Charts: their titles, and their data as a table.

use crate::document::BlockKind;
use crate::read::office::flow::{Piece, Row, one_line};
use crate::read::office::xml::Xml;

/// Series and points of a chart that are read at most. A table has the product of both.
const MAX_SERIES: usize = 256;
const MAX_POINTS: usize = 10_000;

/// One line or row of bars.
#[derive(Default)]
struct Series {
    name: String,
    categories: Vec<String>,
    values: Vec<String>,
}

/// Reads the title of a chart, without those of its axes.
pub(in crate::read::office) fn title(xml: &mut Xml) -> Vec<Piece> {
    while let Some(element) = xml.next_in(0) {
        match element.name() {
            "title" => return vec![caption(xml)],
            "plotArea" => break,
            _ => {}
        }
    }
    Vec::new()
}

/// Reads the part of a chart.
pub(super) fn read(xml: &mut Xml) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut all: Vec<Series> = Vec::new();
    while let Some(element) = xml.next_in(0) {
        match element.name() {
            "title" => pieces.push(caption(xml)),
            "ser" => all.push(series(xml)),
            _ => {}
        }
    }
    pieces.push(Piece::Table(rows(&all)));
    pieces
}

fn caption(xml: &mut Xml) -> Piece {
    Piece::Block(BlockKind::Caption, one_line(&super::shapes::paragraphs(xml)))
}

fn series(xml: &mut Xml) -> Series {
    let mut series = Series::default();
    let depth = xml.depth();
    while let Some(element) = xml.next_in(depth) {
        match element.name() {
            "tx" => series.name = values(xml).join(" "),
            "cat" | "xVal" => series.categories = values(xml),
            "val" | "yVal" => series.values = values(xml),
            _ => {}
        }
    }
    series
}

fn values(xml: &mut Xml) -> Vec<String> {
    let mut values = Vec::new();
    let depth = xml.depth();
    while let Some(element) = xml.next_in(depth) {
        match element.name() {
            "v" | "t" => values.push(xml.text()),
            _ => {}
        }
    }
    values
}

/// A row per category, a column per series. The categories of the first series are for all.
fn rows(all: &[Series]) -> Vec<Row> {
    let all = &all[..all.len().min(MAX_SERIES)];
    let names = all.iter().map(|series| series.name.clone());
    let mut rows = vec![std::iter::once(String::new()).chain(names).collect::<Row>()];
    let categories = all.first().map_or(&[][..], |series| &series.categories);
    let count = all.iter().map(|series| series.values.len()).max().unwrap_or(0);
    for index in 0..count.max(categories.len()).min(MAX_POINTS) {
        let value = |series: &Series| series.values.get(index).cloned().unwrap_or_default();
        let category = categories.get(index).cloned().unwrap_or_default();
        rows.push(std::iter::once(category).chain(all.iter().map(value)).collect());
    }
    rows
}
