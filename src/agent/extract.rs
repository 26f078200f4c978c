//! Without a model: the sentences of the documents that match the question best.
//!
//! Each stands on a line of its own, in quotation marks and with its marker, best first. There is
//! no chance in it: the same question over the same documents gives the same answer.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;

use super::error::AgentError;
use super::event::{AgentEvent, Answer, RunUsage, Strategy};
use super::plan::Plan;
use super::session::Session;
use crate::analyze::{Analyzer, Term, TermSet};
use crate::cite::{Citation, quoted};
use crate::corpus::Sought;
use crate::index::Query;
use crate::prompt::nothing_found;
use crate::retrieve::{Passage, TokenBudget, retrieve};
use crate::text::sentence::sentences;
use crate::text::{floor_char_boundary, order};

/// Three chunks or so: the best sentence is rarely in a later one.
const PASSAGE_TOKENS: usize = 2000;
/// As many as a reader takes in at a glance.
const MAX_SENTENCES: usize = 5;
/// A sentence that matches less than this share of the best one only dilutes it.
const MIN_SHARE: f32 = 0.5;
/// How far long sentences are held back, as BM25 holds back long documents: they have more words
/// that match by chance. 0 is not at all, 1 in proportion to their length. Those shorter than the
/// mean gain nothing: they are headings, which repeat the question and do not answer it. (Over
/// 2,500 questions of XQuAD, `JSQuAD`, CMRC and ARCD in ten languages, the first quote is of the
/// right paragraph for 91 of 100; for 84 with 0.5, a gain for the short, and all passages alike.)
const LENGTH_WEIGHT: f32 = 0.3;
/// Texts without full stops have "sentences" of a page.
const MAX_SENTENCE_BYTES: usize = 600;

/// Answers in the documents' words.
pub(super) async fn answer(session: &Session) -> Result<Answer, AgentError> {
    let Session { snapshot, question, config, counter, events, .. } = session;
    let reason = "there is no model to ask; the sentences that match best are quoted";
    events.emit(Plan::fallback(question).event(Strategy::Extract, reason));
    session.load_passages(Sought::Text(question), PASSAGE_TOKENS).await?;
    let query = snapshot.question(question);
    let budget = TokenBudget { tokens: PASSAGE_TOKENS, counter: &**counter };
    let passages = retrieve(snapshot, &query, &config.documents, budget);
    events.emit(AgentEvent::Retrieved { passages: passages.clone() });
    let best = best_sentences(&passages, &query, snapshot.analyzer());
    let (text, citations) = quotes(&best, question);
    for line in text.split_inclusive('\n') {
        events.emit(AgentEvent::Text { text: line.to_owned() });
    }
    Ok(Answer {
        citations,
        text,
        strategy: Strategy::Extract,
        extractive: true,
        usage: RunUsage::default(),
        messages: Vec::new(),
    })
}

/// The answer's text, and for each of its lines the place that it was copied from.
fn quotes(best: &[Sentence<'_>], question: &str) -> (String, Vec<Citation>) {
    if best.is_empty() {
        return (nothing_found(question).to_owned(), Vec::new());
    }
    let mut text = String::new();
    let mut citations = Vec::new();
    for sentence in best {
        let break_before = if text.is_empty() { "" } else { "\n" };
        let _ = write!(text, "{break_before}“{}” ", sentence.on_one_line());
        let start = text.len();
        let _ = write!(text, "[{}]", sentence.passage.number);
        citations.extend(quoted(sentence.passage, sentence.quote(), start..text.len()));
    }
    (text, citations)
}

/// A sentence of a passage, and the terms of the query that it has.
struct Sentence<'p> {
    passage: &'p Passage,
    /// Where it stands in the passage's text.
    range: Range<usize>,
    /// In terms, repetitions counted.
    length: f32,
    terms: TermSet,
}

impl Sentence<'_> {
    fn text(&self) -> &str {
        &self.passage.text[self.range.clone()]
    }

    /// As much of it as is quoted.
    fn quote(&self) -> Range<usize> {
        self.range.start..self.range.start + floor_char_boundary(self.text(), MAX_SENTENCE_BYTES)
    }

    fn on_one_line(&self) -> String {
        let ellipsis = if self.quote() == self.range { "" } else { "…" };
        let words: Vec<&str> = self.passage.text[self.quote()].split_whitespace().collect();
        format!("{}{ellipsis}", words.join(" "))
    }
}

/// The sentences that match best, best first; of two that match as well the earlier one.
fn best_sentences<'p>(
    passages: &'p [Passage],
    query: &Query,
    analyzer: Analyzer,
) -> Vec<Sentence<'p>> {
    let mut found: Vec<Sentence<'p>> = Vec::new();
    let asked = TermSet::of(query.terms().map(|(term, _)| term).collect());
    for passage in passages {
        found.extend(sentences_of(passage, &asked, analyzer));
    }
    found.retain(|sentence| !sentence.terms.is_empty());
    let weights = weights(query, &asked, &found);
    let weight = |term: Term| asked.position(term).map_or(0.0, |at| weights[at]);
    let mean = found.iter().map(|sentence| sentence.length).sum::<f32>() / found.len() as f32;
    let score = |sentence: &Sentence<'_>| -> f32 {
        let matched: f32 = sentence.terms.iter().map(weight).sum();
        let length = (sentence.length / mean).max(1.0);
        // A sentence that stands in a better passage is likelier to be the one.
        sentence.passage.score * matched / (1.0 - LENGTH_WEIGHT + LENGTH_WEIGHT * length)
    };
    order::best_first(&mut found, score);
    let mut seen: BTreeSet<String> = BTreeSet::new();
    found.retain(|sentence| seen.insert(sentence.text().to_owned()));
    let enough = found.first().map_or(0.0, |best| score(best) * MIN_SHARE);
    found.retain(|sentence| score(sentence) >= enough);
    found.truncate(MAX_SENTENCES);
    found
}

fn sentences_of<'p>(
    passage: &'p Passage,
    asked: &TermSet,
    analyzer: Analyzer,
) -> Vec<Sentence<'p>> {
    sentences(&passage.text)
        .into_iter()
        .map(|range| {
            let terms = analyzer.terms(&passage.text[range.clone()]);
            let length = terms.len() as f32;
            let terms = TermSet::of(terms).shared(asked);
            Sentence { passage, range, length, terms }
        })
        .collect()
}

/// What each term asked for tells: its weight in the query, and less, the more of the sentences
/// have it.
fn weights(query: &Query, asked: &TermSet, sentences: &[Sentence<'_>]) -> Vec<f32> {
    let mut counts = vec![0.0; asked.len()];
    for term in sentences.iter().flat_map(|sentence| sentence.terms.iter()) {
        if let Some(at) = asked.position(term) {
            counts[at] += 1.0;
        }
    }
    let total = sentences.len() as f32;
    let mut weights = vec![0.0; asked.len()];
    for (term, weight) in query.terms() {
        if let Some(at) = asked.position(term) {
            weights[at] = weight * (1.0 + total / counts[at]).ln();
        }
    }
    weights
}
