//! Runs the content of a page and notes where which text is drawn.
//!
//! Only what places text is carried out: text operators, the transformation matrix, form
//! `XObjects`, marked content with replacement text, optional content, and the appearances of
//! annotations, which hold the values of forms. Nothing is painted, and nothing is trusted: the
//! work that a page may cause is bounded by a budget.

use hayro_syntax::content::TypedIter;
use hayro_syntax::content::ops::TypedInstruction as Op;
use hayro_syntax::object::{Array, Dict, Name, Object, Stream, String as PdfString};
use hayro_syntax::page::{Page, Resources};
use kurbo::Affine;

use super::annotations;
use super::bounded;
use super::characters::clean_glyph_text;
use super::font::FontStore;
use super::glyph::{Glyph, UNKNOWN};
use super::glyph_text::GlyphText;
use super::layers::Layers;
use super::state::{Pen, State};
use super::text_string;

/// Operators that a page may run. Dense maps and drawings have about a million.
const OPERATOR_BUDGET: usize = 5_000_000;

/// Opening a form costs as much as running this many operators, and one more for every so many
/// of its bytes, so that forms within forms cannot multiply the work.
const FORM_COST: usize = 64;
const FORM_BYTES_PER_OPERATOR: usize = 16;

/// Forms within forms. Real files stay below ten; one that contains itself would never end.
const MAX_FORM_DEPTH: usize = 16;

/// Marked content within marked content, all of which is looked through for every glyph. Real
/// files stay below ten; what is nested deeper is not told apart.
const MAX_MARKS: usize = 128;

/// What was found on a page.
#[derive(Debug, Default)]
pub(super) struct PageContent {
    /// In the order of drawing.
    pub(super) glyphs: Vec<Glyph>,
    /// Glyphs whose meaning the file does not tell.
    pub(super) unknown: usize,
    /// Whether an image is drawn.
    pub(super) has_image: bool,
    /// Whether the budget was spent before the page's end.
    pub(super) cut_short: bool,
    /// From the page's own coordinates to the page as it is shown, from its top left corner.
    pub(super) to_view: Affine,
    /// Its width and height as it is shown.
    pub(super) size: (f32, f32),
}

/// A page whose content is there but cannot be decoded.
#[derive(Debug)]
pub(super) struct Undecodable;

/// Runs a page's content, up to a number of glyphs.
pub(super) fn run<'a>(
    page: &Page<'a>,
    fonts: &mut FontStore<'a>,
    layers: &Layers,
    max_glyphs: usize,
) -> Result<PageContent, Undecodable> {
    let content = decoded_content(page.raw())?;
    let mut runner = Runner {
        fonts,
        layers,
        marks: Vec::new(),
        operators_left: OPERATOR_BUDGET,
        max_glyphs,
        found: PageContent::default(),
    };
    runner.stream(&content, page.resources(), State::new(Affine::IDENTITY), 0);
    for appearance in annotations::appearances(page.raw(), layers) {
        let state = State::new(appearance.to_page);
        runner.form(&appearance.form, &Resources::new(Dict::empty()), state, 1);
    }
    let to_view = Affine::new(page.initial_transform(true).as_coeffs());
    Ok(PageContent { to_view, size: page.render_dimensions(), ..runner.found })
}

/// A page's content, which may be in several streams. A page without any is empty; one of which
/// no stream can be decoded is not.
///
/// The library would keep every page's content for as long as the file is open.
fn decoded_content(page: &Dict<'_>) -> Result<Vec<u8>, Undecodable> {
    let streams: Vec<Stream<'_>> = if let Some(stream) = page.get::<Stream<'_>>("Contents") {
        vec![stream]
    } else if let Some(array) = page.get::<Array<'_>>("Contents") {
        array.iter::<Object<'_>>().filter_map(Object::into_stream).collect()
    } else {
        let is_named = page.contains_key("Contents");
        let is_null = matches!(page.get::<Object<'_>>("Contents"), Some(Object::Null(_)));
        return if is_named && !is_null { Err(Undecodable) } else { Ok(Vec::new()) };
    };
    let mut content = Vec::new();
    let mut is_decoded = streams.is_empty();
    for stream in &streams {
        if let Some(bytes) = bounded::decoded(stream) {
            content.extend_from_slice(&bytes);
            // A stream's end separates tokens.
            content.push(b'\n');
            is_decoded = true;
        }
    }
    if is_decoded { Ok(content) } else { Err(Undecodable) }
}

/// What a marked stretch of content says of the text in it.
enum Mark {
    Plain,
    Hidden,
    Replaced { text: GlyphText, is_placed: bool },
}

struct Runner<'r, 'a> {
    fonts: &'r mut FontStore<'a>,
    layers: &'r Layers,
    marks: Vec<Mark>,
    operators_left: usize,
    max_glyphs: usize,
    found: PageContent,
}

/// One content stream while it runs.
struct Frame<'f, 'a> {
    resources: &'f Resources<'a>,
    pen: Pen<'a>,
    depth: usize,
    /// Marks that were open before it; it must not close them.
    outer_marks: usize,
}

impl<'a> Runner<'_, 'a> {
    fn stream(
        &mut self,
        content: &[u8],
        resources: &Resources<'a>,
        state: State<'a>,
        depth: usize,
    ) {
        let outer_marks = self.marks.len();
        let mut frame = Frame { resources, pen: Pen::new(state), depth, outer_marks };
        let mut operators = TypedIter::new(content);
        while let Some(operator) = operators.next() {
            if self.operators_left == 0 || self.found.glyphs.len() >= self.max_glyphs {
                self.found.cut_short = true;
                break;
            }
            self.operators_left -= 1;
            if !frame.pen.apply(&operator) {
                self.operator(&operator, &mut frame);
            }
        }
        self.marks.truncate(outer_marks);
    }

    fn operator(&mut self, operator: &Op<'_, '_>, frame: &mut Frame<'_, 'a>) {
        match operator {
            Op::TextFont(font) => {
                frame.pen.state.font_size = font.1.as_f64();
                frame.pen.state.font = self.fonts.named(font.0, &frame.resources.fonts);
            }
            Op::SetGraphicsState(name) => {
                if let Some(dict) = frame.resources.get_ext_g_state(name.0) {
                    self.graphics_state(&dict, frame);
                }
            }
            Op::ShowText(text) => self.show(text.0.as_bytes(), frame),
            Op::ShowTexts(texts) => self.show_all(texts.0, frame),
            Op::NextLineAndShowText(text) => {
                frame.pen.next_line();
                self.show(text.0.as_bytes(), frame);
            }
            Op::ShowTextWithParameters(text) => {
                frame.pen.set_spacing(text.0.as_f64(), text.1.as_f64());
                frame.pen.next_line();
                self.show(text.2.as_bytes(), frame);
            }
            Op::XObject(name) => {
                if let Some(object) = frame.resources.get_x_object(name.0) {
                    self.x_object(&object, frame);
                }
            }
            Op::InlineImage(_) => self.found.has_image = true,
            Op::BeginMarkedContent(_) => self.mark(Mark::Plain),
            Op::BeginMarkedContentWithProperties(mark) => {
                let mark = self.mark_with(mark.0, mark.1, frame.resources);
                self.mark(mark);
            }
            Op::EndMarkedContent(_) if self.marks.len() > frame.outer_marks => {
                self.marks.pop();
            }
            _ => {}
        }
    }

    fn graphics_state(&mut self, dict: &Dict<'a>, frame: &mut Frame<'_, 'a>) {
        let Some(font) = dict.get::<Array<'a>>("Font") else { return };
        let mut items = font.iter::<Object<'a>>();
        if let (Some(Object::Dict(font)), Some(Object::Number(size))) = (items.next(), items.next())
        {
            frame.pen.state.font = self.fonts.font(&font);
            frame.pen.state.font_size = size.as_f64();
        }
    }

    fn x_object(&mut self, object: &Stream<'a>, frame: &Frame<'_, 'a>) {
        if self.is_hidden() || self.layers.hides(object.dict(), b"OC") {
            return;
        }
        match object.dict().get::<Name<'_>>("Subtype").as_deref() {
            Some(b"Form") => {
                let mut state = frame.pen.state.clone();
                state.to_page *= matrix(object.dict());
                self.form(object, frame.resources, state, frame.depth + 1);
            }
            Some(b"Image") => self.found.has_image = true,
            _ => {}
        }
    }

    /// Runs a form, whose matrix is already in the state. Old files leave a form's resources to
    /// the page.
    fn form(&mut self, form: &Stream<'a>, page: &Resources<'a>, state: State<'a>, depth: usize) {
        if depth > MAX_FORM_DEPTH || self.operators_left == 0 {
            return;
        }
        let Some(content) = bounded::decoded(form) else { return };
        let cost = FORM_COST + content.len() / FORM_BYTES_PER_OPERATOR;
        self.operators_left = self.operators_left.saturating_sub(cost);
        match form.dict().get::<Dict<'a>>("Resources").map(Resources::new) {
            Some(own) => self.stream(&content, &own, state, depth),
            None => self.stream(&content, page, state, depth),
        }
    }

    fn mark(&mut self, mark: Mark) {
        if self.marks.len() < MAX_MARKS {
            self.marks.push(mark);
        }
    }

    fn mark_with(&self, tag: &Name<'_>, properties: &Object<'_>, page: &Resources<'a>) -> Mark {
        let actual_text =
            |dict: &Dict<'_>| dict.get::<PdfString<'_>>("ActualText").as_ref().map(replaced);
        match properties {
            Object::Name(name) if &**tag == b"OC" => {
                let is_hidden = self.layers.hides(&page.properties, name);
                if is_hidden { Mark::Hidden } else { Mark::Plain }
            }
            Object::Name(name) => {
                let dict = page.properties.get::<Dict<'a>>(name);
                dict.as_ref().and_then(actual_text).unwrap_or(Mark::Plain)
            }
            Object::Dict(dict) => actual_text(dict).unwrap_or(Mark::Plain),
            _ => Mark::Plain,
        }
    }

    fn is_hidden(&self) -> bool {
        self.marks.iter().any(|mark| matches!(mark, Mark::Hidden))
    }

    fn show_all(&mut self, items: &Array<'_>, frame: &mut Frame<'_, 'a>) {
        for item in items.iter::<Object<'_>>() {
            match item {
                Object::String(text) => self.show(text.as_bytes(), frame),
                Object::Number(number) => {
                    let vertical =
                        frame.pen.state.font.as_ref().is_some_and(|font| font.is_vertical());
                    frame.pen.adjust(number.as_f64(), vertical);
                }
                _ => {}
            }
        }
    }

    fn show(&mut self, string: &[u8], frame: &mut Frame<'_, 'a>) {
        let Some(font) = frame.pen.state.font.clone() else { return };
        let (vertical, bold) = (font.is_vertical(), font.is_bold());
        let is_hidden = self.is_hidden();
        let mut offset = 0;
        while offset < string.len() {
            let code = font.read(string, offset);
            offset += usize::from(code.bytes);
            let shown = font.show(code);
            if !is_hidden {
                let (start, end, size) = frame.pen.place(shown.advance, vertical);
                let text = shown.text;
                self.draw(Glyph { text, start, end, size, vertical, bold });
            }
            let is_space = code.bytes == 1 && code.value == u32::from(b' ');
            frame.pen.advance(shown.advance, is_space, vertical);
        }
    }

    /// Notes a glyph. Where content is replaced, its first glyph carries the whole text, and the
    /// others lengthen it.
    fn draw(&mut self, mut glyph: Glyph) {
        /// The farthest that a stretch of replaced glyphs reaches on its line, in font sizes.
        const REPLACED_REACH: f64 = 60.0;

        let replaced = self.marks.iter_mut().rev().find_map(|mark| match mark {
            Mark::Replaced { text, is_placed } => Some((text, is_placed)),
            Mark::Plain | Mark::Hidden => None,
        });
        match replaced {
            Some((_, true)) => {
                let Some(first) = self.found.glyphs.last_mut() else { return };
                if glyph.end.distance(first.start) < REPLACED_REACH * first.size {
                    first.widen(&glyph);
                }
                return;
            }
            Some((text, is_placed)) => {
                *is_placed = true;
                glyph.text = text.clone();
            }
            None => {}
        }
        self.found.unknown += usize::from(glyph.text.starts_with(UNKNOWN));
        if !glyph.text.is_empty() && glyph.has_place() {
            self.found.glyphs.push(glyph);
        }
    }
}

fn replaced(actual_text: &PdfString<'_>) -> Mark {
    let text = clean_glyph_text(&text_string::decode(actual_text.as_bytes()));
    Mark::Replaced { text: text.as_str().into(), is_placed: false }
}

/// The matrix of a form; without one, or with a broken one, it does nothing.
pub(super) fn matrix(form: &Dict<'_>) -> Affine {
    form.get::<[f64; 6]>("Matrix").map_or(Affine::IDENTITY, Affine::new)
}
