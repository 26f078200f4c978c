//! Level 2: the model reads each chunk on its own, and what it quotes is searched for.
//!
//! Chunks that a search finds promising are read first, several at a time. A quote counts only if
//! it really stands in its chunk: small models always find something. One chunk that cannot be
//! read is told and counted; if too many cannot, the run fails.

mod quote;
mod tally;

use std::collections::BTreeSet;

use futures::{StreamExt, stream};

use super::budget::Budget;
use super::dialogue::Dialogue;
use super::error::AgentError;
use super::event::{Answer, Strategy};
use super::plan::Plan;
use super::rag::{Basis, respond};
use super::session::Session;
use crate::corpus::{ChunkRef, DocumentFilter, Snapshot};
use crate::index::Query;
use crate::llm::LlmError;
use crate::prompt::{self, Excerpt, Place};
pub use quote::{Reading, stands_in};
use tally::Tally;

/// A quote is evidence, the question is what it is evidence for.
const QUOTE_WEIGHT: f32 = 0.5;

/// Reads everything, then answers from what was found.
pub(super) async fn answer(
    session: &Session,
    dialogue: &Dialogue<'_>,
) -> Result<Answer, AgentError> {
    let budget = Budget::of(session)?;
    let query = Query::question(session.snapshot.analyzer(), &session.question);
    let chunks = reading_order(&session.snapshot, &query, &session.config.documents);
    // One for each chunk, and one for the answer.
    let (needed, allowed) = (chunks.len() + 1, session.config.max_requests);
    if needed > allowed {
        return Err(AgentError::TooManyRequests { needed, allowed });
    }
    let reason = format!("each part of the documents is read, which takes {needed} requests");
    session.events.emit(Plan::fallback(&session.question).event(Strategy::Read, &reason));
    let quotes = read_all(session, dialogue, &chunks).await?;
    let query = with_quotes(query, &quotes, session);
    let passages = budget.retrieve(&query);
    let basis = Basis { strategy: Strategy::Read, query, passages };
    respond(session, dialogue, budget, basis).await
}

async fn read_all(
    session: &Session,
    dialogue: &Dialogue<'_>,
    chunks: &[ChunkRef],
) -> Result<Vec<String>, AgentError> {
    let readings = chunks
        .iter()
        .enumerate()
        .map(async |(position, chunk)| (position, read_one(session, dialogue, chunk).await));
    let mut readings = stream::iter(readings).buffer_unordered(session.config.concurrency.max(1));
    let mut tally = Tally::of(chunks.len());
    while let Some((position, reading)) = readings.next().await {
        session.events.emit(tally.add(position, reading)?);
    }
    for (code, message) in tally.warnings() {
        session.warn(code, message);
    }
    Ok(tally.quotes())
}

async fn read_one(
    session: &Session,
    dialogue: &Dialogue<'_>,
    chunk: &ChunkRef,
) -> Result<Reading, LlmError> {
    let text = chunk.text();
    let document = &chunk.document().document;
    let place = Place {
        title: document.title.as_deref().unwrap_or(document.id.as_str()),
        page: chunk.chunk().spans.first().map(|span| span.page.get()),
        headings: &chunk.chunk().headings,
    };
    let excerpt = Excerpt { number: None, place, text: &text };
    let reply = dialogue.complete(prompt::read(&session.question, &excerpt)).await?;
    Ok(Reading::parse(&reply).verified(&text))
}

/// All chunks: first those that a search finds, best first, then the others in their order.
fn reading_order(snapshot: &Snapshot, query: &Query, filter: &DocumentFilter) -> Vec<ChunkRef> {
    let all = snapshot.chunks(filter);
    let hits = snapshot.search(query, all.len(), filter);
    let name = |chunk: &ChunkRef| (chunk.document().id().clone(), chunk.ordinal());
    let mut seen = BTreeSet::new();
    let ordered = hits.into_iter().map(|hit| hit.chunk).chain(all);
    ordered.filter(|chunk| seen.insert(name(chunk))).collect()
}

fn with_quotes(mut query: Query, quotes: &[String], session: &Session) -> Query {
    for quote in quotes {
        query.add(session.snapshot.analyzer(), quote, QUOTE_WEIGHT);
    }
    query
}
