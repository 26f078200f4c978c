//! Why a chunk was found, in the words that stand in it.

use std::ops::Range;

use super::why::Share;
use crate::analyze::{Analyzer, Token, TokenKind};
use crate::text::order;

/// What each term gave a chunk, and the places to highlight.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Why {
    /// The terms that were found, weightiest first; their scores add up to the hit's.
    pub terms: Vec<WhyTerm>,
    /// Stretches of the chunk's text that answer the query, in order and apart from each other.
    pub highlights: Vec<Range<usize>>,
}

/// What one term gave a chunk.
#[derive(Debug, Clone, PartialEq)]
pub struct WhyTerm {
    /// The term as it stands where it occurs first.
    pub text: String,
    /// What it was made of.
    pub kind: TokenKind,
    /// Its places in the chunk's text; none if it stands in a heading alone.
    pub places: Vec<Range<usize>>,
    /// Its weight in the query, its rarity, its frequency, its part of the score.
    pub share: Share,
}

/// Terms that give less than this part of what the best gives are not worth a reader's eye: they
/// are pieces that most words have.
const LEAST_HIGHLIGHT: f32 = 0.1;

impl Why {
    /// The reasons in the words of a text and of the headings that it stands under.
    pub fn of<'t>(
        analyzer: Analyzer,
        text: &str,
        headings: impl IntoIterator<Item = &'t str>,
        shares: &[Share],
    ) -> Self {
        let mut found: Vec<Option<WhyTerm>> = vec![None; shares.len()];
        let mut of_term: Vec<(u64, u32)> = shares.iter().map(|share| share.term).zip(0..).collect();
        of_term.sort_unstable();
        let mut note = |token: &Token, text: &str, in_heading: bool| {
            let place = of_term.binary_search_by_key(&token.term, |(term, _)| *term);
            let Ok(at) = place.map(|place| of_term[place].1 as usize) else { return };
            let place = token.start as usize..token.end as usize;
            let term = found[at].get_or_insert_with(|| WhyTerm {
                text: text.get(place.clone()).unwrap_or_default().to_owned(),
                kind: token.kind,
                places: Vec::new(),
                share: shares[at],
            });
            if !in_heading {
                term.places.push(place);
            }
        };
        analyzer.tokens(text, |token| note(&token, text, false));
        for heading in headings {
            analyzer.tokens(heading, |token| note(&token, heading, true));
        }
        let terms: Vec<WhyTerm> = found.into_iter().flatten().collect();
        Self { highlights: highlights(&terms), terms }
    }
}

fn highlights(terms: &[WhyTerm]) -> Vec<Range<usize>> {
    let best = terms.iter().map(|term| term.share.score).fold(0.0, f32::max);
    let worth = terms.iter().filter(|term| term.share.score >= best * LEAST_HIGHLIGHT);
    let mut places: Vec<Range<usize>> =
        worth.flat_map(|term| term.places.iter().cloned()).collect();
    order::by_key(&mut places, |place| (place.start as u64) << 32 | place.end as u64);
    let mut apart: Vec<Range<usize>> = Vec::new();
    for place in places {
        match apart.last_mut() {
            Some(last) if place.start <= last.end => last.end = last.end.max(place.end),
            _ => apart.push(place),
        }
    }
    apart
}
