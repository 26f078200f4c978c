//! The index file (`.qai`): a whole corpus as bytes. docs/index-format.md describes it.
//!
//! The same documents added in the same order give the same bytes, whatever happened between.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::opened::stored;
use super::outline::Outline;
use super::shard::Shard;
use super::{Corpus, Ingested, StoredDocument};
use crate::analyze::Analyzer;
use crate::chunk::Chunk;
use crate::document::{Document, PageNumber, Span};
use crate::index::container::{Container, Kind, write};
pub use crate::index::container::{MAGIC, VERSION};
use crate::index::lists::samples;
use crate::index::parts::checks;
use crate::index::{IndexError, Segment};

/// A row of the catalog: where a document begins, where its chunks begin, the first one's number.
pub(super) const ROW: usize = 8 + 8 + 8;

impl Corpus {
    /// The index file of all documents, but for those of an index of which only parts are there.
    pub fn to_bytes(&self) -> Vec<u8> {
        let whole = self.opened.iter().filter(|opened| !opened.is_partial());
        self.written(&whole.chain(&self.shards).cloned().collect::<Vec<_>>())
    }

    /// The index file of the documents that were added, without those of an opened index.
    pub fn own_to_bytes(&self) -> Vec<u8> {
        self.written(&self.shards)
    }

    fn written(&self, shards: &[Arc<Shard>]) -> Vec<u8> {
        let shard = Shard::merge(shards);
        encode(self.analyzer, shard.documents(), &shard.segment())
    }

    /// The corpus that an index file holds.
    ///
    /// # Errors
    ///
    /// If the bytes are not an index file, were damaged, were written by a later version, or by
    /// another analyzer than this one.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, IndexError> {
        let mut file = Container::open(bytes)?;
        if file.head.analyzer != Corpus::default().analyzer {
            return Err(IndexError::OtherAnalyzer);
        }
        let [catalog, chunks, documents] =
            [file.bytes(Kind::Catalog)?, file.bytes(Kind::Chunks)?, file.bytes(Kind::Documents)?];
        let documents = decode(catalog, chunks, documents).ok_or(damaged("its documents"))?;
        // What follows is in the documents now. In a file whose sections stand in another order
        // than they are written in, postings are then missing, and that is told.
        file.forget_from(Kind::Chunks);
        let segment = Segment::from_container(&file)?;
        let chunk_count: usize = documents.iter().map(|document| document.chunks.len()).sum();
        if segment.chunk_count() != chunk_count {
            return Err(damaged("chunks and postings do not fit"));
        }
        let mut ids = BTreeSet::new();
        for document in &documents {
            ids.insert(document.id().clone());
        }
        let shards = if documents.is_empty() {
            Vec::new()
        } else {
            vec![Arc::new(Shard::new(documents, segment))]
        };
        Ok(Self { analyzer: file.head.analyzer, shards, ids, opened: None })
    }

    /// Opens a whole index file beside the documents that were added, in place of one that was
    /// opened before. Of two documents of the same id, the one in the file stays.
    ///
    /// # Errors
    ///
    /// As [`Corpus::from_bytes`].
    pub fn open_whole(&mut self, bytes: Vec<u8>) -> Result<(), IndexError> {
        let shards = Self::from_bytes(bytes)?.shards;
        self.put_opened(shards.into_iter().next());
        Ok(())
    }
}

impl Ingested {
    /// The index file of this document alone.
    pub fn to_bytes(&self) -> Vec<u8> {
        encode(Corpus::default().analyzer, std::iter::once(&self.document), &self.segment)
    }
}

fn encode<'d>(
    analyzer: Analyzer,
    all: impl Iterator<Item = &'d Arc<StoredDocument>>,
    segment: &Segment,
) -> Vec<u8> {
    let [terms, offsets, postings, lengths] = segment.sections();
    let (mut documents, mut chunks, mut catalog) = (Vec::new(), Vec::new(), Vec::new());
    let (mut outlines, samples) = (Vec::new(), samples(terms));
    let mut first = 0;
    for stored in all {
        put_row(&mut catalog, [documents.len(), chunks.len(), first]);
        documents.extend_from_slice(&stored.document.encode());
        encode_chunks(&stored.chunks, &mut chunks);
        first += stored.chunks.len();
        Outline::of(stored).encode(&mut outlines);
    }
    put_row(&mut catalog, [documents.len(), chunks.len(), first]);
    // What opening the file in parts takes comes first, and what it rarely takes last.
    let mut sections = vec![
        (Kind::Outlines, outlines.as_slice()),
        (Kind::Samples, samples.as_slice()),
        (Kind::Lengths, lengths),
        (Kind::Catalog, catalog.as_slice()),
        (Kind::Terms, terms),
        (Kind::Offsets, offsets),
        (Kind::Postings, postings),
        (Kind::Chunks, chunks.as_slice()),
        (Kind::Documents, documents.as_slice()),
    ];
    let checks = checks(&sections);
    sections.insert(0, (Kind::Checks, checks.as_slice()));
    write(analyzer, &sections)
}

fn damaged(detail: &'static str) -> IndexError {
    IndexError::Damaged { detail }
}

fn put_row(catalog: &mut Vec<u8>, row: [usize; 3]) {
    for value in row {
        catalog.extend_from_slice(&(value as u64).to_le_bytes());
    }
}

/// The documents that the three sections describe, unless they contradict each other.
fn decode(catalog: &[u8], chunks: &[u8], documents: &[u8]) -> Option<Vec<Arc<StoredDocument>>> {
    let (rows, []) = catalog.as_chunks::<ROW>() else { return None };
    let [.., end] = rows else { return None };
    if row(end)?[..2] != [documents.len(), chunks.len()] {
        return None;
    }
    let mut all = Vec::with_capacity(rows.len());
    for pair in rows.windows(2) {
        let ([from, chunks_from, first], [to, chunks_to, after]) = (row(&pair[0])?, row(&pair[1])?);
        let document = documents.get(from..to)?;
        let document = stored(document, chunks.get(chunks_from..chunks_to)?)?;
        if first.checked_add(document.chunks.len())? != after {
            return None;
        }
        all.push(Arc::new(document));
    }
    Some(all)
}

pub(super) fn row(bytes: &[u8; ROW]) -> Option<[usize; 3]> {
    let at = |index: usize| {
        let value = bytes.get(index * 8..)?.first_chunk()?;
        usize::try_from(u64::from_le_bytes(*value)).ok()
    };
    Some([at(0)?, at(1)?, at(2)?])
}

/// For each chunk its tokens, its spans, its headings.
fn encode_chunks(chunks: &[Chunk], out: &mut Vec<u8>) {
    let put = |out: &mut Vec<u8>, value: u32| out.extend_from_slice(&value.to_le_bytes());
    for chunk in chunks {
        put(out, chunk.tokens);
        put(out, chunk.spans.len() as u32);
        for span in &chunk.spans {
            put(out, span.page.get());
            put(out, span.start);
            put(out, span.end);
        }
        put(out, chunk.headings.len() as u32);
        for heading in &chunk.headings {
            put(out, heading.len() as u32);
            out.extend_from_slice(heading.as_bytes());
        }
    }
}

pub(super) fn decode_chunks(bytes: &[u8], document: &Document) -> Option<Vec<Chunk>> {
    let mut input = Words { bytes };
    let mut chunks = Vec::new();
    while !input.bytes.is_empty() {
        chunks.push(input.chunk(document)?);
    }
    Some(chunks)
}

struct Words<'b> {
    bytes: &'b [u8],
}

impl Words<'_> {
    fn next(&mut self) -> Option<u32> {
        let value = u32::from_le_bytes(*self.bytes.first_chunk()?);
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
