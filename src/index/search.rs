//! The best chunks for a query.
//!
//! Terms are scored one after another into flat accumulators, the weightiest first: queries of
//! hundreds of terms are usual here. Once the terms that are left cannot lift a chunk into the
//! best any more that is not near them already, only those near are looked up, and whole blocks of
//! the long lists of common terms are passed over. Scores are the same either way.

use std::ops::Range;

use super::accumulators::{Accumulators, Cell};
use super::bm25::{BOUND, Idfs, Statistics, part};
use super::postings::Postings;
use super::query::Query;
use super::segment::Segment;
use crate::analyze::Term;

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
    /// The chunks that may be found, in rising order, if not all; statistics are of all.
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
    let best =
        Accumulators::with(targets, plan.statistics, |cells| plan.run(targets, cells, limit));
    let hit = |(chunk, score): (u32, f32)| {
        let segment = plan.starts.partition_point(|start| *start <= chunk) - 1;
        Hit { segment, chunk: chunk - plan.starts[segment], score }
    };
    best.into_iter().map(hit).collect()
}

/// A query is searched by its weightiest terms, so many of them: some 150 words with their pieces
/// have as many, and a question of a person has 100. What a longer query has beyond that is common
/// to most texts; leaving it out takes half the time of 2,000 words.
pub(super) const MAX_TERMS: usize = 1024;

/// Sums of a thousand parts are off by this much at most, relatively.
const ROUNDING: f32 = 1e-3;

/// The terms of a query that some chunk holds.
pub(super) struct Plan<'s> {
    pub(super) statistics: Statistics,
    /// The weightiest first.
    pub(super) terms: Vec<Weighted>,
    /// The lists of all terms, with the segment they belong to.
    pub(super) lists: Vec<(usize, Postings<'s>)>,
    /// Where each segment's chunks begin among all.
    starts: Vec<u32>,
    /// What all terms of the query weigh, those that no chunk holds among them.
    pub(super) most: f32,
}

#[derive(Debug, Clone)]
pub(super) struct Weighted {
    pub(super) term: Term,
    /// Its weight in the query.
    pub(super) given: f32,
    pub(super) idf: f32,
    /// What comes of both.
    pub(super) weight: f32,
    pub(super) lists: Range<usize>,
    postings: u32,
    /// The most that this term and those after it can give a chunk.
    reach: f32,
}

impl<'s> Plan<'s> {
    pub(super) fn new(targets: &[Target<'s>], query: &Query) -> Self {
        let statistics = statistics(targets);
        let mut starts = Vec::new();
        let mut at = 0;
        for target in targets {
            starts.push(at);
            at += target.segment.chunk_count() as u32;
        }
        let mut plan = Self { statistics, terms: Vec::new(), lists: Vec::new(), starts, most: 0.0 };
        let mut found = plan.found(targets, query);
        if found.len() > MAX_TERMS {
            found.select_nth_unstable(MAX_TERMS);
            found.truncate(MAX_TERMS);
        }
        found.sort_unstable();
        let terms: Vec<(Term, f32)> = query.terms().collect();
        for rank in found {
            let (number, weight) = ranked(rank);
            let (term, given) = terms[number as usize];
            plan.add_term(targets, term, (given, weight));
        }
        let mut reach = 0.0;
        for term in plan.terms.iter_mut().rev() {
            reach += term.weight * BOUND;
            term.reach = reach;
        }
        plan
    }

    /// The terms that any chunk holds, by their weight and their number in the query. A query of
    /// two thousand words has four times the terms that are kept, so no more is done for each here
    /// than it takes.
    fn found(&mut self, targets: &[Target<'s>], query: &Query) -> Vec<u64> {
        let mut idfs = Idfs::new(self.statistics);
        let mut found = Vec::with_capacity(query.terms().len());
        for (number, (term, given)) in query.terms_by_value() {
            let mut holding = 0;
            for target in targets {
                let Some(ordinal) = target.segment.ordinal(term) else { continue };
                holding += if target.removed.is_empty() {
                    target.segment.holding(ordinal)
                } else {
                    holding_chunks(target, &target.segment.postings_at(ordinal))
                };
            }
            let weight = given * query.idf_weight(idfs.of(holding));
            self.most += weight;
            if holding > 0 {
                found.push(rank(number, weight));
            }
        }
        found
    }

    fn add_term(&mut self, targets: &[Target<'s>], term: Term, (given, weight): (f32, f32)) {
        let first = self.lists.len();
        let (mut postings, mut holding) = (0, 0);
        for (index, target) in targets.iter().enumerate() {
            let Some(list) = target.segment.postings(term) else { continue };
            postings += list.len();
            holding += holding_chunks(target, &list);
            self.lists.push((index, list));
        }
        let lists = first..self.lists.len();
        let idf = self.statistics.idf(holding);
        self.terms.push(Weighted { term, given, idf, weight, lists, postings, reach: 0.0 });
    }

    fn run(&self, targets: &[Target<'_>], cells: &mut [Cell], limit: usize) -> Vec<(u32, f32)> {
        let (mut done, mut unchecked) = (0, 0);
        // The score that it took when all were looked at last.
        let mut needed = f32::INFINITY;
        for (at, term) in self.terms.iter().enumerate() {
            // A look at all scores is worth it if it may save more than it costs.
            let long = term.postings as usize > cells.len() / 4;
            let is_due =
                unchecked > 0 && unchecked * 8 >= done && (long || unchecked > cells.len());
            if is_due && limit < cells.len() && term.reach < needed {
                unchecked = 0;
                let enough = worst_of_best(cells.iter().map(|cell| cell.score), limit);
                needed = enough;
                if term.reach < enough
                    && let Some(near) = near(cells, enough - term.reach * (1.0 + ROUNDING))
                {
                    return self.finish(targets, cells, near, (at, limit));
                }
            }
            unchecked += term.postings as usize;
            done += term.postings as usize;
            self.add(term, cells);
        }
        top(cells.iter().map(|cell| cell.score), limit)
    }

    /// Adds a term's part to all chunks that hold it.
    fn add(&self, term: &Weighted, cells: &mut [Cell]) {
        let weight = term.weight;
        for (index, list) in &self.lists[term.lists.clone()] {
            let cells = &mut cells[self.starts[*index] as usize..];
            list.each(|chunk, frequency| {
                if let Some(cell) = cells.get_mut(chunk as usize) {
                    cell.score += part(weight, cell.held, frequency);
                }
            });
        }
    }

    /// The best of the chunks near, with the terms from `from` on added.
    fn finish(
        &self,
        targets: &[Target<'_>],
        cells: &[Cell],
        mut near: Vec<(u32, f32)>,
        (from, limit): (usize, usize),
    ) -> Vec<(u32, f32)> {
        let mut asked = Vec::new();
        for (at, term) in self.terms.iter().enumerate().skip(from) {
            if near.len() > limit {
                let enough = worst_of_best(near.iter().map(|(_, score)| *score), limit);
                let least = enough - term.reach * (1.0 + ROUNDING);
                near.retain(|(_, score)| *score >= least);
            }
            for (index, list) in &self.lists[self.terms[at].lists.clone()] {
                let start = self.starts[*index];
                let end = start + targets[*index].segment.chunk_count() as u32;
                let first = near.partition_point(|(chunk, _)| *chunk < start);
                let last = near.partition_point(|(chunk, _)| *chunk < end);
                let near = &mut near[first..last];
                asked.clear();
                asked.extend(near.iter().map(|(chunk, _)| chunk - start));
                list.among(&asked, |at, frequency| {
                    let held = cells[near[at].0 as usize].held;
                    near[at].1 += part(term.weight, held, frequency);
                });
            }
        }
        let best = top(near.iter().map(|(_, score)| *score), limit);
        best.into_iter().map(|(at, score)| (near[at as usize].0, score)).collect()
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

/// Chunks of at least this score, unless they are too many for looking up each to be worth it.
fn near(cells: &[Cell], least: f32) -> Option<Vec<(u32, f32)>> {
    const MOST: usize = 16;
    let mut near = Vec::new();
    for (chunk, cell) in (0..).zip(cells) {
        if cell.score >= least {
            near.push((chunk, cell.score));
            if near.len() > cells.len() / MOST {
                return None;
            }
        }
    }
    Some(near)
}

/// The least of the best `limit` scores; 0 if there are not so many above that.
fn worst_of_best(scores: impl Iterator<Item = f32>, limit: usize) -> f32 {
    top(scores, limit).get(limit - 1).map_or(0.0, |(_, score)| *score)
}

/// The best scores above 0 with their places, best first; of equal ones the earlier.
fn top(scores: impl Iterator<Item = f32>, limit: usize) -> Vec<(u32, f32)> {
    // Twice as many as asked for are gathered before the worse half is dropped.
    const ROOM: usize = 64;
    let most = limit.saturating_mul(2).saturating_add(ROOM);
    let mut best: Vec<u64> = Vec::new();
    let mut least = 0.0;
    for (at, score) in (0..).zip(scores) {
        if score > least {
            best.push(rank(at, score));
            if best.len() >= most {
                best.select_nth_unstable(limit - 1);
                best.truncate(limit);
                least = ranked(best[limit - 1]).1;
            }
        }
    }
    best.sort_unstable();
    best.truncate(limit);
    best.into_iter().map(ranked).collect()
}

/// A place and its score above 0 as one number, the lower, the better. The bits of a float that is
/// not negative rise with its value.
fn rank(at: u32, score: f32) -> u64 {
    u64::from(!score.to_bits()) << 32 | u64::from(at)
}

/// What [`rank`] was made of.
fn ranked(rank: u64) -> (u32, f32) {
    (rank as u32, f32::from_bits(!((rank >> 32) as u32)))
}
