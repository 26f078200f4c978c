//! The best chunks for a query.
//!
//! Terms are scored one after another into flat accumulators, the weightiest first: queries of
//! hundreds of terms are usual here. Once the terms that are left cannot lift a chunk into the
//! best any more that is not near them already, only those near are looked up, and whole blocks of
//! the long lists of common terms are passed over. Scores are the same either way.

use std::cell::Cell;
use std::cmp::Ordering;
use std::ops::Range;

use super::bm25::{BOUND, Statistics};
use super::postings::Postings;
use super::query::Query;
use super::segment::Segment;

/// A chunk that answers a query, and how well.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Which of the segments searched.
    pub segment: usize,
    /// Which chunk of it.
    pub chunk: u32,
    /// Above 0; comparable within one search only.
    pub score: f32,
}

/// A segment to search.
#[derive(Debug, Clone)]
pub struct Target<'s> {
    /// The segment.
    pub segment: &'s Segment,
    /// The chunks that may be found, if not all; statistics are of all.
    pub within: Option<Vec<Range<u32>>>,
    /// Chunks that count for nothing, in rising order.
    pub removed: &'s [u32],
}

impl<'s> Target<'s> {
    /// All of a segment.
    pub fn all(segment: &'s Segment) -> Self {
        Self { segment, within: None, removed: &[] }
    }
}

/// The best `limit` chunks that the filter lets pass, best first; of equal ones the earlier.
pub fn search(
    segments: &[&Segment],
    query: &Query,
    limit: usize,
    mut passes: impl FnMut(usize, u32) -> bool,
) -> Vec<Hit> {
    let targets: Vec<Target<'_>> = (0..)
        .zip(segments)
        .map(|(index, segment)| {
            let chunks = 0..segment.chunk_count() as u32;
            let passing = chunks.filter(|chunk| passes(index, *chunk));
            let within = Some(passing.map(|chunk| chunk..chunk + 1).collect());
            Target { segment, within, removed: &[] }
        })
        .collect();
    search_in(&targets, query, limit)
}

/// The best `limit` chunks, best first; of equal ones the earlier.
pub fn search_in(targets: &[Target<'_>], query: &Query, limit: usize) -> Vec<Hit> {
    let plan = Plan::new(targets, query);
    if limit == 0 || plan.terms.is_empty() {
        return Vec::new();
    }
    let mut scores = SCORES.take();
    prepare(targets, &mut scores);
    let best = plan.run(targets, &mut scores, limit);
    SCORES.set(scores);
    let hit = |(chunk, score): (u32, f32)| {
        let segment = plan.starts.partition_point(|start| *start <= chunk) - 1;
        Hit { segment, chunk: chunk - plan.starts[segment], score }
    };
    best.into_iter().map(hit).collect()
}

thread_local! {
    /// Accumulators, kept from search to search: they are as many as there are chunks.
    static SCORES: Cell<Vec<f32>> = const { Cell::new(Vec::new()) };
}

/// A chunk that must not be found has this score, which no addition changes.
const NEVER: f32 = f32::NEG_INFINITY;

/// Sums of a thousand parts are off by this much at most, relatively.
const ROUNDING: f32 = 1e-3;

/// The terms of a query that some chunk holds.
struct Plan<'s> {
    statistics: Statistics,
    terms: Vec<Weighted>,
    /// The lists of all terms, with the segment they belong to.
    lists: Vec<(usize, Postings<'s>)>,
    /// Where each segment's chunks begin among all.
    starts: Vec<u32>,
}

#[derive(Debug, Clone)]
struct Weighted {
    weight: f32,
    lists: Range<usize>,
    postings: u32,
    /// The most that this term and those after it can give a chunk.
    reach: f32,
}

impl<'s> Plan<'s> {
    fn new(targets: &[Target<'s>], query: &Query) -> Self {
        let statistics = statistics(targets);
        let mut starts = Vec::new();
        let mut at = 0;
        for target in targets {
            starts.push(at);
            at += target.segment.chunk_count() as u32;
        }
        let mut plan = Self { statistics, terms: Vec::new(), lists: Vec::new(), starts };
        for (term, weight) in query.terms() {
            let first = plan.lists.len();
            let mut holding = 0;
            let mut postings = 0;
            for (index, target) in targets.iter().enumerate() {
                let Some(list) = target.segment.postings(term) else { continue };
                postings += list.len();
                holding += holding_chunks(target, &list);
                plan.lists.push((index, list));
            }
            let lists = first..plan.lists.len();
            let weight = weight * query.idf_weight(statistics.idf(holding));
            if holding > 0 {
                plan.terms.push(Weighted { weight, lists, postings, reach: 0.0 });
            }
        }
        plan.terms.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        let mut reach = 0.0;
        for term in plan.terms.iter_mut().rev() {
            reach += term.weight * BOUND;
            term.reach = reach;
        }
        plan
    }

    fn run(&self, targets: &[Target<'_>], scores: &mut [f32], limit: usize) -> Vec<(u32, f32)> {
        let mut unchecked = 0;
        for (at, term) in self.terms.iter().enumerate() {
            // A look at all scores is worth it if it may save more than it costs.
            let is_due = unchecked > scores.len() / 2 || term.postings as usize > scores.len() / 4;
            if is_due && unchecked > 0 && limit < scores.len() {
                unchecked = 0;
                let enough = top(scores.iter().copied(), limit);
                let enough = enough.get(limit - 1).map_or(0.0, |(_, score)| *score);
                if term.reach < enough
                    && let Some(near) = near(scores, enough - term.reach * (1.0 + ROUNDING))
                {
                    return self.finish(targets, near, at, limit);
                }
            }
            unchecked += term.postings as usize;
            self.add(targets, term, scores);
        }
        top(scores.iter().copied(), limit)
    }

    /// Adds a term's part to all chunks that hold it.
    fn add(&self, targets: &[Target<'_>], term: &Weighted, scores: &mut [f32]) {
        for (index, list) in &self.lists[term.lists.clone()] {
            let lengths = targets[*index].segment.lengths();
            let scores = &mut scores[self.starts[*index] as usize..][..lengths.len()];
            let (statistics, weight) = (self.statistics, term.weight);
            list.each(|chunk, frequency| {
                let at = chunk as usize;
                if at < scores.len() {
                    let length = u32::from_le_bytes(lengths[at]);
                    scores[at] += weight * statistics.frequency_score(frequency, length);
                }
            });
        }
    }

    /// The best of the chunks near, with the terms from `from` on added.
    fn finish(
        &self,
        targets: &[Target<'_>],
        mut near: Vec<(u32, f32)>,
        from: usize,
        limit: usize,
    ) -> Vec<(u32, f32)> {
        let mut asked = Vec::new();
        for (at, term) in self.terms.iter().enumerate().skip(from) {
            if near.len() > limit {
                let enough = top(near.iter().map(|(_, score)| *score), limit);
                let enough = enough.get(limit - 1).map_or(0.0, |(_, score)| *score);
                let least = enough - term.reach * (1.0 + ROUNDING);
                near.retain(|(_, score)| *score >= least);
            }
            for (index, list) in &self.lists[self.terms[at].lists.clone()] {
                let segment = targets[*index].segment;
                let start = self.starts[*index];
                let end = start + segment.chunk_count() as u32;
                let first = near.partition_point(|(chunk, _)| *chunk < start);
                let last = near.partition_point(|(chunk, _)| *chunk < end);
                let near = &mut near[first..last];
                asked.clear();
                asked.extend(near.iter().map(|(chunk, _)| chunk - start));
                list.among(&asked, |at, frequency| {
                    let length = segment.length(asked[at]).unwrap_or(0);
                    let part = self.statistics.frequency_score(frequency, length);
                    near[at].1 += term.weight * part;
                });
            }
        }
        let best = top(near.iter().map(|(_, score)| *score), limit);
        best.into_iter().map(|(at, score)| (near[at as usize].0, score)).collect()
    }
}

/// Sets all scores to nothing.
fn prepare(targets: &[Target<'_>], scores: &mut Vec<f32>) {
    scores.clear();
    for target in targets {
        let start = scores.len();
        let end = start + target.segment.chunk_count();
        let Some(within) = &target.within else {
            scores.resize(end, 0.0);
            take_out(target, &mut scores[start..]);
            continue;
        };
        scores.resize(end, NEVER);
        for range in within {
            let range = range.start as usize..range.end as usize;
            if let Some(scores) = scores[start..].get_mut(range) {
                scores.fill(0.0);
            }
        }
        take_out(target, &mut scores[start..]);
    }
}

/// Statistics of all chunks that count.
fn statistics(targets: &[Target<'_>]) -> Statistics {
    let (mut chunks, mut tokens) = (0, 0);
    for Target { segment, removed, .. } in targets {
        chunks += segment.chunk_count() - removed.len();
        let lost = removed.iter().filter_map(|chunk| segment.length(*chunk)).map(u64::from);
        tokens += segment.token_count() - lost.sum::<u64>();
    }
    Statistics::new(chunks, tokens)
}

fn holding_chunks(target: &Target<'_>, list: &Postings<'_>) -> u32 {
    let mut removed = 0;
    if !target.removed.is_empty() {
        list.among(target.removed, |_, _| removed += 1);
    }
    list.len().saturating_sub(removed)
}

fn take_out(target: &Target<'_>, scores: &mut [f32]) {
    for chunk in target.removed {
        if let Some(score) = scores.get_mut(*chunk as usize) {
            *score = NEVER;
        }
    }
}

/// Chunks of at least this score, unless they are too many for looking up each to be worth it.
fn near(scores: &[f32], least: f32) -> Option<Vec<(u32, f32)>> {
    const MOST: usize = 16;
    let mut near = Vec::new();
    for (chunk, score) in (0..).zip(scores) {
        if *score >= least {
            near.push((chunk, *score));
            if near.len() > scores.len() / MOST {
                return None;
            }
        }
    }
    Some(near)
}

/// The best scores above 0 with their places, best first; of equal ones the earlier.
fn top(scores: impl Iterator<Item = f32>, limit: usize) -> Vec<(u32, f32)> {
    // Twice as many as asked for are gathered before the worse half is dropped.
    const ROOM: usize = 64;
    let most = limit.saturating_mul(2).saturating_add(ROOM);
    let mut best: Vec<(u32, f32)> = Vec::new();
    let mut least = 0.0;
    for (at, score) in (0..).zip(scores) {
        if score > least {
            best.push((at, score));
            if best.len() >= most {
                best.select_nth_unstable_by(limit - 1, order);
                best.truncate(limit);
                least = best[limit - 1].1;
            }
        }
    }
    best.sort_unstable_by(order);
    best.truncate(limit);
    best
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "sorting hands over references")]
fn order(a: &(u32, f32), b: &(u32, f32)) -> Ordering {
    b.1.total_cmp(&a.1).then(a.0.cmp(&b.0))
}
