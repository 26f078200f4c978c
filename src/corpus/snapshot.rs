//! The documents at one moment.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::StoredDocument;
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
        let meant = self.documents().filter(|document| filter.passes(document.id()));
        meant.map(|document| document.tokens()).sum()
    }

    /// The best chunks of the documents meant, best first.
    pub fn search(&self, query: &Query, limit: usize, filter: &DocumentFilter) -> Vec<ChunkHit> {
        let hits = search_in(&self.targets(filter), query, limit);
        hits.into_iter()
            .map(|hit| {
                let (document, ordinal) = self.shards[hit.segment].locate(hit.chunk);
                let chunk = ChunkRef { document: Arc::clone(document), ordinal };
                ChunkHit { chunk, score: hit.score, place: hit }
            })
            .collect()
    }

    /// The query of what a person asks of the documents: what they do not speak of counts less.
    pub fn question(&self, text: &str) -> Query {
        question(&self.targets(&DocumentFilter::All), self.analyzer, text)
    }

    /// Why a search of this snapshot found a chunk.
    pub fn why(&self, query: &Query, hit: &ChunkHit) -> Why {
        let shares = why(&self.targets(&DocumentFilter::All), query, &hit.place);
        let title = hit.chunk.document().document.title.as_deref();
        let headings = hit.chunk.chunk().headings.iter().map(String::as_str);
        Why::of(self.analyzer, &hit.chunk.text(), title.into_iter().chain(headings), &shares)
    }

    fn targets(&self, filter: &DocumentFilter) -> Vec<Target<'_>> {
        let within =
            |shard: &Arc<Shard>| (*filter != DocumentFilter::All).then(|| shard.chunks_of(filter));
        let shards = self.shards.iter();
        shards
            .map(|shard| Target { segment: shard.segment(), within: within(shard), removed: &[] })
            .collect()
    }
}
