//! An index file that is loaded in parts: what a question needs of it, and no more.
//!
//! Opening takes the file's beginning. After that, [`Opened::wants`] says which ranges of the file
//! a [`Need`] takes that are not there, [`Opened::give`] takes them, and again, until nothing is
//! wanted. Then the search of a corpus that the file was opened in finds what it would find if
//! all of it was there, with the same scores. Nothing is fetched here.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use super::file::{ROW, decode_chunks, row};
use super::outline::Outline;
use super::shard::Shard;
use super::{ChunkHit, Corpus, DocumentFilter, Snapshot, StoredDocument};
use crate::document::Document;
use crate::index::container::{Head, Kind, Read};
use crate::index::lists::Lists;
use crate::index::parts::Parts;
use crate::index::{IndexError, Query};
use crate::text::sentence::sentences;
use crate::tokens::TokenCounter;

/// What must be there to begin with.
const OPENERS: [Kind; 5] =
    [Kind::Outlines, Kind::Samples, Kind::Checks, Kind::Lengths, Kind::Catalog];

/// Terms up to so many bytes are loaded at once: one request more then saves two for each word.
const SMALL_TERMS: usize = 1 << 20;

/// What opening a file in parts came to.
#[derive(Debug)]
pub enum Opening {
    /// So many bytes of the file's beginning are needed.
    More(usize),
    /// It has not what it takes to be loaded in parts.
    Whole,
    /// It is open.
    Open(Box<Opened>),
}

/// What is to be done with an index, and must be there for it.
#[derive(Clone, Copy)]
pub enum Need<'n> {
    /// The best passages.
    Passages {
        /// What is searched for.
        sought: Sought<'n>,
        /// The documents meant.
        filter: &'n DocumentFilter,
        /// How many chunks at most; with none, only what [`Snapshot::question`] and the search take.
        limit: usize,
        /// What they may cost together, if that matters.
        budget: Option<PassageBudget<'n>>,
    },
    /// All of these documents.
    Documents(&'n DocumentFilter),
    /// All of these documents, and whatever is searched for in them later.
    All(&'n DocumentFilter),
}

/// What is searched for.
#[derive(Clone, Copy)]
pub enum Sought<'n> {
    /// What [`Snapshot::question`] makes of a text.
    Text(&'n str),
    /// A query.
    Query(&'n Query),
}

/// The first passage that costs more than is left ends them; a text that was met before costs
/// nothing.
#[derive(Clone, Copy)]
pub struct PassageBudget<'n> {
    /// What a text costs are its bounds.
    pub counter: &'n dyn TokenCounter,
    /// What they may cost together.
    pub tokens: usize,
    /// What each costs beside its text.
    pub overhead: usize,
}

/// An index file of which parts are there.
#[derive(Debug)]
pub struct Opened {
    parts: Parts,
    lists: Lists,
    /// Where each document and its chunks begin, and the first one's number.
    rows: Vec<[usize; 3]>,
    shard: Arc<Shard>,
    /// The mean length of a chunk, in tokens.
    mean_tokens: usize,
}

impl Opened {
    /// Opens a file by its beginning.
    ///
    /// # Errors
    ///
    /// If it is no index file, was damaged, or was written by a later version or another analyzer.
    pub fn open(start: &[u8]) -> Result<Opening, IndexError> {
        let head = match Head::read(start)? {
            Read::More(length) => return Ok(Opening::More(length)),
            Read::Head(head) => head,
        };
        if head.analyzer != Corpus::default().analyzer {
            return Err(IndexError::OtherAnalyzer);
        }
        let mut end = 0;
        for kind in OPENERS {
            let Some(range) = head.range(kind) else { return Ok(Opening::Whole) };
            end = range.end.max(end);
        }
        let terms = [Kind::Terms, Kind::Offsets].map(|kind| head.range(kind).unwrap_or_default());
        let are_small = terms[0].len() <= SMALL_TERMS;
        if are_small {
            end = end.max(terms[0].end).max(terms[1].end);
        }
        if start.len() < end {
            return Ok(Opening::More(end));
        }
        let mut opened = Self::of(&head, start).ok_or(damaged("what it begins with"))?;
        for range in terms {
            if are_small && !range.is_empty() {
                opened.parts.give(range.start, &start[range])?;
            }
        }
        Ok(Opening::Open(Box::new(opened)))
    }

    /// Nothing if what the file begins with does not match its checksums, or contradicts itself.
    fn of(head: &Head, start: &[u8]) -> Option<Self> {
        let section = |kind: Kind| {
            let bytes = start.get(head.range(kind)?)?;
            head.is_intact(kind, 0, bytes).then_some(bytes)
        };
        let rows = rows(section(Kind::Catalog)?)?;
        let parts = Parts::new(head, section(Kind::Checks)?)?;
        let terms = head.range(Kind::Terms)?.len() / 8;
        let lengths = section(Kind::Lengths)?.to_vec();
        let lists = Lists::new(section(Kind::Samples)?.to_vec(), terms, lengths)?;
        let mut bytes = section(Kind::Outlines)?;
        let mut outlines = Vec::with_capacity(rows.len());
        let (mut chunks, mut tokens) = (0_usize, 0_usize);
        for pair in rows.windows(2) {
            let outline = Outline::decode(&mut bytes, pair[1][2] - pair[0][2])?;
            // What a file says of itself may be any number.
            chunks = chunks.checked_add(outline.chunks)?;
            tokens = tokens.checked_add(usize::try_from(outline.tokens).ok()?)?;
            outlines.push(outline);
        }
        let segment = lists.segment();
        if !bytes.is_empty() || segment.chunk_count() != chunks {
            return None;
        }
        let mean_tokens = tokens / chunks.max(1);
        let shard = Arc::new(Shard::partial(outlines, segment));
        Some(Self { parts, lists, rows, shard, mean_tokens })
    }

    /// The ranges of the file that a need takes and that are not there; none if all are.
    /// `snapshot` is of the corpus that it was opened in, whose other documents count, too.
    ///
    /// # Errors
    ///
    /// If a part that is there makes no sense.
    pub fn wants(
        &mut self,
        snapshot: &Snapshot,
        need: Need<'_>,
    ) -> Result<Vec<Range<usize>>, IndexError> {
        match need {
            Need::Passages { sought, filter, limit, budget } => {
                self.find_sought(snapshot, sought);
                let wanted = self.parts.wanted();
                if !wanted.is_empty() {
                    return Ok(wanted);
                }
                let hits = match sought {
                    Sought::Text(text) => snapshot.search(&snapshot.question(text), limit, filter),
                    Sought::Query(query) => snapshot.search(query, limit, filter),
                };
                self.load_hits(snapshot, &hits, budget)?;
            }
            Need::Documents(filter) => self.load_documents(filter)?,
            Need::All(filter) => {
                if let Some(segment) = self.lists.all(&mut self.parts)? {
                    self.shard.learn(segment);
                }
                self.load_documents(filter)?;
            }
        }
        let wanted = self.parts.wanted();
        if wanted.is_empty() {
            for kind in [Kind::Postings, Kind::Chunks, Kind::Documents] {
                self.parts.forget(kind);
            }
        }
        Ok(wanted)
    }

    /// Takes what stands in the file from `start` on, as [`Opened::wants`] named it.
    ///
    /// # Errors
    ///
    /// If it is not what the file had there when it was made.
    pub fn give(&mut self, start: usize, bytes: &[u8]) -> Result<(), IndexError> {
        self.parts.give(start, bytes)
    }

    /// Looks for the lists of what is sought.
    fn find_sought(&mut self, snapshot: &Snapshot, sought: Sought<'_>) {
        let is_new = match sought {
            Sought::Query(query) => self.find(query),
            Sought::Text(text) => {
                let analyzer = snapshot.analyzer();
                let mut is_new = self.find(&Query::text(analyzer, text));
                // Sentences are looked at one by one, and words at their borders may differ then.
                for sentence in sentences(text) {
                    is_new |= self.find(&Query::text(analyzer, &text[sentence]));
                }
                is_new
            }
        };
        if is_new {
            self.shard.learn(self.lists.segment());
        }
    }

    fn find(&mut self, query: &Query) -> bool {
        self.lists.find(&mut self.parts, query.terms().map(|(term, _)| term))
    }

    fn load_documents(&mut self, filter: &DocumentFilter) -> Result<(), IndexError> {
        for at in 0..self.rows.len() - 1 {
            if self.shard.is_missing(at, filter) {
                self.load(at)?;
            }
        }
        Ok(())
    }

    /// Loads the documents that a walk through the hits comes to.
    fn load_hits(
        &mut self,
        snapshot: &Snapshot,
        hits: &[ChunkHit],
        budget: Option<PassageBudget<'_>>,
    ) -> Result<(), IndexError> {
        let mut left = budget.map_or(0, |budget| budget.tokens);
        let mut seen = HashSet::new();
        for hit in hits {
            let place = snapshot.place_in(&self.shard, hit);
            let is_there = match place {
                Some(at) => self.shard.is_loaded(at) || self.load(at)?,
                None => true,
            };
            let Some(budget) = budget else { continue };
            let mut cost = self.mean_tokens;
            if is_there {
                // It may have come just now, after the search.
                let text = snapshot.refreshed(hit).text();
                cost = budget.counter.bound(&text);
                if !seen.insert(text) {
                    continue;
                }
            }
            let Some(rest) = left.checked_sub(cost + budget.overhead) else { break };
            left = rest;
        }
        Ok(())
    }

    /// Puts a document together if all of it is there; whether it is.
    fn load(&mut self, at: usize) -> Result<bool, IndexError> {
        let [[from, chunks_from, _], [to, chunks_to, _]] = [self.rows[at], self.rows[at + 1]];
        let document = self.parts.get(Kind::Documents, from..to);
        let chunks = self.parts.get(Kind::Chunks, chunks_from..chunks_to);
        let (Some(document), Some(chunks)) = (document, chunks) else { return Ok(false) };
        let stored = stored(&document, &chunks);
        let fits = stored.is_some_and(|stored| self.shard.load(at, stored));
        if fits { Ok(true) } else { Err(damaged("its documents")) }
    }

    pub(super) fn shard(&self) -> &Arc<Shard> {
        &self.shard
    }
}

fn damaged(detail: &'static str) -> IndexError {
    IndexError::Damaged { detail }
}

fn rows(catalog: &[u8]) -> Option<Vec<[usize; 3]>> {
    let (given, []) = catalog.as_chunks::<ROW>() else { return None };
    let mut rows: Vec<[usize; 3]> = Vec::with_capacity(given.len());
    for next in given {
        let next = row(next)?;
        if rows.last().is_some_and(|last| (0..3).any(|at| last[at] > next[at])) {
            return None;
        }
        rows.push(next);
    }
    (!rows.is_empty()).then_some(rows)
}

/// A document and its chunks out of their bytes.
pub(super) fn stored(document: &[u8], chunks: &[u8]) -> Option<StoredDocument> {
    let document = Document::decode(document).ok()?;
    let chunks = decode_chunks(chunks, &document)?;
    Some(StoredDocument { document, chunks })
}
