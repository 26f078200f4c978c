//! Whether a file is whole. The parser finds its way through broken files without a word; the
//! reader of a document should know that something may be missing.

use crate::document::WarningCode;

/// Readers look for the end of a file within this (ISO 32000-1, annex H.3.4.4, says 1024).
const TAIL: usize = 2048;

/// What is wrong with a file's frame, if something is.
pub(super) fn damage(bytes: &[u8]) -> Option<WarningCode> {
    let tail = &bytes[bytes.len().saturating_sub(TAIL)..];
    let Some(start) = find_last(tail, b"startxref") else {
        let ends = find_last(tail, b"%%EOF").is_some();
        return Some(if ends { WarningCode::Repaired } else { WarningCode::Truncated });
    };
    let offset = number(&tail[start + b"startxref".len()..]);
    // Some producers count from the header, before which mail gateways leave lines.
    let header = bytes.windows(5).take(TAIL).position(|window| window == b"%PDF-").unwrap_or(0);
    let is_table = |offset: usize| bytes.get(offset..).is_some_and(starts_cross_references);
    let is_found = offset
        .is_some_and(|offset| is_table(offset) || offset.checked_add(header).is_some_and(is_table));
    (!is_found).then_some(WarningCode::Repaired)
}

/// A table begins with a word, a stream of cross-references as every object does: `12 0 obj`.
fn starts_cross_references(bytes: &[u8]) -> bool {
    /// Two numbers and a word, with white space between them.
    const OBJECT_START: usize = 32;
    let bytes = bytes.trim_ascii_start();
    let mut words = bytes[..bytes.len().min(OBJECT_START)].split(u8::is_ascii_whitespace);
    let mut is_number = || words.next().is_some_and(|word| word.iter().all(u8::is_ascii_digit));
    bytes.starts_with(b"xref")
        || (is_number() && is_number() && words.next().is_some_and(|word| word.starts_with(b"obj")))
}

fn number(bytes: &[u8]) -> Option<usize> {
    let bytes = bytes.trim_ascii_start();
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&bytes[..digits]).ok()?.parse().ok()
}

fn find_last(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).rposition(|window| window == word)
}

#[cfg(test)]
mod tests {
    use super::damage;
    use crate::document::WarningCode::{Repaired, Truncated};

    #[test]
    fn a_file_is_whole_if_its_end_leads_to_its_cross_references() {
        assert_eq!(damage(b"%PDF-1.4\nxref\nstartxref\n9\n%%EOF"), None);
        assert_eq!(damage(b"junk%PDF-1.4\nxref\nstartxref\n9\n%%EOF"), None);
        assert_eq!(damage(b"%PDF-1.4\n7 0 obj\nstartxref\n9"), None);
    }

    #[test]
    fn damage_is_told_from_truncation() {
        assert_eq!(damage(b"%PDF-1.4\nxref\nstartxref\n5\n%%EOF"), Some(Repaired));
        assert_eq!(damage(b"%PDF-1.4\nxref\nstartxref\n99999999999999999999999\n"), Some(Repaired));
        assert_eq!(damage(b"%PDF-1.4\nxref\n%%EOF"), Some(Repaired));
        assert_eq!(damage(b"%PDF-1.4\n1 0 obj"), Some(Truncated));
        assert_eq!(damage(b""), Some(Truncated));
    }
}
