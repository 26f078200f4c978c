//! From the codes of a string to characters: `ToUnicode`, else the font's encoding.

use pdf::encoding::BaseEncoding;
use pdf::font::{Font, FontData, ToUnicodeMap, Widths};
use pdf::object::Resolve;
use pdf::primitive::{Dictionary, Primitive};
use pdf_encoding::Encoding;

/// In ems: the width of glyphs of which the file says none.
const USUAL_WIDTH: f32 = 0.5;

/// What of a font is needed to read text.
pub struct Letters {
    is_two_byte: bool,
    to_unicode: Option<ToUnicodeMap>,
    /// By code, for fonts with one byte a character.
    encoding: Vec<Option<String>>,
    widths: Advances,
}

/// One character of a string.
pub struct Letter<'a> {
    /// Nothing if the file does not tell.
    pub text: Option<&'a str>,
    /// In ems.
    pub width: f32,
    /// Whether word spacing applies.
    pub is_space: bool,
}

impl Letters {
    /// Reads what the font says of itself.
    pub fn of(font: &Font, resolver: &impl Resolve) -> Self {
        let is_two_byte = font.is_cid();
        Self {
            is_two_byte,
            to_unicode: font.to_unicode(resolver).and_then(Result::ok),
            encoding: if is_two_byte { Vec::new() } else { encoding(font) },
            widths: Advances::of(font, resolver),
        }
    }

    /// The characters of a string.
    pub fn letters<'a>(&'a self, string: &'a [u8]) -> impl Iterator<Item = Letter<'a>> {
        let bytes = if self.is_two_byte { 2 } else { 1 };
        string.chunks_exact(bytes).map(move |code| {
            let code = code.iter().fold(0u16, |code, byte| code << 8 | u16::from(*byte));
            let mapped = self.to_unicode.as_ref().and_then(|map| map.get(code));
            let encoded = || self.encoding.get(usize::from(code))?.as_deref();
            Letter {
                text: mapped.or_else(encoded),
                width: self.widths.get(usize::from(code)).unwrap_or(USUAL_WIDTH),
                is_space: bytes == 1 && code == 32,
            }
        })
    }
}

/// How wide glyphs are.
enum Advances {
    Listed(Widths),
    /// Of a font whose glyphs are drawn in units of its own (Type 3), in ems.
    Drawn {
        first: usize,
        widths: Vec<f32>,
    },
    Unknown,
}

impl Advances {
    fn of(font: &Font, resolver: &impl Resolve) -> Self {
        let drawn = match &font.data {
            FontData::Other(dictionary) => drawn(dictionary, resolver),
            _ => None,
        };
        let listed = || font.widths(resolver).ok().flatten().map(Self::Listed);
        drawn.or_else(listed).unwrap_or(Self::Unknown)
    }

    /// In ems.
    fn get(&self, code: usize) -> Option<f32> {
        match self {
            Self::Listed(widths) => Some(widths.get(code) / 1000.0),
            Self::Drawn { first, widths } => widths.get(code.checked_sub(*first)?).copied(),
            Self::Unknown => None,
        }
    }
}

fn drawn(dictionary: &Dictionary, resolver: &impl Resolve) -> Option<Advances> {
    let entry = |key| dictionary.get(key)?.clone().resolve(resolver).ok();
    let numbers = |key| -> Option<Vec<f32>> {
        let entry: Primitive = entry(key)?;
        entry.as_array().ok()?.iter().map(|number| number.as_number().ok()).collect()
    };
    let matrix = numbers("FontMatrix")?;
    let widths = numbers("Widths")?;
    let first = usize::try_from(entry("FirstChar")?.as_integer().ok()?).ok()?;
    let unit = matrix.first()?;
    Some(Advances::Drawn { first, widths: widths.iter().map(|width| width * unit).collect() })
}

fn encoding(font: &Font) -> Vec<Option<String>> {
    let name = font.name.as_ref().map_or("", |name| name.as_str());
    let base = match font.encoding().map(|encoding| &encoding.base) {
        Some(BaseEncoding::WinAnsiEncoding) => Encoding::WinAnsiEncoding,
        Some(BaseEncoding::MacRomanEncoding) => Encoding::MacRomanEncoding,
        Some(BaseEncoding::MacExpertEncoding) => Encoding::AdobeExpert,
        Some(BaseEncoding::SymbolEncoding) => Encoding::AdobeSymbol,
        _ if name.contains("Symbol") => Encoding::AdobeSymbol,
        _ if name.contains("Dingbats") => Encoding::AdobeZdingbat,
        _ => Encoding::AdobeStandard,
    };
    let map = base.forward_map();
    let mut table: Vec<Option<String>> =
        (0..=255).map(|code| map?.get(code).map(String::from)).collect();
    for (code, name) in font.encoding().iter().flat_map(|encoding| &encoding.differences) {
        if let Some(place) = table.get_mut(*code as usize)
            && let Some(text) = named(name.as_str())
        {
            *place = Some(text);
        }
    }
    table
}

/// The characters of a glyph's name: of the Adobe glyph list, or `uni20AC` and `u20AC`.
fn named(name: &str) -> Option<String> {
    let stem = name.split('.').next().unwrap_or(name);
    let listed = pdf_encoding::glyphname_to_unicode(name);
    if let Some(text) = listed.or_else(|| pdf_encoding::glyphname_to_unicode(stem)) {
        return Some(text.to_string());
    }
    let digits = stem.strip_prefix("uni").or_else(|| stem.strip_prefix('u'))?;
    u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).map(String::from)
}
