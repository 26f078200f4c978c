//! The index file (`.qai`): a whole corpus as bytes. docs/index-format.md describes it.
//!
//! The same documents added in the same order give the same bytes, whatever happened between.

use std::sync::Arc;

use super::shard::Shard;
use super::{Corpus, StoredDocument};
use crate::analyze::Analyzer;
use crate::chunk::Chunk;
use crate::document::{Document, PageNumber, Span};
use crate::index::format::Sections;
use crate::index::{IndexError, Segment};

/// Tells the file from any other; the line ends in it show when a transfer changed them.
pub const MAGIC: [u8; 8] = *b"\x89QAI\r\n\x1a\n";

/// The format that is written, and the newest that is read.
pub const VERSION: u32 = 1;

/// Sections, in the order in which they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Documents = 1,
    Chunks = 2,
    Terms = 3,
    Offsets = 4,
    Postings = 5,
    Lengths = 6,
}

const SECTIONS: [Section; 6] = [
    Section::Documents,
    Section::Chunks,
    Section::Terms,
    Section::Offsets,
    Section::Postings,
    Section::Lengths,
];

/// Magic, version, number of sections, analyzer.
const HEAD: usize = 8 + 4 + 4 + 8;

/// Kind, checksum, offset, length.
const ENTRY: usize = 4 + 4 + 8 + 8;

impl Corpus {
    /// The index file of all documents.
    pub fn to_bytes(&self) -> Vec<u8> {
        let shard = self.merged();
        let [terms, offsets, postings, lengths] = shard.segment().sections();
        let documents = encode_documents(shard.documents());
        let chunks = encode_chunks(shard.documents());
        let bodies = [documents, chunks, terms, offsets, postings, lengths];
        let mut out = Vec::new();
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&VERSION.to_le_bytes());
        out.extend_from_slice(&(bodies.len() as u32).to_le_bytes());
        out.extend_from_slice(&self.analyzer.fingerprint().0.to_le_bytes());
        let mut at = HEAD + bodies.len() * ENTRY + 4;
        for (section, body) in SECTIONS.iter().zip(&bodies) {
            at = at.next_multiple_of(8);
            out.extend_from_slice(&(*section as u32).to_le_bytes());
            out.extend_from_slice(&crc32fast::hash(body).to_le_bytes());
            out.extend_from_slice(&(at as u64).to_le_bytes());
            out.extend_from_slice(&(body.len() as u64).to_le_bytes());
            at += body.len();
        }
        let checksum = crc32fast::hash(&out);
        out.extend_from_slice(&checksum.to_le_bytes());
        for body in &bodies {
            out.resize(out.len().next_multiple_of(8), 0);
            out.extend_from_slice(body);
        }
        out
    }

    /// The corpus that an index file holds.
    ///
    /// # Errors
    ///
    /// If the bytes are not an index file, were damaged, were written by a later version, or by
    /// another analyzer than this one.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, IndexError> {
        let sections = open(bytes)?;
        let [documents, chunks, terms, offsets, postings, lengths] = sections;
        let documents = decode_documents(documents).ok_or(damaged("its documents"))?;
        let documents = decode_chunks(chunks, documents).ok_or(damaged("its chunks"))?;
        let sections = Sections { terms, offsets, postings, lengths };
        let segment = Segment::from_sections(&sections)?;
        let chunk_count: usize = documents.iter().map(|document| document.chunks.len()).sum();
        if segment.chunk_count() != chunk_count {
            return Err(damaged("chunks and postings do not fit"));
        }
        let shards = if documents.is_empty() {
            Vec::new()
        } else {
            vec![Arc::new(Shard::new(documents, segment))]
        };
        let stored = shards.iter().flat_map(|shard: &Arc<Shard>| shard.documents());
        let ids = stored.map(|document| document.id().clone()).collect();
        Ok(Self { analyzer: Analyzer::new(), shards, ids })
    }
}

fn damaged(detail: &'static str) -> IndexError {
    IndexError::Damaged { detail }
}

/// Checks everything outside the sections, and gives the sections in their fixed order.
fn open(bytes: &[u8]) -> Result<[&[u8]; 6], IndexError> {
    if !bytes.starts_with(&MAGIC) {
        // Only the first bytes survive a transfer that changes line ends.
        let was_one = bytes.starts_with(&MAGIC[..4]);
        return Err(if was_one {
            damaged("its line ends were changed")
        } else {
            IndexError::Foreign
        });
    }
    let version = u32_at(bytes, 8).ok_or(damaged("cut in its head"))?;
    if version > VERSION {
        return Err(IndexError::Newer { found: version, supported: VERSION });
    }
    let count = u32_at(bytes, 12).ok_or(damaged("cut in its head"))? as usize;
    let table_end = count.checked_mul(ENTRY).map(|table| HEAD + table);
    let table_end = table_end.filter(|end| *end + 4 <= bytes.len());
    let table_end = table_end.ok_or(damaged("cut in its head"))?;
    if u32_at(bytes, table_end) != Some(crc32fast::hash(&bytes[..table_end])) {
        return Err(damaged("its head does not match its checksum"));
    }
    if u64_at(bytes, 16) != Some(Analyzer::new().fingerprint().0) {
        return Err(IndexError::OtherAnalyzer);
    }
    let mut found = [&bytes[..0]; 6];
    for (slot, section) in found.iter_mut().zip(SECTIONS) {
        let entry = (0..count)
            .map(|index| HEAD + index * ENTRY)
            .find(|entry| u32_at(bytes, *entry) == Some(section as u32));
        *slot = entry
            .and_then(|entry| body(bytes, entry))
            .ok_or(damaged("a section is cut or does not match its checksum"))?;
    }
    Ok(found)
}

fn body(bytes: &[u8], entry: usize) -> Option<&[u8]> {
    let start = usize::try_from(u64_at(bytes, entry + 8)?).ok()?;
    let length = usize::try_from(u64_at(bytes, entry + 16)?).ok()?;
    let body = bytes.get(start..start.checked_add(length)?)?;
    (Some(crc32fast::hash(body)) == u32_at(bytes, entry + 4)).then_some(body)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn encode_documents(documents: &[Arc<StoredDocument>]) -> Vec<u8> {
    let mut out = Vec::new();
    for stored in documents {
        let bytes = stored.document.encode();
        out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
        out.extend_from_slice(&bytes);
    }
    out
}

fn decode_documents(mut bytes: &[u8]) -> Option<Vec<Document>> {
    let mut documents = Vec::new();
    while !bytes.is_empty() {
        let length = u32_at(bytes, 0)? as usize;
        let (document, rest) = bytes.get(4..)?.split_at_checked(length)?;
        documents.push(Document::decode(document).ok()?);
        bytes = rest;
    }
    Some(documents)
}

/// For each document the number of its chunks; for each chunk its tokens, its spans, its headings.
fn encode_chunks(documents: &[Arc<StoredDocument>]) -> Vec<u8> {
    let mut out = Vec::new();
    let put = |out: &mut Vec<u8>, value: u32| out.extend_from_slice(&value.to_le_bytes());
    for stored in documents {
        put(&mut out, stored.chunks.len() as u32);
        for chunk in &stored.chunks {
            put(&mut out, chunk.tokens);
            put(&mut out, chunk.spans.len() as u32);
            for span in &chunk.spans {
                put(&mut out, span.page.get());
                put(&mut out, span.start);
                put(&mut out, span.end);
            }
            put(&mut out, chunk.headings.len() as u32);
            for heading in &chunk.headings {
                put(&mut out, heading.len() as u32);
                out.extend_from_slice(heading.as_bytes());
            }
        }
    }
    out
}

fn decode_chunks(bytes: &[u8], documents: Vec<Document>) -> Option<Vec<Arc<StoredDocument>>> {
    let mut input = Words { bytes };
    let mut stored = Vec::new();
    for document in documents {
        let chunks = input.many(|input| input.chunk(&document))?;
        stored.push(Arc::new(StoredDocument { document, chunks }));
    }
    input.bytes.is_empty().then_some(stored)
}

struct Words<'b> {
    bytes: &'b [u8],
}

impl Words<'_> {
    fn next(&mut self) -> Option<u32> {
        let value = u32_at(self.bytes, 0)?;
        self.bytes = &self.bytes[4..];
        Some(value)
    }

    fn many<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.next()? as usize;
        // Every item takes at least four bytes: a count beyond that is not given memory.
        if count > self.bytes.len() / 4 {
            return None;
        }
        (0..count).map(|_| item(self)).collect()
    }

    fn chunk(&mut self, document: &Document) -> Option<Chunk> {
        let tokens = self.next()?;
        let spans = self.many(|input| {
            let page = PageNumber::new(input.next()?);
            let span = Span { page, start: input.next()?, end: input.next()? };
            document.slice(&span).is_some().then_some(span)
        })?;
        let headings = self.many(Self::string)?;
        Some(Chunk { spans, headings, tokens })
    }

    fn string(&mut self) -> Option<String> {
        let length = self.next()? as usize;
        let (text, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        std::str::from_utf8(text).ok().map(str::to_owned)
    }
}
