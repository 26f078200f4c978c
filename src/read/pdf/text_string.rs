//! Text strings: how a PDF writes titles and replaced text outside of fonts.
//!
//! UTF-16 or UTF-8 with a byte order mark, else `PDFDocEncoding` (ISO 32000-2, annex D.3), which
//! is Latin-1 but for two rows.

/// Decodes a text string.
pub(super) fn decode(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().map(|byte| pdf_doc_char(*byte)).collect(),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units)
}

fn pdf_doc_char(byte: u8) -> char {
    const FROM_18: [char; 8] = ['˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜'];
    const FROM_80: [char; 33] = [
        '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚',
        '™', 'ﬁ', 'ﬂ', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž', '\u{fffd}', '€',
    ];
    match byte {
        0x18..=0x1f => FROM_18[usize::from(byte - 0x18)],
        0x80..=0xa0 => FROM_80[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn marks_tell_the_encoding() {
        assert_eq!(decode(b"\xfe\xff\x4e\x2d\xd8\x3d\xde\x00"), "中😀");
        assert_eq!(decode(b"\xff\xfe\x2d\x4e"), "中");
        assert_eq!(decode(b"\xef\xbb\xbfK\xc3\xb6ln"), "Köln");
        assert_eq!(decode(b"K\xf6ln \x93\x92"), "Köln ﬁ™");
        assert_eq!(decode(b"\xfe\xff\x4e"), "");
    }
}
