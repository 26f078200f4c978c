//! Plain text: paragraphs apart by empty lines, pages apart by form feeds.
//!
//! UTF-8 and UTF-16 are decoded here; other encodings need the tables that only the readers module
//! carries (feature `charset`).

#[cfg(any(feature = "core", feature = "charset"))]
use super::pages::Pages;
#[cfg(any(feature = "core", feature = "charset"))]
use super::{Limits, ReadError, Reader, Ready, Source, unicode};
#[cfg(any(feature = "core", feature = "charset"))]
use crate::document::{BlockKind, Document};
#[cfg(feature = "charset")]
use crate::document::{Warning, WarningCode};

/// Opens a text; all of it is read at once.
///
/// # Errors
///
/// If it is in an encoding that this build cannot decode.
#[cfg(any(feature = "core", feature = "charset"))]
pub fn open(source: Source, limits: &Limits) -> Result<Box<dyn Reader>, ReadError> {
    let mut document = Document { title: source.title, ..Document::new(source.id) };
    let text = text_of(&source.name, &source.bytes, &mut document)?;
    let mut pages = Pages::new(document, limits);
    // A form feed at the end closes the last page and opens none.
    let texts = text.strip_suffix('\u{c}').unwrap_or(&text).split('\u{c}');
    for (index, page) in texts.enumerate() {
        if index > 0 {
            pages.turn_page();
        }
        if pages.is_full() {
            break;
        }
        for paragraph in Paragraphs::new(page) {
            pages.push(BlockKind::Paragraph, paragraph);
        }
    }
    let document = pages.finish().ok_or(ReadError::Empty { name: source.name })?;
    Ok(Box::new(Ready(document)))
}

/// The text of a file, decoded and composed.
#[cfg(any(feature = "core", feature = "charset"))]
pub(super) fn text_of(
    name: &str,
    bytes: &[u8],
    document: &mut Document,
) -> Result<String, ReadError> {
    match decode(bytes) {
        Some(text) => Ok(unicode::compose(text)),
        None => decode_legacy(name, bytes, document),
    }
}

#[cfg(feature = "charset")]
#[allow(clippy::unnecessary_wraps, reason = "a build without the feature can fail here")]
fn decode_legacy(_: &str, bytes: &[u8], document: &mut Document) -> Result<String, ReadError> {
    let (text, label) = super::charset::decode(bytes);
    let text = unicode::compose(text);
    let message = format!("the text says nothing of its encoding; it was read as {label}");
    document.warnings.push(Warning::on_file(WarningCode::CharsetGuessed, message));
    Ok(text)
}

#[cfg(all(feature = "core", not(feature = "charset")))]
fn decode_legacy(name: &str, _: &[u8], _: &mut Document) -> Result<String, ReadError> {
    Err(ReadError::NeedsCharset { name: name.to_owned() })
}

/// Runs of lines between empty lines.
#[cfg(any(feature = "core", feature = "charset"))]
struct Paragraphs<'t> {
    rest: &'t str,
}

#[cfg(any(feature = "core", feature = "charset"))]
impl<'t> Paragraphs<'t> {
    fn new(text: &'t str) -> Self {
        Self { rest: text }
    }
}

#[cfg(any(feature = "core", feature = "charset"))]
impl<'t> Iterator for Paragraphs<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        if self.rest.is_empty() {
            return None;
        }
        let mut end = 0;
        for line in self.rest.split_inclusive('\n') {
            if line.trim().is_empty() && !self.rest[..end].trim().is_empty() {
                break;
            }
            end += line.len();
        }
        let (paragraph, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(paragraph)
    }
}

/// Decodes UTF-8 and UTF-16, with or without a byte order mark; nothing if it is neither.
pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    let text = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => match utf16_by_content(bytes) {
            Some(Endian::Little) => utf16(bytes, u16::from_le_bytes),
            Some(Endian::Big) => utf16(bytes, u16::from_be_bytes),
            // ISO-2022-JP is seven-bit, and so is valid UTF-8; its escapes tell it apart.
            None if has_iso_2022_escapes(bytes) => return None,
            None => std::str::from_utf8(bytes).ok()?.to_owned(),
        },
    };
    Some(text.replace("\r\n", "\n").replace('\r', "\n"))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn has_iso_2022_escapes(bytes: &[u8]) -> bool {
    bytes.windows(3).any(|w| matches!(w, [0x1b, b'$', b'@' | b'B'] | [0x1b, b'(', b'J' | b'B']))
}

/// The order of the two bytes of a UTF-16 unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endian {
    Little,
    Big,
}

/// Recognizes UTF-16: by its mark, or because spaces, line ends and commas are where they would be.
pub(crate) fn utf16_by_content(bytes: &[u8]) -> Option<Endian> {
    match bytes {
        [0xff, 0xfe, ..] => return Some(Endian::Little),
        [0xfe, 0xff, ..] => return Some(Endian::Big),
        _ => {}
    }
    let head = &bytes[..bytes.len().min(super::format::SNIFF_BYTES)];
    // Each of the common characters has a byte that no text in another encoding has.
    if !head.iter().any(|byte| matches!(byte, 0..=3 | 0xff)) {
        return None;
    }
    let little = count_common(head, u16::from_le_bytes);
    let big = count_common(head, u16::from_be_bytes);
    if little > big * 4 {
        Some(Endian::Little)
    } else if big > little * 4 {
        Some(Endian::Big)
    } else {
        None
    }
}

/// How many units are what every text has: spaces, line ends, commas and stops, Latin letters.
/// None if there are too few of them, or units that no text has.
fn count_common(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> usize {
    let (mut common, mut high) = (0, false);
    for pair in bytes.chunks_exact(2) {
        let unit = unit([pair[0], pair[1]]);
        let is_low = matches!(unit, 0xdc00..=0xdfff);
        // Controls, halves of pairs, private characters and those that are none.
        let is_wrong = matches!(unit, 0..=8 | 0xb | 0xe..=0x1f | 0x7f..=0x9f)
            || matches!(unit, 0xe000..=0xf8ff | 0xfff0..=0xffff)
            || is_low != high;
        if is_wrong {
            return 0;
        }
        high = matches!(unit, 0xd800..=0xdbff);
        let is_common =
            matches!(unit, 9 | 0xa | 0xc | 0xd | 0x20..=0x7e | 0x3000..=0x3002 | 0xff0c);
        common += usize::from(is_common);
    }
    // One character in fifty is a space, comma or line end even in Chinese.
    if common >= 2 && common * 100 >= bytes.len() { common } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(bytes: &[u8]) -> Vec<String> {
        let document = super::super::read(Source::new("a.txt", bytes), &Limits::default()).unwrap();
        document.pages.iter().map(|page| page.text().to_owned()).collect()
    }

    #[test]
    fn empty_lines_part_paragraphs_and_form_feeds_part_pages() {
        assert_eq!(
            pages(b"one\r\nstill one\r\n\r\n \r\ntwo\x0cthree\x0c"),
            ["one\nstill one\n\ntwo", "three"]
        );
    }

    #[test]
    fn marks_and_nulls_tell_utf16() {
        let little: Vec<u8> = "中 文\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(pages(&[b"\xff\xfe", &little[..]].concat()), ["中 文"]);
        assert_eq!(pages(b"\0h\0i\0 \0y\0o\0u"), ["hi you"]);
        // 言 and 前 look like letters in the other order of bytes.
        let text = "言う前に、宣言する。\n以前の言葉、予言。";
        for order in [u16::to_le_bytes, u16::to_be_bytes] {
            let bytes: Vec<u8> = text.encode_utf16().flat_map(order).collect();
            assert_eq!(pages(&bytes), [text]);
        }
    }

    #[cfg(feature = "charset")]
    #[test]
    fn letters_and_their_accents_are_composed() {
        assert_eq!(pages("Cafe\u{301} \u{1112}\u{1161}\u{11ab}".as_bytes()), ["Café 한"]);
    }

    #[test]
    fn white_space_alone_is_an_empty_file() {
        let error = open(Source::new("a.txt", *b" \n\t "), &Limits::default()).err().unwrap();
        assert_eq!(error.code(), "read.empty");
    }

    #[cfg(feature = "charset")]
    #[test]
    fn legacy_encodings_are_guessed_and_reported() {
        let (bytes, _, _) = encoding_rs::GB18030.encode("中华人民共和国国务院关于印发通知。\n");
        let document =
            super::super::read(Source::new("a.txt", bytes.into_owned()), &Limits::default())
                .unwrap();
        assert_eq!(document.pages[0].text(), "中华人民共和国国务院关于印发通知。");
        assert_eq!(document.warnings[0].code, WarningCode::CharsetGuessed);
    }
}
