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
    for (marker, claim) in markers.iter().zip(claims) {
        for number in &marker.numbers {
            let passage = passages.iter().find(|passage| passage.number == *number);
            let Some(passage) = passage else { continue };
            let found = support::best(&claim, passage, snapshot.analyzer());
            let Some(span) = passage.locate(found.quote.start, found.quote.end) else { continue };
            citations.push(Citation {
                marker: *number,
                at: marker.at.clone(),
                document: passage.document.clone(),
                title: passage.title.clone(),
                span,
                quote: passage.text[found.quote].to_owned(),
                support: found.support,
                verified: found.verified,
            });
        }
    }
    citations
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
