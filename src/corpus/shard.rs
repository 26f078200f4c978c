//! Some documents and the segment of their chunks.

use std::ops::Range;
use std::sync::Arc;

use super::{DocumentFilter, StoredDocument};
use crate::document::DocumentId;
use crate::index::{Part, Segment};

/// The chunks of its documents, one document after the other, are the segment's chunks.
#[derive(Debug)]
pub(super) struct Shard {
    documents: Vec<Arc<StoredDocument>>,
    /// The number of each document's first chunk, and the number of all.
    starts: Vec<u32>,
    segment: Segment,
}

impl Shard {
    pub(super) fn new(documents: Vec<Arc<StoredDocument>>, segment: Segment) -> Self {
        let mut starts = vec![0];
        for document in &documents {
            starts.push(starts.last().unwrap_or(&0) + document.chunks.len() as u32);
        }
        Self { documents, starts, segment }
    }

    pub(super) fn documents(&self) -> &[Arc<StoredDocument>] {
        &self.documents
    }

    pub(super) fn segment(&self) -> &Segment {
        &self.segment
    }

    pub(super) fn position(&self, id: &DocumentId) -> Option<usize> {
        self.documents.iter().position(|document| document.id() == id)
    }

    pub(super) fn postings_bytes(&self) -> usize {
        self.segment.postings_bytes()
    }

    /// The document that a chunk of the segment belongs to, and the chunk's place in it.
    pub(super) fn locate(&self, chunk: u32) -> (&Arc<StoredDocument>, usize) {
        let after = self.starts.partition_point(|start| *start <= chunk);
        // Documents without chunks share their start with the next; the last of them has it.
        let at = after.saturating_sub(1).min(self.documents.len() - 1);
        (&self.documents[at], (chunk - self.starts[at]) as usize)
    }

    /// The chunks of the documents meant.
    pub(super) fn chunks_of(&self, filter: &DocumentFilter) -> Vec<Range<u32>> {
        let borders = self.documents.iter().zip(self.starts.windows(2));
        let meant = borders.filter(|(document, _)| filter.passes(document.id()));
        meant.map(|(_, border)| border[0]..border[1]).collect()
    }

    /// What is left without a document; nothing if it was the only one.
    pub(super) fn without(&self, id: &DocumentId) -> Option<Self> {
        self.only(|other| other != id)
    }

    /// What is left of the documents that pass; nothing if none does.
    pub(super) fn only(&self, passes: impl Fn(&DocumentId) -> bool) -> Option<Self> {
        let mut documents = Vec::new();
        let mut runs: Vec<Range<u32>> = Vec::new();
        for (document, border) in self.documents.iter().zip(self.starts.windows(2)) {
            if !passes(document.id()) {
                continue;
            }
            documents.push(Arc::clone(document));
            match runs.last_mut() {
                Some(run) if run.end == border[0] => run.end = border[1],
                _ => runs.push(border[0]..border[1]),
            }
        }
        if documents.is_empty() {
            return None;
        }
        let part = |chunks| Part { segment: &self.segment, chunks };
        let parts: Vec<Part<'_>> = runs.into_iter().map(part).collect();
        Some(Self::new(documents, Segment::merge(&parts)))
    }

    pub(super) fn merge(shards: &[Arc<Shard>]) -> Self {
        let documents = shards.iter().flat_map(|shard| shard.documents.iter().cloned()).collect();
        let parts: Vec<Part<'_>> = shards
            .iter()
            .map(|shard| {
                let chunks = 0..shard.segment.chunk_count() as u32;
                Part { segment: &shard.segment, chunks }
            })
            .collect();
        Self::new(documents, Segment::merge(&parts))
    }
}
