//! From glyphs to lines of text.
//!
//! Glyphs keep the order in which they were drawn, which is the reading order of nearly every
//! real file, columns included. Within a stretch that shares a baseline, gaps become spaces and
//! wide gaps tabs; text that was drawn out of order is sorted, and right-to-left text is put in
//! reading order. No glyph is lost here but those drawn twice to look bold.

use rustc_hash::FxHashMap;
use std::ops::Range;

use kurbo::{Point, Vec2};

use super::extent::{around, most};
use super::glyph::Glyph;
use super::places::Ink;
use super::words::{self, NarrowGap, Words};
use crate::read::unicode;

/// A line of text and where it stands.
///
/// `along` and `across` are distances on the page in the line's own frame: along the way it is
/// written, and down from line to line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// Its text; tabs stand for wide gaps.
    pub(super) text: String,
    /// Its glyphs in the order of the text.
    pub(super) inks: Vec<Ink>,
    /// The stretches between wide gaps.
    pub(super) cells: Vec<Range<f64>>,
    /// Gaps that part cells if the line is a row of a table.
    pub(super) narrow: Vec<NarrowGap>,
    pub(super) along: Range<f64>,
    pub(super) across: f64,
    /// The size of most of its text, in points.
    pub(super) size: f64,
    pub(super) is_bold: bool,
    pub(super) is_right_to_left: bool,
    /// The way it is written, as a unit vector.
    pub(super) direction: Vec2,
    pub(super) is_vertical: bool,
}

impl Line {
    /// Whether both are written the same way.
    pub(super) fn is_parallel_to(&self, other: &Self) -> bool {
        self.is_vertical == other.is_vertical && self.direction.dot(other.direction) > PARALLEL
    }
}

/// Gathers a page's glyphs into lines.
pub(super) fn lines(glyphs: Vec<Glyph>) -> Vec<Line> {
    let mut lines = Lines::default();
    for run in runs(&without_doubles(glyphs)) {
        lines.append(&run);
    }
    lines.done
}

/// Glyphs that follow each other on one baseline.
struct Run<'g> {
    glyphs: &'g [Glyph],
    direction: Vec2,
    /// The greatest of its glyphs.
    size: f64,
    is_vertical: bool,
    end: Point,
}

/// Sizes below this would make every distance infinitely many ems.
const LEAST_SIZE: f64 = 0.01;

/// Cosine of the greatest angle between lines that count as parallel, about 11 degrees.
const PARALLEL: f64 = 0.98;

/// Takes out the copies of glyphs that are drawn twice, a little apart, to look bold.
fn without_doubles(glyphs: Vec<Glyph>) -> Vec<Glyph> {
    /// How far apart copies may be, in ems: less than any two letters.
    const APART: f64 = 0.12;
    /// The page is cut into squares this wide, in points, so that few glyphs need comparing.
    const SQUARE: f64 = 8.0;
    /// Glyphs compared at most; a file that piles up more is not for reading.
    const MAX_COMPARED: usize = 64;

    /// Marks the first glyph of a square.
    const NONE: usize = usize::MAX;

    // The last glyph of each square and how many there are; each glyph leads to the one before.
    let mut squares: FxHashMap<(i32, i32), (usize, usize)> = FxHashMap::default();
    squares.reserve(glyphs.len() / 4);
    let mut before = vec![NONE; glyphs.len()];
    let mut doubles = Vec::new();
    for (index, glyph) in glyphs.iter().enumerate() {
        if glyph.text.is_blank() || glyph.size <= 0.0 {
            continue;
        }
        let square = ((glyph.start.x / SQUARE) as i32, (glyph.start.y / SQUARE) as i32);
        let (last, count) = squares.entry(square).or_insert((NONE, 0));
        let near = APART * glyph.size;
        let is_copy = |other: &Glyph| {
            (other.start.x - glyph.start.x).abs() < near
                && (other.start.y - glyph.start.y).abs() < near
                && (other.size - glyph.size).abs() < 0.1 * glyph.size
                && other.text == glyph.text
        };
        let of_square = |index: usize| (index != NONE).then_some(index);
        let mut known = std::iter::successors(of_square(*last), |other| of_square(before[*other]));
        if known.any(|other| is_copy(&glyphs[other])) {
            doubles.push(index);
        } else if *count < MAX_COMPARED {
            (before[index], *last, *count) = (*last, index, *count + 1);
        }
    }
    without(glyphs, &doubles)
}

/// Takes out the glyphs at these places, which are in order.
fn without(mut glyphs: Vec<Glyph>, places: &[usize]) -> Vec<Glyph> {
    let mut places = places.iter().copied().peekable();
    let mut at = 0..;
    if places.peek().is_some() {
        glyphs.retain(|_| places.next_if_eq(&at.next().unwrap_or_default()).is_none());
    }
    glyphs
}

fn runs(glyphs: &[Glyph]) -> Vec<Run<'_>> {
    let mut runs: Vec<Run<'_>> = Vec::new();
    let mut first = 0;
    for (index, glyph) in glyphs.iter().enumerate() {
        let direction = glyph.direction();
        match runs.last_mut() {
            Some(run) if run.takes(glyph, direction) => {
                run.end = glyph.end;
                run.size = most(run.size, glyph.size);
                run.glyphs = &glyphs[first..=index];
            }
            _ => {
                first = index;
                runs.push(Run::new(&glyphs[index..=index], direction));
            }
        }
    }
    runs
}

impl<'g> Run<'g> {
    /// A run of one glyph.
    fn new(glyphs: &'g [Glyph], direction: Option<Vec2>) -> Self {
        let Glyph { size, vertical, end, .. } = glyphs[0];
        let usual = if vertical { Vec2::new(0.0, -1.0) } else { Vec2::new(1.0, 0.0) };
        let direction = direction.unwrap_or(usual);
        Self { glyphs, direction, size, is_vertical: vertical, end }
    }

    /// Whether a glyph continues it: parallel, on the baseline, and not absurdly far off.
    fn takes(&self, glyph: &Glyph, direction: Option<Vec2>) -> bool {
        /// In ems; superscripts leave the baseline by about this much.
        const OFF_BASELINE: f64 = 0.45;
        /// In ems; farther back than the next letter of right-to-left text.
        const RETURN: f64 = -3.0;
        /// In ems; what is drawn after a return is on the same line only if it is on the same
        /// baseline, for lines may be set very tight.
        const RETURN_OFF_BASELINE: f64 = 0.15;
        /// In ems; lines of a page are rarely wider than this in small print.
        const BACK: f64 = -60.0;
        /// In ems; wide enough for the page number at the end of an entry of contents.
        const AHEAD: f64 = 100.0;

        let is_parallel =
            direction.is_none_or(|direction| direction.dot(self.direction).abs() > PARALLEL);
        if !is_parallel || glyph.vertical != self.is_vertical {
            return false;
        }
        let step = glyph.start - self.end;
        let size = most(most(self.size, glyph.size), LEAST_SIZE);
        let along = step.dot(self.direction) / size;
        let off = step.cross(self.direction).abs() / size;
        let off_baseline = if along < RETURN { RETURN_OFF_BASELINE } else { OFF_BASELINE };
        off < off_baseline && along > BACK && along < AHEAD
    }

    fn along(&self, point: Point) -> f64 {
        point.to_vec2().dot(self.direction)
    }

    /// Downwards for horizontal writing, to the left for vertical.
    fn across(&self, point: Point) -> f64 {
        point.to_vec2().dot(Vec2::new(self.direction.y, -self.direction.x))
    }
}

/// Where the pen was after the last piece of text.
struct Pen {
    at: Point,
    direction: Vec2,
    size: f64,
}

#[derive(Default)]
struct Lines {
    done: Vec<Line>,
    pen: Option<Pen>,
    /// Characters of the last line's chief size, to tell which size is the chief one.
    weight: usize,
}

impl Lines {
    fn append(&mut self, run: &Run<'_>) {
        let Some(start) = run.glyphs.first().map(|glyph| glyph.start) else { return };
        let words = words::of_run(placed(run), run.size.max(LEAST_SIZE), run.is_vertical);
        if words.text.trim().is_empty() {
            if let Some(line) = self.done.last_mut().filter(|line| !line.text.ends_with(' ')) {
                line.text.push(' ');
            }
            return;
        }
        if let Some(gap) = self.gap_to(run, start) {
            self.continue_line(run, words, gap);
        } else {
            self.weight = words.text.chars().count();
            self.done.push(new_line(run, words));
        }
        self.pen = Some(Pen { at: run.end, direction: run.direction, size: run.size });
    }

    /// If a run goes on in the last line, raised or lowered, the gap before it in ems.
    fn gap_to(&self, run: &Run<'_>, start: Point) -> Option<f64> {
        /// In ems: right behind the text that it belongs to.
        const ADJACENT: f64 = 0.35;
        /// In ems: superscripts, subscripts and fractions.
        const RAISED: f64 = 0.8;

        let pen = self.pen.as_ref()?;
        let step = start - pen.at;
        let size = pen.size.max(run.size).max(LEAST_SIZE);
        let gap = step.dot(pen.direction) / size;
        let raised = step.cross(pen.direction).abs() / size;
        let is_parallel = pen.direction.dot(run.direction) > PARALLEL;
        (is_parallel && raised < RAISED && gap.abs() < ADJACENT).then_some(gap)
    }

    fn continue_line(&mut self, run: &Run<'_>, words: Words, gap: f64) {
        /// In ems, a little above the gap between words of a run: raised text stands off.
        const SPACE: f64 = 0.14;

        let Some(line) = self.done.last_mut() else { return };
        if gap > SPACE && !line.text.ends_with(' ') && !words.text.starts_with(unicode::is_mark) {
            line.text.push(' ');
        }
        let shifted =
            |gap: &NarrowGap| NarrowGap { byte: gap.byte + line.text.len(), ..gap.clone() };
        line.narrow.extend(words.narrow.iter().map(shifted));
        line.text.push_str(&words.text);
        line.inks.extend(inks(run, &words));
        let mut cells = words.cells.into_iter();
        if let (Some(last), Some(first)) = (line.cells.last_mut(), cells.next()) {
            *last = around(last, &first);
        }
        line.cells.extend(cells);
        line.along = around(&line.along, &words.along);
        let weight = words.text.chars().count();
        if weight > self.weight {
            self.weight = weight;
            line.size = chief_size(run);
            line.across = run.across(run.end);
            line.is_bold = is_bold(run);
        }
    }
}

fn inks(run: &Run<'_>, words: &Words) -> Vec<Ink> {
    words.order.iter().map(|glyph| Ink::of(&run.glyphs[*glyph], run.direction)).collect()
}

fn new_line(run: &Run<'_>, words: Words) -> Line {
    Line {
        inks: inks(run, &words),
        text: words.text,
        cells: words.cells,
        narrow: words.narrow,
        along: words.along,
        across: run.across(run.end),
        size: chief_size(run),
        is_bold: is_bold(run),
        is_right_to_left: words.is_right_to_left,
        direction: run.direction,
        is_vertical: run.is_vertical,
    }
}

/// The run's glyphs along its direction, as [`words`] needs them.
fn placed<'g>(run: &Run<'g>) -> Vec<words::Piece<'g>> {
    run.glyphs
        .iter()
        .enumerate()
        .map(|(index, glyph)| {
            words::Piece::new(index, glyph, run.along(glyph.start), run.along(glyph.end))
        })
        .collect()
}

/// The size of most of a run's text.
fn chief_size(run: &Run<'_>) -> f64 {
    /// Sizes as near as this are one size that went through a transformation.
    const SAME: f64 = 0.02;
    /// A line with more sizes has no chief one.
    const MOST_SIZES: usize = 16;

    let mut sizes: Vec<(f64, usize)> = Vec::new();
    for glyph in run.glyphs {
        let has_room = sizes.len() < MOST_SIZES;
        match sizes.iter_mut().find(|(size, _)| (size - glyph.size).abs() <= SAME * size) {
            Some((_, count)) => *count += glyph.text.len(),
            None if has_room => sizes.push((glyph.size, glyph.text.len())),
            None => {}
        }
    }
    sizes.into_iter().max_by_key(|(_, count)| *count).map_or(run.size, |(size, _)| size)
}

/// Whether nearly all of a run's text is bold.
fn is_bold(run: &Run<'_>) -> bool {
    let visible = || run.glyphs.iter().filter(|glyph| !glyph.text.is_blank());
    let bold = visible().filter(|glyph| glyph.bold).count();
    // One in ten may be a number or a sign in another font.
    bold > 0 && bold * 10 >= visible().count() * 9
}

#[cfg(test)]
mod tests;
