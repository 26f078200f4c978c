//! How far a passage says what a sentence claims, by the words that they share.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::analyze::{Analyzer, Term, TokenKind};
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
}

/// Half of a claim's terms in the quote and its neighbours: paraphrases with the passage's own
/// words pass, sentences about something else that share a name do not.
const ENOUGH: f32 = 0.5;

/// Finds the sentence of a passage that says most of a claim, and tells how much that is.
pub(super) fn best(claim: &str, passage: &Passage, analyzer: Analyzer) -> Evidence {
    let claim = Claim::of(claim, analyzer);
    let sentences = sentences(&passage.text);
    let terms: Vec<BTreeSet<Term>> =
        sentences.iter().map(|range| terms(&passage.text[range.clone()], analyzer)).collect();
    let score = |at: usize| {
        let shared = claim.terms.intersection(&terms[at]).count() as f32;
        // Of two sentences that share as much, the shorter one says it more plainly.
        shared / (claim.terms.len() as f32 + terms[at].len() as f32).sqrt().max(1.0)
    };
    let best = (0..sentences.len()).max_by(|a, b| score(*a).total_cmp(&score(*b)).then(b.cmp(a)));
    let Some(best) = best else {
        return Evidence { quote: 0..passage.text.len(), support: 0.0, verified: false };
    };
    let around = best.saturating_sub(1)..(best + 2).min(sentences.len());
    let nearby: BTreeSet<Term> = terms[around].iter().flatten().copied().collect();
    let support = claim.share_in(&nearby);
    let numbers_agree = claim.numbers.is_subset(&terms_of_numbers(&passage.text, analyzer));
    Evidence {
        quote: sentences[best].clone(),
        support,
        verified: support >= ENOUGH && numbers_agree,
    }
}

struct Claim {
    terms: BTreeSet<Term>,
    numbers: BTreeSet<Term>,
}

impl Claim {
    fn of(text: &str, analyzer: Analyzer) -> Self {
        Self { terms: terms(text, analyzer), numbers: terms_of_numbers(text, analyzer) }
    }

    fn share_in(&self, terms: &BTreeSet<Term>) -> f32 {
        if self.terms.is_empty() {
            return 0.0;
        }
        self.terms.intersection(terms).count() as f32 / self.terms.len() as f32
    }
}

/// Terms that carry meaning on their own. Single characters are shared by any two texts of a
/// language, pairs are not.
fn terms(text: &str, analyzer: Analyzer) -> BTreeSet<Term> {
    let mut found = BTreeSet::new();
    analyzer.tokens(text, |token| {
        let tells = matches!(
            token.kind,
            TokenKind::Gram | TokenKind::CharacterPair | TokenKind::ClusterPair
        );
        if tells {
            found.insert(token.term);
        }
    });
    found
}

/// Words that begin with a digit. A claim with a number that its passage lacks is not verified,
/// however alike the rest is.
fn terms_of_numbers(text: &str, analyzer: Analyzer) -> BTreeSet<Term> {
    let mut found = BTreeSet::new();
    analyzer.tokens(text, |token| {
        let word = &text[token.start as usize..token.end as usize];
        if token.kind == TokenKind::Word && word.starts_with(char::is_numeric) {
            found.insert(token.term);
        }
    });
    found
}
