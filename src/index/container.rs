//! Sections in a file: a table of what lies where, and checksums of pieces small enough to be
//! fetched alone. docs/index-format.md describes it byte by byte.
//!
//! What is in a section is not known here. Reading needs no more than the bytes asked for, so that
//! a file can also be read in parts: the head first, then ranges that the head tells.

use std::ops::Range;
use std::sync::Arc;

use xxhash_rust::xxh64::xxh64;

use super::format::IndexError;
use super::segment::Section;
use crate::analyze::{Analyzer, Fingerprint};

/// Tells the file from any other; the line ends in it show when a transfer changed them.
pub const MAGIC: [u8; 8] = *b"\x89QAI\r\n\x1a\n";

/// The format that is written, and the newest that is read.
pub const VERSION: u32 = 1;

/// Bytes that have one checksum.
pub const BLOCK: usize = 1 << 16;

/// More sections than any file has that was written here.
const MAX_SECTIONS: u32 = 1 << 20;

/// Magic, version, number of sections, analyzer.
const HEAD: usize = 8 + 4 + 4 + 8;

/// Kind, nothing, offset, length.
const ENTRY: usize = 4 + 4 + 8 + 8;

const CHECKSUM: usize = size_of::<u64>();

/// What a section holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Terms in each chunk.
    Lengths = 1,
    /// Terms, rising.
    Terms = 2,
    /// Where each term's postings begin.
    Offsets = 3,
    /// Numbers that texts were given, where they are not counted from 0 without gaps.
    Ids = 4,
    /// Where each document and its chunks are.
    Catalog = 5,
    /// Posting lists.
    Postings = 6,
    /// Places of the chunks of each document.
    Chunks = 7,
    /// Documents with their text.
    Documents = 8,
    /// What lists show of each document.
    Outlines = 9,
    /// Every so manieth term.
    Samples = 10,
    /// Checksums of pieces smaller than [`BLOCK`].
    Checks = 11,
}

/// A file of these sections; the same sections give the same bytes.
pub fn write(analyzer: Analyzer, sections: &[(Kind, &[u8])]) -> Vec<u8> {
    let mut head = MAGIC.to_vec();
    head.extend_from_slice(&VERSION.to_le_bytes());
    head.extend_from_slice(&(sections.len() as u32).to_le_bytes());
    head.extend_from_slice(&analyzer.fingerprint().0.to_le_bytes());
    let blocks: usize = sections.iter().map(|(_, body)| body.len().div_ceil(BLOCK)).sum();
    let mut at = HEAD + sections.len() * ENTRY + (blocks + 1) * CHECKSUM;
    for (kind, body) in sections {
        head.extend_from_slice(&(*kind as u64).to_le_bytes());
        head.extend_from_slice(&(at as u64).to_le_bytes());
        head.extend_from_slice(&(body.len() as u64).to_le_bytes());
        at = (at + body.len()).next_multiple_of(8);
    }
    for block in sections.iter().flat_map(|(_, body)| body.chunks(BLOCK)) {
        head.extend_from_slice(&xxh64(block, 0).to_le_bytes());
    }
    let mut out = Vec::with_capacity(at);
    out.extend_from_slice(&head);
    out.extend_from_slice(&xxh64(&head, 0).to_le_bytes());
    for (_, body) in sections {
        out.resize(out.len().next_multiple_of(8), 0);
        out.extend_from_slice(body);
    }
    out
}

/// What the beginning of a file tells.
#[derive(Debug, Clone)]
pub struct Head {
    /// The analyzer that made its terms.
    pub analyzer: Analyzer,
    length: usize,
    entries: Vec<Entry>,
    checksums: Vec<u64>,
}

#[derive(Debug, Clone)]
struct Entry {
    kind: u64,
    range: Range<usize>,
    /// Its first checksum.
    block: usize,
}

/// What reading a head came to.
#[derive(Debug)]
pub enum Read {
    /// The head.
    Head(Head),
    /// The head is longer than what was given: it takes so many bytes.
    More(usize),
}

impl Head {
    /// Reads the head from the beginning of a file.
    ///
    /// # Errors
    ///
    /// If this is no index file, was damaged, or was written by a later version or another analyzer.
    pub fn read(bytes: &[u8]) -> Result<Read, IndexError> {
        let known = bytes.len().min(MAGIC.len());
        if bytes[..known] != MAGIC[..known] {
            // Only the first bytes survive a transfer that changes line ends.
            return Err(if bytes.starts_with(&MAGIC[..4]) {
                damaged("its line ends were changed")
            } else {
                IndexError::Foreign
            });
        }
        if bytes.len() < HEAD {
            return Ok(Read::More(HEAD));
        }
        let version = u32_at(bytes, 8).unwrap_or(0);
        if version != VERSION {
            return Err(IndexError::Newer { found: version, supported: VERSION });
        }
        let count = u32_at(bytes, 12).filter(|count| *count < MAX_SECTIONS);
        let count = count.ok_or(damaged("its head"))? as usize;
        let table = HEAD + count * ENTRY;
        if bytes.len() < table {
            return Ok(Read::More(table));
        }
        let mut entries: Vec<Entry> = Vec::new();
        let mut blocks = 0;
        for at in (HEAD..table).step_by(ENTRY) {
            let entry = Self::entry(bytes, at, blocks).ok_or(damaged("its head"))?;
            blocks += entry.range.len().div_ceil(BLOCK);
            entries.push(entry);
            // Each block has a checksum in the head: what is beyond any memory is no file.
            if blocks > isize::MAX as usize / BLOCK {
                return Err(damaged("its head"));
            }
        }
        let checksums = table..table + blocks * CHECKSUM;
        let length = checksums.end + CHECKSUM;
        if bytes.len() < length {
            return Ok(Read::More(length));
        }
        if u64_at(bytes, checksums.end) != Some(xxh64(&bytes[..checksums.end], 0)) {
            return Err(damaged("its head does not match its checksum"));
        }
        let fingerprint = Fingerprint(u64_at(bytes, 16).unwrap_or(0));
        let analyzer = Analyzer::by_fingerprint(fingerprint).ok_or(IndexError::OtherAnalyzer)?;
        let checksums = bytes[checksums].as_chunks().0.iter().map(|sum| u64::from_le_bytes(*sum));
        Ok(Read::Head(Self { analyzer, length, entries, checksums: checksums.collect() }))
    }

    fn entry(bytes: &[u8], at: usize, block: usize) -> Option<Entry> {
        let start = usize::try_from(u64_at(bytes, at + 8)?).ok()?;
        let length = usize::try_from(u64_at(bytes, at + 16)?).ok()?;
        let range = start..start.checked_add(length)?;
        // So that no sum of blocks can overflow below.
        isize::try_from(range.end).ok()?;
        Some(Entry { kind: u64_at(bytes, at)?, range, block })
    }

    /// Where a section lies in the file.
    pub fn range(&self, kind: Kind) -> Option<Range<usize>> {
        self.find(kind).map(|entry| entry.range.clone())
    }

    /// The smallest stretch of the file that holds this stretch of a section and can be checked.
    pub fn checkable(&self, kind: Kind, part: Range<usize>) -> Option<Range<usize>> {
        let section = self.range(kind)?;
        let start = part.start / BLOCK * BLOCK;
        let end = part.end.next_multiple_of(BLOCK).min(section.len());
        (start <= end).then(|| section.start + start..section.start + end)
    }

    /// The sections in the order of the file: kind, and place in the file.
    pub(super) fn sections(&self) -> impl Iterator<Item = (u64, Range<usize>)> {
        self.entries.iter().map(|entry| (entry.kind, entry.range.clone()))
    }

    /// Whether bytes are what stood in the file at this place of a section, which must begin and
    /// end with blocks.
    pub fn is_intact(&self, kind: Kind, start: usize, bytes: &[u8]) -> bool {
        let Some(entry) = self.find(kind) else { return false };
        let first = entry.block + start / BLOCK;
        start.is_multiple_of(BLOCK)
            && (0..)
                .zip(bytes.chunks(BLOCK))
                .all(|(block, bytes)| self.checksums.get(first + block) == Some(&xxh64(bytes, 0)))
    }

    fn find(&self, kind: Kind) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.kind == kind as u64)
    }
}

/// A whole file in memory, whose head was read.
#[derive(Debug)]
pub struct Container {
    /// Its head.
    pub head: Head,
    bytes: Arc<Vec<u8>>,
}

impl Container {
    /// Opens a file.
    ///
    /// # Errors
    ///
    /// As [`Head::read`]; and if it is cut.
    pub fn open(bytes: Vec<u8>) -> Result<Self, IndexError> {
        if !bytes.starts_with(&MAGIC[..4]) {
            return Err(IndexError::Foreign);
        }
        let Read::Head(head) = Head::read(&bytes)? else {
            return Err(damaged("it is cut in its head"));
        };
        let end = head.entries.iter().map(|entry| entry.range.end).max();
        if bytes.len() < end.unwrap_or(head.length) {
            return Err(damaged("it is cut"));
        }
        Ok(Self { head, bytes: Arc::new(bytes) })
    }

    /// The bytes of a section, checked.
    ///
    /// # Errors
    ///
    /// If it is not there, or not as it was written.
    pub fn bytes(&self, kind: Kind) -> Result<&[u8], IndexError> {
        let range = self.head.range(kind).ok_or(damaged("a section is missing"))?;
        let bytes = self.bytes.get(range).ok_or(damaged("it is cut"))?;
        if !self.head.is_intact(kind, 0, bytes) {
            return Err(damaged("a section does not match its checksums"));
        }
        Ok(bytes)
    }

    /// A section that shares the file's bytes, checked.
    ///
    /// # Errors
    ///
    /// As [`Container::bytes`].
    pub fn section(&self, kind: Kind) -> Result<Section, IndexError> {
        self.bytes(kind)?;
        let range = self.head.range(kind).unwrap_or_default();
        Section::of(&self.bytes, range).ok_or(damaged("it is cut"))
    }

    /// Gives back the memory from a section to the end of the file, which holds what was read out
    /// of it already. Sections that were given out before keep theirs.
    pub fn forget_from(&mut self, kind: Kind) {
        if let (Some(range), Some(bytes)) = (self.head.range(kind), Arc::get_mut(&mut self.bytes)) {
            bytes.truncate(range.start);
            bytes.shrink_to_fit();
        }
    }
}

fn damaged(detail: &'static str) -> IndexError {
    IndexError::Damaged { detail }
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}
