//! What all steps of one run share.

use std::rc::Rc;

use super::config::AgentConfig;
use super::event::AgentEvent;
use super::loader::Loader;
use super::readings::Readings;
use crate::corpus::Snapshot;
use crate::llm::emit::Emitter;
use crate::prompt::{Excerpt, Place};
use crate::retrieve::Passage;
use crate::tokens::TokenCounter;

/// One question, the documents as they were when it was asked, and where to tell what happens.
pub(super) struct Session {
    pub(super) snapshot: Snapshot,
    pub(super) question: String,
    pub(super) config: AgentConfig,
    pub(super) counter: Rc<dyn TokenCounter>,
    pub(super) events: Emitter<AgentEvent>,
    pub(super) readings: Option<Rc<dyn Readings>>,
    pub(super) loader: Option<Rc<dyn Loader>>,
}

impl Session {
    /// Tells of something that went wrong without ending the run.
    pub(super) fn warn(&self, code: &'static str, message: String) {
        self.events.emit(AgentEvent::Warning { code, message });
    }
}

/// Passages as a prompt shows them.
pub(super) fn excerpts(passages: &[Passage]) -> Vec<Excerpt<'_>> {
    passages
        .iter()
        .map(|passage| Excerpt {
            number: Some(passage.number),
            place: place(passage),
            text: &passage.text,
        })
        .collect()
}

/// Where a passage comes from, as a prompt shows it.
pub(super) fn place(passage: &Passage) -> Place<'_> {
    Place {
        title: passage.title.as_deref().unwrap_or(passage.document.as_str()),
        page: passage.spans.first().map(|span| span.page.get()),
        headings: &passage.headings,
    }
}
