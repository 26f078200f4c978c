//! From the glyphs of one baseline to words: which gaps are spaces, and in which order the
//! glyphs are read.

use std::ops::Range;

use super::bidi::{self, Direction};
use super::characters::{is_cjk, is_left_to_right, is_right_to_left};
use super::extent::{around, least, most};
use super::glyph::Glyph;
use super::glyph_text::GlyphText;

/// A glyph on a baseline.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'g> {
    /// Which glyph of its run it is.
    glyph: usize,
    text: &'g GlyphText,
    start: f64,
    end: f64,
    size: f64,
}

impl<'g> Piece<'g> {
    pub(super) fn new(index: usize, glyph: &'g Glyph, start: f64, end: f64) -> Self {
        Self { glyph: index, text: &glyph.text, start, end, size: glyph.size }
    }

    /// Whether it sits on the piece before it, wherever its own place may be.
    fn is_mark(&self) -> bool {
        self.text.is_mark()
    }
}

/// The words of a baseline, with the stretches between wide gaps.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Words {
    pub(super) text: String,
    /// The run's glyphs in the order in which the text has them.
    pub(super) order: Vec<usize>,
    pub(super) cells: Vec<Range<f64>>,
    pub(super) narrow: Vec<NarrowGap>,
    pub(super) along: Range<f64>,
    pub(super) is_right_to_left: bool,
}

/// A gap that is wider than a space, yet not so wide that it must part cells: whether it does is
/// seen by the lines around it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NarrowGap {
    /// Where the text has the space that it became.
    pub(super) byte: usize,
    pub(super) along: Range<f64>,
}

/// Gaps are measured in ems. This one parts words: spaces are a quarter of an em in most fonts
/// and shrink to half of that in justified lines.
const SPACE: f64 = 0.12;

/// Between ideographs, whose grid leaves gaps of its own.
const CJK_SPACE: f64 = 0.6;

/// In right-to-left lines, where letters are less tightly set.
const RIGHT_TO_LEFT_SPACE: f64 = 0.17;

/// Wider than the spaces of most justified lines.
const NARROW_GAP: f64 = 0.7;

/// No text has gaps this wide between its words.
const WIDE_GAP: f64 = 2.5;

/// Puts the glyphs of a baseline together. `size` is that of the greatest of them.
pub(super) fn of_run(pieces: Vec<Piece<'_>>, size: f64, is_vertical: bool) -> Words {
    if is_vertical || !pieces.iter().any(|piece| piece.text.has_right_to_left()) {
        return left_to_right(pieces, size, is_vertical);
    }
    let characters = || pieces.iter().flat_map(|piece| piece.text.chars());
    let right_to_left = characters().filter(|c| is_right_to_left(*c)).count();
    let left_to_right = characters().filter(|c| is_left_to_right(*c)).count();
    let base = if right_to_left >= left_to_right {
        Direction::RightToLeft
    } else {
        Direction::LeftToRight
    };
    bidirectional(pieces, size, base)
}

fn left_to_right(mut pieces: Vec<Piece<'_>>, size: f64, is_vertical: bool) -> Words {
    /// In ems; so far back that a new word begins.
    const FAR_BACK: f64 = -1.2;

    if !is_vertical && is_disordered(&pieces, size) {
        sort(&mut pieces);
    }
    let spacing = letter_spacing(&pieces, size);
    let mut words = Words::with_room_for(pieces.len());
    let mut previous_end: Option<f64> = None;
    for piece in &pieces {
        let touches = |c: char| c.is_whitespace();
        let is_apart =
            !piece.is_mark() && !piece.text.starts_with_space() && !words.text.ends_with(touches);
        if let Some(end) = previous_end.filter(|_| is_apart) {
            let gap = piece.start - end - spacing;
            let em = most(least(piece.size, size), 0.3 * size);
            if gap > WIDE_GAP * em {
                words.text.push('\t');
                words.cells.push(piece.start..piece.start);
            } else if gap > space_before(piece, &words.text) * em || gap < FAR_BACK * size {
                if gap > NARROW_GAP * em {
                    words
                        .narrow
                        .push(NarrowGap { byte: words.text.len(), along: end..piece.start });
                }
                words.text.push(' ');
            }
        }
        words.push(piece);
        let end = most(piece.end, piece.start);
        // A mark may stand back over its letter.
        previous_end =
            Some(if piece.is_mark() { most(previous_end.unwrap_or(end), end) } else { end });
    }
    words
}

/// Whether the pen goes back from one piece to the next, marks aside.
fn is_disordered(pieces: &[Piece<'_>], size: f64) -> bool {
    /// In ems; more than kerning takes back.
    const BACK: f64 = -0.3;

    let mut letters = pieces.iter().filter(|piece| !piece.is_mark());
    let Some(mut last) = letters.next() else { return false };
    letters.any(|piece| {
        let end = std::mem::replace(&mut last, piece).end;
        piece.start < end + BACK * size
    })
}

/// Sorts pieces by their places; marks stay with the piece before them.
fn sort(pieces: &mut Vec<Piece<'_>>) {
    let mut clusters: Vec<&[Piece<'_>]> = pieces.chunk_by(|_, next| next.is_mark()).collect();
    clusters.sort_by(|a, b| a[0].start.total_cmp(&b[0].start));
    *pieces = clusters.concat();
}

fn space_before(piece: &Piece<'_>, text: &str) -> f64 {
    let is_grid = piece.text.starts_with(is_cjk) && text.ends_with(is_cjk);
    if is_grid { CJK_SPACE } else { SPACE }
}

/// The gap that letter-spaced text has between all its letters: the fifth part of the gaps is
/// no wider, and gaps between words are rarer than that.
fn letter_spacing(pieces: &[Piece<'_>], size: f64) -> f64 {
    /// With fewer gaps, a space may be the usual one.
    const LEAST_GAPS: usize = 5;
    /// In ems; spaced wider, letters are words of their own.
    const MOST: f64 = 0.6;

    // The dots that lead to a page number are spaced, the words before them are not.
    let are_letters = |pair: &&[Piece<'_>]| pair[0].text.ends_word() && pair[1].text.starts_word();
    let gaps = pieces.windows(2).filter(are_letters).map(|pair| pair[1].start - pair[0].end);
    let mut narrow: Vec<f64> = Vec::with_capacity(pieces.len());
    narrow.extend(gaps.filter(|gap| gap.abs() < size));
    let mut gaps = narrow;
    if gaps.len() < LEAST_GAPS {
        return 0.0;
    }
    let fifth = gaps.len() / 5;
    let (_, gap, _) = gaps.select_nth_unstable_by(fifth, f64::total_cmp);
    gap.clamp(0.0, MOST * size)
}

fn bidirectional(mut pieces: Vec<Piece<'_>>, size: f64, base: Direction) -> Words {
    for piece in pieces.iter_mut().filter(|piece| piece.start > piece.end) {
        std::mem::swap(&mut piece.start, &mut piece.end);
    }
    // By their middles, so that marks without a width stay within their letters.
    pieces.sort_by(|a, b| (a.start + a.end).total_cmp(&(b.start + b.end)));
    let mut visual: Vec<&str> = Vec::with_capacity(pieces.len());
    // Spaces that gaps became have no glyph.
    let mut glyphs: Vec<Option<usize>> = Vec::with_capacity(pieces.len());
    let mut words = Words::with_room_for(pieces.len());
    let mut farthest: Option<f64> = None;
    for piece in &pieces {
        let is_apart =
            !piece.text.starts_with(' ') && visual.last().is_none_or(|last| !last.ends_with(' '));
        if farthest.is_some_and(|end| piece.start - end > RIGHT_TO_LEFT_SPACE * size) && is_apart {
            visual.push(" ");
            glyphs.push(None);
        }
        visual.push(piece.text);
        glyphs.push(Some(piece.glyph));
        words.push(piece);
        farthest = Some(farthest.map_or(piece.end, |end| end.max(piece.end)));
    }
    let order = bidi::reading_order(&visual, base);
    words.text = order.iter().map(|piece| visual[*piece]).collect();
    words.order = order.iter().filter_map(|piece| glyphs[*piece]).collect();
    words.is_right_to_left = base == Direction::RightToLeft;
    words
}

impl Words {
    fn with_room_for(pieces: usize) -> Self {
        Self {
            text: String::with_capacity(pieces * 3 / 2),
            order: Vec::with_capacity(pieces),
            cells: Vec::new(),
            narrow: Vec::new(),
            along: f64::INFINITY..f64::NEG_INFINITY,
            is_right_to_left: false,
        }
    }

    /// Appends a piece's text, and widens the stretches by it if it is visible.
    fn push(&mut self, piece: &Piece<'_>) {
        self.text.push_str(piece.text);
        self.order.push(piece.glyph);
        if piece.text.is_blank() {
            return;
        }
        let stretch = least(piece.start, piece.end)..most(piece.start, piece.end);
        self.along = around(&self.along, &stretch);
        match self.cells.last_mut() {
            Some(cell) => *cell = around(cell, &stretch),
            None => self.cells.push(stretch),
        }
    }
}
