//! What drawing a page yields: glyphs with their text and place, in the order they were drawn.
//!
//! This is all that layout knows of a page. Fonts, codes and operators are behind it.

use kurbo::{Point, Vec2};

use super::glyph_text::GlyphText;

/// Stands for a glyph whose meaning the file does not tell. It keeps the glyph's place during
/// layout, so that its neighbours do not seem apart, and is taken out of the text afterwards.
pub(super) const UNKNOWN: char = char::REPLACEMENT_CHARACTER;

/// A drawn glyph.
#[derive(Debug, Clone)]
pub(super) struct Glyph {
    /// What it means.
    pub(super) text: GlyphText,
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
    /// The way it moves the pen, as a unit vector; marks do not move it.
    pub(super) fn direction(&self) -> Option<Vec2> {
        /// In points; less is rounding.
        const LEAST_ADVANCE: f64 = 1e-4;
        let advance = self.end - self.start;
        let length = advance.hypot();
        (length >= LEAST_ADVANCE).then(|| advance / length)
    }

    /// Stretches it over another, along the baseline of the longer of both: a raised mark must
    /// not tilt its letter.
    pub(super) fn widen(&mut self, other: &Self) {
        let length = |glyph: &Self| (glyph.end - glyph.start).hypot();
        let is_longer = length(other) > length(self);
        let (base, direction) = if is_longer {
            (other.start, other.direction())
        } else {
            (self.start, self.direction())
        };
        let Some(direction) = direction else { return };
        let along = |point: Point| (point - base).dot(direction);
        let places = [self.start, self.end, other.start, other.end].map(along);
        self.start = base + direction * places.into_iter().fold(f64::INFINITY, f64::min);
        self.end = base + direction * places.into_iter().fold(f64::NEG_INFINITY, f64::max);
    }

    /// Whether its place can be reckoned with; damaged files have coordinates that cannot.
    pub(super) fn has_place(&self) -> bool {
        /// Beyond this, differences of coordinates lose the fractions that layout needs.
        const FARTHEST: f64 = 1e9;
        let coordinates = [self.start.x, self.start.y, self.end.x, self.end.y, self.size];
        coordinates.iter().all(|value| value.is_finite() && value.abs() < FARTHEST)
    }
}
