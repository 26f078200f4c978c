//! Which characters are what: the few classes that reading order and line joining depend on,
//! and the cleaning of text that came out of a font.
//!
//! Classes are ranges of Unicode blocks, not full properties: layout needs to know how a script
//! is written, not what a character is.

use super::glyph::UNKNOWN;
use crate::read::unicode;

/// Written from right to left: Hebrew, Arabic, Syriac, Thaana, N'Ko, Adlam and their like.
pub(super) fn is_right_to_left(c: char) -> bool {
    matches!(
        c,
        '\u{590}'..='\u{8ff}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{fefe}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}'
    )
}

/// A letter of a script written from left to right.
pub(super) fn is_left_to_right(c: char) -> bool {
    is_common_letter(c) || c.is_alphabetic() && !is_right_to_left(c)
}

/// A letter or digit of any script.
pub(super) fn is_word_character(c: char) -> bool {
    is_common_letter(c) || c.is_alphanumeric()
}

/// The letters of most texts, told without a look into the tables of Unicode.
fn is_common_letter(c: char) -> bool {
    matches!(
        c,
        'a'..='z'
            | 'A'..='Z'
            | '\u{c0}'..='\u{d6}'
            | '\u{d8}'..='\u{f6}'
            | '\u{f8}'..='\u{2c1}'
            | '\u{400}'..='\u{481}'
            | '\u{3041}'..='\u{3096}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7a3}'
    )
}

/// A digit, European or Arabic: digits run left to right in every script.
pub(super) fn is_digit(c: char) -> bool {
    matches!(c, '0'..='9' | '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}')
}

/// A mark of a right-to-left script, or a general one, that sits on the letter before it.
pub(super) fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}'
            | '\u{591}'..='\u{5bd}'
            | '\u{5bf}'
            | '\u{5c1}'
            | '\u{5c2}'
            | '\u{5c4}'
            | '\u{5c5}'
            | '\u{5c7}'
            | '\u{610}'..='\u{61a}'
            | '\u{64b}'..='\u{65f}'
            | '\u{670}'
            | '\u{6d6}'..='\u{6dc}'
            | '\u{6df}'..='\u{6e4}'
            | '\u{6e7}'
            | '\u{6e8}'
            | '\u{6ea}'..='\u{6ed}'
    )
}

/// Han, kana and full-width punctuation: written in a grid, without spaces between words.
/// Hangul is not among them, as Korean has spaces.
pub(super) fn is_cjk(c: char) -> bool {
    matches!(
        c,
        '\u{2e80}'..='\u{312f}'
            | '\u{3190}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{fe30}'..='\u{fe4f}'
            | '\u{ff00}'..='\u{ff9f}'
            | '\u{20000}'..='\u{3ffff}'
    )
}

/// Thai, Lao, Myanmar and Khmer: letters in a row without spaces between words.
pub(super) fn is_unspaced_alphabet(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

/// Korean syllables.
pub(super) fn is_hangul(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7af}')
}

/// Ends a sentence in most scripts.
pub(super) fn ends_sentence(c: char) -> bool {
    matches!(
        c,
        '.' | '!' | '?' | ':' | '。' | '！' | '？' | '：' | '…' | '؟' | '۔' | '।' | '။' | '។'
    )
}

/// The text of one glyph as it should enter a document: letters instead of their presentation
/// forms, a space for every kind of white space, a bullet for the symbol fonts' bullets, and
/// nothing that only steers display.
pub(super) fn clean_glyph_text(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' | '\n' | '\r' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' => clean.push(' '),
            // Symbol and Wingdings fonts keep their codes in the private use area.
            '\u{f0b7}' | '\u{f0a7}' | '\u{f076}' | '\u{f0d8}' => clean.push('•'),
            c if c.is_control() || is_private(c) || steers_display(c) => {}
            c if is_presentation_form(c) => {
                // A mark's presentation form decomposes to a space that would carry it.
                clean.extend(unicode::plain(c).chars().filter(|c| *c != ' '));
            }
            c => clean.push(c),
        }
    }
    clean
}

/// What a font means by these is its own affair.
fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

/// Direction marks, byte order marks and their like. Joiners and zero-width spaces stay, since
/// Persian, Hindi and Khmer words are written with them.
fn steers_display(c: char) -> bool {
    matches!(
        c,
        '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
            | '\u{fff0}'..='\u{fffc}'
    )
}

/// Forms that exist for old fonts: Latin, Armenian, Hebrew and Arabic ligatures and shapes. The
/// words of U+FDF0 and above are characters in their own right.
fn is_presentation_form(c: char) -> bool {
    matches!(c, '\u{fb00}'..='\u{fdef}' | '\u{fe70}'..='\u{fefc}')
}

/// The text of a finished block: composed, without unknown characters, with single spaces.
pub(super) fn clean_block_text(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut is_after_space = true;
    for c in text.chars() {
        match c {
            UNKNOWN | '\u{ad}' => continue,
            ' ' if is_after_space => continue,
            '\t' | '\n' => clean.truncate(clean.trim_end_matches(' ').len()),
            _ => {}
        }
        clean.push(c);
        is_after_space = matches!(c, ' ' | '\t' | '\n');
    }
    clean.truncate(clean.trim_end().len());
    unicode::compose(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_told_as_unicode_tells_them() {
        for c in '\0'..=char::MAX {
            assert_eq!(is_left_to_right(c), c.is_alphabetic() && !is_right_to_left(c), "{c:?}");
            assert_eq!(is_word_character(c), c.is_alphanumeric(), "{c:?}");
        }
    }

    #[test]
    fn presentation_forms_become_letters() {
        assert_eq!(clean_glyph_text("\u{fb01}"), "fi");
        assert_eq!(clean_glyph_text("\u{fefb}"), "\u{644}\u{627}");
        assert_eq!(clean_glyph_text("\u{fe76}"), "\u{64e}");
        assert_eq!(clean_glyph_text("\u{fdfa}"), "\u{fdfa}");
    }

    #[test]
    fn what_only_steers_display_is_left_out() {
        assert_eq!(clean_glyph_text("a\u{200f}\u{202b}b\u{0}\u{feff}"), "ab");
        assert_eq!(clean_glyph_text("\u{f0b7}\u{e123}\u{a0}"), "• ");
    }

    #[test]
    fn blocks_are_composed_and_have_single_spaces() {
        assert_eq!(clean_block_text(" e\u{301}  x \t\u{fffd} y\n z "), "é x\ty\nz");
        assert_eq!(clean_block_text("\u{fffd}\u{fffd} "), "");
    }
}
