//! One question being answered.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::Stream;

use super::error::AgentError;
use super::event::AgentEvent;
use crate::llm::emit::{Emitter, Emitting, emitting};

/// A stream of events that ends with [`AgentEvent::Finished`] or an error. Dropping it cancels
/// all it has under way.
#[must_use = "a run does nothing until it is polled"]
pub struct Run {
    events: Emitting<'static, AgentEvent, AgentError>,
}

impl Run {
    pub(super) fn new<W, F>(work: W) -> Self
    where
        W: FnOnce(Emitter<AgentEvent>) -> F,
        F: Future<Output = Result<(), AgentError>> + 'static,
    {
        Self { events: emitting(work) }
    }
}

impl Stream for Run {
    type Item = Result<AgentEvent, AgentError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.events).poll_next(cx)
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("events", &self.events).finish()
    }
}
