//! The passages of the documents that answer a query, within a budget of the model's tokens.
//!
//! Chunks are taken in the order of their score while they fit, repetitions are dropped,
//! neighbours are joined, and what remains is put in document order and numbered: a model reads
//! better in the order in which an author wrote.

use std::collections::{HashMap, HashSet};

use crate::chunk::{PAGE_BREAK, join};
use crate::corpus::{ChunkHit, ChunkRef, DocumentFilter, Snapshot};
use crate::document::{DocumentId, Span};
use crate::index::Query;
use crate::text::order;
use crate::tokens::TokenCounter;

/// What a prompt may take of the model's window, and who counts.
#[derive(Clone, Copy)]
pub struct TokenBudget<'c> {
    /// The most tokens that all passages together have.
    pub tokens: usize,
    /// Its bounds are kept, not its counts.
    pub counter: &'c dyn TokenCounter,
}

/// What a passage costs beyond its text: its number, its title and the lines around it.
pub const PASSAGE_OVERHEAD: usize = 24;

/// Chunks looked at for one budget; windows of a million tokens hold no more of 512.
pub const MAX_CANDIDATES: usize = 2_000;

/// A stretch of a document as a model gets it.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    /// What a citation calls it, from 1.
    pub number: u32,
    /// Where it is from.
    pub document: DocumentId,
    /// The title of its document.
    pub title: Option<String>,
    /// The headings that it stands under.
    pub headings: Vec<String>,
    /// Its places, one for each page that it touches.
    pub spans: Vec<Span>,
    /// Its text: the spans' slices, joined by [`PAGE_BREAK`].
    pub text: String,
    /// The most tokens that its text has.
    pub tokens: u32,
    /// The score of its best chunk; 0 if it was not searched for.
    pub score: f32,
}

impl Passage {
    /// Where a stretch of the passage's text stands in its document. A stretch that goes over a
    /// page's end is cut there.
    pub fn locate(&self, start: usize, end: usize) -> Option<Span> {
        let mut offset = 0;
        for span in &self.spans {
            let length = span.range().len();
            if start < offset + length {
                let inside = start.checked_sub(offset)?;
                let first = span.range().start + inside;
                let last = span.range().start + (end - offset).min(length);
                return (first < last).then(|| Span::new(span.page, first..last));
            }
            offset += length + PAGE_BREAK.len();
        }
        None
    }
}

/// The best passages for a query that fit the budget, in document order, numbered from 1.
pub fn retrieve(
    snapshot: &Snapshot,
    query: &Query,
    filter: &DocumentFilter,
    budget: TokenBudget<'_>,
) -> Vec<Passage> {
    retrieve_first(snapshot, query, filter, budget, &[])
}

/// The same, with these chunks before all others: what was found in them by reading must not be
/// lost to what a search ranks higher.
pub fn retrieve_first(
    snapshot: &Snapshot,
    query: &Query,
    filter: &DocumentFilter,
    budget: TokenBudget<'_>,
    first: &[ChunkRef],
) -> Vec<Passage> {
    let mut seen = HashSet::new();
    let mut left = budget.tokens;
    let mut chosen = Vec::new();
    let hits = snapshot.search(query, MAX_CANDIDATES, filter);
    // Both kinds stay in the order of their score.
    let is_first = |hit: &ChunkHit| first.iter().any(|chunk| chunk.is_same(&hit.chunk));
    let (named, others): (Vec<_>, Vec<_>) = hits.into_iter().partition(is_first);
    for hit in named.into_iter().chain(others) {
        let text = hit.chunk.text();
        let cost = budget.counter.bound(&text) + PASSAGE_OVERHEAD;
        if cost > left {
            // A shorter one further down might fit, but would be a worse answer than leaving
            // the best ones room to be read.
            break;
        }
        if seen.insert(text) {
            left -= cost;
            chosen.push((hit.chunk, hit.score));
        }
    }
    in_document_order(snapshot, &mut chosen);
    number(join_neighbours(chosen), budget.counter)
}

/// All chunks of the documents meant as passages, in order, or nothing if they do not fit.
pub fn whole(
    snapshot: &Snapshot,
    filter: &DocumentFilter,
    budget: TokenBudget<'_>,
) -> Option<Vec<Passage>> {
    // A cheap look first: counts are about right, and most corpora are far too long.
    if snapshot.tokens(filter) > budget.tokens as u64 {
        return None;
    }
    let chunks = snapshot.chunks(filter);
    let passages = number(chunks.into_iter().map(|chunk| vec![(chunk, 0.0)]), budget.counter);
    let cost: usize = passages.iter().map(|p| p.tokens as usize + PASSAGE_OVERHEAD).sum();
    (cost <= budget.tokens).then_some(passages)
}

fn in_document_order(snapshot: &Snapshot, chunks: &mut Vec<(ChunkRef, f32)>) {
    let places = Places::of(snapshot);
    order::by_key(chunks, |(chunk, _)| places.place(chunk));
}

/// Where chunks stand among all of a snapshot. Documents are looked up, not searched for: a library
/// may have tens of thousands of them.
pub struct Places<'s>(HashMap<&'s DocumentId, u64>);

impl<'s> Places<'s> {
    /// The places of all chunks.
    pub fn of(snapshot: &'s Snapshot) -> Self {
        Self(snapshot.documents().map(|document| document.id()).zip(1..).collect())
    }

    /// A number that rises from chunk to chunk.
    pub fn place(&self, chunk: &ChunkRef) -> u64 {
        let position = self.0.get(chunk.document().id()).copied().unwrap_or_default();
        position << 32 | chunk.ordinal() as u64
    }
}

/// Runs of chunks that follow each other in one document.
fn join_neighbours(chunks: Vec<(ChunkRef, f32)>) -> Vec<Vec<(ChunkRef, f32)>> {
    let mut runs: Vec<Vec<(ChunkRef, f32)>> = Vec::new();
    for (chunk, score) in chunks {
        let follows = |(last, _): &(ChunkRef, f32)| {
            last.document().id() == chunk.document().id() && last.ordinal() + 1 == chunk.ordinal()
        };
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(follows) => run.push((chunk, score)),
            _ => runs.push(vec![(chunk, score)]),
        }
    }
    runs
}

fn number(
    runs: impl IntoIterator<Item = Vec<(ChunkRef, f32)>>,
    counter: &dyn TokenCounter,
) -> Vec<Passage> {
    (1..).zip(runs).filter_map(|(number, run)| passage(number, &run, counter)).collect()
}

fn passage(number: u32, run: &[(ChunkRef, f32)], counter: &dyn TokenCounter) -> Option<Passage> {
    let (first, _) = run.first()?;
    let document = &first.document().document;
    let mut spans: Vec<Span> = Vec::new();
    for span in run.iter().flat_map(|(chunk, _)| &chunk.chunk().spans) {
        match spans.last_mut() {
            Some(last) if last.page == span.page => last.end = span.end,
            _ => spans.push(*span),
        }
    }
    let text = join(&spans, document);
    Some(Passage {
        number,
        document: document.id.clone(),
        title: document.title.clone(),
        headings: first.chunk().headings.clone(),
        tokens: counter.bound(&text) as u32,
        score: run.iter().map(|(_, score)| *score).fold(0.0, f32::max),
        spans,
        text,
    })
}

#[cfg(test)]
mod tests;
