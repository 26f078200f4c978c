//! What drawing a page yields: glyphs with their text and place, in the order they were drawn.
//!
//! This is all that layout knows of a page. Fonts, codes and operators are behind it.

use std::rc::Rc;

use kurbo::Point;

/// Stands for a glyph whose meaning the file does not tell. It keeps the glyph's place during
/// layout, so that its neighbours do not seem apart, and is taken out of the text afterwards.
pub(super) const UNKNOWN: char = char::REPLACEMENT_CHARACTER;

/// A drawn glyph.
#[derive(Debug, Clone)]
pub(super) struct Glyph {
    /// What it means; more than one character for a ligature or a replaced stretch.
    pub(super) text: Rc<str>,
    /// Its origin on the page, in points.
    pub(super) start: Point,
    /// Where the pen goes from there, without any spacing.
    pub(super) end: Point,
    /// The height of its font on the page, in points.
    pub(super) size: f64,
    /// Whether its font writes from top to bottom.
    pub(super) vertical: bool,
    /// Whether its font is a bold one.
    pub(super) bold: bool,
}

impl Glyph {
    /// Whether its place can be reckoned with; damaged files have coordinates that cannot.
    pub(super) fn has_place(&self) -> bool {
        /// Beyond this, differences of coordinates lose the fractions that layout needs.
        const FARTHEST: f64 = 1e9;
        let coordinates = [self.start.x, self.start.y, self.end.x, self.end.y, self.size];
        coordinates.iter().all(|value| value.is_finite() && value.abs() < FARTHEST)
    }
}
