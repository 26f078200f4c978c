//! Single characters of fonts that have letters of their own.

use crate::read::office::xml::Element;

/// The Greek letters of the font Symbol, from A and from a.
const SYMBOL_CAPITALS: &str = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ";
const SYMBOL_SMALL: &str = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ";

/// The character of a symbol: fonts of symbols have their codes from U+F000 up.
pub(super) fn symbol(element: &Element) -> char {
    let code = element.attr("char").and_then(|code| u32::from_str_radix(&code, 16).ok());
    let font = element.attr("font").unwrap_or_default();
    let Some(code) = code else { return ' ' };
    let letter = |letters: &str, first: u8| {
        letters.chars().nth((code & 0xff).checked_sub(u32::from(first))? as usize)
    };
    let greek = match code & 0xff {
        0x41..=0x5a => letter(SYMBOL_CAPITALS, b'A'),
        0x61..=0x7a => letter(SYMBOL_SMALL, b'a'),
        _ => None,
    };
    let is_symbol = font.eq_ignore_ascii_case("Symbol");
    greek.filter(|_| is_symbol).or(char::from_u32(code)).unwrap_or(' ')
}
