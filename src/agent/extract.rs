//! Without a model: the sentences of the documents that match the question best.
//!
//! Each stands on a line of its own, in quotation marks and with its marker, best first. There is
//! no chance in it: the same question over the same documents gives the same answer.

use super::error::AgentError;
use super::event::{AgentEvent, Answer, RunUsage, Strategy};
use super::plan::Plan;
use super::session::Session;
use crate::analyze::{Analyzer, Term, TermSet};
use crate::cite::cite;
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
/// that match by chance. 0 is not at all, 1 in proportion to their length.
const LENGTH_WEIGHT: f32 = 0.5;
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
    let mut text = String::new();
    for line in lines(&passages, &query, snapshot.analyzer(), question) {
        text.push_str(&line);
        events.emit(AgentEvent::Text { text: line });
    }
    Ok(Answer {
        citations: cite(&text, &passages, snapshot),
        text,
        strategy: Strategy::Extract,
        extractive: true,
        usage: RunUsage::default(),
        messages: Vec::new(),
    })
}

/// The lines of the answer, line breaks included.
fn lines(passages: &[Passage], query: &Query, analyzer: Analyzer, question: &str) -> Vec<String> {
    let best = best_sentences(passages, query, analyzer);
    if best.is_empty() {
        return vec![nothing_found(question).to_owned()];
    }
    best.iter()
        .enumerate()
        .map(|(line, sentence)| {
            let break_before = if line == 0 { "" } else { "\n" };
            format!("{break_before}“{}” [{}]", one_line(sentence.text), sentence.passage)
        })
        .collect()
}

/// A sentence of a passage, and the terms of the query that it has.
struct Sentence<'p> {
    passage: u32,
    text: &'p str,
    /// In terms, repetitions counted.
    length: f32,
    terms: TermSet,
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
        matched / (1.0 - LENGTH_WEIGHT + LENGTH_WEIGHT * sentence.length / mean)
    };
    order::best_first(&mut found, score);
    let mut seen: Vec<&str> = Vec::new();
    found.retain(|sentence| {
        let is_new = !seen.contains(&sentence.text);
        seen.push(sentence.text);
        is_new
    });
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
            let text = &passage.text[range];
            let terms = analyzer.terms(text);
            let length = terms.len() as f32;
            let terms = TermSet::of(terms).shared(asked);
            Sentence { passage: passage.number, text, length, terms }
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

fn one_line(sentence: &str) -> String {
    let cut = floor_char_boundary(sentence, MAX_SENTENCE_BYTES);
    let ellipsis = if cut < sentence.len() { "…" } else { "" };
    let words: Vec<&str> = sentence[..cut].split_whitespace().collect();
    format!("{}{ellipsis}", words.join(" "))
}
