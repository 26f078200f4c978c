//! Texts in encodings older than Unicode: guessed from the whole file, then decoded.
//!
//! The guess is chardetng's, the detector of Firefox. It gets the whole file, since four hundred
//! bytes of GBK are not enough to tell it from Latin letters. Web pages name their encoding
//! themselves, and are believed unless their bytes contradict.

mod older;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;

/// How far into a web page its encoding is looked for, as in the HTML standard.
#[cfg(feature = "html")]
const PRESCAN_BYTES: usize = 1024;

/// The text, and the name of the encoding it was taken to be in.
pub fn decode(bytes: &[u8]) -> (String, &'static str) {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, false);
    let (text, label) = decode_as(bytes, detector.guess(None, Utf8Detection::Allow));
    older::better_than(&text, bytes)
        .map_or((text, label), |(text, label)| (unix_lines(&text), label))
}

fn decode_as(bytes: &[u8], encoding: &'static Encoding) -> (String, &'static str) {
    // GB18030 contains GBK, and knows the characters that GBK's last revision added.
    let is_gbk = encoding == encoding_rs::GBK;
    let encoding = if is_gbk { encoding_rs::GB18030 } else { encoding };
    let (text, used, _) = encoding.decode(bytes);
    (unix_lines(&text), used.name())
}

fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// The text of a web page, and the name of its encoding if that had to be guessed.
#[cfg(feature = "html")]
pub(super) fn decode_html(bytes: &[u8]) -> (String, Option<&'static str>) {
    let is_marked = Encoding::for_bom(bytes).is_some();
    if !is_marked && let Some(declared) = declared(bytes) {
        // Many pages name an older encoding and are in UTF-8 all the same. Hardly any text of
        // another encoding is valid UTF-8, unless it is plain ASCII.
        let is_utf8 = std::str::from_utf8(bytes).is_ok();
        let is_believed = if declared == encoding_rs::UTF_8 {
            is_utf8
        } else {
            !is_utf8 || declared == encoding_rs::ISO_2022_JP
        };
        if is_believed {
            return (decode_as(bytes, declared).0, None);
        }
    }
    if let Some(text) = super::txt::decode(bytes) {
        return (text, None);
    }
    let (text, label) = decode_mostly_utf8(bytes).unwrap_or_else(|| decode(bytes));
    (text, Some(label))
}

/// A text of which nearly all is UTF-8: one page put together from several often is.
#[cfg(feature = "html")]
fn decode_mostly_utf8(bytes: &[u8]) -> Option<(String, &'static str)> {
    // Text in another encoding has hardly any sequence that is valid.
    const GOOD_PER_BAD: usize = 20;
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    (good >= GOOD_PER_BAD * bad).then(|| decode_as(bytes, encoding_rs::UTF_8))
}

/// The encoding that a page names near its beginning.
#[cfg(feature = "html")]
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes[..bytes.len().min(PRESCAN_BYTES)].to_ascii_lowercase();
    let mut rest = without_comments(&head);
    if rest.trim_ascii_start().starts_with(b"<?xml") {
        let end = rest.iter().position(|byte| *byte == b'>').unwrap_or(rest.len());
        if let Some(found) = label_after(&rest[..end], b"encoding") {
            return Some(found);
        }
    }
    while let Some(at) = find(&rest, b"<meta") {
        let tag = &rest[at..];
        let end = tag.iter().position(|byte| *byte == b'>').unwrap_or(tag.len());
        if let Some(found) = label_after(&tag[..end], b"charset") {
            return Some(found);
        }
        rest.drain(..at + end);
    }
    None
}

#[cfg(feature = "html")]
fn without_comments(head: &[u8]) -> Vec<u8> {
    let (mut rest, mut kept) = (head, Vec::new());
    while let Some(start) = find(rest, b"<!--") {
        kept.extend_from_slice(&rest[..start]);
        let Some(length) = find(&rest[start + 4..], b"-->") else { return kept };
        rest = &rest[start + 4 + length + 3..];
    }
    kept.extend_from_slice(rest);
    kept
}

#[cfg(feature = "html")]
fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// The encoding named in `key = "label"`.
#[cfg(feature = "html")]
fn label_after(tag: &[u8], key: &[u8]) -> Option<&'static Encoding> {
    let mut rest = tag;
    while let Some(at) = find(rest, key) {
        rest = &rest[at + key.len()..];
        let Some(value) = rest.trim_ascii_start().strip_prefix(b"=") else { continue };
        let quotes = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'');
        let start = value.iter().position(|byte| !quotes(byte))?;
        let value = &value[start..];
        let ends = |byte: &u8| quotes(byte) || matches!(byte, b';' | b'/' | b'?' | b'>');
        let end = value.iter().position(ends).unwrap_or(value.len());
        let found = Encoding::for_label(&value[..end])?;
        // A page in UTF-16 could not be searched for this, and would begin with a mark.
        let is_utf16 = found == encoding_rs::UTF_16LE || found == encoding_rs::UTF_16BE;
        let is_own = found == encoding_rs::X_USER_DEFINED;
        return Some(match found {
            _ if is_utf16 => encoding_rs::UTF_8,
            _ if is_own => encoding_rs::WINDOWS_1252,
            other => other,
        });
    }
    None
}
