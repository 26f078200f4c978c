//! The heat-map: a panel for each way and kind, lengths from left to right, depths from top to
//! bottom; the color is the share of languages in which the needle was found.

use std::fmt::Write as _;

use crate::Cell;
use crate::cell::Way;
use crate::haystack::Kind;

const SIDE: usize = 18;
const WIDE: usize = 30;
const GAP: usize = 40;
const LEFT: usize = 150;
const TOP: usize = 60;

pub(crate) fn draw(cells: &[Cell]) -> String {
    let mut lengths: Vec<usize> = cells.iter().map(|cell| cell.tokens).collect();
    lengths.sort_unstable();
    lengths.dedup();
    let mut depths: Vec<usize> = cells.iter().map(|cell| cell.depth).collect();
    depths.sort_unstable();
    depths.dedup();
    let (panel_width, panel_height) = (lengths.len() * WIDE + GAP, depths.len() * SIDE + GAP);
    let width = LEFT + Kind::ALL.len() * panel_width;
    let height = TOP + Way::ALL.len() * panel_height;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"sans-serif\" font-size=\"11\" role=\"img\" \
         aria-label=\"Needles found by length and depth\">\n\
         <style>text{{fill:#333}}@media(prefers-color-scheme:dark){{text{{fill:#ccc}}}}</style>\n"
    );
    for (row, way) in Way::ALL.into_iter().enumerate() {
        let y = TOP + row * panel_height;
        label(&mut svg, 8, y + 14, way.name(), "start");
        for (column, kind) in Kind::ALL.into_iter().enumerate() {
            let x = LEFT + column * panel_width;
            if row == 0 {
                label(&mut svg, x, TOP - 30, kind.name(), "start");
            }
            for (i, tokens) in lengths.iter().enumerate() {
                label(&mut svg, x + i * WIDE + WIDE / 2, y - 6, &short(*tokens), "middle");
                for (j, depth) in depths.iter().enumerate() {
                    let here = cells.iter().filter(|cell| {
                        (cell.way, cell.kind) == (way, kind)
                            && (cell.tokens, cell.depth) == (*tokens, *depth)
                    });
                    let found: Vec<bool> = here.map(|cell| cell.found).collect();
                    let share = found.iter().filter(|found| **found).count() as f64
                        / found.len().max(1) as f64;
                    let (x, y) = (x + i * WIDE, y + j * SIDE);
                    // From red over yellow to green.
                    let hue = (share * 130.0).round();
                    writeln!(
                        svg,
                        "<rect x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\" \
                         fill=\"hsl({hue} 55% 50%)\"/>",
                        WIDE - 1,
                        SIDE - 1
                    )
                    .unwrap();
                }
            }
            if column == 0 {
                for (j, depth) in depths.iter().enumerate() {
                    label(&mut svg, x - 6, y + j * SIDE + 13, &format!("{depth} %"), "end");
                }
            }
        }
    }
    svg + "</svg>\n"
}

fn label(svg: &mut String, x: usize, y: usize, text: &str, anchor: &str) {
    writeln!(svg, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>").unwrap();
}

fn short(tokens: usize) -> String {
    if tokens >= 1_000_000 {
        format!("{}M", tokens / 1_000_000)
    } else {
        format!("{}k", tokens / 1_000)
    }
}
