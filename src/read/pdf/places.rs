//! Where the words of a block are drawn.
//!
//! A block's text is its glyphs' text with differences: hyphens and leaders are gone, letters and
//! marks are composed, spaces were put in. The text is followed along the glyphs, character by
//! character, and each word gets the rectangle around the glyphs that it was found on. A word
//! over two lines has two.

use std::ops::Range;

use kurbo::{Affine, Rect, Vec2};

use super::extent::{enclosing, least, most};
use super::glyph::Glyph;
use super::glyph_text::GlyphText;
use crate::document::{self, TextBox};
use crate::read::unicode;

/// How a line, one em high, lies about its baseline: in nearly all fonts ascent and descent are as
/// four to one, whatever their sum. What descriptors say of them is often wrong.
const ASCENT: f64 = 0.8;
const DESCENT: f64 = 0.2;

/// A drawn glyph, as far as places need it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ink {
    text: GlyphText,
    /// On the page, in points, growing upwards.
    rect: Rect,
}

impl Ink {
    /// The glyph's ink in a line of this direction.
    pub(super) fn of(glyph: &Glyph, direction: Vec2) -> Self {
        // Upwards from a horizontal baseline; a vertical one runs through the glyph's middle.
        let up = Vec2::new(-direction.y, direction.x) * glyph.size;
        let (above, below) = if glyph.vertical { (0.5, 0.5) } else { (ASCENT, DESCENT) };
        let (above, below) = (up * above, up * -below);
        let (start, end) = (glyph.start, glyph.end);
        let rect = Rect {
            x0: least(start.x, end.x) + least(above.x, below.x),
            y0: least(start.y, end.y) + least(above.y, below.y),
            x1: most(start.x, end.x) + most(above.x, below.x),
            y1: most(start.y, end.y) + most(above.y, below.y),
        };
        Self { text: glyph.text.clone(), rect }
    }
}

/// Glyphs passed over at most to find the next character again: a line of leading dots.
const LOOK_AHEAD: usize = 200;

/// Letters among them at most. A word that comes again further on is not the one that is looked
/// for, and all between would be lost.
const LETTERS_AHEAD: usize = 6;

/// The boxes of a text's words, in the text's order; words that are not found on the glyphs have
/// none. Rectangles are in the page's own coordinates, see [`shown`].
pub(super) fn boxes<'i>(text: &str, inks: impl Iterator<Item = &'i Ink>) -> Vec<TextBox> {
    let mut solid: Vec<(char, &Rect)> = Vec::with_capacity(text.len());
    for ink in inks.filter(|ink| !ink.text.is_blank()) {
        let visible = ink.text.chars().filter(|c| !c.is_whitespace());
        solid.extend(visible.map(|c| (c, &ink.rect)));
    }
    let mut boxes: Vec<TextBox> = Vec::new();
    // Where the word begins, and around what it was drawn so far. Signs that are not found, such
    // as marks that the font draws in another order, belong to the word around them.
    let mut word: Option<(usize, Rect)> = None;
    let mut begin = 0;
    let mut at = 0;
    for (start, c) in text.char_indices() {
        if c.is_whitespace() {
            boxes.extend(word.take().map(|(first, rect)| text_box(first..start, rect)));
            begin = start + c.len_utf8();
            continue;
        }
        let after = &text[start + c.len_utf8()..];
        let Some(found) = find(c, after, &solid[at..]) else { continue };
        let rect = *solid[at + found].1;
        at += found + 1;
        word = match word {
            Some((first, so_far)) if is_beside(so_far, rect) => {
                Some((first, enclosing(so_far, rect)))
            }
            Some((first, broken)) => {
                boxes.push(text_box(first..start, broken));
                Some((start, rect))
            }
            None => Some((begin, rect)),
        };
    }
    boxes.extend(word.map(|(first, rect)| text_box(first..text.len(), rect)));
    boxes
}

/// How many characters further on a character stands. If it is not the very next, the one after
/// it must follow there, too: single letters are found anywhere.
fn find(c: char, after: &str, solid: &[(char, &Rect)]) -> Option<usize> {
    let is_at = |c: char, at: usize| solid.get(at).is_some_and(|(drawn, _)| is_same(*drawn, c));
    if is_at(c, 0) {
        return Some(0);
    }
    let next = after.chars().find(|c| !c.is_whitespace());
    let follows = |at: usize| next.is_none_or(|next| is_at(next, at));
    let mut letters = 0;
    for (at, (drawn, _)) in solid.iter().take(LOOK_AHEAD).enumerate() {
        if is_same(*drawn, c) && follows(at + 1) {
            return Some(at);
        }
        letters += usize::from(drawn.is_alphanumeric());
        if letters > LETTERS_AHEAD {
            return None;
        }
    }
    None
}

/// Whether a drawn character went into one of the text: marks were composed into letters.
fn is_same(drawn: char, c: char) -> bool {
    drawn == c || unicode::base(drawn) == unicode::base(c)
}

/// Whether a glyph stands in the same line as the word so far. Pieces of a word over two lines
/// share neither their height nor their sides.
fn is_beside(word: Rect, glyph: Rect) -> bool {
    let overlap = |a: (f64, f64), b: (f64, f64)| least(a.1, b.1) - most(a.0, b.0);
    let half = 0.5 * least(word.height(), glyph.height());
    let half_width = 0.5 * least(word.width(), glyph.width());
    let in_row = overlap((word.y0, word.y1), (glyph.y0, glyph.y1)) >= half;
    let in_column = overlap((word.x0, word.x1), (glyph.x0, glyph.x1)) >= half_width;
    let near = most(most(word.height(), word.width()), glyph.height());
    let apart = enclosing(word, glyph);
    let is_near = apart.width() <= word.width() + glyph.width() + near
        && apart.height() <= word.height() + glyph.height() + near;
    (in_row || in_column && word.height() > word.width()) && is_near
}

fn text_box(bytes: Range<usize>, rect: Rect) -> TextBox {
    TextBox { start: bytes.start as u32, end: bytes.end as u32, rect: from_kurbo(rect) }
}

/// A box as a page of this size is shown: turned, cropped, from the top left corner. What was
/// drawn outside of the page has none.
pub(super) fn shown(word: &TextBox, to_view: Affine, size: (f32, f32)) -> Option<TextBox> {
    let document::Rect { x, y, width, height } = word.rect;
    let (x, y) = (f64::from(x), f64::from(y));
    let rect = Rect::new(x, y, x + f64::from(width), y + f64::from(height));
    let page = Rect::new(0.0, 0.0, size.0.into(), size.1.into());
    let rect = to_view.transform_rect_bbox(rect).intersect(page);
    (rect.area() > 0.0).then(|| TextBox { rect: from_kurbo(rect), ..*word })
}

fn from_kurbo(rect: Rect) -> document::Rect {
    document::Rect {
        x: rect.x0 as f32,
        y: rect.y0 as f32,
        width: rect.width() as f32,
        height: rect.height() as f32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Glyphs ten points wide, one for each character, in a row at this height.
    fn row(text: &str, y: f64) -> Vec<Ink> {
        text.chars()
            .enumerate()
            .map(|(column, c)| {
                let x = column as f64 * 10.0;
                Ink {
                    text: c.to_string().as_str().into(),
                    rect: Rect::new(x, y, x + 10.0, y + 10.0),
                }
            })
            .collect()
    }

    /// Each box as its text and left edge.
    fn check(text: &str, inks: &[Ink], expected: &[(&str, f32)]) {
        let found = boxes(text, inks.iter());
        let found: Vec<(&str, f32)> = found
            .iter()
            .map(|word| (&text[word.start as usize..word.end as usize], word.rect.x))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn words_lie_around_their_glyphs() {
        check("two words", &row("two words", 0.0), &[("two", 0.0), ("words", 40.0)]);
    }

    #[test]
    fn a_hyphenated_word_has_a_box_on_each_line() {
        let inks = [row("an exam-", 20.0), row("ple of it", 0.0)].concat();
        let expected = [("an", 0.0), ("exam", 30.0), ("ple", 0.0), ("of", 40.0), ("it", 70.0)];
        check("an example of it", &inks, &expected);
    }

    #[test]
    fn composed_letters_and_lost_leaders_are_passed_over() {
        check("été", &row("e\u{301}te\u{301}", 0.0), &[("été", 0.0)]);
        check("Preface … 7", &row("Preface......7", 0.0), &[("Preface", 0.0), ("7", 130.0)]);
    }

    #[test]
    fn what_is_not_drawn_has_no_box() {
        check("ghost word", &row("word", 0.0), &[("word", 0.0)]);
        check("", &[], &[]);
    }
}
