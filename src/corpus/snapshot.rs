//! The documents at one moment.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::StoredDocument;
use super::outline::Outline;
use super::shard::Shard;
use crate::analyze::Analyzer;
use crate::chunk::Chunk;
use crate::document::DocumentId;
use crate::index::{Hit, Query, Target, Why, question, search_in, why};

/// Which documents are meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum DocumentFilter {
    /// All there are.
    #[default]
    All,
    /// Those with these ids.
    Only(BTreeSet<DocumentId>),
}

impl DocumentFilter {
    /// Whether a document is meant.
    pub fn passes(&self, id: &DocumentId) -> bool {
        match self {
            Self::All => true,
            Self::Only(ids) => ids.contains(id),
        }
    }
}

/// One chunk of one document.
#[derive(Debug, Clone)]
pub struct ChunkRef {
    document: Arc<StoredDocument>,
    ordinal: usize,
}

impl ChunkRef {
    /// The document it belongs to.
    pub fn document(&self) -> &StoredDocument {
        &self.document
    }

    /// Its place among the document's chunks, from 0.
    pub fn ordinal(&self) -> usize {
        self.ordinal
    }

    /// Whether it is the same chunk of the same document.
    pub fn is_same(&self, other: &Self) -> bool {
        self.ordinal == other.ordinal && self.document.id() == other.document.id()
    }

    /// Its places and length.
    pub fn chunk(&self) -> &Chunk {
        &self.document.chunks[self.ordinal]
    }

    /// Its text.
    pub fn text(&self) -> String {
        self.chunk().text(&self.document.document)
    }
}

/// A chunk that answers a query.
#[derive(Debug, Clone)]
pub struct ChunkHit {
    /// The chunk.
    pub chunk: ChunkRef,
    /// Above 0; comparable within one search only.
    pub score: f32,
    place: Hit,
}

/// The documents at one moment; later changes of the corpus do not reach it.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    analyzer: Analyzer,
    shards: Vec<Arc<Shard>>,
}

impl Snapshot {
    pub(super) fn new(analyzer: Analyzer, shards: Vec<Arc<Shard>>) -> Self {
        Self { analyzer, shards }
    }

    /// The analyzer that the index was made with.
    pub fn analyzer(&self) -> Analyzer {
        self.analyzer
    }

    /// The documents, in the order in which they were added.
    pub fn documents(&self) -> impl Iterator<Item = &Arc<StoredDocument>> {
        self.shards.iter().flat_map(|shard| shard.documents())
    }

    /// What lists show of each document, in the same order.
    pub fn outlines(&self) -> Vec<Outline> {
        let mut outlines = Vec::new();
        for shard in &self.shards {
            for at in 0..shard.documents().count() {
                outlines.push(shard.outline(at));
            }
        }
        outlines
    }

    /// The document of this id.
    pub fn document(&self, id: &DocumentId) -> Option<&Arc<StoredDocument>> {
        self.documents().find(|document| document.id() == id)
    }

    /// All chunks of the documents meant, in document and reading order.
    pub fn chunks(&self, filter: &DocumentFilter) -> Vec<ChunkRef> {
        let meant = self.documents().filter(|document| filter.passes(document.id()));
        meant
            .flat_map(|document| {
                (0..document.chunks.len())
                    .map(|ordinal| ChunkRef { document: Arc::clone(document), ordinal })
            })
            .collect()
    }

    /// The length of the documents meant, in the model's tokens.
    pub fn tokens(&self, filter: &DocumentFilter) -> u64 {
        self.shards.iter().map(|shard| shard.size(filter).1).sum()
    }

    /// How many chunks the documents meant have.
    pub fn chunk_count(&self, filter: &DocumentFilter) -> usize {
        self.shards.iter().map(|shard| shard.size(filter).0).sum()
    }

    /// The best chunks of the documents meant, best first.
    pub fn search(&self, query: &Query, limit: usize, filter: &DocumentFilter) -> Vec<ChunkHit> {
        let hits = self.with_targets(filter, |targets| search_in(targets, query, limit));
        hits.into_iter()
            .map(|hit| ChunkHit { chunk: self.chunk(&hit), score: hit.score, place: hit })
            .collect()
    }

    /// The query of what a person asks of the documents: what they do not speak of counts less.
    pub fn question(&self, text: &str) -> Query {
        let all = DocumentFilter::All;
        self.with_targets(&all, |targets| question(targets, self.analyzer, text))
    }

    /// Why a search of this snapshot found a chunk.
    pub fn why(&self, query: &Query, hit: &ChunkHit) -> Why {
        let all = DocumentFilter::All;
        let shares = self.with_targets(&all, |targets| why(targets, query, &hit.place));
        let title = hit.chunk.document().document.title.as_deref();
        let headings = hit.chunk.chunk().headings.iter().map(String::as_str);
        Why::of(self.analyzer, &hit.chunk.text(), title.into_iter().chain(headings), &shares)
    }

    /// The place in a shard of the document that a hit of a search here is in, if it is of that.
    pub(super) fn place_in(&self, shard: &Arc<Shard>, hit: &ChunkHit) -> Option<usize> {
        let own = Arc::ptr_eq(shard, &self.shards[hit.place.segment]);
        own.then(|| shard.place(hit.place.chunk).0)
    }

    /// The chunk of a hit, whose document may have come after the search.
    pub(super) fn refreshed(&self, hit: &ChunkHit) -> ChunkRef {
        self.chunk(&hit.place)
    }

    fn chunk(&self, place: &Hit) -> ChunkRef {
        let (document, ordinal) = self.shards[place.segment].locate(place.chunk);
        ChunkRef { document: Arc::clone(document), ordinal }
    }

    fn with_targets<R>(&self, filter: &DocumentFilter, work: impl FnOnce(&[Target<'_>]) -> R) -> R {
        let within =
            |shard: &Arc<Shard>| (*filter != DocumentFilter::All).then(|| shard.chunks_of(filter));
        let segments: Vec<_> = self.shards.iter().map(|shard| shard.segment()).collect();
        let targets = segments.iter().zip(&self.shards);
        let targets: Vec<Target<'_>> = targets
            .map(|(segment, shard)| Target { segment, within: within(shard), removed: &[] })
            .collect();
        work(&targets)
    }
}
