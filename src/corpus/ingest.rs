//! From a document to something that can be inserted, in steps short enough to stay responsive.

use std::sync::Arc;

use super::StoredDocument;
use crate::analyze::Analyzer;
use crate::chunk::{ChunkConfig, chunk};
use crate::document::Document;
use crate::index::{Segment, SegmentBuilder};
use crate::tokens::{EstimatedTokens, TokenCounter};

/// A document that is ready to be inserted.
#[derive(Debug)]
pub struct Ingested {
    pub(super) document: Arc<StoredDocument>,
    pub(super) segment: Segment,
}

/// How far an [`Ingest`] has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Chunks indexed.
    pub done: usize,
    /// Chunks there are.
    pub total: usize,
}

/// One document being indexed. Owns what it needs, so that questions can be asked meanwhile;
/// dropping it half-way leaves no trace.
#[derive(Debug)]
pub struct Ingest {
    stored: StoredDocument,
    builder: SegmentBuilder,
}

impl Ingest {
    /// Cuts a document into chunks of the default size.
    pub fn new(document: Document) -> Self {
        Self::with(document, &ChunkConfig::default(), &EstimatedTokens)
    }

    /// Cuts a document into chunks.
    pub fn with(document: Document, config: &ChunkConfig, counter: &dyn TokenCounter) -> Self {
        let chunks = chunk(&document, config, counter);
        let builder = SegmentBuilder::new(Analyzer::new());
        Self { stored: StoredDocument { document, chunks }, builder }
    }

    /// Indexes one more chunk; whether any was left.
    pub fn step(&mut self) -> bool {
        let StoredDocument { document, chunks } = &self.stored;
        let Some(chunk) = chunks.get(self.builder.chunk_count()) else { return false };
        let title = document.title.as_deref();
        let headings: Vec<&str> =
            title.into_iter().chain(chunk.headings.iter().map(String::as_str)).collect();
        self.builder.add(&chunk.text(document), &headings);
        true
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        Progress { done: self.builder.chunk_count(), total: self.stored.chunks.len() }
    }

    /// Indexes what is left, and gives the whole.
    pub fn run(mut self) -> Ingested {
        while self.step() {}
        Ingested { document: Arc::new(self.stored), segment: self.builder.finish() }
    }
}

impl Ingested {
    /// The document with its chunks.
    pub fn stored(&self) -> &Arc<StoredDocument> {
        &self.document
    }
}
