//! Whether a line goes on with the paragraph above it, by everything that typography says:
//! distance, size, weight, indents, and how the line above ends.

use super::characters::ends_sentence;
use super::lines::Line;
use super::markers::{is_contents_entry, starts_list_item};

/// How far apart the lines of a page's paragraphs are, in font sizes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spacing {
    usual: f64,
}

impl Spacing {
    /// Measures a page: the lower quarter of the steps from line to line lies within paragraphs,
    /// wherever these have two lines and more.
    pub(super) fn of(lines: &[Line]) -> Self {
        /// Typewritten pages are double-spaced; beyond that lines stand alone.
        const WIDEST: f64 = 2.6;
        /// Tighter lines overlap.
        const TIGHTEST: f64 = 0.5;
        /// Single-spaced, for pages without paragraphs.
        const SINGLE: f64 = 1.2;

        let mut steps: Vec<f64> = lines
            .windows(2)
            .filter(|pair| pair[0].is_parallel_to(&pair[1]) && overlap(&pair[0], &pair[1]))
            .map(|pair| step(&pair[0], &pair[1]))
            .filter(|step| (TIGHTEST..WIDEST).contains(step))
            .collect();
        steps.sort_by(f64::total_cmp);
        Self { usual: steps.get(steps.len() / 4).copied().unwrap_or(SINGLE) }
    }

    /// Whether a step is too wide for two lines of one paragraph.
    fn parts(self, step: f64) -> bool {
        // A fifth above the usual, and a little for rounded coordinates; half a line is what
        // word processors put between paragraphs at least.
        step > self.usual * 1.2 + 0.08
    }
}

/// A line that is not this far below another, in font sizes, stands beside or above it.
const LEAST_STEP: f64 = 0.2;

/// Indents below this are the unevenness of ragged or scanned margins, in ems.
const LEAST_INDENT: f64 = 0.8;

/// Text that starts farther in is not an indented line of the same paragraph, in ems.
const MOST_INDENT: f64 = 8.0;

/// Edges as near as this are aligned, in ems.
const ALIGNED: f64 = 0.35;

/// A paragraph that is being gathered.
pub(super) struct Paragraph<'l> {
    spacing: Spacing,
    is_list_item: bool,
    first: &'l Line,
    last: &'l Line,
    lines: usize,
}

impl<'l> Paragraph<'l> {
    pub(super) fn new(first: &'l Line, spacing: Spacing) -> Self {
        let is_list_item = starts_list_item(&first.text);
        Self { spacing, is_list_item, first, last: first, lines: 1 }
    }

    /// Takes a line if it goes on with the paragraph; says whether it did.
    pub(super) fn take(&mut self, line: &'l Line) -> bool {
        if self.ends_before(line) {
            return false;
        }
        self.last = line;
        self.lines += 1;
        true
    }

    fn ends_before(&self, line: &Line) -> bool {
        let last = self.last;
        if !last.is_parallel_to(line) || differs_in_size(last, line) {
            return true;
        }
        let step = step(last, line);
        if step < LEAST_STEP {
            // The next column, or another part of the page.
            return !runs_on(last, line);
        }
        self.spacing.parts(step)
            || !overlap(last, line)
            || is_contents_entry(&last.text)
            || are_rows(last, line)
            || self.is_new_item(line)
            || self.changes_weight(line)
            || self.is_indented_anew(line)
            || self.ended_short_of(line)
    }

    fn is_new_item(&self, line: &Line) -> bool {
        // A number at the start of a line may be the end of a sentence ("… in\n12. May").
        starts_list_item(&line.text)
            && (self.is_list_item || ends_sentence_at(self.last) || !self.last_is_full(line))
    }

    fn changes_weight(&self, line: &Line) -> bool {
        let was_heading = self.last.is_bold && !line.is_bold;
        let is_heading = !self.last.is_bold && line.is_bold;
        was_heading || (is_heading && !self.last_is_full(line))
    }

    /// Whether a line's indent begins a paragraph: further in than a flush line, or further out
    /// than the lines of a hanging one.
    fn is_indented_anew(&self, line: &Line) -> bool {
        let last = self.last;
        let indent = (lead(line) - lead(last)) / line.size.max(1.0);
        if indent.abs() < LEAST_INDENT || is_centred(last, line) {
            return false;
        }
        if indent > MOST_INDENT {
            return true;
        }
        if self.is_list_item {
            // Its lines hang below its text, or below its marker if they are full.
            let to_marker = (lead(line) - lead(self.first)) / line.size.max(1.0);
            return to_marker < ALIGNED && (self.lines > 1 || !self.last_is_full(line));
        }
        match self.lines {
            // The second line of an indented paragraph, or of a hanging one.
            1 => indent > 0.0 && !self.last_is_full(line),
            _ => true,
        }
    }

    /// Whether the last line left room that this line's first word would have filled, at the
    /// end of a sentence.
    fn ended_short_of(&self, line: &Line) -> bool {
        /// The part of a line's width that ragged margins leave open at most.
        const RAGGED: f64 = 0.25;

        let open = trail(line) - trail(self.last);
        ends_sentence_at(self.last)
            && open > RAGGED * width(line)
            && line.text.trim_start().chars().next().is_some_and(|c| !c.is_lowercase())
    }

    /// Whether the last line reaches as far as this one, about.
    fn last_is_full(&self, line: &Line) -> bool {
        /// In ems: a long word did not fit.
        const ROOM: f64 = 4.0;
        trail(self.last) > trail(line).max(trail(self.first)) - ROOM * line.size
    }
}

/// Whether both lines have wide gaps, as the lines of forms do.
fn are_rows(a: &Line, b: &Line) -> bool {
    a.cells.len() > 1 && b.cells.len() > 1
}

/// Whether a sentence goes on in another place: it did not end, and no new one begins.
fn runs_on(last: &Line, line: &Line) -> bool {
    let first = line.text.trim_start().chars().next();
    !ends_sentence_at(last) && last.is_bold == line.is_bold && first.is_some_and(char::is_lowercase)
}

fn ends_sentence_at(line: &Line) -> bool {
    let closing = ['"', '\'', '”', '’', ')', '」', '』', '»'];
    line.text.trim_end().trim_end_matches(closing).ends_with(ends_sentence)
}

fn differs_in_size(a: &Line, b: &Line) -> bool {
    /// Sizes of one paragraph differ by less; those of a heading and its text by more.
    const RATIO: f64 = 1.12;
    a.size.max(b.size) > RATIO * a.size.min(b.size)
}

/// How far a line is below another, in font sizes.
fn step(above: &Line, below: &Line) -> f64 {
    (below.across - above.across) / above.size.max(below.size).max(f64::MIN_POSITIVE)
}

fn overlap(a: &Line, b: &Line) -> bool {
    a.along.start < b.along.end && b.along.start < a.along.end
}

fn is_centred(a: &Line, b: &Line) -> bool {
    let middle = |line: &Line| f64::midpoint(line.along.start, line.along.end);
    (middle(a) - middle(b)).abs() < ALIGNED * a.size
}

fn width(line: &Line) -> f64 {
    line.along.end - line.along.start
}

/// Where a line begins, growing with its indent.
fn lead(line: &Line) -> f64 {
    if line.is_right_to_left { -line.along.end } else { line.along.start }
}

/// Where a line ends, growing with its length.
fn trail(line: &Line) -> f64 {
    if line.is_right_to_left { -line.along.start } else { line.along.end }
}
