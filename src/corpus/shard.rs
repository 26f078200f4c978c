//! Some documents and the segment of their chunks.

use std::ops::Range;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::outline::Outline;
use super::{DocumentFilter, StoredDocument};
use crate::document::DocumentId;
use crate::index::{Part, Segment};

/// The chunks of its documents, one document after the other, are the segment's chunks.
#[derive(Debug)]
pub(super) struct Shard {
    documents: Vec<Arc<StoredDocument>>,
    /// The number of each document's first chunk, and the number of all.
    starts: Vec<u32>,
    /// Replaced only by one that knows more terms of the same chunks.
    segment: RwLock<Arc<Segment>>,
    /// Of a shard that is only partly there. What is there grows, and what it says never changes:
    /// snapshots may share it.
    partial: Option<Partial>,
}

/// What is known of documents whose text may be missing.
#[derive(Debug)]
struct Partial {
    outlines: Vec<Outline>,
    /// The documents, once they are there.
    loaded: Vec<OnceLock<Arc<StoredDocument>>>,
}

impl Shard {
    pub(super) fn new(documents: Vec<Arc<StoredDocument>>, segment: Segment) -> Self {
        let starts = starts(documents.iter().map(|document| document.chunks.len()));
        Self { documents, starts, segment: lock(segment), partial: None }
    }

    /// A shard of documents of which only this is there.
    pub(super) fn partial(outlines: Vec<Outline>, segment: Segment) -> Self {
        let starts = starts(outlines.iter().map(|outline| outline.chunks));
        let documents = outlines.iter().map(|outline| Arc::clone(&outline.stored)).collect();
        let loaded = outlines.iter().map(|_| OnceLock::new()).collect();
        let partial = Some(Partial { outlines, loaded });
        Self { documents, starts, segment: lock(segment), partial }
    }

    pub(super) fn is_partial(&self) -> bool {
        self.partial.is_some()
    }

    pub(super) fn documents(&self) -> impl Iterator<Item = &Arc<StoredDocument>> {
        (0..self.documents.len()).map(|at| self.document(at))
    }

    fn document(&self, at: usize) -> &Arc<StoredDocument> {
        let loaded = self.partial.as_ref().and_then(|partial| partial.loaded.get(at)?.get());
        loaded.unwrap_or(&self.documents[at])
    }

    pub(super) fn outline(&self, at: usize) -> Outline {
        match &self.partial {
            Some(partial) => partial.outlines[at].clone(),
            None => Outline::of(&self.documents[at]),
        }
    }

    /// The chunks and tokens of the documents meant.
    pub(super) fn size(&self, filter: &DocumentFilter) -> (usize, u64) {
        let (mut chunks, mut tokens) = (0, 0);
        for (at, document) in self.documents.iter().enumerate() {
            if filter.passes(document.id()) {
                chunks += (self.starts[at + 1] - self.starts[at]) as usize;
                tokens += match &self.partial {
                    Some(partial) => partial.outlines[at].tokens,
                    None => document.tokens(),
                };
            }
        }
        (chunks, tokens)
    }

    /// Whether a document is meant and not there.
    pub(super) fn is_missing(&self, at: usize, filter: &DocumentFilter) -> bool {
        !self.is_loaded(at) && filter.passes(self.documents[at].id())
    }

    pub(super) fn is_loaded(&self, at: usize) -> bool {
        let loaded = self.partial.as_ref().and_then(|partial| partial.loaded.get(at));
        loaded.is_none_or(|loaded| loaded.get().is_some())
    }

    /// Puts a document where it was missing; whether it is the one that is missing there.
    pub(super) fn load(&self, at: usize, stored: StoredDocument) -> bool {
        let chunks = (self.starts[at + 1] - self.starts[at]) as usize;
        let fits = stored.id() == self.documents[at].id() && stored.chunks.len() == chunks;
        if let (Some(partial), true) = (&self.partial, fits) {
            partial.loaded[at].get_or_init(|| Arc::new(stored));
        }
        fits
    }

    pub(super) fn segment(&self) -> Arc<Segment> {
        Arc::clone(&self.segment.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes a segment of the same chunks that knows more terms.
    pub(super) fn learn(&self, segment: Segment) {
        *self.segment.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(segment);
    }

    pub(super) fn position(&self, id: &DocumentId) -> Option<usize> {
        self.documents.iter().position(|document| document.id() == id)
    }

    pub(super) fn postings_bytes(&self) -> usize {
        self.segment().postings_bytes()
    }

    /// The place of the document that a chunk of the segment belongs to, and the chunk's in it.
    pub(super) fn place(&self, chunk: u32) -> (usize, usize) {
        let after = self.starts.partition_point(|start| *start <= chunk);
        // Documents without chunks share their start with the next; the last of them has it.
        let at = after.saturating_sub(1).min(self.documents.len() - 1);
        (at, (chunk - self.starts[at]) as usize)
    }

    /// The document that a chunk of the segment belongs to, and the chunk's place in it.
    pub(super) fn locate(&self, chunk: u32) -> (&Arc<StoredDocument>, usize) {
        let (at, ordinal) = self.place(chunk);
        (self.document(at), ordinal)
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
        let segment = self.segment();
        let part = |chunks| Part { segment: &segment, chunks };
        let parts: Vec<Part<'_>> = runs.into_iter().map(part).collect();
        Some(Self::new(documents, Segment::merge(&parts)))
    }

    pub(super) fn merge(shards: &[Arc<Shard>]) -> Self {
        let documents = shards.iter().flat_map(|shard| shard.documents.iter().cloned()).collect();
        let segments: Vec<Arc<Segment>> = shards.iter().map(|shard| shard.segment()).collect();
        let parts: Vec<Part<'_>> = segments
            .iter()
            .map(|segment| Part { segment, chunks: 0..segment.chunk_count() as u32 })
            .collect();
        Self::new(documents, Segment::merge(&parts))
    }
}

fn lock(segment: Segment) -> RwLock<Arc<Segment>> {
    RwLock::new(Arc::new(segment))
}

fn starts(chunks: impl Iterator<Item = usize>) -> Vec<u32> {
    let mut starts = vec![0];
    for count in chunks {
        starts.push(starts.last().unwrap_or(&0) + count as u32);
    }
    starts
}
