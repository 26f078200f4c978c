//! The user's documents as a whole: added, removed, searched, saved.
//!
//! A [`Corpus`] changes; a [`Snapshot`] of it does not, and costs a few pointers, so that a
//! question goes on over the documents it began with. An [`Ingest`] turns a document into
//! something that can be inserted, in steps.
//!
//! ```
//! use qwen_agent_wasm::corpus::{Corpus, Ingest};
//! use qwen_agent_wasm::index::Query;
//! use qwen_agent_wasm::read::{Limits, Source, read};
//!
//! let document = read(Source::new("lease.txt", "Notice is three months."), &Limits::default())?;
//! let mut corpus = Corpus::new();
//! corpus.insert(Ingest::new(document).run());
//!
//! let snapshot = corpus.snapshot();
//! let query = Query::question(snapshot.analyzer(), "What is the notice period?");
//! assert_eq!(snapshot.search(&query, 10, &Default::default())[0].chunk.text(), "Notice is three months.");
//! # Ok::<(), qwen_agent_wasm::read::ReadError>(())
//! ```

pub mod file;
mod ingest;
mod shard;
mod snapshot;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::analyze::Analyzer;
use crate::chunk::Chunk;
use crate::document::{Document, DocumentId};
use crate::index::merge_from;
pub use ingest::{Ingest, Ingested, Progress};
use shard::Shard;
pub use snapshot::{ChunkHit, ChunkRef, DocumentFilter, Snapshot};

/// A document with the chunks it was cut into.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredDocument {
    /// The document.
    pub document: Document,
    /// Its chunks, in reading order.
    pub chunks: Vec<Chunk>,
}

impl StoredDocument {
    /// The caller's name for it.
    pub fn id(&self) -> &DocumentId {
        &self.document.id
    }

    /// Its length in the model's tokens, as counted when it was cut.
    pub fn tokens(&self) -> u64 {
        self.chunks.iter().map(|chunk| u64::from(chunk.tokens)).sum()
    }
}

/// Small shards are merged once there are so many, so that a search touches few of them.
const SHARDS_BEFORE_MERGE: usize = 8;

/// All documents and their index. Cloning is cheap.
#[derive(Debug, Clone, Default)]
pub struct Corpus {
    analyzer: Analyzer,
    shards: Vec<Arc<Shard>>,
    ids: BTreeSet<DocumentId>,
}

impl Corpus {
    /// A corpus without documents.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a document; one of the same id is replaced, and the new one stands last.
    pub fn insert(&mut self, ingested: Ingested) {
        self.remove(ingested.document.id());
        self.ids.insert(ingested.document.id().clone());
        self.shards.push(Arc::new(Shard::new(vec![Arc::new(ingested.document)], ingested.segment)));
        self.merge_small_shards(SHARDS_BEFORE_MERGE);
    }

    /// Adds the documents of another corpus that pass, in their order, as [`Corpus::insert`] would.
    /// Their index is not made again.
    pub fn append(&mut self, other: &Corpus, filter: &DocumentFilter) {
        let all = *filter == DocumentFilter::All;
        for shard in &other.shards {
            let kept = if all {
                Some(Arc::clone(shard))
            } else {
                shard.only(|id| filter.passes(id)).map(Arc::new)
            };
            let Some(kept) = kept else { continue };
            for document in kept.documents() {
                self.remove(document.id());
                self.ids.insert(document.id().clone());
            }
            self.shards.push(kept);
            // A library that is opened should be searched before its parts are merged.
            self.merge_small_shards(4 * SHARDS_BEFORE_MERGE);
        }
    }

    /// Takes a document out; whether there was one of this id.
    pub fn remove(&mut self, id: &DocumentId) -> bool {
        if !self.ids.remove(id) {
            return false;
        }
        let Some(at) = self.shards.iter().position(|shard| shard.position(id).is_some()) else {
            return false;
        };
        match self.shards[at].without(id) {
            Some(rest) => self.shards[at] = Arc::new(rest),
            None => drop(self.shards.remove(at)),
        }
        true
    }

    /// The documents as they are now.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::new(self.analyzer, self.shards.clone())
    }

    fn merge_small_shards(&mut self, most: usize) {
        while self.shards.len() >= most {
            let sizes: Vec<usize> =
                self.shards.iter().map(|shard| shard.postings_bytes()).collect();
            let from = merge_from(&sizes);
            let merged = Shard::merge(&self.shards[from..]);
            self.shards.truncate(from);
            self.shards.push(Arc::new(merged));
        }
    }

    /// All of it in one shard, as it is saved.
    fn merged(&self) -> Shard {
        Shard::merge(&self.shards)
    }
}

#[cfg(test)]
mod tests;
