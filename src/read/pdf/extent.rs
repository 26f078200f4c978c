//! Stretches and rectangles that grow around what is drawn.
//!
//! `f64::min` and `f64::max` mind what is not a number, which WebAssembly has no instruction for:
//! each use is a call. Places are always numbers (`Glyph::has_place`), and are compared instead.

use std::ops::Range;

use kurbo::Rect;

pub(super) fn least(a: f64, b: f64) -> f64 {
    if b < a { b } else { a }
}

pub(super) fn most(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}

/// The stretch that holds both.
pub(super) fn around(a: &Range<f64>, b: &Range<f64>) -> Range<f64> {
    least(a.start, b.start)..most(a.end, b.end)
}

/// The rectangle that holds both.
pub(super) fn enclosing(a: Rect, b: Rect) -> Rect {
    Rect {
        x0: least(a.x0, b.x0),
        y0: least(a.y0, b.y0),
        x1: most(a.x1, b.x1),
        y1: most(a.y1, b.y1),
    }
}
