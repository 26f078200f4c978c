//! The parts of a zip file: names from its directory, contents unpacked on demand.
//!
//! Office formats use little of zip: entries are stored or deflated, in one file. A file whose
//! directory is lost, because it was cut short, is read by its local headers instead. All sizes
//! that a file tells are only claims, so everything that is unpacked counts against limits.

use std::cell::Cell;
use std::collections::BTreeMap;

use crate::read::container;
use crate::read::format::Format;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

/// No office file has as many parts; a directory of tiny entries costs its reader 100 times more.
pub(crate) const MAX_ENTRIES: usize = 1 << 16;
/// The largest single part: a sheet of a million rows takes about this much.
pub(crate) const MAX_PART_BYTES: usize = 256 << 20;
/// What all parts that are read may take together.
pub(crate) const MAX_TOTAL_BYTES: usize = 512 << 20;
/// Deflate packs at most 1032 to 1, and sheets of equal rows reach 100 to 1.
pub(crate) const MAX_RATIO: usize = 400;
/// Below this size the ratio says nothing: a small part is harmless however well it packs.
const RATIO_MATTERS_BYTES: usize = 8 << 20;

const END_OF_DIRECTORY: &[u8] = b"PK\x05\x06";
const DIRECTORY_ENTRY: &[u8] = b"PK\x01\x02";
pub(crate) const LOCAL_HEADER: &[u8] = b"PK\x03\x04";
/// The end of the directory has 22 bytes and a comment of at most 65 535.
const END_BYTES: usize = 22;
const MAX_COMMENT_BYTES: usize = 0xffff;
/// Offset and length of an entry's name in a local header.
pub(crate) const LOCAL_HEADER_BYTES: usize = 30;
const DIRECTORY_ENTRY_BYTES: usize = 46;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// Sizes of this value stand in the entry's zip64 field.
const IN_ZIP64: usize = 0xffff_ffff;

/// Why a part cannot be read, or not to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// Larger than a limit, or packed suspiciously well.
    Limit,
    /// Its packed bytes end too early or are broken.
    Damaged,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    header: usize,
    packed: usize,
    size: usize,
    method: u16,
}

/// A zip file in memory.
pub(crate) struct Zip {
    bytes: Vec<u8>,
    /// By name: lower case, with slashes, without a leading one.
    entries: BTreeMap<String, Entry>,
    unpacked: Cell<usize>,
    /// Whether the directory was lost and the entries were found by their headers.
    pub(crate) is_repaired: bool,
}

impl Zip {
    /// Reads the directory; nothing if there is neither a directory nor any entry.
    pub(crate) fn open(bytes: Vec<u8>) -> Option<Self> {
        let mut entries = directory(&bytes);
        let is_repaired = entries.is_empty();
        if is_repaired {
            entries = local_entries(&bytes);
        }
        let is_zip = !entries.is_empty();
        is_zip.then_some(Self { bytes, entries, unpacked: Cell::new(0), is_repaired })
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        normal_name(name).is_some_and(|name| self.entries.contains_key(&name))
    }

    /// The content of a part, as far as it can be unpacked.
    pub(crate) fn get(&self, name: &str) -> Option<(Vec<u8>, Option<Flaw>)> {
        let entry = self.entries.get(&normal_name(name)?)?;
        let start = content_start(&self.bytes, entry.header)?;
        let end = start.saturating_add(entry.packed).min(self.bytes.len());
        let packed = self.bytes.get(start..end)?;
        let is_cut = packed.len() < entry.packed;
        let room = MAX_PART_BYTES.min(MAX_TOTAL_BYTES.saturating_sub(self.unpacked.get()));
        let limit = room.min(packed.len().saturating_mul(MAX_RATIO).max(RATIO_MATTERS_BYTES));
        let (content, flaw) = match entry.method {
            STORED if packed.len() > limit => (packed[..limit].to_vec(), Some(Flaw::Limit)),
            STORED => (packed.to_vec(), None),
            DEFLATED => inflate(packed, limit),
            _ => (Vec::new(), Some(Flaw::Damaged)),
        };
        self.unpacked.set(self.unpacked.get() + content.len());
        let is_short = is_cut || (entry.size != IN_ZIP64 && content.len() < entry.size);
        Some((content, flaw.or(is_short.then_some(Flaw::Damaged))))
    }
}

/// The format of a zip file, by all its parts.
pub(crate) fn format(bytes: &[u8]) -> Option<Format> {
    let entries = directory(bytes);
    let told = entries.get("mimetype").and_then(|entry| {
        container::media_type_format(bytes.get(content_start(bytes, entry.header)?..)?)
    });
    told.or_else(|| entries.keys().find_map(|name| container::part_format(name)))
}

/// Where the content of the entry with this header begins.
fn content_start(bytes: &[u8], header: usize) -> Option<usize> {
    // The offset is only a claim, and may be the largest number there is.
    let header = Some(header).filter(|header| *header < bytes.len())?;
    let (name_bytes, extra_bytes) = (u16_at(bytes, header + 26)?, u16_at(bytes, header + 28)?);
    Some(header + LOCAL_HEADER_BYTES + name_bytes + extra_bytes)
}

fn inflate(packed: &[u8], limit: usize) -> (Vec<u8>, Option<Flaw>) {
    match decompress_to_vec_with_limit(packed, limit) {
        Ok(content) => (content, None),
        Err(error) if error.status == TINFLStatus::HasMoreOutput => {
            (error.output, Some(Flaw::Limit))
        }
        Err(error) => (error.output, Some(Flaw::Damaged)),
    }
}

/// Names are compared without case, since producers differ in it, and with backslashes turned,
/// since some .NET versions wrote them. A name that climbs out of the file is no part of it.
fn normal_name(name: &str) -> Option<String> {
    let name = name.replace('\\', "/").to_lowercase();
    let name = name.trim_start_matches('/');
    let is_inside = !name.split('/').any(|step| step == "..");
    is_inside.then(|| name.to_owned())
}

fn directory(bytes: &[u8]) -> BTreeMap<String, Entry> {
    let mut entries = BTreeMap::new();
    let Some(mut at) = directory_start(bytes) else { return entries };
    while entries.len() < MAX_ENTRIES {
        let Some((name, entry, next)) = directory_entry(bytes, at) else { break };
        if let Some(name) = normal_name(&name) {
            entries.entry(name).or_insert(entry);
        }
        at = next;
    }
    entries
}

fn directory_start(bytes: &[u8]) -> Option<usize> {
    let last = bytes.len().checked_sub(END_BYTES)?;
    let first = last.saturating_sub(MAX_COMMENT_BYTES);
    let end = (first..=last).rev().find(|&at| bytes[at..].starts_with(END_OF_DIRECTORY))?;
    let start = u32_at(bytes, end + 16)?;
    if starts(bytes, start, DIRECTORY_ENTRY) {
        return Some(start);
    }
    // Bytes before the archive, or a zip64 directory: count back from the end of it.
    let length = u32_at(bytes, end + 12)?;
    end.checked_sub(length).filter(|&start| starts(bytes, start, DIRECTORY_ENTRY))
}

fn directory_entry(bytes: &[u8], at: usize) -> Option<(String, Entry, usize)> {
    if !starts(bytes, at, DIRECTORY_ENTRY) {
        return None;
    }
    let name_start = at + DIRECTORY_ENTRY_BYTES;
    let extra_start = name_start + u16_at(bytes, at + 28)?;
    let extra_end = extra_start + u16_at(bytes, at + 30)?;
    let name = String::from_utf8_lossy(bytes.get(name_start..extra_start)?).into_owned();
    let mut entry = Entry {
        method: u16_at(bytes, at + 10)? as u16,
        packed: u32_at(bytes, at + 20)?,
        size: u32_at(bytes, at + 24)?,
        header: u32_at(bytes, at + 42)?,
    };
    read_zip64(bytes.get(extra_start..extra_end)?, &mut entry);
    Some((name, entry, extra_end + u16_at(bytes, at + 32)?))
}

/// Streaming writers put sizes into the zip64 field even of small files.
fn read_zip64(mut extra: &[u8], entry: &mut Entry) {
    const ZIP64: usize = 1;
    while let (Some(kind), Some(length)) = (u16_at(extra, 0), u16_at(extra, 2)) {
        let Some(field) = extra.get(4..4 + length) else { return };
        if kind == ZIP64 {
            let mut values = field.chunks_exact(8).filter_map(|value| u32_at(value, 0));
            for value in [&mut entry.size, &mut entry.packed, &mut entry.header] {
                if *value == IN_ZIP64 {
                    *value = values.next().unwrap_or(IN_ZIP64);
                }
            }
        }
        extra = &extra[4 + length..];
    }
}

/// Finds entries without a directory. Sizes may be missing in local headers; then an entry ends
/// where the next one begins, which is late enough for deflate, which knows its own end.
fn local_entries(bytes: &[u8]) -> BTreeMap<String, Entry> {
    let mut entries = BTreeMap::new();
    let mut at = find(bytes, 0, LOCAL_HEADER);
    while let Some(header) = at
        && entries.len() < MAX_ENTRIES
    {
        let next = find(bytes, header + LOCAL_HEADER.len(), LOCAL_HEADER);
        at = next;
        let Some((name, entry)) = local_entry(bytes, header, next.unwrap_or(bytes.len())) else {
            continue;
        };
        entries.entry(name).or_insert(entry);
    }
    entries
}

fn local_entry(bytes: &[u8], header: usize, end: usize) -> Option<(String, Entry)> {
    let name_start = header + LOCAL_HEADER_BYTES;
    let name_end = name_start + u16_at(bytes, header + 26)?;
    let start = name_end + u16_at(bytes, header + 28)?;
    let name = String::from_utf8_lossy(bytes.get(name_start..name_end)?);
    let told = u32_at(bytes, header + 18)?;
    let has_size = told != 0 && told != IN_ZIP64;
    let packed = if has_size { told } else { end.saturating_sub(start) };
    let size = if has_size { u32_at(bytes, header + 22)? } else { IN_ZIP64 };
    let method = u16_at(bytes, header + 8)? as u16;
    Some((normal_name(&name)?, Entry { header, packed, size, method }))
}

fn find(bytes: &[u8], from: usize, wanted: &[u8]) -> Option<usize> {
    let found = bytes.get(from..)?.windows(wanted.len()).position(|window| window == wanted)?;
    Some(from + found)
}

fn starts(bytes: &[u8], at: usize, with: &[u8]) -> bool {
    bytes.get(at..).is_some_and(|rest| rest.starts_with(with))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<usize> {
    let (pair, _) = bytes.get(at..)?.split_first_chunk()?;
    Some(usize::from(u16::from_le_bytes(*pair)))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    let (four, _) = bytes.get(at..)?.split_first_chunk()?;
    Some(u32::from_le_bytes(*four) as usize)
}

#[cfg(test)]
mod tests {
    use super::super::tests::zip;
    use super::*;

    #[test]
    fn names_are_compared_without_case_and_never_climb() {
        let file = Zip::open(zip(&[("\\A\\B.xml", b"text"), ("../c", b"no")])).unwrap();
        assert_eq!(file.get("/a/b.XML"), Some((b"text".to_vec(), None)));
        assert!(!file.has("../c") && !file.has("c"));
    }

    #[test]
    fn a_lost_directory_is_made_up_for() {
        let whole = zip(&[("a", b"first"), ("b", b"second")]);
        let cut = whole.windows(4).position(|window| window == DIRECTORY_ENTRY).unwrap();
        let file = Zip::open(whole[..cut - 3].to_vec()).unwrap();
        assert!(file.is_repaired);
        assert_eq!(file.get("a"), Some((b"first".to_vec(), None)));
        assert_eq!(file.get("b"), Some((b"sec".to_vec(), Some(Flaw::Damaged))));
    }

    #[test]
    fn what_packs_too_well_is_cut() {
        let zeros = vec![0; 64 << 20];
        let packed = miniz_oxide::deflate::compress_to_vec(&zeros, 9);
        let limit = packed.len().saturating_mul(MAX_RATIO).max(RATIO_MATTERS_BYTES);
        assert!(limit < zeros.len());
        let (content, flaw) = inflate(&packed, limit);
        assert_eq!((content.len(), flaw), (limit, Some(Flaw::Limit)));
    }

    #[test]
    fn a_part_has_a_most() {
        let mut content = vec![0; MAX_PART_BYTES];
        let read = |content: &[u8]| {
            let (read, flaw) = Zip::open(zip(&[("a", content)])).unwrap().get("a").unwrap();
            (read.len(), flaw)
        };
        assert_eq!(read(&content), (MAX_PART_BYTES, None));
        content.push(0);
        assert_eq!(read(&content), (MAX_PART_BYTES, Some(Flaw::Limit)));
    }

    #[test]
    fn all_parts_together_have_a_limit() {
        let file = Zip::open(zip(&[("a", b"text")])).unwrap();
        file.unpacked.set(MAX_TOTAL_BYTES - 2);
        assert_eq!(file.get("a"), Some((b"te".to_vec(), Some(Flaw::Limit))));
        assert_eq!(file.get("a"), Some((Vec::new(), Some(Flaw::Limit))));
    }

    #[test]
    fn a_directory_has_at_most_so_many_entries() {
        let names: Vec<String> = (0..=MAX_ENTRIES).map(|i| i.to_string()).collect();
        let parts: Vec<(&str, &[u8])> =
            names.iter().map(|name| (name.as_str(), &b""[..])).collect();
        assert_eq!(Zip::open(zip(&parts)).unwrap().entries.len(), MAX_ENTRIES);
    }
}
