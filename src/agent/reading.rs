//! Level 2: the model reads each chunk on its own, and what it quotes is searched for.
//!
//! Chunks that a search finds promising are read first, several at a time. A quote counts only if
//! it really stands in its chunk: small models always find something. One chunk that cannot be
//! read is told and counted; if too many cannot, the run fails. Reading may be allowed to end
//! before all is read; `plan` has the rule.

mod plan;
mod quote;
mod tally;

use futures::{StreamExt, stream};

use super::budget::Budget;
use super::dialogue::Dialogue;
use super::error::AgentError;
use super::event::{Answer, Strategy};
use super::plan::Plan;
use super::rag::{Basis, respond};
use super::readings;
use super::session::Session;
use crate::corpus::{ChunkRef, DocumentFilter, Snapshot};
use crate::index::Query;
use crate::llm::{LlmError, LlmErrorKind};
use crate::prompt::{self, Excerpt, Place, Prompt};
use crate::retrieve::Places;
use crate::text::floor_char_boundary;
use crate::text::order;
use crate::text::sentence::sentences;
use plan::ReadingPlan;
pub(super) use plan::Thoroughness;
pub use quote::{Reading, stands_in};
use tally::Tally;

/// A quote is evidence, the question is what it is evidence for.
const QUOTE_WEIGHT: f32 = 0.5;

/// Reads the documents, then answers from what was found. `why` begins the reason for this way.
pub(super) async fn answer(
    session: &Session,
    dialogue: &Dialogue<'_>,
    thoroughness: Thoroughness,
    why: &str,
) -> Result<Answer, AgentError> {
    let budget = Budget::of(session)?;
    let chunks = session.snapshot.chunk_count(&session.config.documents);
    let reason = match thoroughness {
        Thoroughness::Every => {
            format!("{why}each part of the documents is read, which takes {} requests", chunks + 1)
        }
        Thoroughness::Adaptive { at_most } => format!(
            "{why}the parts of the documents are read, the most promising first, until no more is \
             to be expected, with {} requests at most",
            chunks.min(at_most) + 1
        ),
    };
    session.events.emit(Plan::fallback(&session.question).event(Strategy::Read, &reason));
    let found = read(session, dialogue, &session.question, thoroughness).await?;
    let query = query_with(&session.question, &found.quotes, session);
    let passages = budget.retrieve(&query, &found.chunks);
    let basis = Basis { strategy: Strategy::Read, query, first: found.chunks, passages };
    respond(session, dialogue, budget, basis).await
}

/// How thoroughly level 2 may read: one request for each chunk, and one for the answer.
pub(super) fn thoroughness(session: &Session) -> Result<Thoroughness, AgentError> {
    let chunks = session.snapshot.chunk_count(&session.config.documents);
    let (needed, allowed) = (chunks + 1, session.config.max_requests);
    if session.config.adaptive {
        return Ok(Thoroughness::Adaptive { at_most: allowed.saturating_sub(1) });
    }
    if needed > allowed {
        return Err(AgentError::TooManyRequests { needed, allowed });
    }
    Ok(Thoroughness::Every)
}

/// The question, with what was found on it.
pub(super) fn query_with(question: &str, quotes: &[String], session: &Session) -> Query {
    let analyzer = session.snapshot.analyzer();
    let mut query = session.snapshot.question(question);
    for quote in quotes {
        query.add(analyzer, quote, QUOTE_WEIGHT);
    }
    query
}

/// What reading has found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Sentences, word for word.
    pub(super) quotes: Vec<String>,
    /// The chunks that they stand in.
    pub(super) chunks: Vec<ChunkRef>,
}

/// The sentences of the documents that help to answer a question.
pub(super) async fn read(
    session: &Session,
    dialogue: &Dialogue<'_>,
    question: &str,
    thoroughness: Thoroughness,
) -> Result<Found, AgentError> {
    let filter = &session.config.documents;
    let concurrency = session.config.concurrency.max(1);
    session.load_all().await?;
    let query = query_with(question, &[], session);
    let chunks = reading_order(&session.snapshot, &query, filter);
    let mut tally = Tally::of(chunks.len());
    let mut plan = ReadingPlan::new(chunks, thoroughness, concurrency);
    let mut position = 0;
    let mut chunks = Vec::new();
    loop {
        let batch = plan.next_batch();
        if batch.is_empty() {
            break;
        }
        let first = position;
        position += batch.len();
        let readings = batch
            .iter()
            .zip(first..)
            .map(async |(chunk, at)| (at, read_one(session, dialogue, question, chunk).await));
        let mut readings = stream::iter(readings).buffer_unordered(concurrency);
        let quotes_before = tally.quote_count();
        while let Some((at, reading)) = readings.next().await {
            let relevant = reading.as_ref().is_ok_and(|reading| !reading.quotes.is_empty());
            plan.heed(relevant);
            if relevant {
                chunks.push(batch[at - first].clone());
            }
            session.events.emit(tally.add(at, reading)?);
        }
        if plan.may_reorder() && tally.quote_count() > quotes_before {
            let query = query_with(question, &tally.quotes(), session);
            let ranks = Ranks::of(&session.snapshot, &query, filter);
            plan.reorder(|chunk| ranks.rank(chunk));
        }
    }
    for (code, message) in tally.warnings(plan.left_by_limit()) {
        session.warn(code, message);
    }
    Ok(Found { quotes: tally.quotes(), chunks })
}

async fn read_one(
    session: &Session,
    dialogue: &Dialogue<'_>,
    question: &str,
    chunk: &ChunkRef,
) -> Result<Reading, LlmError> {
    let text = chunk.text();
    // A chunk that is too long for the model after all is read in halves, and those in halves.
    let mut parts = vec![text.as_str()];
    let mut whole = Reading { parsed: true, ..Reading::default() };
    while let Some(part) = parts.pop() {
        let reading = match ask(session, dialogue, prompt_for(question, chunk, part)).await {
            Ok(reply) => Reading::parse(&reply),
            Err(error) if error.kind() == LlmErrorKind::ContextLength => {
                let (first, second) = halves(part).ok_or(error)?;
                parts.extend([second, first]);
                continue;
            }
            Err(error) => return Err(error),
        };
        whole.parsed &= reading.parsed;
        whole.quotes.extend(reading.quotes);
    }
    Ok(whole.verified(&text, session.snapshot.analyzer()))
}

/// The reply to a reading's prompt, which may be known from before.
async fn ask(
    session: &Session,
    dialogue: &Dialogue<'_>,
    prompt: Prompt,
) -> Result<String, LlmError> {
    let Some(readings) = &session.readings else { return dialogue.complete(prompt).await };
    let name = readings::name(&session.config.model, &prompt.messages);
    if let Some(reply) = readings.get(&name).await {
        return Ok(reply);
    }
    let reply = dialogue.complete(prompt).await?;
    // What could not be understood may be better said the next time.
    if Reading::parse(&reply).parsed {
        readings.put(&name, &reply).await;
    }
    Ok(reply)
}

/// A text in two parts, cut where a sentence ends; nothing if it is too short for that to help.
fn halves(text: &str) -> Option<(&str, &str)> {
    const SHORTEST: usize = 200;
    let middle = floor_char_boundary(text, text.len() / 2);
    let ends = sentences(text).into_iter().map(|sentence| sentence.end);
    let cut = ends.min_by_key(|end| end.abs_diff(middle)).filter(|end| *end < text.len());
    (text.len() > SHORTEST).then(|| text.split_at(cut.unwrap_or(middle)))
}

fn prompt_for(question: &str, chunk: &ChunkRef, text: &str) -> Prompt {
    let document = &chunk.document().document;
    let place = Place {
        title: document.title.as_deref().unwrap_or(document.id.as_str()),
        page: chunk.chunk().spans.first().map(|span| span.page.get()),
        headings: &chunk.chunk().headings,
    };
    prompt::read(question, &Excerpt { number: None, place, text })
}

/// All chunks: first those that a search finds, best first, then the others in their order.
fn reading_order(snapshot: &Snapshot, query: &Query, filter: &DocumentFilter) -> Vec<ChunkRef> {
    let mut chunks = snapshot.chunks(filter);
    let ranks = Ranks::of(snapshot, query, filter);
    order::by_key(&mut chunks, |chunk| ranks.rank(chunk) as u64);
    chunks
}

/// How far up a search finds each chunk.
struct Ranks<'s> {
    places: Places<'s>,
    /// By where the chunks stand in their documents.
    ranks: Vec<(u64, u32)>,
}

impl<'s> Ranks<'s> {
    fn of(snapshot: &'s Snapshot, query: &Query, filter: &DocumentFilter) -> Self {
        let places = Places::of(snapshot);
        let hits = snapshot.search(query, snapshot.chunk_count(filter), filter);
        let mut ranks: Vec<_> = hits.iter().map(|hit| places.place(&hit.chunk)).zip(0..).collect();
        ranks.sort_unstable();
        Self { places, ranks }
    }

    /// What was not found stands last.
    fn rank(&self, chunk: &ChunkRef) -> usize {
        let place = self.places.place(chunk);
        let found = self.ranks.binary_search_by_key(&place, |(place, _)| *place);
        found.map_or(usize::MAX, |at| self.ranks[at].1 as usize)
    }
}
