//! Glyph names that a simple font makes up, and what can still be told from them.
//!
//! Real names ("eacute", "uni00E9") are understood by the font library. Producers also make
//! names of numbers: of the code itself ("a233"), which says that the code is all there is to
//! know; of a character, in decimal ("C233") or hexadecimal ("GE9"); or of a glyph ("g18"), which
//! says nothing, and must keep the code from being taken for a letter.

use std::collections::BTreeMap;

use hayro_syntax::object::{Array, Dict, Object};

/// The names that a font's encoding gives to its codes.
pub(super) struct Names(BTreeMap<u32, String>);

/// What a name says.
pub(super) enum Meaning {
    /// There is no name: the code has its usual meaning.
    Usual,
    Character(char),
    Nothing,
}

impl Names {
    /// Reads the differences of a font's encoding (ISO 32000-2, 9.6.5.1).
    pub(super) fn of(font: &Dict<'_>) -> Self {
        let mut names = BTreeMap::new();
        let encoding = font.get::<Dict<'_>>("Encoding").unwrap_or_default();
        let differences = encoding.get::<Array<'_>>("Differences").unwrap_or_default();
        let mut code = 0;
        for item in differences.iter::<Object<'_>>() {
            match item {
                Object::Number(number) => code = number.as_f64() as u32,
                Object::Name(name) => {
                    names.insert(code, name.as_str().to_owned());
                    code = code.saturating_add(1);
                }
                _ => {}
            }
        }
        Self(names)
    }

    pub(super) fn meaning(&self, code: u32) -> Meaning {
        let Some(name) = self.0.get(&code) else { return Meaning::Usual };
        let character = |value: u32| char::from_u32(value).filter(|c| !c.is_control());
        match character_value(name, code).and_then(character) {
            Some(c) => Meaning::Character(c),
            None if is_glyph_number(name) => Meaning::Nothing,
            None => Meaning::Usual,
        }
    }
}

/// The Latin-1 value that a made-up name stands for.
fn character_value(name: &str, code: u32) -> Option<u32> {
    let (_, digits) = letters_and_digits(name)?;
    if digits.parse() == Ok(code) {
        return Some(code);
    }
    if let Some(decimal) = name.strip_prefix(['C', 'c']) {
        return decimal.parse().ok().filter(|value| (0x20..0x100).contains(value));
    }
    let hexadecimal = name.strip_prefix('G').filter(|digits| digits.len() == 2)?;
    u32::from_str_radix(hexadecimal, 16).ok()
}

fn is_glyph_number(name: &str) -> bool {
    const PREFIXES: [&str; 5] = ["g", "gid", "glyph", "cid", "index"];
    letters_and_digits(name).is_some_and(|(letters, digits)| {
        PREFIXES.contains(&letters) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// A name's parts before and after its first digit; for "GE9", after the `G`.
fn letters_and_digits(name: &str) -> Option<(&str, &str)> {
    let start = match name.as_bytes() {
        [b'G', rest @ ..] if rest.len() == 2 && rest.iter().all(u8::is_ascii_hexdigit) => 1,
        _ => name.find(|c: char| c.is_ascii_digit())?,
    };
    name.split_at_checked(start)
}

#[cfg(test)]
mod tests {
    use super::{character_value, is_glyph_number};

    #[test]
    fn names_of_numbers_stand_for_codes_and_characters() {
        assert_eq!(character_value("a233", 233), Some(233));
        assert_eq!(character_value("C85", 33), Some(85));
        assert_eq!(character_value("GE9", 1), Some(0xe9));
        for name in ["g18", "BA", "B9", "glyph7", ".notdef", "", "é", "C5", "C999"] {
            assert_eq!(character_value(name, 40), None, "{name}");
        }
    }

    #[test]
    fn names_of_glyphs_are_told_from_others() {
        for name in ["g18", "g003a", "glyph7", "cid912"] {
            assert!(is_glyph_number(name), "{name}");
        }
        for name in ["g", "BA", "B9", ".notdef", "gamma"] {
            assert!(!is_glyph_number(name), "{name}");
        }
    }
}
