//! How far a passage says what a sentence claims, by the words that they share.

use std::ops::Range;

use crate::analyze::{Analyzer, TermSet, TokenKind};
use crate::retrieve::Passage;
use crate::text::sentence::sentences;

/// The sentence of a passage that supports a claim best.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Evidence {
    /// Where it stands in the passage's text.
    pub(super) quote: Range<usize>,
    /// The share of the claim's terms that stand in it and its neighbours.
    pub(super) support: f32,
    pub(super) verified: bool,
    /// Those terms.
    covered: TermSet,
    /// The claim's numbers that stand in the passage.
    numbers: TermSet,
}

/// Half of a claim's terms in the quote and its neighbours: paraphrases with the passage's own
/// words pass, sentences about something else that share a name do not.
const ENOUGH: f32 = 0.5;

/// The part of a claim that one of several passages must say to count as support for it.
const PART: f32 = 0.15;

/// The evidence of several passages for one claim. One that says too little alone is verified,
/// too, if all together say enough and it says a part: an answer that joins facts rests on many.
pub(super) fn together(claim: &str, passages: &[&Passage], analyzer: Analyzer) -> Vec<Evidence> {
    let mut found: Vec<Evidence> =
        passages.iter().map(|passage| best(claim, passage, analyzer)).collect();
    if found.len() > 1 && is_covered(&Claim::of(claim, analyzer), &found) {
        for evidence in &mut found {
            evidence.verified |= evidence.support >= PART;
        }
    }
    found
}

/// The fewest passages, at most so many, that together say enough of a claim, by greedy choice:
/// each time the one that says most of what is still unsaid. None if that is not enough.
pub(super) fn cover<'p>(
    claim: &str,
    passages: &'p [Passage],
    analyzer: Analyzer,
    at_most: usize,
) -> Vec<(&'p Passage, Evidence)> {
    let terms = Claim::of(claim, analyzer);
    let mut left: Vec<(&Passage, Evidence)> =
        passages.iter().map(|passage| (passage, best(claim, passage, analyzer))).collect();
    let mut chosen: Vec<(&Passage, Evidence)> = Vec::new();
    let mut said = TermSet::default();
    while chosen.len() < at_most {
        let adds = |evidence: &Evidence| {
            let new = evidence.covered.len() - evidence.covered.shared(&said).len();
            new as f32 / terms.terms.len().max(1) as f32
        };
        let next = (0..left.len())
            .max_by(|a, b| adds(&left[*a].1).total_cmp(&adds(&left[*b].1)).then(b.cmp(a)));
        let Some(next) = next.filter(|next| adds(&left[*next].1) >= PART) else { break };
        let (passage, mut evidence) = left.swap_remove(next);
        said = TermSet::union([&said, &evidence.covered]);
        evidence.verified = true;
        chosen.push((passage, evidence));
    }
    let evidence: Vec<Evidence> = chosen.iter().map(|(_, evidence)| evidence.clone()).collect();
    if is_covered(&terms, &evidence) { chosen } else { Vec::new() }
}

fn is_covered(claim: &Claim, evidence: &[Evidence]) -> bool {
    let terms = TermSet::union(evidence.iter().map(|e| &e.covered));
    let numbers = TermSet::union(evidence.iter().map(|e| &e.numbers));
    claim.share_in(&terms) >= ENOUGH && claim.numbers.is_subset(&numbers)
}

/// Finds the sentence of a passage that says most of a claim, and tells how much that is.
pub(super) fn best(claim: &str, passage: &Passage, analyzer: Analyzer) -> Evidence {
    let claim = Claim::of(claim, analyzer);
    let sentences = sentences(&passage.text);
    let terms: Vec<TermSet> =
        sentences.iter().map(|range| terms(&passage.text[range.clone()], analyzer)).collect();
    let score = |at: usize| {
        let shared = claim.terms.shared(&terms[at]).len() as f32;
        // Of two sentences that share as much, the shorter one says it more plainly.
        shared / (claim.terms.len() as f32 + terms[at].len() as f32).sqrt().max(1.0)
    };
    let best = (0..sentences.len()).max_by(|a, b| score(*a).total_cmp(&score(*b)).then(b.cmp(a)));
    let Some(best) = best else {
        return Evidence {
            quote: 0..passage.text.len(),
            support: 0.0,
            verified: false,
            covered: TermSet::default(),
            numbers: TermSet::default(),
        };
    };
    let around = best.saturating_sub(1)..(best + 2).min(sentences.len());
    let nearby = TermSet::union(&terms[around]);
    let support = claim.share_in(&nearby);
    let numbers = terms_of_numbers(&passage.text, analyzer);
    Evidence {
        quote: sentences[best].clone(),
        support,
        verified: support >= ENOUGH && claim.numbers.is_subset(&numbers),
        covered: claim.terms.shared(&nearby),
        numbers: claim.numbers.shared(&numbers),
    }
}

struct Claim {
    terms: TermSet,
    numbers: TermSet,
}

impl Claim {
    fn of(text: &str, analyzer: Analyzer) -> Self {
        Self { terms: terms(text, analyzer), numbers: terms_of_numbers(text, analyzer) }
    }

    fn share_in(&self, terms: &TermSet) -> f32 {
        if self.terms.is_empty() {
            return 0.0;
        }
        self.terms.shared(terms).len() as f32 / self.terms.len() as f32
    }
}

/// Terms that carry meaning on their own. Single characters are shared by any two texts of a
/// language, pairs are not.
fn terms(text: &str, analyzer: Analyzer) -> TermSet {
    let mut found = Vec::new();
    analyzer.tokens(text, |token| {
        let tells = matches!(
            token.kind,
            TokenKind::Gram | TokenKind::CharacterPair | TokenKind::ClusterPair
        );
        if tells {
            found.push(token.term);
        }
    });
    TermSet::of(found)
}

/// Words that begin with a digit. A claim with a number that its passage lacks is not verified,
/// however alike the rest is.
fn terms_of_numbers(text: &str, analyzer: Analyzer) -> TermSet {
    let mut found = Vec::new();
    analyzer.tokens(text, |token| {
        let word = &text[token.start as usize..token.end as usize];
        if token.kind == TokenKind::Word && word.starts_with(char::is_numeric) {
            found.push(token.term);
        }
    });
    TermSet::of(found)
}
