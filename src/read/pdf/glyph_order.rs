//! The order in which most TrueType fonts number their first glyphs.
//!
//! A file may name a font such as Arial without bringing it along, and still write glyph numbers.
//! Arial, Times New Roman, Courier New, Verdana and many others number their first 258 glyphs in
//! the order that the TrueType specification gives for its `post` table, format 1.

/// The first three glyphs are `.notdef`, `.null` and a carriage return.
const FIRST: u32 = 3;

/// Glyphs 3 to 257.
const CHARACTERS: &str = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`\
    abcdefghijklmnopqrstuvwxyz{|}~ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø\
    ¿¡¬√ƒ≈∆«»…\u{a0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄¤‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{f8ff}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇŁłŠšŽž¦ÐðÝýÞþ−×¹²³½¼¾₣ĞğİŞş\
    ĆćČčđ";

/// The character of a glyph, if the order says it.
pub(super) fn character(glyph: u32) -> Option<char> {
    CHARACTERS.chars().nth(glyph.checked_sub(FIRST)? as usize)
}

#[cfg(test)]
mod tests {
    use super::character;

    #[test]
    fn the_order_is_that_of_the_specification() {
        let pairs = [
            (3, ' '),
            (36, 'A'),
            (68, 'a'),
            (97, '~'),
            (98, 'Ä'),
            (173, 'À'),
            (189, '¤'),
            (257, 'đ'),
        ];
        for (glyph, c) in pairs {
            assert_eq!(character(glyph), Some(c), "{glyph}");
        }
        assert_eq!(character(0), None);
        assert_eq!(character(258), None);
    }
}
