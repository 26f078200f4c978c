//! From a font's codes to Unicode: everything that a file may tell about a code, asked in the
//! order of trust.
//!
//! 1. the font's `ToUnicode` map; for simple fonts also the names of its encoding;
//! 2. for composite fonts, the character collection: code → CID by the encoding, CID → Unicode
//!    by the collection's map. This holds whether or not the font is embedded;
//! 3. the embedded font's own character map, read backwards;
//! 4. the embedded font's glyph names of the form `uni4E2D`;
//! 5. for composite fonts whose codes are the glyph numbers of a font that is not in the file,
//!    the order in which most such fonts number their glyphs;
//! 6. for Type 3 fonts, the ligatures of TeX, whose bitmap fonts tell nothing of their codes;
//! 7. for simple fonts, names made of numbers, or the code itself if it is an ASCII one and has
//!    no name.
//!
//! A code that nothing is told about has no text; guessing would put noise into an index.

use std::cell::OnceCell;
use std::collections::HashMap;

use hayro_cmap::{BfString, CMap, CMapName, CidFamily};
use hayro_font::{Font, FontGlyph, OutlineGlyph};
use hayro_syntax::object::{Array, Dict, Name, Stream, String as PdfString};
use skrifa::MetadataProvider;

use super::bounded;
use super::characters::clean_glyph_text;
use super::cmaps::CMaps;
use super::glyph::UNKNOWN;
use super::glyph_order;
use super::names::{Meaning, Names};

/// A character code as it stands in a shown string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Code {
    pub(super) value: u32,
    pub(super) bytes: u8,
}

/// What is known of a font's codes beyond what [`Font`] tells.
pub(super) struct UnicodeChain {
    has_to_unicode: bool,
    is_type3: bool,
    composite: Option<Composite>,
    names: Names,
    /// The embedded font's character map, read backwards; made when first needed.
    by_glyph: OnceCell<HashMap<u32, char>>,
}

/// The part of the chain that only composite (Type 0) fonts have.
struct Composite {
    /// Codes are UTF-16 units themselves.
    is_utf16: bool,
    /// Code → CID; nothing if they are the same.
    encoding: Option<CMap>,
    /// CID → Unicode; a large map, loaded only for fonts that do not tell it themselves.
    collection: OnceCell<Option<CMap>>,
    collection_name: Option<CMapName<'static>>,
    cmaps: CMaps,
    /// Codes are the glyph numbers of a font that the file does not bring along.
    are_glyphs: bool,
}

impl UnicodeChain {
    pub(super) fn of(font: &Dict<'_>, cmaps: &CMaps) -> Self {
        let is =
            |subtype: &[u8]| font.get::<Name<'_>>("Subtype").is_some_and(|name| &*name == subtype);
        Self {
            has_to_unicode: font.contains_key("ToUnicode"),
            is_type3: is(b"Type3"),
            composite: is(b"Type0").then(|| Composite::of(font, cmaps)),
            names: Names::of(font),
            by_glyph: OnceCell::new(),
        }
    }

    /// The text of a code, or nothing if the file does not tell it.
    pub(super) fn text(&self, font: &Font<'_>, code: Code) -> Option<String> {
        let glyph = font.glyph(font.map_code(code.value), code.value);
        self.declared(&glyph)
            .or_else(|| self.composite.as_ref()?.text(code))
            .or_else(|| self.by_font_program(&glyph))
            .or_else(|| self.tex_ligature(code))
            .or_else(|| self.simple(code))
    }

    fn declared(&self, glyph: &FontGlyph<'_>) -> Option<String> {
        // Without a ToUnicode map a composite font's answer is itself a look-up in the
        // collection, which `Composite` does with the right code length.
        let is_guess = |composite: &Composite| composite.collection().is_some();
        if !self.has_to_unicode && self.composite.as_ref().is_some_and(is_guess) {
            return None;
        }
        let text = match glyph {
            FontGlyph::Outline(glyph) => glyph.as_unicode()?,
            FontGlyph::Type3(glyph) => glyph.as_unicode()?,
        };
        meaningful(text)
    }

    fn by_font_program(&self, glyph: &FontGlyph<'_>) -> Option<String> {
        let FontGlyph::Outline(glyph) = glyph else { return None };
        let id = glyph.glyph_id().to_u32();
        if id == 0 {
            return None;
        }
        let by_glyph = self.by_glyph.get_or_init(|| characters_by_glyph(glyph).unwrap_or_default());
        by_glyph.get(&id).map(char::to_string)
    }

    /// Codes 11 to 15 of TeX's text fonts, where other encodings have control characters.
    fn tex_ligature(&self, code: Code) -> Option<String> {
        const FIRST: u32 = 11;
        const LIGATURES: [&str; 5] = ["ff", "fi", "fl", "ffi", "ffl"];
        let index = code.value.checked_sub(FIRST).filter(|_| self.is_type3)?;
        LIGATURES.get(index as usize).map(|letters| (*letters).to_owned())
    }

    fn simple(&self, code: Code) -> Option<String> {
        if self.composite.is_some() {
            return None;
        }
        let ascii = || u8::try_from(code.value).ok().filter(|byte| matches!(byte, b' '..=b'~'));
        let character = match self.names.meaning(code.value) {
            Meaning::Usual => ascii().map(char::from),
            Meaning::Character(c) => Some(c),
            Meaning::Nothing => None,
        };
        character.map(String::from)
    }
}

impl Composite {
    fn of(font: &Dict<'_>, cmaps: &CMaps) -> Self {
        let name = font.get::<Name<'_>>("Encoding");
        let encoding = match &name {
            Some(name) if name.starts_with(b"Identity") => None,
            Some(name) => cmaps.load(CMapName::from_bytes(name)),
            None => font
                .get::<Stream<'_>>("Encoding")
                .and_then(|stream| bounded::decoded(&stream))
                .and_then(|bytes| cmaps.parse(&bytes)),
        };
        let name = name.as_ref().map(Name::as_str).unwrap_or_default();
        let is_identity = name.starts_with("Identity");
        let family = declared_family(font).or_else(|| family_of_encoding(name));
        Self {
            is_utf16: name.contains("UTF16") || name.contains("UCS2"),
            are_glyphs: encoding.is_none() && is_identity && !is_embedded(font),
            encoding,
            collection: OnceCell::new(),
            collection_name: family.and_then(|family| family.ucs2_cmap()),
            cmaps: cmaps.clone(),
        }
    }

    fn collection(&self) -> Option<&CMap> {
        let load = || self.cmaps.load(self.collection_name?);
        self.collection.get_or_init(load).as_ref()
    }

    fn text(&self, code: Code) -> Option<String> {
        if self.is_utf16
            && code.bytes == 2
            && let Some(c) = char::from_u32(code.value)
        {
            return meaningful(BfString::Char(c));
        }
        let cid = match &self.encoding {
            Some(encoding) => encoding.lookup_cid_code(code.value, code.bytes)?,
            None => code.value,
        };
        if self.are_glyphs && self.collection_name.is_none() {
            return glyph_order::character(code.value).map(String::from);
        }
        meaningful(self.collection()?.lookup_bf_string(cid)?)
    }
}

fn descendant<'a>(font: &Dict<'a>) -> Option<Dict<'a>> {
    font.get::<Array<'a>>("DescendantFonts")?.iter::<Dict<'a>>().next()
}

fn is_embedded(font: &Dict<'_>) -> bool {
    let descriptor = descendant(font).and_then(|font| font.get::<Dict<'_>>("FontDescriptor"));
    let has_file = |descriptor: Dict<'_>| {
        ["FontFile", "FontFile2", "FontFile3"].iter().any(|key| descriptor.contains_key(key))
    };
    descriptor.is_some_and(has_file)
}

fn declared_family(font: &Dict<'_>) -> Option<CidFamily> {
    let info = descendant(font)?.get::<Dict<'_>>("CIDSystemInfo")?;
    let registry = info.get::<PdfString<'_>>("Registry")?;
    let ordering = info.get::<PdfString<'_>>("Ordering")?;
    let family = CidFamily::from_registry_ordering(registry.as_bytes(), ordering.as_bytes());
    family.ucs2_cmap().is_some().then_some(family)
}

/// A predefined encoding names its collection, too (ISO 32000-2, table 116).
fn family_of_encoding(name: &str) -> Option<CidFamily> {
    const FAMILIES: [(&[&str], CidFamily); 4] = [
        (&["GB"], CidFamily::AdobeGB1),
        (&["CNS", "B5", "ETen", "HKscs"], CidFamily::AdobeCNS1),
        (&["KSC", "UniKS"], CidFamily::AdobeKorea1),
        (&["RKSJ", "UniJIS", "EUC"], CidFamily::AdobeJapan1),
    ];
    if matches!(name, "H" | "V") {
        return Some(CidFamily::AdobeJapan1);
    }
    let names = |part: &&str| name.contains(part);
    FAMILIES.into_iter().find(|(parts, _)| parts.iter().any(names)).map(|(_, family)| family)
}

/// The characters of the embedded font's glyphs.
fn characters_by_glyph(glyph: &OutlineGlyph) -> Option<HashMap<u32, char>> {
    let data = glyph.font_data()?.data;
    let font = skrifa::FontRef::from_index((*data).as_ref(), 0).ok()?;
    let mut characters = HashMap::new();
    for (value, glyph) in font.charmap().mappings() {
        let is_private = matches!(value, 0xe000..=0xf8ff);
        let Some(c) = char::from_u32(value).filter(|c| !c.is_control() && !is_private) else {
            continue;
        };
        // Several characters may share a glyph; the lowest is the least peculiar.
        let known = characters.entry(glyph.to_u32()).or_insert(c);
        *known = c.min(*known);
    }
    for (glyph, name) in font.glyph_names().iter() {
        let digits = name.as_str().strip_prefix("uni").filter(|digits| digits.len() == 4);
        let value = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        if let Some(c) = value.and_then(char::from_u32) {
            characters.entry(glyph.to_u32()).or_insert(c);
        }
    }
    Some(characters)
}

/// A map's answer, unless it is one of those that say nothing.
fn meaningful(text: BfString) -> Option<String> {
    let text = match text {
        BfString::Char(c) => c.to_string(),
        BfString::String(text) => text,
    };
    let says_nothing = text.chars().all(|c| matches!(c, '\0' | UNKNOWN));
    (!says_nothing).then_some(text)
}

/// The text that layout gets for a code: cleaned, or the sign for an unknown one.
pub(super) fn glyph_text(known: Option<String>) -> String {
    known.map_or_else(|| UNKNOWN.to_string(), |text| clean_glyph_text(&text))
}
