//! What is searched for: weighted terms.

use super::table::TermTable;
use super::words::WordTable;
use crate::analyze::{Analysis, Analyzer, Scanner, Sink, Term, TokenKind, WordAnalyzer, WordTerm};
use crate::text::sentence::sentences;

/// Words above which a query counts as long: common terms add up in it.
const LONG_QUERY_WORDS: usize = 12;

/// What a sentence around a question counts beside it. Instructions ("answer in 500 words, as a
/// lawyer would") drown a question: with this weight ranking keeps 99 % of its quality.
const CONTEXT_WEIGHT: f32 = 0.1;

/// A weighted bag of terms.
#[derive(Debug, Clone, Default)]
pub struct Query {
    terms: TermTable,
    /// Of each term by its number, and the term itself.
    weights: Vec<(Term, f32)>,
    words: usize,
    analysis: Analysis,
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
        if !Self::is_question(text) {
            return Self::text(analyzer, text);
        }
        let mut query = Self::new();
        for sentence in &sentences {
            let weight = if Self::is_question(sentence) { 1.0 } else { CONTEXT_WEIGHT };
            query.add(analyzer, sentence, weight);
        }
        query
    }

    /// Whether a text has a question mark of any script.
    pub(super) fn is_question(text: &str) -> bool {
        text.contains(['?', '？', '؟', '\u{37e}'])
    }

    /// Adds the terms of a text, each with this weight as often as it occurs. A weight that is
    /// not above 0 adds nothing.
    pub fn add(&mut self, analyzer: Analyzer, text: &str, weight: f32) {
        self.analysis = analyzer.analysis();
        if weight > 0.0 {
            let mut adding = Adding { query: self, weight, words: 0, met: WordTable::new() };
            Scanner::new(analyzer).scan(text, &mut adding);
            let Adding { words, mut met, .. } = adding;
            met.drain(|numbers, times| {
                for number in numbers {
                    self.weights[*number as usize].1 += weight * times as f32;
                }
            });
            // What hardly counts does not make a query long.
            self.words += (words as f32 * weight.min(1.0)) as usize;
        }
    }

    /// Adds the terms of another query, each with its weight there times this one.
    pub fn join(&mut self, other: &Query, weight: f32) {
        self.analysis = other.analysis;
        if weight > 0.0 {
            other.terms().for_each(|(term, own)| self.count(term, own * weight));
            self.words += (other.words as f32 * weight.min(1.0)) as usize;
        }
    }

    /// Takes over the terms of another query that weigh more there, or are not here.
    pub(super) fn widen(&mut self, other: &Query) {
        self.analysis = other.analysis;
        for (term, weight) in other.terms() {
            let number = self.terms.number(term) as usize;
            match self.weights.get_mut(number) {
                Some((_, own)) => *own = own.max(weight),
                None => self.weights.push((term, weight)),
            }
        }
        self.words = self.words.max(other.words);
    }

    /// Whether it finds nothing.
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// The terms in the order in which they were first met, with their weights.
    pub fn terms(&self) -> impl ExactSizeIterator<Item = (Term, f32)> {
        self.weights.iter().copied()
    }

    /// The same with their numbers in that order, in nearly rising order of terms: a segment has
    /// them sorted, and is then read from front to back.
    pub(super) fn terms_by_value(&self) -> impl Iterator<Item = (u32, (Term, f32))> {
        self.terms.numbers().map(|number| (number, self.weights[number as usize]))
    }

    /// What a term of this idf weighs. The powers were measured on question sets in 29 languages;
    /// words alone are plain BM25. A whole word weighs as much as a piece: at twice that, .01 more
    /// of English passages came first for words taken from them, and five of the sets in
    /// `tests/retrieval`, four of Arabic, Persian and Korean among them, fell below their floors.
    pub(super) fn idf_weight(&self, idf: f32) -> f32 {
        match self.analysis {
            Analysis::Words => idf,
            Analysis::Full if self.words > LONG_QUERY_WORDS => idf * idf,
            Analysis::Full => idf * idf.sqrt(),
        }
    }

    fn count(&mut self, term: Term, weight: f32) {
        let number = self.number(term) as usize;
        self.weights[number].1 += weight;
    }

    /// The number of a term, which weighs nothing if it is new.
    fn number(&mut self, term: Term) -> u32 {
        let number = self.terms.number(term);
        if number as usize == self.weights.len() {
            self.weights.push((term, 0.0));
        }
        number
    }
}

/// A text whose terms are being added.
struct Adding<'q> {
    query: &'q mut Query,
    weight: f32,
    words: usize,
    /// Words of this text: most of a long one are repeated.
    met: WordTable,
}

impl Sink for Adding<'_> {
    #[inline(always)]
    fn word(&mut self, written: &str, analyzer: &mut WordAnalyzer) -> Option<WordTerm> {
        self.words += 1;
        let Self { query, met, .. } = self;
        met.count(written, 1, |numbers| {
            analyzer.terms(written, |term| numbers.push(query.number(term)))
        })
    }

    #[inline(always)]
    fn term(&mut self, term: Term, kind: TokenKind) {
        self.words += usize::from(kind.is_whole());
        self.query.count(term, self.weight);
    }
}
