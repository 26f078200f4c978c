//! Which passage supports which sentence of an answer, and where it says so.
//!
//! A marker such as `[2]` is the model's claim; this module checks it. The sentence around the
//! marker is compared with the sentences of passage 2, by the terms that they share; the best one
//! is the quote, and its place is what a reader is shown. What is too unlike is kept, but not
//! called verified. Comparison is lexical: an answer in another language than its passage cannot
//! be verified this way, and is not claimed to be.

pub mod marker;
mod support;

use std::ops::Range;

use crate::corpus::Snapshot;
use crate::document::{DocumentId, Span};
use crate::retrieve::Passage;
use crate::text::order;
use crate::text::sentence::sentences;
use marker::{Marker, markers};

/// A checked reference from an answer into a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Citation {
    /// The number of the passage.
    pub marker: u32,
    /// Where the marker stands in the answer, in bytes.
    pub at: Range<usize>,
    /// The document.
    pub document: DocumentId,
    /// Its title.
    pub title: Option<String>,
    /// Where the quote stands.
    pub span: Span,
    /// The sentence of the passage that supports the answer best.
    pub quote: String,
    /// How much of the answer's sentence the passage says, from 0 to 1.
    pub support: f32,
    /// Whether that is enough to call the claim checked.
    pub verified: bool,
}

/// One citation for each marker in the answer that names a passage, in the order of the text.
pub fn cite(answer: &str, passages: &[Passage], snapshot: &Snapshot) -> Vec<Citation> {
    let markers = markers(answer);
    let claims = claims(answer, &markers);
    let mut citations = Vec::new();
    // Markers of one sentence support it together.
    let cited = |number: &u32| passages.iter().find(|passage| passage.number == *number);
    let mut at = 0;
    while at < markers.len() {
        let same = claims[at..].iter().take_while(|claim| **claim == claims[at]).count();
        let group: Vec<(&Marker, &Passage)> = markers[at..at + same]
            .iter()
            .flat_map(|marker| marker.numbers.iter().map(move |number| (marker, number)))
            .filter_map(|(marker, number)| Some((marker, cited(number)?)))
            .collect();
        let named: Vec<&Passage> = group.iter().map(|(_, passage)| *passage).collect();
        let found = support::together(&claims[at], &named, snapshot.analyzer());
        for ((marker, passage), found) in group.into_iter().zip(found) {
            citations.extend(citation(passage, found, marker.at.clone()));
        }
        at += same;
    }
    citations
}

/// Most passages that are named for an answer that names none.
const MAX_ATTRIBUTED: usize = 3;

/// The markers that an answer without any should end with: small models forget to cite, and what
/// they say can be looked up all the same. Empty if the answer has markers, or if no sentence of
/// it is supported well enough to be called verified.
///
/// The markers are to be appended to the answer's text as they are; [`attributed`] then tells
/// what they refer to.
pub fn attribution(answer: &str, passages: &[Passage], snapshot: &Snapshot) -> String {
    let supports = supports(answer, passages, snapshot);
    let numbers: Vec<String> =
        supports.iter().map(|(passage, _)| format!("[{}]", passage.number)).collect();
    if numbers.is_empty() { String::new() } else { format!(" {}", numbers.concat()) }
}

/// The citations of an answer that ends with the markers of [`attribution`].
pub fn attributed(answer: &str, passages: &[Passage], snapshot: &Snapshot) -> Vec<Citation> {
    let supports = supports(answer, passages, snapshot);
    // A space, then the markers.
    let mut at = answer.len() + 1;
    let mut citations = Vec::new();
    for (passage, found) in supports {
        let end = at + format!("[{}]", passage.number).len();
        citations.extend(citation(passage, found, at..end));
        at = end;
    }
    citations
}

/// The passages that support an answer without markers, each with its best evidence, best first.
fn supports<'p>(
    answer: &str,
    passages: &'p [Passage],
    snapshot: &Snapshot,
) -> Vec<(&'p Passage, support::Evidence)> {
    if !markers(answer).is_empty() {
        return Vec::new();
    }
    let analyzer = snapshot.analyzer();
    let mut found: Vec<(&Passage, support::Evidence)> = Vec::new();
    for sentence in sentences(answer) {
        let claim = &answer[sentence];
        let evidence = passages.iter().map(|p| (p, support::best(claim, p, analyzer)));
        let best = evidence.filter(|(_, evidence)| evidence.verified);
        let supporting = match best.max_by(|a, b| a.1.support.total_cmp(&b.1.support)) {
            Some(best) => vec![best],
            None => support::cover(claim, passages, analyzer, MAX_ATTRIBUTED),
        };
        for best in supporting {
            match found.iter_mut().find(|(passage, _)| passage.number == best.0.number) {
                Some(known) if known.1.support < best.1.support => *known = best,
                Some(_) => {}
                None => found.push(best),
            }
        }
    }
    order::best_first(&mut found, |(_, evidence)| evidence.support);
    found.truncate(MAX_ATTRIBUTED);
    found
}

fn citation(passage: &Passage, found: support::Evidence, at: Range<usize>) -> Option<Citation> {
    let support::Evidence { quote, support, verified, .. } = found;
    Some(Citation { support, verified, ..quoted(passage, quote, at)? })
}

/// The citation of a text that was copied from a passage, so that nothing has to be looked up:
/// `quote` is its bytes in the passage's text, `at` those of its marker in the answer. None if
/// they are not of one page.
pub fn quoted(passage: &Passage, quote: Range<usize>, at: Range<usize>) -> Option<Citation> {
    Some(Citation {
        marker: passage.number,
        at,
        document: passage.document.clone(),
        title: passage.title.clone(),
        span: passage.locate(quote.start, quote.end)?,
        quote: passage.text[quote].to_owned(),
        support: 1.0,
        verified: true,
    })
}

/// What each marker stands for: its sentence without markers, or, for a marker that stands alone
/// after a sentence's end, the sentence before.
fn claims(answer: &str, markers: &[Marker]) -> Vec<String> {
    let sentences: Vec<Range<usize>> = sentences(answer);
    let without_markers = |range: &Range<usize>| {
        let mut text = String::new();
        let mut at = range.start;
        for marker in markers.iter().filter(|marker| range.contains(&marker.at.start)) {
            text.push_str(&answer[at..marker.at.start.max(at)]);
            at = marker.at.end.min(range.end).max(at);
        }
        text + &answer[at..range.end]
    };
    let has_words = |text: &str| text.chars().any(char::is_alphanumeric);
    markers
        .iter()
        .map(|marker| {
            let own = sentences.partition_point(|sentence| sentence.end <= marker.at.start);
            let candidates = (0..=own.min(sentences.len().saturating_sub(1))).rev();
            // "…months. [2] The rent…": a marker that opens a sentence belongs to the one before.
            let opens = |at: usize| at == own && sentences[at].start == marker.at.start && at > 0;
            candidates
                .filter(|at| !opens(*at))
                .filter_map(|at| sentences.get(at))
                .map(without_markers)
                .find(|text| has_words(text))
                .unwrap_or_default()
        })
        .collect()
}

#[cfg(test)]
mod tests;
