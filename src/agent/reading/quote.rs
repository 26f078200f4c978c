//! What a model says of one chunk, and whether it is true.

use serde_json::Value;

use super::super::lenient;

/// Fewer letters stand in any chunk by chance.
const MIN_QUOTE_CHARACTERS: usize = 4;

/// What a model found in one chunk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// The sentences that help to answer the question; none if the chunk does not.
    pub quotes: Vec<String>,
    /// Whether the reply could be understood.
    pub parsed: bool,
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
        Self { quotes, parsed: true }
    }

    /// The same reading without the quotes that do not stand in the chunk.
    #[must_use]
    pub fn verified(mut self, chunk: &str) -> Self {
        self.quotes.retain(|quote| stands_in(quote, chunk));
        self
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
        };
        assert_eq!(reading.verified(chunk).quotes, ["Notice is three months.", "通知期为三个月"]);
    }
}
