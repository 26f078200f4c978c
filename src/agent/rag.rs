//! Level 1: an answer from the passages that a search finds, or from all there are.

use super::budget::Budget;
use super::dialogue::Dialogue;
use super::error::AgentError;
use super::event::{AgentEvent, Answer, Strategy};
use super::plan::{self, Plan};
use super::session::Session;
use crate::cite::{attributed, attribution, cite};
use crate::corpus::ChunkRef;
use crate::index::Query;
use crate::llm::{LlmErrorKind, Message};
use crate::retrieve::Passage;

/// Answers from the passages that a planned search finds.
pub(super) async fn answer(
    session: &Session,
    dialogue: &Dialogue<'_>,
) -> Result<Answer, AgentError> {
    let budget = Budget::of(session)?;
    let plan = plan::make(session, dialogue, &budget).await?;
    answer_by_search(session, dialogue, budget, &plan).await
}

/// Answers from these passages, which are all there are.
pub(super) async fn answer_from_all(
    session: &Session,
    dialogue: &Dialogue<'_>,
    budget: Budget<'_>,
    passages: Vec<Passage>,
) -> Result<Answer, AgentError> {
    let plan = Plan::fallback(&session.question);
    let reason = "the documents fit the model's window as a whole";
    session.events.emit(plan.event(Strategy::Whole, reason));
    let query = plan.query(&session.snapshot, &session.question);
    let basis = Basis { strategy: Strategy::Whole, query, first: Vec::new(), passages };
    respond(session, dialogue, budget, basis).await
}

/// Answers from the passages that a search by this plan finds.
pub(super) async fn answer_by_search(
    session: &Session,
    dialogue: &Dialogue<'_>,
    budget: Budget<'_>,
    plan: &Plan,
) -> Result<Answer, AgentError> {
    let reason = "the documents are searched for passages that fit the model's window";
    session.events.emit(plan.event(Strategy::Retrieve, reason));
    let query = plan.query(&session.snapshot, &session.question);
    budget.load(&query).await?;
    let passages = budget.retrieve(&query, &[]);
    let basis = Basis { strategy: Strategy::Retrieve, query, first: Vec::new(), passages };
    respond(session, dialogue, budget, basis).await
}

/// What an answer rests on, and how to find less of it.
pub(super) struct Basis {
    pub(super) strategy: Strategy,
    pub(super) query: Query,
    /// Chunks in which something was found by reading.
    pub(super) first: Vec<ChunkRef>,
    pub(super) passages: Vec<Passage>,
}

/// Puts the question and the passages to the model, with fewer passages if they turn out to be
/// too many, and checks what the answer cites.
pub(super) async fn respond(
    session: &Session,
    dialogue: &Dialogue<'_>,
    mut budget: Budget<'_>,
    mut basis: Basis,
) -> Result<Answer, AgentError> {
    loop {
        session.events.emit(AgentEvent::Retrieved { passages: basis.passages.clone() });
        let prompt = budget.prompt(&basis.passages);
        let error = match dialogue.answer(prompt.clone()).await {
            Ok(text) => {
                let Basis { strategy, passages, .. } = &basis;
                let conversation = Conversation { messages: prompt.messages, text };
                return Ok(cited(session, dialogue, *strategy, passages, conversation));
            }
            Err(error) => error,
        };
        if !overflowed(&error) {
            return Err(error);
        }
        let Some(halved) = budget.halved(&basis.passages) else { return Err(error) };
        budget = halved;
        session.warn("context.reduced", format!("fewer passages are used: {error}"));
        basis.passages = budget.retrieve(&basis.query, &basis.first);
    }
}

/// Whether the prompt was too long for the model, and nothing was shown yet.
fn overflowed(error: &AgentError) -> bool {
    let code = LlmErrorKind::ContextLength.code();
    error.code() == code && error.partial_text().is_none()
}

/// What was said to the model in the end, and what it answered.
pub(super) struct Conversation {
    pub(super) messages: Vec<Message>,
    pub(super) text: String,
}

/// The answer with its citations checked. A model that cites nothing has its words looked up.
pub(super) fn cited(
    session: &Session,
    dialogue: &Dialogue<'_>,
    strategy: Strategy,
    passages: &[Passage],
    conversation: Conversation,
) -> Answer {
    let Conversation { mut messages, mut text } = conversation;
    let snapshot = &session.snapshot;
    let markers = attribution(&text, passages, snapshot);
    let citations = if markers.is_empty() {
        cite(&text, passages, snapshot)
    } else {
        let citations = attributed(&text, passages, snapshot);
        text.push_str(&markers);
        session.events.emit(AgentEvent::Text { text: markers });
        citations
    };
    messages.push(Message::assistant(text.as_str()));
    let usage = dialogue.usage();
    Answer { citations, text, strategy, extractive: false, usage, messages }
}
