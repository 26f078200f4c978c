//! The best chunks for a query.

use std::cmp::Ordering;

use super::bm25::Statistics;
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

/// The best `limit` chunks that the filter lets pass, best first; of equal ones the earlier.
///
/// Terms are scored one after another into flat accumulators: queries of hundreds of terms are
/// usual here, and with those, pruning costs more than it saves.
pub fn search(
    segments: &[&Segment],
    query: &Query,
    limit: usize,
    mut passes: impl FnMut(usize, u32) -> bool,
) -> Vec<Hit> {
    let statistics = Statistics::of(segments);
    let mut scores: Vec<Vec<f32>> =
        segments.iter().map(|segment| vec![0.0; segment.chunk_count()]).collect();
    for (term, weight) in query.terms() {
        let lists: Vec<_> = segments.iter().map(|segment| segment.postings(term)).collect();
        let holding = lists.iter().flatten().map(super::postings::Postings::len).sum();
        let weight = weight * statistics.idf(holding).powf(query.idf_power());
        for (index, list) in lists.into_iter().enumerate() {
            let (lengths, scores) = (&segments[index].lengths, &mut scores[index]);
            for posting in list.into_iter().flatten() {
                let at = posting.chunk as usize;
                let (Some(length), Some(score)) = (lengths.get(at), scores.get_mut(at)) else {
                    break;
                };
                *score += weight * statistics.frequency_score(posting.frequency, *length);
            }
        }
    }
    let mut hits = Vec::new();
    for (segment, scores) in scores.iter().enumerate() {
        for (chunk, score) in (0..).zip(scores) {
            if *score > 0.0 && passes(segment, chunk) {
                hits.push(Hit { segment, chunk, score: *score });
            }
        }
    }
    best(hits, limit)
}

fn best(mut hits: Vec<Hit>, limit: usize) -> Vec<Hit> {
    if limit == 0 {
        return Vec::new();
    }
    if hits.len() > limit {
        hits.select_nth_unstable_by(limit - 1, order);
        hits.truncate(limit);
    }
    hits.sort_unstable_by(order);
    hits
}

fn order(a: &Hit, b: &Hit) -> Ordering {
    b.score.total_cmp(&a.score).then(a.segment.cmp(&b.segment)).then(a.chunk.cmp(&b.chunk))
}
