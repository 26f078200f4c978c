//! What to search for: one question to the model, and what to make of its reply.
//!
//! A question such as "Answer like a lawyer, in 200 words: may I keep a dog?" is one part
//! information and three parts instruction; only the first is looked for. Keywords in the
//! documents' languages find what a question in another language cannot.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::budget::Budget;
use super::dialogue::Dialogue;
use super::error::AgentError;
use super::event::{AgentEvent, Keyword, Strategy};
use super::lenient;
use super::session::Session;
use crate::corpus::{ChunkRef, DocumentFilter, Snapshot};
use crate::index::{self, Query};
use crate::llm::LlmErrorKind;
use crate::prompt::{self, Excerpt, Place};

/// What the person wants to know is looked for first of all.
const INFORMATION_WEIGHT: f32 = 1.0;
/// A keyword is the model's guess.
const KEYWORD_WEIGHT: f32 = 0.5;
/// The question in its own words, in case the model lost a name; mostly instructions otherwise.
const QUESTION_WEIGHT: f32 = 0.2;
/// As many as a query gains from; models that repeat themselves give hundreds.
const MAX_KEYWORDS: usize = 60;
/// Enough to see in which languages a collection is written.
const MAX_SAMPLES: usize = 4;
const SAMPLE_CHARACTERS: usize = 200;

/// What to search for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What the person wants to know.
    pub information: String,
    /// How the answer should look.
    pub instruction: String,
    /// What a passage with the answer may say.
    pub keywords: Vec<Keyword>,
    /// What finding the answer takes, as the model sees it.
    pub effort: Effort,
}

/// What finding an answer takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Effort {
    /// A few passages.
    #[default]
    Search,
    /// All of the documents.
    Read,
    /// Facts that lead to each other.
    Steps,
}

impl Plan {
    /// A plan that knows only the question.
    pub fn fallback(question: &str) -> Self {
        let information = question.to_owned();
        let (instruction, keywords) = (String::new(), Vec::new());
        Self { information, instruction, keywords, effort: Effort::Search }
    }

    /// Reads a model's reply; nothing if there is nothing to search for in it.
    ///
    /// ```
    /// use qwen_agent_wasm::agent::plan::Plan;
    ///
    /// let reply = "Here you are: {\"information\": \"May I keep a dog?\", \"keywords\": \"dog, pet\",}";
    /// let plan = Plan::parse(reply).unwrap();
    /// assert_eq!(plan.information, "May I keep a dog?");
    /// assert_eq!(plan.keywords[1].text, "pet");
    /// ```
    pub fn parse(reply: &str) -> Option<Self> {
        let object = lenient::object(reply)?;
        let text = |name: &str| object.get(name).map(prose).unwrap_or_default();
        let keywords = keywords(&object);
        let information = text("information");
        let effort = match text("effort").as_str() {
            "read" => Effort::Read,
            "steps" => Effort::Steps,
            _ => Effort::Search,
        };
        let is_empty = information.is_empty() && keywords.is_empty();
        let instruction = text("instruction");
        (!is_empty).then_some(Self { information, instruction, keywords, effort })
    }

    /// The query of this plan for a question.
    pub fn query(&self, snapshot: &Snapshot, question: &str) -> Query {
        if self.keywords.is_empty() && (self.information.is_empty() || self.information == question)
        {
            return snapshot.question(question);
        }
        let analyzer = snapshot.analyzer();
        let mut query = Query::new();
        query.add(analyzer, question, QUESTION_WEIGHT);
        query.add(analyzer, &self.information, INFORMATION_WEIGHT);
        // Five translations of a keyword should not outweigh the question.
        let keywords: Vec<index::Keyword<'_>> = self
            .keywords
            .iter()
            .map(|Keyword { text, language }| index::Keyword {
                text,
                language: language.as_deref().unwrap_or_default(),
                weight: 1.0,
            })
            .collect();
        query.join(&Query::keywords(analyzer, &keywords), KEYWORD_WEIGHT);
        query
    }

    /// The event that tells of it.
    pub(super) fn event(&self, strategy: Strategy, reason: &str) -> AgentEvent {
        AgentEvent::Planned {
            strategy,
            reason: reason.to_owned(),
            information: self.information.clone(),
            instruction: self.instruction.clone(),
            keywords: self.keywords.clone(),
        }
    }
}

/// Asks the model for a plan. Without a good one the question itself is searched for; only what
/// would keep the model from answering, too, is an error.
pub(super) async fn make(
    session: &Session,
    dialogue: &Dialogue<'_>,
    budget: &Budget<'_>,
) -> Result<Plan, AgentError> {
    let samples = samples(&session.snapshot, &session.config.documents);
    let excerpts: Vec<Excerpt<'_>> = samples.iter().map(excerpt).collect();
    let prompt = prompt::plan(budget.history(), &excerpts, &session.question);
    let trouble = match dialogue.complete(prompt).await {
        Ok(reply) => match Plan::parse(&reply) {
            Some(plan) => return Ok(plan),
            None => "the model's reply could not be read".to_owned(),
        },
        Err(error) if is_final(error.kind()) => return Err(error.into()),
        Err(error) => error.to_string(),
    };
    let message = format!("the search was not planned, the question itself is used: {trouble}");
    session.warn("plan.fallback", message);
    Ok(Plan::fallback(&session.question))
}

/// Whether the next request would fail for the same reason.
fn is_final(kind: LlmErrorKind) -> bool {
    kind.concerns_all_requests() || matches!(kind, LlmErrorKind::Network | LlmErrorKind::Timeout)
}

/// How the first documents begin.
fn samples(snapshot: &Snapshot, filter: &DocumentFilter) -> Vec<(ChunkRef, String)> {
    let first = snapshot.chunks(filter).into_iter().filter(|chunk| chunk.ordinal() == 0);
    first
        .take(MAX_SAMPLES)
        .map(|chunk| {
            let text = chunk.text().chars().take(SAMPLE_CHARACTERS).collect();
            (chunk, text)
        })
        .collect()
}

fn excerpt((chunk, text): &(ChunkRef, String)) -> Excerpt<'_> {
    let document = &chunk.document().document;
    let title = document.title.as_deref().unwrap_or(document.id.as_str());
    Excerpt { number: None, place: Place { title, page: None, headings: &[] }, text }
}

/// A field that should be a text, and is sometimes a list of them.
fn prose(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Array(items) => items.iter().map(prose).collect::<Vec<_>>().join(" "),
        _ => String::new(),
    }
}

/// Keywords in any of the forms that models give them: lists, texts, maps by language, or fields
/// of their own such as `keywords_en`.
fn keywords(object: &Map<String, Value>) -> Vec<Keyword> {
    let mut found = Vec::new();
    for (name, value) in object {
        let Some(language) = name.strip_prefix("keywords") else { continue };
        let language = language.trim_start_matches('_');
        collect(value, Some(language).filter(|language| !language.is_empty()), &mut found);
    }
    let mut seen = BTreeSet::new();
    found.retain(|keyword| !keyword.text.is_empty() && seen.insert(keyword.text.to_lowercase()));
    found.truncate(MAX_KEYWORDS);
    found
}

fn collect(value: &Value, language: Option<&str>, found: &mut Vec<Keyword>) {
    match value {
        Value::String(text) => {
            let words = text.split([',', '，', '、', ';', '；', '\n']);
            found.extend(words.map(|word| keyword(word, language)));
        }
        Value::Array(items) => {
            for item in items {
                match item {
                    // A comma inside an item of a list belongs to it.
                    Value::String(text) => found.push(keyword(text, language)),
                    item => collect(item, language, found),
                }
            }
        }
        Value::Object(map) => collect_from_map(map, language, found),
        _ => {}
    }
}

fn collect_from_map(map: &Map<String, Value>, language: Option<&str>, found: &mut Vec<Keyword>) {
    if let Some(words) = map.get("words") {
        let language = map.get("language").and_then(Value::as_str).or(language);
        return collect(words, language, found);
    }
    for (language, words) in map {
        collect(words, Some(language), found);
    }
}

fn keyword(text: &str, language: Option<&str>) -> Keyword {
    Keyword { text: text.trim().to_owned(), language: language.map(str::to_owned) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(reply: &str, expected: &[(&str, Option<&str>)]) {
        let plan = Plan::parse(reply).unwrap();
        let found: Vec<_> = plan
            .keywords
            .iter()
            .map(|keyword| (keyword.text.as_str(), keyword.language.as_deref()))
            .collect();
        assert_eq!(found, expected, "{reply}");
    }

    #[test]
    fn keywords_come_in_many_forms() {
        check(
            r#"{"keywords": [{"language": "en", "words": ["dog", "pet"]}, {"language": "zh", "words": ["狗"]}]}"#,
            &[("dog", Some("en")), ("pet", Some("en")), ("狗", Some("zh"))],
        );
        check(r#"{"keywords": ["Smith, John", " dog "]}"#, &[("Smith, John", None), ("dog", None)]);
        check(r#"{"keywords": "狗、宠物，租约"}"#, &[("狗", None), ("宠物", None), ("租约", None)]);
        check(
            r#"{"keywords": {"en": ["dog"], "zh": "狗"}}"#,
            &[("dog", Some("en")), ("狗", Some("zh"))],
        );
        check(
            r#"{"keywords_en": ["dog"], "keywords_zh": ["狗"]}"#,
            &[("dog", Some("en")), ("狗", Some("zh"))],
        );
        check(r#"{"information": "x", "keywords": ["Dog", "dog", "", 3, null]}"#, &[("Dog", None)]);
    }

    #[test]
    fn an_unknown_effort_is_a_search() {
        let effort = |word: &str| {
            let reply = serde_json::json!({ "information": "x", "effort": word }).to_string();
            Plan::parse(&reply).unwrap().effort
        };
        assert_eq!(effort("steps"), Effort::Steps);
        assert_eq!(effort("read"), Effort::Read);
        assert_eq!(effort("all of it"), Effort::Search);
    }

    #[test]
    fn missing_fields_are_empty() {
        let plan = Plan::parse(r#"{"information": ["May I", "keep a dog?"]}"#).unwrap();
        assert_eq!(plan, Plan::fallback("May I keep a dog?"));
        assert_eq!(Plan::parse(r#"{"instruction": "short"}"#), None);
        assert_eq!(Plan::parse("I cannot help with that."), None);
    }

    #[test]
    fn a_model_that_repeats_itself_is_cut_short() {
        let words: Vec<String> = (0..500).map(|n| format!("word{n}")).collect();
        let reply = serde_json::json!({ "keywords": words }).to_string();
        assert_eq!(Plan::parse(&reply).unwrap().keywords.len(), MAX_KEYWORDS);
    }

    #[test]
    fn information_counts_more_than_keywords_and_instructions() {
        let snapshot = Snapshot::default();
        let analyzer = snapshot.analyzer();
        let plan = Plan {
            information: "dogs".into(),
            instruction: "brief".into(),
            keywords: vec![Keyword { text: "pets".into(), language: None }],
            effort: Effort::Search,
        };
        let query = plan.query(&snapshot, "briefly");
        let weight = |text: &str| {
            let terms = analyzer.terms(text);
            let found = query.terms().find(|(term, _)| terms.contains(term));
            found.map_or(0.0, |(_, weight)| weight)
        };
        assert!(weight("dogs") > weight("pets") && weight("pets") > weight("briefly"));
        assert!(weight("briefly") > 0.0);
    }
}
