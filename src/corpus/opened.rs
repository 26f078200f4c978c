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
use super::{Corpus, DocumentFilter, Snapshot, StoredDocument};
use crate::document::Document;
use crate::index::container::{Head, Kind, Read};
use crate::index::lists::Lists;
use crate::index::parts::Parts;
use crate::index::{IndexError, Query};
use crate::text::sentence::sentences;

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
    /// [`Snapshot::question`] of this text.
    Question(&'n str),
    /// The best passages for a query.
    Passages {
        /// What is searched for.
        query: &'n Query,
        /// The documents meant.
        filter: &'n DocumentFilter,
        /// How many chunks at most.
        limit: usize,
        /// What they may cost together; the first that would cost more ends them.
        budget: usize,
        /// What a chunk's text costs. Texts that were met before cost nothing.
        cost: &'n dyn Fn(&str) -> usize,
    },
    /// All of these documents.
    Documents(&'n DocumentFilter),
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
        let ranges: Option<Vec<Range<usize>>> =
            OPENERS.iter().map(|kind| head.range(*kind)).collect();
        let Some(mut ranges) = ranges else { return Ok(Opening::Whole) };
        let terms = [Kind::Terms, Kind::Offsets].map(|kind| head.range(kind).unwrap_or_default());
        let are_small = terms[0].len() <= SMALL_TERMS;
        ranges.extend(terms.iter().filter(|_| are_small).cloned());
        let end = ranges.iter().map(|range| range.end).max().unwrap_or(0);
        if start.len() < end {
            return Ok(Opening::More(end));
        }
        let mut opened = Self::of(&head, start)?;
        for range in terms.into_iter().filter(|range| are_small && !range.is_empty()) {
            opened.parts.give(range.start, &start[range])?;
        }
        Ok(Opening::Open(Box::new(opened)))
    }

    fn of(head: &Head, start: &[u8]) -> Result<Self, IndexError> {
        let section = |kind: Kind| {
            let bytes = head.range(kind).and_then(|range| start.get(range)).unwrap_or_default();
            let is_intact = head.is_intact(kind, 0, bytes);
            is_intact.then_some(bytes).ok_or(damaged("a section does not match its checksums"))
        };
        let rows = rows(section(Kind::Catalog)?).ok_or(damaged("its catalog"))?;
        let outlines = outlines(section(Kind::Outlines)?, &rows).ok_or(damaged("its outlines"))?;
        let parts = Parts::new(head, section(Kind::Checks)?).ok_or(damaged("its checksums"))?;
        let terms = head.range(Kind::Terms).unwrap_or_default().len() / 8;
        let lists = Lists::new(section(Kind::Samples)?, terms, section(Kind::Lengths)?.to_vec());
        let lists = lists.ok_or(damaged("its samples"))?;
        let segment = lists.segment();
        let chunks: usize = outlines.iter().map(|outline| outline.chunks).sum();
        if segment.chunk_count() != chunks {
            return Err(damaged("chunks and postings do not fit"));
        }
        let tokens: u64 = outlines.iter().map(|outline| outline.tokens).sum();
        let mean_tokens = (tokens / (chunks as u64).max(1)) as usize;
        let shard = Arc::new(Shard::partial(outlines, segment));
        Ok(Self { parts, lists, rows, shard, mean_tokens })
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
            Need::Question(text) => {
                let analyzer = snapshot.analyzer();
                self.find(&Query::text(analyzer, text));
                // Sentences are looked at one by one, and words at their borders may differ then.
                for sentence in sentences(text) {
                    self.find(&Query::text(analyzer, &text[sentence]));
                }
            }
            Need::Passages { query, filter, limit, budget, cost } => {
                self.find(query);
                let wanted = self.parts.wanted();
                if !wanted.is_empty() {
                    return Ok(wanted);
                }
                self.find_passages(snapshot, (query, filter, limit), budget, cost)?;
            }
            Need::Documents(filter) => {
                for at in self.shard.missing(filter) {
                    self.load(at)?;
                }
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

    fn find(&mut self, query: &Query) {
        let terms = query.terms().map(|(term, _)| term);
        if self.lists.find(&mut self.parts, terms) {
            self.shard.learn(self.lists.segment());
        }
    }

    /// Loads the documents of the chunks that a walk through the hits comes to.
    fn find_passages(
        &mut self,
        snapshot: &Snapshot,
        (query, filter, limit): (&Query, &DocumentFilter, usize),
        budget: usize,
        cost: &dyn Fn(&str) -> usize,
    ) -> Result<(), IndexError> {
        let mut left = budget;
        let mut seen = HashSet::new();
        for hit in snapshot.search(query, limit, filter) {
            let place = snapshot.place_in(&self.shard, &hit);
            let is_missing = match place {
                Some(at) => !self.shard.is_loaded(at) && !self.load(at)?,
                None => false,
            };
            if is_missing {
                let Some(rest) = left.checked_sub(self.mean_tokens) else { break };
                left = rest;
                continue;
            }
            // Its text may have come just now, after the search.
            let text = snapshot.refreshed(&hit).text();
            let Some(rest) = left.checked_sub(cost(&text)) else { break };
            if seen.insert(text) {
                left = rest;
            }
        }
        Ok(())
    }

    /// Puts a document together if all of it is there; whether it is.
    fn load(&mut self, at: usize) -> Result<bool, IndexError> {
        let [[from, chunks_from, _], [to, chunks_to, _]] = [self.rows[at], self.rows[at + 1]];
        let document = self.parts.get(Kind::Documents, from..to);
        let chunks = self.parts.get(Kind::Chunks, chunks_from..chunks_to);
        let (Some(document), Some(chunks)) = (document, chunks) else { return Ok(false) };
        let stored = stored(&document, &chunks).ok_or(damaged("a document"))?;
        if !self.shard.load(at, stored) {
            return Err(damaged("a document is not the one that its outline names"));
        }
        Ok(true)
    }

    pub(super) fn shard(&self) -> &Arc<Shard> {
        &self.shard
    }
}

fn damaged(detail: &'static str) -> IndexError {
    IndexError::Damaged { detail }
}

fn rows(catalog: &[u8]) -> Option<Vec<[usize; 3]>> {
    let (rows, []) = catalog.as_chunks::<ROW>() else { return None };
    let rows: Vec<[usize; 3]> = rows.iter().map(row).collect::<Option<_>>()?;
    let rises = rows.is_sorted_by(|a, b| a.iter().zip(b).all(|(a, b)| a <= b));
    (rises && !rows.is_empty()).then_some(rows)
}

fn outlines(mut bytes: &[u8], rows: &[[usize; 3]]) -> Option<Vec<Outline>> {
    let each = rows.windows(2).map(|pair| Outline::decode(&mut bytes, pair[1][2] - pair[0][2]));
    let outlines = each.collect::<Option<_>>()?;
    bytes.is_empty().then_some(outlines)
}

fn stored(document: &[u8], chunks: &[u8]) -> Option<StoredDocument> {
    let document = Document::decode(document).ok()?;
    let chunks = decode_chunks(chunks, &document)?;
    Some(StoredDocument { document, chunks })
}
