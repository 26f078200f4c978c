//! Why there is no answer.

use crate::index::IndexError;
use crate::llm::{LlmError, LlmErrorKind};

/// A run that failed, or could not begin.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AgentError {
    /// There is nothing to answer.
    #[error("the question is empty")]
    EmptyQuestion,
    /// There is nothing to answer from.
    #[error("there is no document with text to answer from; add one, or choose others")]
    NoDocuments,
    /// The run would make more requests than allowed.
    #[error(
        "this takes {needed} requests, and {allowed} are allowed; allow more, choose fewer \
         documents, or use level \"retrieve\""
    )]
    TooManyRequests {
        /// Requests that the run would make.
        needed: usize,
        /// Requests that it may make.
        allowed: usize,
    },
    /// The model's window is too small for the question.
    #[error(
        "the question, the instructions and the reply leave no room for passages in a window of \
         {window} tokens; shorten the question, or allow a larger window or a shorter reply"
    )]
    NoRoom {
        /// The size of the window.
        window: usize,
    },
    /// Too many chunks could not be read.
    #[error("{failed} of {total} parts of the documents could not be read: {source}")]
    ReadingFailed {
        /// Chunks that could not be read.
        failed: usize,
        /// Chunks there are.
        total: usize,
        /// Why the last of them could not.
        source: LlmError,
    },
    /// A part of the index is missing.
    #[error("{0}")]
    Index(#[from] IndexError),
    /// The model did not answer, or not to the end.
    #[error("{source}")]
    Llm {
        /// Why.
        source: LlmError,
        /// What it had said until then.
        partial_text: String,
    },
}

impl AgentError {
    /// A name that never changes, such as `agent.empty_question`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::EmptyQuestion => "agent.empty_question",
            Self::NoDocuments => "agent.no_documents",
            Self::TooManyRequests { .. } => "budget.requests",
            Self::NoRoom { .. } => LlmErrorKind::ContextLength.code(),
            Self::ReadingFailed { .. } => "agent.reading_failed",
            Self::Index(source) => source.code(),
            Self::Llm { source, .. } => source.code(),
        }
    }

    /// Whether the same question may be answered later.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Index(source) => source.is_retryable(),
            _ => self.llm().is_some_and(LlmError::is_retryable),
        }
    }

    /// The HTTP status behind it.
    pub fn status(&self) -> Option<u16> {
        self.llm().and_then(LlmError::status)
    }

    /// The beginning of an answer that broke off.
    pub fn partial_text(&self) -> Option<&str> {
        match self {
            Self::Llm { partial_text, .. } if !partial_text.is_empty() => Some(partial_text),
            _ => None,
        }
    }

    /// What kind of failure of the model it is.
    pub(super) fn llm_kind(&self) -> Option<LlmErrorKind> {
        self.llm().map(LlmError::kind)
    }

    /// Whether the next request would fail for the same reason.
    pub(super) fn concerns_all_requests(&self) -> bool {
        matches!(self, Self::Index(_))
            || self.llm_kind().is_some_and(LlmErrorKind::concerns_all_requests)
    }

    fn llm(&self) -> Option<&LlmError> {
        match self {
            Self::ReadingFailed { source, .. } | Self::Llm { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl From<LlmError> for AgentError {
    fn from(source: LlmError) -> Self {
        Self::Llm { source, partial_text: String::new() }
    }
}
