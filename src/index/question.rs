//! A question inside instructions: which of the sentences is it?
//!
//! Where none has a question mark, the documents tell. A sentence about what stands in them finds
//! most of itself in some chunk; "answer in 500 words, as a lawyer would" finds little.

use super::query::Query;
use super::search::{Plan, Target, search_in};
use crate::analyze::Analyzer;
use crate::text::sentence::sentences;

/// How steeply a sentence falls behind the one that is found best. Measured on questions
/// inside 50 words of instructions in seven languages.
const STEEPNESS: i32 = 4;

/// A text of more sentences is no question, and each takes a search.
const MOST_SENTENCES: usize = 40;

/// The query of what a person asks of these segments.
pub fn question(targets: &[Target<'_>], analyzer: Analyzer, text: &str) -> Query {
    let sentences: Vec<&str> = sentences(text).into_iter().map(|range| &text[range]).collect();
    if Query::is_question(text) || !(2..=MOST_SENTENCES).contains(&sentences.len()) {
        return Query::question(analyzer, text);
    }
    let found: Vec<f32> = sentences
        .iter()
        .map(|sentence| found_share(targets, &Query::text(analyzer, sentence)))
        .collect();
    let best = found.iter().copied().fold(0.0, f32::max);
    if best <= 0.0 {
        return Query::question(analyzer, text);
    }
    let mut query = Query::new();
    for (sentence, found) in sentences.iter().zip(found) {
        query.add(analyzer, sentence, (found / best).powi(STEEPNESS));
    }
    query
}

/// How much of a query its best chunk has, by what its terms weigh.
fn found_share(targets: &[Target<'_>], query: &Query) -> f32 {
    let best = search_in(targets, query, 1).first().map_or(0.0, |hit| hit.score);
    best / Plan::new(targets, query).most.max(f32::MIN_POSITIVE)
}
