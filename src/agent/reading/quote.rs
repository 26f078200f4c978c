//! What a model says of one chunk, and whether it is true.

use serde_json::Value;

use super::super::lenient;
use crate::analyze::{Analyzer, TermSet};
use crate::text::sentence::sentences;

/// Fewer letters stand in any chunk by chance.
const MIN_QUOTE_CHARACTERS: usize = 4;

/// What a model found in one chunk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// The sentences that help to answer the question; none if the chunk does not.
    pub quotes: Vec<String>,
    /// Whether the reply could be understood.
    pub parsed: bool,
    /// Quotes that do not stand in the chunk, and were left out.
    pub invented: usize,
}

impl Reading {
    /// Reads a model's reply. What is not understood is irrelevant.
    ///
    /// ```
    /// use qwen_agent_wasm::agent::reading::Reading;
    ///
    /// let reply = "```json\n{\"relevant\": true, \"quotes\": [\"Three months.\"]}\n```";
    /// assert_eq!(Reading::parse(reply).quotes, ["Three months."]);
    /// ```
    pub fn parse(reply: &str) -> Self {
        let Some(object) = lenient::object(reply) else { return Self::default() };
        // The recipe for long documents has fields of other names; models trained on it use them.
        let verdict = object.get("relevant").or_else(|| object.get("res"));
        let relevant = match verdict {
            Some(Value::Bool(relevant)) => *relevant,
            Some(Value::String(word)) => {
                matches!(word.to_lowercase().as_str(), "true" | "yes" | "ans")
            }
            // Quotes without a verdict speak for themselves.
            _ => true,
        };
        let quotes = object.get("quotes").or_else(|| object.get("content"));
        if verdict.is_none() && quotes.is_none() {
            return Self::default();
        }
        let quotes = if relevant { quotes.map(texts).unwrap_or_default() } else { Vec::new() };
        Self { quotes, parsed: true, invented: 0 }
    }

    /// The same reading with what the chunk really says: a quote that does not stand in it is
    /// replaced by the sentence that says nearly the same, or left out and counted.
    #[must_use]
    pub fn verified(self, chunk: &str, analyzer: Analyzer) -> Self {
        let mut verified = Self { quotes: Vec::new(), ..self };
        for quote in self.quotes {
            if stands_in(&quote, chunk) {
                verified.quotes.push(quote);
            } else if let Some(sentence) = nearest(&quote, chunk, analyzer) {
                verified.quotes.push(sentence.to_owned());
            } else {
                verified.invented += 1;
            }
        }
        verified.quotes.dedup();
        verified
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.trim().to_owned()],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

/// Whether a quote stands in a text, white space, case and the form of quotation marks aside.
///
/// ```
/// use qwen_agent_wasm::agent::reading::stands_in;
///
/// assert!(stands_in("notice is \"three months\"", "The Notice\nis “three months”."));
/// assert!(!stands_in("notice is four months", "The notice is three months."));
/// ```
pub fn stands_in(quote: &str, text: &str) -> bool {
    let plain_quote = plain(quote);
    plain_quote.chars().count() >= MIN_QUOTE_CHARACTERS
        && (text.contains(quote) || plain(text).contains(&plain_quote))
}

/// The share of a quote's terms, and of a sentence's, that both have if one is the other with a
/// word changed or left out.
const NEARLY_THE_SAME: f32 = 0.75;

/// The sentence of a text that says nearly what a quote says.
fn nearest<'t>(quote: &str, text: &'t str, analyzer: Analyzer) -> Option<&'t str> {
    let wanted = TermSet::of(analyzer.terms(quote));
    let likeness = |sentence: &str| {
        let terms = TermSet::of(analyzer.terms(sentence));
        let most = wanted.len().max(terms.len()).max(1);
        wanted.shared(&terms).len() as f32 / most as f32
    };
    let sentences = sentences(text).into_iter().map(|range| &text[range]);
    let best = sentences.map(|sentence| (likeness(sentence), sentence));
    let best = best.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= NEARLY_THE_SAME).then_some(best.1)
}

fn plain(text: &str) -> String {
    let letters = text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase);
    letters
        .map(|c| match c {
            '“' | '”' | '„' | '«' | '»' | '「' | '」' => '"',
            '‘' | '’' | '‚' => '\'',
            '–' | '—' | '‐' | '‑' => '-',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(reply: &str, quotes: &[&str], parsed: bool) {
        let reading = Reading::parse(reply);
        assert_eq!(
            (reading.quotes, reading.parsed),
            (quotes.iter().map(|&quote| quote.to_owned()).collect(), parsed),
            "{reply}"
        );
    }

    #[test]
    fn replies_come_in_many_forms() {
        check(r#"{"relevant": true, "quotes": ["a", "b"]}"#, &["a", "b"], true);
        check(r#"{"relevant": false, "quotes": ["a"]}"#, &[], true);
        check(r#"{"relevant": "yes", "quotes": "a"}"#, &["a"], true);
        check(r#"{"res": "ans", "content": "a"}"#, &["a"], true);
        check(r#"{"res": "none", "content": ""}"#, &[], true);
        check(r#"{"quotes": ["a"]}"#, &["a"], true);
        check(r#"{"relevant": true}"#, &[], true);
        check("None of this is relevant.", &[], false);
        check(r#"{"answer": 42}"#, &[], false);
    }

    #[test]
    fn only_quotes_that_stand_in_the_chunk_are_kept() {
        let chunk = "Notice is three\nmonths. 通知期为三个月。";
        let reading = Reading {
            quotes: vec![
                "Notice is three months.".into(),
                "通知期为三个月".into(),
                "Notice is two months.".into(),
                "is".into(),
                String::new(),
            ],
            parsed: true,
            invented: 0,
        };
        let verified = reading.verified(chunk, Analyzer::new());
        assert_eq!(verified.quotes, ["Notice is three months.", "通知期为三个月"]);
        assert_eq!(verified.invented, 3);
    }

    #[test]
    fn a_quote_with_a_word_changed_becomes_what_the_chunk_says() {
        let chunk = "The lease ends in May. The tenant must give the landlord notice in writing \
                     three months before the end of the term. Pets are allowed.";
        let reading = |quote: &str| {
            let reading = Reading { quotes: vec![quote.into()], parsed: true, invented: 0 };
            reading.verified(chunk, Analyzer::new())
        };
        let near = reading(
            "The tenant must give the landlord a notice in writing three months before the end of \
             term.",
        );
        assert!(near.quotes[0].starts_with("The tenant must give the landlord notice in writing"));
        assert!(chunk.contains(&near.quotes[0]));
        assert_eq!(reading("The tenant may leave at any time.").invented, 1);
    }
}
