//! A page's operators, carried out as far as they concern text.
//!
//! Text stays in the order of the content. A new line begins where the baseline moves, a space
//! stands where a gap is wider than letters usually leave.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use pdf::content::{FormXObject, Matrix, Op, TextDrawAdjusted};
use pdf::error::PdfError;
use pdf::object::{Page, PlainRef, Resolve, Resources, XObject};
use pdf::primitive::{Name, Primitive};

use unicode_bidi::{BidiClass, BidiInfo, Level};

use crate::font::Letters;

/// Forms within forms; files can nest them without end.
const MOST_FORMS: usize = 12;
/// In ems: what is a gap between words, and what is another line.
const WORD_GAP: f32 = 0.2;
const LINE_GAP: f32 = 0.4;

#[derive(Clone)]
struct State {
    to_page: Matrix,
    font: Option<Arc<Letters>>,
    size: f32,
    letter_spacing: f32,
    word_spacing: f32,
    scale: f32,
    leading: f32,
    rise: f32,
}

/// The fonts of a file that were met so far; nothing for those that cannot be read.
pub type Fonts = HashMap<PlainRef, Option<Arc<Letters>>>;

/// The text of a page.
pub fn text(page: &Page, resolver: &impl Resolve, fonts: &mut Fonts) -> Result<String, PdfError> {
    let Some(content) = &page.contents else { return Ok(String::new()) };
    let operators = content.operations(resolver)?;
    let state = State {
        to_page: Matrix::default(),
        font: None,
        size: 1.0,
        letter_spacing: 0.0,
        word_spacing: 0.0,
        scale: 1.0,
        leading: 0.0,
        rise: 0.0,
    };
    let mut walk = Walk { resolver, fonts, text: String::new(), end: None };
    walk.run(&operators, page.resources()?, state, 0);
    Ok(walk.text.lines().map(as_read).collect::<Vec<_>>().join("\n"))
}

/// Right-to-left lines are drawn from left to right: their characters are put as they are read.
fn as_read(line: &str) -> Cow<'_, str> {
    let counts =
        line.chars().fold((0, 0), |(left, right), character| {
            match unicode_bidi::bidi_class(character) {
                BidiClass::R | BidiClass::AL => (left, right + 1),
                BidiClass::L => (left + 1, right),
                _ => (left, right),
            }
        });
    if counts.1 <= counts.0 {
        return Cow::Borrowed(line);
    }
    let bidi = BidiInfo::new(line, Some(Level::rtl()));
    let lines = bidi.paragraphs.iter();
    Cow::Owned(lines.map(|line| bidi.reorder_line(line, line.range.clone())).collect())
}

struct Walk<'a, R> {
    resolver: &'a R,
    fonts: &'a mut Fonts,
    text: String,
    /// Where the last character ended, on the page.
    end: Option<(f32, f32)>,
}

impl<R: Resolve> Walk<'_, R> {
    fn run(&mut self, operators: &[Op], resources: &Resources, mut state: State, depth: usize) {
        let mut saved = Vec::new();
        let (mut line, mut at) = (Matrix::default(), Matrix::default());
        for operator in operators {
            match operator {
                Op::Save => saved.push(state.clone()),
                Op::Restore => state = saved.pop().unwrap_or(state),
                Op::Transform { matrix } => state.to_page = product(*matrix, state.to_page),
                Op::BeginText => (line, at) = (Matrix::default(), Matrix::default()),
                Op::CharSpacing { char_space } => state.letter_spacing = *char_space,
                Op::WordSpacing { word_space } => state.word_spacing = *word_space,
                Op::TextScaling { horiz_scale } => state.scale = *horiz_scale / 100.0,
                Op::Leading { leading } => state.leading = *leading,
                Op::TextRise { rise } => state.rise = *rise,
                Op::TextFont { name, size } => {
                    (state.font, state.size) = (self.font(resources, name), *size);
                }
                Op::MoveTextPosition { translation } => {
                    line = product(moved(translation.x, translation.y), line);
                    at = line;
                }
                Op::SetTextMatrix { matrix } => (line, at) = (*matrix, *matrix),
                Op::TextNewline => {
                    line = product(moved(0.0, -state.leading), line);
                    at = line;
                }
                Op::TextDraw { text } => self.show(text.as_bytes(), &state, &mut at),
                Op::TextDrawAdjusted { array } => {
                    for part in array {
                        match part {
                            TextDrawAdjusted::Text(text) => {
                                self.show(text.as_bytes(), &state, &mut at);
                            }
                            TextDrawAdjusted::Spacing(back) => {
                                let ahead = -back / 1000.0 * state.size * state.scale;
                                at = product(moved(ahead, 0.0), at);
                            }
                        }
                    }
                }
                Op::XObject { name } if depth < MOST_FORMS => {
                    let object = resources.xobjects.get(name);
                    if let Some(Ok(object)) = object.map(|object| self.resolver.get(*object))
                        && let XObject::Form(form) = &*object
                    {
                        self.form(form, resources, state.clone(), depth);
                    }
                }
                _ => {}
            }
        }
    }

    fn font(&mut self, resources: &Resources, name: &Name) -> Option<Arc<Letters>> {
        let font = resources.fonts.get(name)?;
        let load = || {
            let font = font.load(self.resolver).ok()?;
            Some(Arc::new(Letters::of(&font, self.resolver)))
        };
        match font.primitive {
            Primitive::Reference(reference) => {
                self.fonts.entry(reference).or_insert_with(load).clone()
            }
            _ => load(),
        }
    }

    fn form(&mut self, form: &FormXObject, outer: &Resources, mut state: State, depth: usize) {
        let Ok(operators) = form.operations(self.resolver) else { return };
        let dictionary = form.dict();
        if let Some(matrix) = dictionary.matrix {
            state.to_page = product(matrix, state.to_page);
        }
        let resources = dictionary.resources.as_deref().unwrap_or(outer);
        self.run(&operators, resources, state, depth + 1);
    }

    fn show(&mut self, string: &[u8], state: &State, at: &mut Matrix) {
        let Some(font) = &state.font else { return };
        for letter in font.letters(string) {
            let place = product(moved(0.0, state.rise), product(*at, state.to_page));
            let word = if letter.is_space { state.word_spacing } else { 0.0 };
            let width = letter.width * state.size * state.scale;
            if let Some(text) = letter.text {
                self.write(text, place, width, state.size);
            }
            let spacing = (state.letter_spacing + word) * state.scale;
            *at = product(moved(width + spacing, 0.0), *at);
        }
    }

    /// Adds characters that begin at the origin of `place`.
    fn write(&mut self, text: &str, place: Matrix, width: f32, size: f32) {
        let start = (place.e, place.f);
        if let Some(end) = self.end {
            // Along the baseline and across it, in ems.
            let (dx, dy) = (start.0 - end.0, start.1 - end.1);
            let length = place.a.hypot(place.b).max(f32::EPSILON);
            let em = (length * size.abs()).max(f32::EPSILON);
            let along = (dx * place.a + dy * place.b) / length / em;
            let across = (dy * place.a - dx * place.b) / length / em;
            if across.abs() > LINE_GAP {
                self.text.push('\n');
            } else if along.abs() > WORD_GAP && !self.text.ends_with(char::is_whitespace) {
                self.text.push(' ');
            }
        }
        self.text.extend(text.chars().filter(|character| !character.is_control()));
        self.end = Some((place.a * width + place.e, place.b * width + place.f));
    }
}

fn moved(x: f32, y: f32) -> Matrix {
    Matrix { e: x, f: y, ..Matrix::default() }
}

/// First `first`, then `then`.
fn product(first: Matrix, then: Matrix) -> Matrix {
    Matrix {
        a: first.a * then.a + first.b * then.c,
        b: first.a * then.b + first.b * then.d,
        c: first.c * then.a + first.d * then.c,
        d: first.c * then.b + first.d * then.d,
        e: first.e * then.a + first.f * then.c + then.e,
        f: first.e * then.b + first.f * then.d + then.f,
    }
}
