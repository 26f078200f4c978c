//! The tools that every agent has: they ask, search, read and list the user's documents.
//!
//! What they show of documents stands in fences, in numbered passages that the answer can cite.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::evidence::Evidence;
use crate::agent::dialogue::Dialogue;
use crate::agent::error::AgentError;
use crate::agent::reading::{self, Thoroughness, stands_in};
use crate::agent::session::{Session, excerpts, place};
use crate::corpus::{ChunkRef, DocumentFilter, Outline, Sought, StoredDocument};
use crate::document::{PageNumber, Span};
use crate::index::Query;
use crate::llm::ToolSpec;
use crate::prompt::{self, Excerpt, Place, fence::fenced_all};
use crate::retrieve::{Passage, TokenBudget, retrieve_first};
use crate::text::floor_char_boundary;

/// The share of the window that one result may take.
const WINDOW_SHARE: usize = 4;
/// More than this per result buries what matters.
const MAX_RESULT_TOKENS: usize = 2_000;
const MIN_RESULT_TOKENS: usize = 256;
/// As many sentences as a fact needs.
const MAX_QUOTES: usize = 8;
const MAX_LISTED: usize = 100;
/// A question leaves this many requests for what comes after it.
const REQUESTS_KEPT: usize = 8;

/// The document tools of one run.
pub(super) struct DocumentTools<'s> {
    session: &'s Session,
    dialogue: &'s Dialogue<'s>,
    evidence: RefCell<Evidence>,
}

/// What a tool gives: a text for the model, or the reason why there is none; an error ends the run.
type Outcome = Result<Result<String, String>, AgentError>;

impl<'s> DocumentTools<'s> {
    pub(super) fn new(session: &'s Session, dialogue: &'s Dialogue<'s>) -> Self {
        Self { session, dialogue, evidence: RefCell::default() }
    }

    /// What they are called, and what for.
    pub(super) fn specs() -> Vec<ToolSpec> {
        let text = |about: &str| json!({ "type": "string", "description": about });
        vec![
            spec(
                "ask_documents",
                "Reads the documents and answers one simple question about them, with quotes. The \
                 best way to find a fact.",
                &json!({ "question": text("One self-contained question for one fact.") }),
            ),
            spec(
                "search_documents",
                "Finds passages of the documents by words. Faster than ask_documents, and less \
                 thorough.",
                &json!({ "query": text("Words that the passage is likely to contain.") }),
            ),
            spec(
                "read_page",
                "Shows a page of a document.",
                &json!({
                    "document": text("The document's name, as list_documents shows it."),
                    "page": { "type": "integer", "minimum": 1, "description": "The page, from 1." },
                }),
            ),
            spec(
                "list_documents",
                "Lists the documents with their number of pages and their length.",
                &json!({}),
            ),
        ]
    }

    /// The passages shown so far.
    pub(super) fn passages(&self) -> Vec<Passage> {
        self.evidence.borrow().passages().to_vec()
    }

    /// Calls one of these tools, beside so many others.
    pub(super) async fn call(
        &self,
        name: &str,
        arguments: &Map<String, Value>,
        beside: usize,
    ) -> Outcome {
        let text = |field: &str| arguments.get(field).and_then(Value::as_str).map(str::trim);
        match name {
            "ask_documents" => match text("question").filter(|text| !text.is_empty()) {
                Some(question) => self.ask(question, beside).await,
                None => Ok(Err(missing("question"))),
            },
            "search_documents" => match text("query").filter(|text| !text.is_empty()) {
                Some(query) => {
                    let (sought, tokens) = (Sought::Text(query), self.result_tokens());
                    self.session.load_passages(sought, tokens).await?;
                    Ok(Ok(self.search(query)))
                }
                None => Ok(Err(missing("query"))),
            },
            "read_page" => match text("document") {
                Some(document) => {
                    let mut only = BTreeSet::new();
                    only.extend(self.document(document).map(|stored| stored.id().clone()));
                    self.session.load_documents(&DocumentFilter::Only(only)).await?;
                    Ok(self.page(document, arguments.get("page")))
                }
                None => Ok(Err(missing("document"))),
            },
            "list_documents" => Ok(Ok(self.list())),
            other => Ok(Err(format!("Error: there is no tool {other:?}."))),
        }
    }

    /// Level 2 for a question of the model's own, as far as the run's requests reach.
    async fn ask(&self, question: &str, beside: usize) -> Outcome {
        let left = self.dialogue.requests_left().saturating_sub(REQUESTS_KEPT);
        let thoroughness = Thoroughness::Adaptive { at_most: left / beside.max(1) };
        let read = reading::read(self.session, self.dialogue, question, thoroughness).await;
        let found = match read {
            Ok(found) => found,
            Err(error) if error.concerns_all_requests() => return Err(error),
            Err(error) => return Ok(Err(format!("Error: {error}"))),
        };
        let query = reading::query_with(question, &found.quotes, self.session);
        let passages = self.passages_for(&query, &found.chunks);
        if passages.is_empty() {
            return Ok(Ok(prompt::nothing_found(question).to_owned()));
        }
        let answer = self.sub_answer(question, &passages).await?;
        let shown = self.quoted(&found.quotes, &passages);
        Ok(Ok(format!("{answer}\n\n{shown}").trim().to_owned()))
    }

    /// What the model makes of the passages; empty if it cannot be asked: quotes speak for
    /// themselves.
    async fn sub_answer(&self, question: &str, passages: &[Passage]) -> Result<String, AgentError> {
        // One is kept for the answer to the question itself.
        if self.dialogue.requests_left() <= 1 {
            return Ok(String::new());
        }
        let request = prompt::answer(None, &[], &excerpts(passages), question);
        match self.dialogue.complete(request).await {
            Ok(answer) => Ok(answer),
            Err(error) if error.kind().concerns_all_requests() => Err(error.into()),
            Err(_) => Ok(String::new()),
        }
    }

    /// The quotes with the numbers of their passages, or the best passage if there are none.
    fn quoted(&self, quotes: &[String], passages: &[Passage]) -> String {
        let mut left = self.result_tokens();
        let mut shown: Vec<Excerpt<'_>> = Vec::new();
        for quote in quotes {
            let holds = |passage: &&Passage| stands_in(quote, &passage.text);
            let Some(passage) = passages.iter().find(holds) else { continue };
            let cost = self.session.counter.bound(quote);
            if cost > left || shown.len() == MAX_QUOTES {
                break;
            }
            left -= cost;
            shown.push(Excerpt {
                number: Some(passage.number),
                place: place(passage),
                text: quote,
            });
        }
        if shown.is_empty() {
            let best = passages.iter().max_by(|a, b| a.score.total_cmp(&b.score));
            return fenced_all(
                &best.map(|best| excerpts(std::slice::from_ref(best))).unwrap_or_default(),
            );
        }
        fenced_all(&shown)
    }

    fn search(&self, query: &str) -> String {
        let passages = self.passages_for(&self.session.snapshot.question(query), &[]);
        if passages.is_empty() {
            return prompt::nothing_found(query).to_owned();
        }
        fenced_all(&excerpts(&passages))
    }

    fn passages_for(&self, query: &Query, first: &[ChunkRef]) -> Vec<Passage> {
        let Session { snapshot, config, counter, .. } = self.session;
        let budget = TokenBudget { tokens: self.result_tokens(), counter: &**counter };
        let found = retrieve_first(snapshot, query, &config.documents, budget, first);
        self.evidence.borrow_mut().add(found)
    }

    fn page(&self, name: &str, page: Option<&Value>) -> Result<String, String> {
        let number = page.and_then(|page| match page {
            Value::String(text) => text.trim().parse().ok(),
            page => page.as_u64(),
        });
        let number = number.unwrap_or(1).clamp(1, u64::from(u32::MAX)) as u32;
        let stored = self.document(name).ok_or_else(|| {
            format!("Error: there is no document {name:?}; list_documents shows their names.")
        })?;
        let document = &stored.document;
        let page = document.page(PageNumber::new(number)).ok_or_else(|| {
            format!("Error: the document has {} pages, and no page {number}.", document.pages.len())
        })?;
        let end = self.end_within(page.text());
        let span = Span::new(PageNumber::new(number), 0..end);
        let text = &page.text()[..end];
        if text.trim().is_empty() {
            return Err(format!("Error: page {number} has no text."));
        }
        let passage = Passage {
            number: 0,
            document: document.id.clone(),
            title: document.title.clone(),
            headings: Vec::new(),
            spans: vec![span],
            text: text.to_owned(),
            tokens: self.session.counter.bound(text) as u32,
            score: 0.0,
        };
        let shown = fenced_all(&excerpts(&self.evidence.borrow_mut().add(vec![passage])));
        let more = if end < page.text().len() { "\n\nThe page goes on." } else { "" };
        Ok(format!("{shown}{more}"))
    }

    /// Where a text must end to fit a result.
    fn end_within(&self, text: &str) -> usize {
        let (mut end, limit) = (text.len(), self.result_tokens());
        while end > 0 && self.session.counter.bound(&text[..end]) > limit {
            end = floor_char_boundary(text, end * 3 / 4);
        }
        end
    }

    fn list(&self) -> String {
        let Session { snapshot, config, .. } = self.session;
        let mut lines = Vec::new();
        for outline in snapshot.outlines() {
            if config.documents.passes(outline.stored.id()) && lines.len() < MAX_LISTED {
                lines.push(line(&outline));
            }
        }
        let more = self.documents().count().saturating_sub(MAX_LISTED);
        let more = if more > 0 { format!("\n… and {more} more") } else { String::new() };
        let place = Place { title: "Documents", page: None, headings: &[] };
        fenced_all(&[Excerpt { number: None, place, text: &(lines.join("\n") + &more) }])
    }

    fn documents(&self) -> impl Iterator<Item = &StoredDocument> {
        let Session { snapshot, config, .. } = self.session;
        snapshot.documents().map(|stored| &**stored).filter(|s| config.documents.passes(s.id()))
    }

    /// By id, or by title.
    fn document(&self, name: &str) -> Option<&StoredDocument> {
        let by_id = self.documents().find(|stored| stored.id().as_str() == name);
        by_id.or_else(|| {
            let same = |title: &String| title.eq_ignore_ascii_case(name);
            self.documents().find(|stored| stored.document.title.as_ref().is_some_and(same))
        })
    }

    fn result_tokens(&self) -> usize {
        let share = self.session.config.context_tokens / WINDOW_SHARE;
        share.clamp(MIN_RESULT_TOKENS, MAX_RESULT_TOKENS)
    }
}

fn missing(argument: &str) -> String {
    format!("Error: the argument \"{argument}\" is missing.")
}

fn line(outline: &Outline) -> String {
    let Outline { stored, pages, tokens, .. } = outline;
    let document = &stored.document;
    let title = document.title.as_deref().map(|title| format!(" ({title})")).unwrap_or_default();
    format!("{}{title}: {pages} pages, about {tokens} tokens", document.id.as_str())
}

fn spec(name: &str, description: &str, properties: &Value) -> ToolSpec {
    let names: Vec<&String> =
        properties.as_object().into_iter().flat_map(|map| map.keys()).collect();
    let parameters = json!({
        "type": "object",
        "properties": properties,
        "required": names,
    });
    ToolSpec { name: name.to_owned(), description: description.to_owned(), parameters }
}
