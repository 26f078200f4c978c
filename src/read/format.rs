//! Which format a file has: told by its content, then by its media type, then by its name.
//!
//! Content comes first because names lie: a text that contains `<path>` is not HTML, and a PDF
//! that was saved as `report.txt` is still a PDF.

use super::container::{self, Ole};
use super::{ReadError, Source};

mod text;

/// How much of a file's beginning is looked at. PDF readers accept a header within the first
/// kilobyte (ISO 32000-1, annex H.3.4.1); the rest is for telling text from binary data.
pub const SNIFF_BYTES: usize = 64 << 10;

const PDF_HEADER_WITHIN: usize = 1024;

/// A format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Plain text in any encoding.
    Text,
    /// Portable Document Format.
    Pdf,
    /// A text document of Office Open XML.
    Docx,
    /// A presentation of Office Open XML.
    Pptx,
    /// A spreadsheet of Office Open XML.
    Xlsx,
    /// A text of OpenDocument.
    Odt,
    /// A spreadsheet of OpenDocument.
    Ods,
    /// A presentation of OpenDocument.
    Odp,
    /// An electronic book.
    Epub,
    /// A web page.
    Html,
    /// Text marked up in the way of `CommonMark` and GitHub.
    Markdown,
    /// A table whose cells are parted by commas, semicolons, tabs or bars.
    Csv,
    /// JSON, or one JSON value a line.
    Json,
}

/// The wasm module that reads a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Module {
    /// Always loaded.
    Core,
    /// Loaded when the first office file, web page or text in another encoding is added.
    Readers,
    /// Loaded when the first PDF is added.
    Pdf,
}

impl Format {
    /// The name that inspection shows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Pptx => "pptx",
            Self::Xlsx => "xlsx",
            Self::Odt => "odt",
            Self::Ods => "ods",
            Self::Odp => "odp",
            Self::Epub => "epub",
            Self::Html => "html",
            Self::Markdown => "markdown",
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    /// Where it is read.
    pub fn module(self) -> Module {
        match self {
            Self::Text | Self::Csv | Self::Json => Module::Core,
            Self::Pdf => Module::Pdf,
            Self::Docx | Self::Pptx | Self::Xlsx => Module::Readers,
            Self::Odt | Self::Ods | Self::Odp | Self::Epub => Module::Readers,
            Self::Html | Self::Markdown => Module::Readers,
        }
    }
}

/// Tells the format of a file from its beginning ([`SNIFF_BYTES`] are enough).
///
/// # Errors
///
/// If the file is empty, or of a format that is not read; the error says which, and what to do.
pub fn sniff(head: &[u8], name: &str, media_type: Option<&str>) -> Result<Format, ReadError> {
    if head.is_empty() {
        return Err(ReadError::Empty { name: name.to_owned() });
    }
    let head = &head[..head.len().min(SNIFF_BYTES)];
    if is_pdf(head) {
        return Ok(Format::Pdf);
    }
    if container::is_zip(head)
        && let Some(format) = container::zip_format(head, name)
    {
        return Ok(format);
    }
    if let Some(error) = ole_error(head, name) {
        return Err(error);
    }
    if let Some(detail) = known_unreadable(head) {
        return Err(ReadError::Unsupported { name: name.to_owned(), detail: detail.to_owned() });
    }
    if looks_like_text(head) {
        return Ok(text::kind(head, name, media_type));
    }
    if media_type == Some("application/pdf") || has_ending(name, "pdf") {
        // Damaged at its very beginning; the reader looks for what is left.
        return Ok(Format::Pdf);
    }
    let detail =
        "its content is binary and of no known format; PDF, office, web and text files can be read";
    Err(ReadError::Unsupported { name: name.to_owned(), detail: detail.to_owned() })
}

/// Tells the format of a whole file: of a zip file by all its parts, not only the first ones.
pub(super) fn of_file(source: &Source) -> Result<Format, ReadError> {
    #[cfg(feature = "office")]
    if container::is_zip(&source.bytes)
        && let Some(format) = super::office::zip::format(&source.bytes)
    {
        return Ok(format);
    }
    if let Some(error) = ole_error(&source.bytes, &source.name) {
        return Err(error);
    }
    sniff(&source.bytes, &source.name, source.media_type.as_deref())
}

fn ole_error(bytes: &[u8], name: &str) -> Option<ReadError> {
    let name = name.to_owned();
    Some(match container::ole(bytes)? {
        Ole::Encrypted => ReadError::Encrypted { name },
        Ole::Old(detail) => ReadError::Unsupported { name, detail: detail.to_owned() },
    })
}

fn is_pdf(head: &[u8]) -> bool {
    let window = &head[..head.len().min(PDF_HEADER_WITHIN)];
    window.windows(5).any(|bytes| bytes == b"%PDF-")
}

fn has_ending(name: &str, ending: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, last)| last.eq_ignore_ascii_case(ending))
}

/// What to say of files that are recognized but not read.
fn known_unreadable(head: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 10] = [
        (b"PK\x03\x04", "it is a zip archive; unpack it and add the files in it"),
        (b"PK\x05\x06", "it is an empty zip archive"),
        (b"{\\rtf", "it is RTF; save it as PDF or text"),
        (b"\x89PNG", "it is an image; its text must be recognized (OCR) first"),
        (b"\xff\xd8\xff", "it is an image; its text must be recognized (OCR) first"),
        (b"GIF8", "it is an image; its text must be recognized (OCR) first"),
        (b"II*\0", "it is an image; its text must be recognized (OCR) first"),
        (b"MM\0*", "it is an image; its text must be recognized (OCR) first"),
        (b"\x1f\x8b", "it is a gzip archive; unpack it first"),
        (b"7z\xbc\xaf", "it is a 7-Zip archive; unpack it first"),
    ];
    KNOWN.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, detail)| *detail)
}

/// Text has few control characters; in UTF-16 every other byte of Latin text is NUL.
fn looks_like_text(head: &[u8]) -> bool {
    if super::txt::utf16_by_content(head).is_some() {
        return true;
    }
    let controls =
        head.iter().filter(|byte| matches!(byte, 0..=6 | 14..=26 | 28..=31 | 127)).count();
    // One stray control character in a thousand is a blemish, more is a binary file.
    !head.contains(&0) && controls * 1000 <= head.len().max(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(head: &[u8], name: &str, expected: Result<Format, &str>) {
        let found = sniff(head, name, None);
        assert_eq!(
            found.as_ref().map_err(ReadError::code),
            expected.as_ref().map_err(|code| *code)
        );
    }

    #[test]
    fn content_beats_the_name() {
        check(b"%PDF-1.7\n", "report.txt", Ok(Format::Pdf));
        check(b"junk before\n%PDF-1.4\n", "a", Ok(Format::Pdf));
        check(b"a text with <path> in it", "notes.html", Ok(Format::Text));
        check("中文\n".as_bytes(), "notes.pdf", Ok(Format::Text));
    }

    #[test]
    fn bytes_of_no_known_format_are_refused() {
        check(b"", "a.txt", Err("read.empty"));
        check(&[0; 4096], "a.txt", Err("read.unsupported"));
        check(b"PK\x03\x04....", "a.zip", Err("read.unsupported"));
        check(b"\x89PNG\r\n\x1a\n", "a.pdf", Err("read.unsupported"));
    }

    #[test]
    fn zip_files_are_told_by_their_parts_then_by_their_name() {
        /// The header of a stored part without content.
        fn part(name: &str) -> Vec<u8> {
            let mut bytes = b"PK\x03\x04".to_vec();
            bytes.resize(26, 0);
            bytes.extend([name.len() as u8, 0, 0, 0]);
            bytes.extend(name.as_bytes());
            bytes
        }
        let epub = [part("mimetype"), b"application/epub+zip".to_vec()].concat();
        for (head, name, expected) in [
            ([part("_rels/.rels"), part("word/document.xml")].concat(), "a.xlsx", Format::Docx),
            (part("\\PPT\\slides/slide1.xml"), "a", Format::Pptx),
            (part("[Content_Types].xml"), "a.XLSX", Format::Xlsx),
            (epub, "a.docx", Format::Epub),
        ] {
            check(&head, name, Ok(expected));
        }
        check(&part("word.txt"), "a.zip", Err("read.unsupported"));
    }

    #[test]
    fn legacy_and_utf16_texts_are_texts() {
        check(&[0xc4, 0xe3, 0xba, 0xc3, b'\n'], "gbk.txt", Ok(Format::Text));
        check(b"h\0e\0l\0l\0o\0 \0y\0o\0u\0", "u16.txt", Ok(Format::Text));
    }

    #[test]
    fn a_pdf_without_its_header_is_still_offered_to_the_reader() {
        check(&[1, 2, 3, 0, 0, 0, 0, 0], "cut.pdf", Ok(Format::Pdf));
    }
}
