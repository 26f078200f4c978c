//! The graphics and text state that decides where a glyph goes (ISO 32000-2, 8.4 and 9.3), and
//! the operators that change it without looking anything up.

use std::rc::Rc;

use hayro_syntax::content::ops::TypedInstruction;
use kurbo::{Affine, Point, Vec2};

use super::font::TextFont;

/// States that `q` may pile up; files that nest deeper are broken.
const MAX_SAVED: usize = 512;

/// The part of the graphics state that concerns text.
#[derive(Clone)]
pub(super) struct State<'a> {
    /// From user space to the page.
    pub(super) to_page: Affine,
    pub(super) font: Option<Rc<TextFont<'a>>>,
    pub(super) font_size: f64,
    character_spacing: f64,
    word_spacing: f64,
    /// Horizontal scaling; 1 is none.
    stretch: f64,
    leading: f64,
    rise: f64,
}

impl State<'_> {
    pub(super) fn new(to_page: Affine) -> Self {
        Self {
            to_page,
            font: None,
            font_size: 1.0,
            character_spacing: 0.0,
            word_spacing: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
        }
    }
}

/// The state while one content stream runs.
pub(super) struct Pen<'a> {
    pub(super) state: State<'a>,
    saved: Vec<State<'a>>,
    /// From text space to user space, at the next glyph.
    glyph: Affine,
    /// The same, at the start of the line.
    line: Affine,
}

impl<'a> Pen<'a> {
    pub(super) fn new(state: State<'a>) -> Self {
        Self { state, saved: Vec::new(), glyph: Affine::IDENTITY, line: Affine::IDENTITY }
    }

    /// Runs an operator that only changes the state; says whether it was one.
    pub(super) fn apply(&mut self, operator: &TypedInstruction<'_, '_>) -> bool {
        use TypedInstruction as Op;
        let state = &mut self.state;
        match operator {
            Op::SaveState(_) if self.saved.len() < MAX_SAVED => self.saved.push(state.clone()),
            Op::RestoreState(_) => {
                if let Some(saved) = self.saved.pop() {
                    *state = saved;
                }
            }
            Op::Transform(m) => {
                let m = [m.0, m.1, m.2, m.3, m.4, m.5].map(|number| number.as_f64());
                state.to_page *= Affine::new(m);
            }
            Op::BeginText(_) => self.set_line(Affine::IDENTITY),
            Op::SetTextMatrix(m) => {
                let m = [m.0, m.1, m.2, m.3, m.4, m.5].map(|number| number.as_f64());
                self.set_line(Affine::new(m));
            }
            Op::CharacterSpacing(x) => state.character_spacing = x.0.as_f64(),
            Op::WordSpacing(x) => state.word_spacing = x.0.as_f64(),
            Op::HorizontalScaling(x) => state.stretch = x.0.as_f64() / 100.0,
            Op::TextLeading(x) => state.leading = x.0.as_f64(),
            Op::TextRise(x) => state.rise = x.0.as_f64(),
            Op::NextLine(x) => self.move_line(x.0.as_f64(), x.1.as_f64()),
            Op::NextLineAndSetLeading(x) => {
                state.leading = -x.1.as_f64();
                self.move_line(x.0.as_f64(), x.1.as_f64());
            }
            Op::NextLineUsingLeading(_) => self.next_line(),
            _ => return false,
        }
        true
    }

    pub(super) fn set_spacing(&mut self, word: f64, character: f64) {
        self.state.word_spacing = word;
        self.state.character_spacing = character;
    }

    pub(super) fn next_line(&mut self) {
        self.move_line(0.0, -self.state.leading);
    }

    fn move_line(&mut self, x: f64, y: f64) {
        self.set_line(self.line * Affine::translate((x, y)));
    }

    fn set_line(&mut self, line: Affine) {
        (self.line, self.glyph) = (line, line);
    }

    /// Moves the pen back by thousandths of an em, as numbers between shown strings do.
    pub(super) fn adjust(&mut self, thousandths: f64, vertical: bool) {
        let distance = -thousandths / 1000.0 * self.state.font_size;
        self.move_glyph(distance, vertical);
    }

    /// Moves the pen past a glyph; `advance` is in ems.
    pub(super) fn advance(&mut self, advance: Vec2, is_space: bool, vertical: bool) {
        let state = &self.state;
        let spacing = state.character_spacing + if is_space { state.word_spacing } else { 0.0 };
        let along = if vertical { advance.y } else { advance.x };
        self.move_glyph(along * state.font_size + spacing, vertical);
    }

    fn move_glyph(&mut self, distance: f64, vertical: bool) {
        let by = if vertical { (0.0, distance) } else { (distance * self.state.stretch, 0.0) };
        self.glyph *= Affine::translate(by);
    }

    /// Where a glyph stands on the page: its origin, its end, and the height of its font.
    pub(super) fn place(&self, advance: Vec2, vertical: bool) -> (Point, Point, f64) {
        let State { font_size: size, stretch, rise, .. } = self.state;
        let em = Affine::new([size * stretch, 0.0, 0.0, size, 0.0, rise]);
        let to_page = self.state.to_page * self.glyph * em;
        let end = if vertical { Point::new(0.0, -1.0) } else { Point::new(advance.x, 0.0) };
        let [_, _, up_x, up_y, _, _] = to_page.as_coeffs();
        (to_page * Point::ZERO, to_page * end, up_x.hypot(up_y))
    }
}
