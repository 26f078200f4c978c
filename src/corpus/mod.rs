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
mod opened;
mod outline;
mod shard;
mod snapshot;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::analyze::Analyzer;
use crate::chunk::Chunk;
use crate::document::{Document, DocumentId};
use crate::index::merge_from;
pub use ingest::{Ingest, Ingested, Progress};
pub use opened::{Need, Opened, Opening, PassageBudget, Sought};
pub use outline::Outline;
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
    /// The documents of an index file that was opened.
    opened: Option<Arc<Shard>>,
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
        self.shards.push(Arc::new(Shard::new(vec![ingested.document], ingested.segment)));
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

    /// Takes a document out; whether there was one of this id. One of an index of which only parts
    /// are there stays: load all of it first, with [`Corpus::open_whole`].
    pub fn remove(&mut self, id: &DocumentId) -> bool {
        if let Some(opened) = self.opened.as_ref().filter(|opened| opened.position(id).is_some()) {
            if opened.is_partial() {
                return false;
            }
            self.opened = opened.without(id).map(Arc::new);
            return true;
        }
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
        let shards = self.opened.iter().chain(&self.shards).cloned();
        Snapshot::new(self.analyzer, shards.collect())
    }

    /// Opens an index file, of which parts are there, beside the documents that were added, in
    /// place of one that was opened before. Of two documents of the same id, the one in the file
    /// stays.
    pub fn open(&mut self, opened: &Opened) {
        self.put_opened(Some(Arc::clone(opened.shard())));
    }

    /// Closes what was opened.
    pub fn close(&mut self) {
        self.opened = None;
    }

    /// Whether a document is of an index of which only parts are there.
    pub fn is_partial(&self, id: &DocumentId) -> bool {
        let opened = self.opened.as_ref().filter(|opened| opened.is_partial());
        opened.is_some_and(|opened| opened.position(id).is_some())
    }

    fn put_opened(&mut self, opened: Option<Arc<Shard>>) {
        self.close();
        if let Some(opened) = &opened {
            for stored in opened.documents() {
                self.remove(stored.id());
            }
        }
        self.opened = opened;
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
}

#[cfg(test)]
mod tests;
