//! Fonts as text needs them: strings cut into codes, each code's meaning and advance.
//!
//! Outlines are never touched. Fonts that a file does not bring along are stood in for by one
//! without glyphs: their widths are in the file, and their meaning is in their encoding.

use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use hayro_font::{CMapResolverFn, Font, FontCache, FontData, FontResolverFn, UNITS_PER_EM};
use hayro_syntax::object::{Array, Dict, Name, ObjRef, Stream};
use kurbo::Vec2;

use super::bounded;
use super::cmaps::CMaps;
use super::glyph_text::GlyphText;
use super::unicode::{Code, UnicodeChain, glyph_text};

/// A valid TrueType font with one empty glyph.
const FONT_WITHOUT_GLYPHS: &[u8] = include_bytes!("empty.ttf");

/// Fonts kept at a time. A document rarely has more; one that was put together from thousands of
/// others would otherwise hold all of theirs in memory.
const MAX_FONTS: usize = 512;

/// The fonts of a document, each loaded once.
pub(super) struct FontStore<'a> {
    fonts: FxHashMap<Vec<u8>, Option<Rc<TextFont<'a>>>>,
    /// The same by the object that describes them: pages name a font for every few words, and
    /// its dictionary would be parsed each time.
    by_object: FxHashMap<ObjRef, Option<Rc<TextFont<'a>>>>,
    cache: FontCache<'a>,
    stand_in: FontResolverFn,
    cmaps: CMaps,
    resolver: CMapResolverFn,
}

impl<'a> FontStore<'a> {
    pub(super) fn new(cmaps: CMaps) -> Self {
        let stand_in: FontData = Arc::new(FONT_WITHOUT_GLYPHS);
        Self {
            fonts: FxHashMap::default(),
            by_object: FxHashMap::default(),
            cache: FontCache::new(),
            stand_in: Arc::new(move |_| Some((Arc::clone(&stand_in), 0))),
            resolver: cmaps.resolver(),
            cmaps,
        }
    }

    /// The font of a name in a page's or form's fonts.
    pub(super) fn named(&mut self, name: &Name<'_>, fonts: &Dict<'a>) -> Option<Rc<TextFont<'a>>> {
        let Some(object) = fonts.get_ref(name) else { return self.font(&fonts.get(name)?) };
        if let Some(font) = self.by_object.get(&object) {
            return font.clone();
        }
        let font = fonts.get(name).and_then(|dict| self.font(&dict));
        self.by_object.insert(object, font.clone());
        font
    }

    /// The font that a dictionary describes, unless it is beyond reading.
    pub(super) fn font(&mut self, dict: &Dict<'a>) -> Option<Rc<TextFont<'a>>> {
        if let Some(font) = self.fonts.get(dict.data()) {
            return font.clone();
        }
        if self.fonts.len() == MAX_FONTS {
            self.fonts.clear();
            self.by_object.clear();
            self.cache = FontCache::new();
        }
        let font = is_bounded(dict).then(|| self.cache.font(dict, &self.stand_in, &self.resolver));
        let font = font.flatten().map(|font| Rc::new(TextFont::new(font, dict, &self.cmaps)));
        self.fonts.insert(dict.data().to_vec(), font.clone());
        font
    }
}

/// What a code shows.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    /// Its text; [`super::glyph::UNKNOWN`] if the file does not tell it.
    pub(super) text: GlyphText,
    /// How far it moves the pen, in ems.
    pub(super) advance: Vec2,
}

/// A font, with what its codes show.
pub(super) struct TextFont<'a> {
    font: Font<'a>,
    unicode: UnicodeChain,
    shown: RefCell<FxHashMap<Code, Shown>>,
    is_bold: bool,
}

impl<'a> TextFont<'a> {
    fn new(font: Font<'a>, dict: &Dict<'a>, cmaps: &CMaps) -> Self {
        Self {
            font,
            unicode: UnicodeChain::of(dict, cmaps),
            shown: RefCell::new(FxHashMap::default()),
            is_bold: is_bold(dict),
        }
    }

    /// The code at an offset of a string, which must lie within it.
    pub(super) fn read(&self, string: &[u8], offset: usize) -> Code {
        let (value, bytes) = self.font.read_code(string, offset);
        Code { value, bytes: bytes.clamp(1, 4) as u8 }
    }

    pub(super) fn show(&self, code: Code) -> Shown {
        let mut shown = self.shown.borrow_mut();
        let show = || Shown {
            text: glyph_text(self.unicode.text(&self.font, code)).as_str().into(),
            advance: self.font.code_advance(code.value) / f64::from(UNITS_PER_EM),
        };
        shown.entry(code).or_insert_with(show).clone()
    }

    pub(super) fn is_vertical(&self) -> bool {
        !self.font.is_horizontal()
    }

    pub(super) fn is_bold(&self) -> bool {
        self.is_bold
    }
}

/// Whether none of a font's own streams is too large to unpack.
fn is_bounded(font: &Dict<'_>) -> bool {
    const STREAMS: [&str; 5] = ["ToUnicode", "CIDToGIDMap", "FontFile", "FontFile2", "FontFile3"];
    let streams_are = |dict: &Dict<'_>| {
        let stream = |key| dict.get::<Stream<'_>>(key);
        STREAMS.into_iter().filter_map(stream).all(|stream| bounded::is_bounded(&stream))
    };
    let with_descriptor = |dict: &Dict<'_>| {
        let descriptor = dict.get::<Dict<'_>>("FontDescriptor");
        streams_are(dict) && descriptor.is_none_or(|descriptor| streams_are(&descriptor))
    };
    let descendants = font.get::<Array<'_>>("DescendantFonts").unwrap_or_default();
    with_descriptor(font) && descendants.iter::<Dict<'_>>().all(|font| with_descriptor(&font))
}

/// By its descriptor, or by its name, which producers fill in with more care.
fn is_bold(font: &Dict<'_>) -> bool {
    /// Semibold; what is lighter does not stand out on a page.
    const BOLD_WEIGHT: i32 = 600;
    /// "The glyphs shall be painted bold at small sizes" (ISO 32000-2, table 121, bit 19).
    const FORCE_BOLD: i32 = 1 << 18;
    /// The last two are TeX's bold extended fonts.
    const BOLD_NAMES: [&str; 6] = ["bold", "black", "heavy", "demi", "cmbx", "sfbx"];

    let descendant = || font.get::<Array<'_>>("DescendantFonts")?.iter::<Dict<'_>>().next();
    let descriptor = font
        .get::<Dict<'_>>("FontDescriptor")
        .or_else(|| descendant()?.get::<Dict<'_>>("FontDescriptor"))
        .unwrap_or_default();
    let weight = descriptor.get::<i32>("FontWeight").unwrap_or(0);
    let flags = descriptor.get::<i32>("Flags").unwrap_or(0);
    let name = font.get::<Name<'_>>("BaseFont");
    let name = name.map(|name| name.as_str().to_ascii_lowercase()).unwrap_or_default();
    weight >= BOLD_WEIGHT
        || flags & FORCE_BOLD != 0
        || BOLD_NAMES.iter().any(|bold| name.contains(bold))
}
