//! Why a chunk was found: what each term of the query gave it.

use super::bm25::part;
use super::query::Query;
use super::search::{Hit, Plan, Target};
use crate::analyze::Term;

/// What one term gave a chunk.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// The term.
    pub term: Term,
    /// Its weight in the query: how often it stands there, times what was given with it.
    pub weight: f32,
    /// How rare it is among all chunks.
    pub idf: f32,
    /// How often it occurs in the chunk; a heading counts twice.
    pub frequency: u32,
    /// Its part of the score.
    pub score: f32,
}

/// The shares of all terms that gave the chunk anything, weightiest terms first. In this order they
/// add up to the hit's score.
pub fn why(targets: &[Target<'_>], query: &Query, hit: &Hit) -> Vec<Share> {
    let plan = Plan::new(targets, query);
    let segment = targets.get(hit.segment).map(|target| target.segment);
    let Some(length) = segment.and_then(|segment| segment.length(hit.chunk)) else {
        return Vec::new();
    };
    let held = plan.statistics.held(length);
    let mut shares = Vec::new();
    for term in &plan.terms {
        let lists = plan.lists[term.lists.clone()].iter();
        for (_, list) in lists.filter(|(segment, _)| *segment == hit.segment) {
            list.among(&[hit.chunk], |_, frequency| {
                shares.push(Share {
                    term: term.term,
                    weight: term.given,
                    idf: term.idf,
                    frequency,
                    score: part(term.weight, held, frequency),
                });
            });
        }
    }
    shares
}
