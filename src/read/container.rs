//! Files that hold files: which office format a zip file or an OLE container has.
//!
//! A zip file is told by the names of its first parts, as far as they are seen, then by the
//! ending of its own name. OLE containers are the office files of before 2007, and newer ones
//! that are encrypted; the streams in them have telling names.

use super::format::Format;

const ZIP: &[u8] = b"PK\x03\x04";
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// Offset of a part's name in its header, and of the two lengths before it.
const NAME_AT: usize = 30;
/// Entries of an OLE directory have this size and stand at multiples of it.
const OLE_ENTRY_BYTES: usize = 128;
/// What an OLE entry reserves for its name.
const OLE_NAME_BYTES: usize = 64;

/// What an OLE container holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ole {
    /// An encrypted file of a newer format.
    Encrypted,
    /// Something that is not read, with what to do about it.
    Old(&'static str),
}

/// Whether a file is a zip file with something in it.
pub(super) fn is_zip(head: &[u8]) -> bool {
    head.starts_with(ZIP)
}

/// The format of a zip file, by its beginning; nothing if its parts are of no known format.
pub(super) fn zip_format(head: &[u8], name: &str) -> Option<Format> {
    let mut by_parts = None;
    let starts = head.windows(ZIP.len()).enumerate().filter(|(_, window)| *window == ZIP);
    for (at, _) in starts {
        let Some((part, content)) = local_part(&head[at..]) else { continue };
        if part == "mimetype" {
            return media_type_format(content);
        }
        by_parts = by_parts.or_else(|| part_format(&part));
    }
    by_parts.or_else(|| ending_format(name))
}

/// The name of a part and what follows it.
fn local_part(header: &[u8]) -> Option<(String, &[u8])> {
    let length =
        |at: usize| Some(usize::from(u16::from_le_bytes([*header.get(at)?, *header.get(at + 1)?])));
    let (name_bytes, extra_bytes) = (length(26)?, length(28)?);
    let name = header.get(NAME_AT..NAME_AT + name_bytes)?;
    let content = header.get(NAME_AT + name_bytes + extra_bytes..)?;
    let name = String::from_utf8_lossy(name).replace('\\', "/").to_lowercase();
    Some((name.trim_start_matches('/').to_owned(), content))
}

/// The format whose files have a part of this name.
pub(super) fn part_format(part: &str) -> Option<Format> {
    let folder = part.split_once('/').map_or("", |(folder, _)| folder);
    match folder {
        "word" => Some(Format::Docx),
        "ppt" => Some(Format::Pptx),
        "xl" => Some(Format::Xlsx),
        _ => None,
    }
}

/// OpenDocument files and books begin with a part that holds their media type.
pub(super) fn media_type_format(content: &[u8]) -> Option<Format> {
    const TYPES: [(&[u8], Format); 4] = [
        (b"application/vnd.oasis.opendocument.text", Format::Odt),
        (b"application/vnd.oasis.opendocument.spreadsheet", Format::Ods),
        (b"application/vnd.oasis.opendocument.presentation", Format::Odp),
        (b"application/epub+zip", Format::Epub),
    ];
    TYPES.iter().find(|(media, _)| content.starts_with(media)).map(|(_, format)| *format)
}

fn ending_format(name: &str) -> Option<Format> {
    let (_, ending) = name.rsplit_once('.')?;
    Some(match ending.to_ascii_lowercase().as_str() {
        "docx" | "docm" | "dotx" | "dotm" => Format::Docx,
        "pptx" | "pptm" | "ppsx" | "ppsm" | "potx" | "potm" => Format::Pptx,
        "xlsx" | "xlsm" | "xltx" | "xltm" => Format::Xlsx,
        "odt" | "ott" => Format::Odt,
        "ods" | "ots" => Format::Ods,
        "odp" | "otp" => Format::Odp,
        "epub" => Format::Epub,
        _ => return None,
    })
}

/// What an OLE container holds, as far as it is seen; nothing if the file is none.
pub(super) fn ole(bytes: &[u8]) -> Option<Ole> {
    const STREAMS: [(&str, Ole); 5] = [
        ("EncryptedPackage", Ole::Encrypted),
        ("WordDocument", Ole::Old("it is a Word file of before 2007; save it as .docx")),
        (
            "PowerPoint Document",
            Ole::Old("it is a PowerPoint file of before 2007; save it as .pptx"),
        ),
        ("Workbook", Ole::Old("it is an Excel file of before 2007; save it as .xlsx")),
        ("Book", Ole::Old("it is an Excel file of before 2007; save it as .xlsx")),
    ];
    if !bytes.starts_with(OLE) {
        return None;
    }
    let names: Vec<String> = bytes.chunks_exact(OLE_ENTRY_BYTES).filter_map(ole_name).collect();
    let found = STREAMS.iter().find(|(stream, _)| names.iter().any(|name| name == stream));
    let unknown = "it is an old office file; open it in its program and save it as .docx, .xlsx, \
                   .pptx or PDF";
    Some(found.map_or(Ole::Old(unknown), |(_, ole)| *ole))
}

/// The name in a directory entry: UTF-16, with its length in bytes after it.
fn ole_name(entry: &[u8]) -> Option<String> {
    let length =
        usize::from(u16::from_le_bytes([entry[OLE_NAME_BYTES], entry[OLE_NAME_BYTES + 1]]));
    let is_entry = (4..=OLE_NAME_BYTES).contains(&length) && length.is_multiple_of(2);
    let name = entry.get(..length.checked_sub(2)?).filter(|_| is_entry)?;
    name.chunks_exact(2)
        .map(|pair| {
            (pair[1] == 0 && pair[0].is_ascii_graphic() || pair == b" \0")
                .then_some(pair[0] as char)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory of one entry after a header.
    fn container(stream: &str) -> Vec<u8> {
        let mut bytes = OLE.to_vec();
        bytes.resize(512, 0);
        bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
        bytes.resize(512 + OLE_NAME_BYTES, 0);
        bytes.extend(((stream.len() as u16 + 1) * 2).to_le_bytes());
        bytes.resize(1024, 0);
        bytes
    }

    #[test]
    fn streams_tell_what_an_old_container_holds() {
        assert_eq!(ole(b"PK"), None);
        assert_eq!(ole(&container("EncryptedPackage")), Some(Ole::Encrypted));
        for (stream, advice) in
            [("WordDocument", ".docx"), ("Workbook", ".xlsx"), ("PowerPoint Document", ".pptx")]
        {
            let Some(Ole::Old(detail)) = ole(&container(stream)) else { panic!("{stream}") };
            assert!(detail.ends_with(&format!("save it as {advice}")));
        }
        assert!(matches!(ole(&container("Contents")), Some(Ole::Old(_))));
    }
}
