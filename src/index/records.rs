//! An index of a developer's own texts, numbered in the order in which they came.
//!
//! It keeps terms only: the texts stay with whoever has them. Texts may be added, taken out and
//! searched in any order; scores are always those of an index made of the texts that are left.

mod ids;

use super::builder::MOST_CHUNKS;
use super::container::{Container, Kind, write};
use super::format::IndexError;
use super::{Hit, Part, Query, Section, Segment, SegmentBuilder, Target, Why, search_in, why};
use crate::analyze::{Analysis, Analyzer};
use ids::Ids;

/// Segments are merged once there are so many, so that a search touches few of them.
const SEGMENTS_BEFORE_MERGE: usize = 8;

/// Texts are put into a segment once there are so many notes of them, about 10 MB of English: what
/// is noted takes more memory than a segment does.
const MOST_NOTES: usize = 6_000_000;

/// Texts that were taken out stay in a segment until they are this part of it.
const MOST_REMOVED: usize = 8;

/// A file whose next number is beyond it was made to overflow: nobody adds two billion texts.
const MOST_NUMBERS: u32 = 1 << 31;

/// Texts and the index of their terms.
#[derive(Debug, Default)]
pub struct Records {
    analyzer: Analyzer,
    shards: Vec<Shard>,
    /// Texts that are in no segment yet.
    pending: Option<SegmentBuilder>,
    /// The number that the next text gets.
    next: u32,
}

#[derive(Debug)]
struct Shard {
    segment: Segment,
    ids: Ids,
    /// Chunks that were taken out, rising.
    removed: Vec<u32>,
}

/// A text that answers a query.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RecordHit {
    /// Its number.
    pub id: u32,
    /// Above 0; comparable within one search only.
    pub score: f32,
}

impl Records {
    /// An index without texts.
    pub fn new(analysis: Analysis) -> Self {
        Self { analyzer: Analyzer::of(analysis), ..Self::default() }
    }

    /// The analyzer of its texts and queries.
    pub fn analyzer(&self) -> Analyzer {
        self.analyzer
    }

    /// How many texts it holds.
    pub fn len(&self) -> usize {
        let pending = self.pending.as_ref().map_or(0, SegmentBuilder::chunk_count);
        let held = self.shards.iter().map(|shard| shard.ids.len() - shard.removed.len());
        held.sum::<usize>() + pending
    }

    /// Whether it holds no text.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds texts; they get the next numbers. Numbers are never given twice.
    pub fn add<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) {
        for text in texts {
            let builder = self.pending.get_or_insert_with(|| SegmentBuilder::new(self.analyzer));
            builder.add(text, &[]);
            self.next += 1;
            if builder.note_count() > MOST_NOTES || builder.chunk_count() == MOST_CHUNKS {
                self.settle();
            }
        }
    }

    /// Makes what was added ready to be searched, which the next search would do otherwise. A few
    /// texts are left until then: others may follow, and one segment is made of all.
    pub fn flush(&mut self) {
        const MANY_NOTES: usize = 100_000;
        if self.pending.as_ref().is_some_and(|builder| builder.note_count() > MANY_NOTES) {
            self.settle();
        }
    }

    /// Takes a text out; whether it was there.
    pub fn remove(&mut self, id: u32) -> bool {
        self.settle();
        let found = self.shards.iter_mut().find_map(|shard| {
            let chunk = shard.ids.chunk(id)?;
            Some((chunk, shard))
        });
        let Some((chunk, shard)) = found else { return false };
        let Err(at) = shard.removed.binary_search(&chunk) else { return false };
        shard.removed.insert(at, chunk);
        if shard.removed.len() * MOST_REMOVED > shard.segment.chunk_count() {
            *shard = Shard::merge(std::slice::from_ref(shard));
        }
        self.shards.retain(|shard| shard.segment.chunk_count() > 0);
        true
    }

    /// The best texts for a query, best first; of equal ones the earlier.
    pub fn search(&mut self, query: &Query, limit: usize) -> Vec<RecordHit> {
        self.settle();
        let hits = search_in(&self.targets(), query, limit);
        let hit = |hit: Hit| RecordHit {
            id: self.shards[hit.segment].ids.id(hit.chunk),
            score: hit.score,
        };
        hits.into_iter().map(hit).collect()
    }

    /// Why a search finds a text, which its keeper hands in once more; nothing if it does not.
    pub fn why(&mut self, query: &Query, id: u32, text: &str) -> Why {
        self.settle();
        let found = (0..).zip(&self.shards).find_map(|(segment, shard)| {
            let chunk = shard.ids.chunk(id)?;
            shard.removed.binary_search(&chunk).is_err().then_some(Hit {
                segment,
                chunk,
                score: 0.0,
            })
        });
        let shares = found.map(|hit| why(&self.targets(), query, &hit)).unwrap_or_default();
        Why::of(self.analyzer, text, [], &shares)
    }

    fn targets(&self) -> Vec<Target<'_>> {
        let shards = self.shards.iter();
        shards
            .map(|Shard { segment, removed, .. }| Target { segment, within: None, removed })
            .collect()
    }

    /// Bytes that the segments take.
    pub fn byte_length(&mut self) -> usize {
        self.settle();
        let bytes = |shard: &Shard| shard.segment.byte_length() + shard.ids.byte_length();
        self.shards.iter().map(bytes).sum()
    }

    /// The index as a file; the same texts with the same numbers give the same bytes.
    pub fn to_bytes(&mut self) -> Vec<u8> {
        self.settle();
        let merged;
        let shard = match self.shards.as_slice() {
            [only] if only.removed.is_empty() => only,
            shards => {
                merged = Shard::merge(shards);
                &merged
            }
        };
        let [terms, offsets, postings, lengths] = shard.segment.sections();
        let ids = shard.ids.to_bytes(self.next);
        let sections = [
            (Kind::Lengths, lengths),
            (Kind::Terms, terms),
            (Kind::Offsets, offsets),
            (Kind::Ids, &ids),
            (Kind::Postings, postings),
        ];
        write(self.analyzer, &sections)
    }

    /// The index that a file holds.
    ///
    /// # Errors
    ///
    /// If the bytes are not such a file, were damaged, or were written by a later version or
    /// another analyzer.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, IndexError> {
        let file = Container::open(bytes)?;
        let segment = Segment::from_container(&file)?;
        let ids = Ids::from_bytes(file.bytes(Kind::Ids)?, segment.chunk_count());
        let ids = ids.filter(|(_, next)| *next <= MOST_NUMBERS);
        let (ids, next) = ids.ok_or(IndexError::Damaged { detail: "its numbers" })?;
        let shards = if ids.len() == 0 {
            Vec::new()
        } else {
            vec![Shard { segment, ids, removed: Vec::new() }]
        };
        Ok(Self { analyzer: file.head.analyzer, shards, pending: None, next })
    }

    /// Puts what is pending into a segment.
    fn settle(&mut self) {
        let Some(builder) = self.pending.take() else { return };
        let segment = builder.finish();
        let first = self.next - segment.chunk_count() as u32;
        self.shards.push(Shard { ids: Ids::from(first..self.next), segment, removed: Vec::new() });
        while self.shards.len() >= SEGMENTS_BEFORE_MERGE {
            let sizes: Vec<usize> =
                self.shards.iter().map(|shard| shard.segment.postings_bytes()).collect();
            let from = super::merge::merge_from(&sizes);
            let merged = Shard::merge(&self.shards[from..]);
            self.shards.truncate(from);
            self.shards.push(merged);
        }
    }
}

impl Shard {
    /// One of several, without what was taken out of them.
    fn merge(shards: &[Self]) -> Self {
        let mut parts = Vec::new();
        let mut ids = Ids::default();
        for Self { segment, ids: own, removed } in shards {
            let mut start = 0;
            for end in removed.iter().copied().chain([segment.chunk_count() as u32]) {
                if start < end {
                    parts.push(Part { segment, chunks: start..end });
                    ids.extend(own, start..end);
                }
                start = end + 1;
            }
        }
        Self { segment: Segment::merge(&parts), ids, removed: Vec::new() }
    }
}

impl Segment {
    /// The segment of a file.
    ///
    /// # Errors
    ///
    /// If a section is not there, or is damaged.
    pub fn from_container(file: &Container) -> Result<Self, IndexError> {
        let kinds = [Kind::Terms, Kind::Offsets, Kind::Postings, Kind::Lengths];
        let mut sections: [Section; 4] = Default::default();
        for (section, kind) in sections.iter_mut().zip(kinds) {
            *section = file.section(kind)?;
        }
        Self::from_sections(sections)
    }
}

#[cfg(test)]
mod tests;
