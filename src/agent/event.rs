//! What a run tells while it works, and what it ends with.

use std::time::Duration;

use crate::cite::Citation;
use crate::llm::Message;
use crate::retrieve::Passage;

/// Something that happened. A run ends with [`AgentEvent::Finished`] or an error.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq)]
pub enum AgentEvent {
    /// It is decided how to answer.
    Planned {
        /// The way.
        strategy: Strategy,
        /// Why this way, in words.
        reason: String,
        /// What the person wants to know.
        information: String,
        /// How the answer should look.
        instruction: String,
        /// What is searched for beside that.
        keywords: Vec<Keyword>,
    },
    /// What the answer will rest on. If the model's window turns out to be smaller than thought,
    /// it comes again with less.
    Retrieved {
        /// The passages, numbered as the answer cites them.
        passages: Vec<Passage>,
    },
    /// The model has read a chunk.
    ChunkRead {
        /// Chunks read so far, this one included.
        done: usize,
        /// Chunks to read.
        total: usize,
        /// Whether it says something on the question.
        relevant: bool,
        /// Whether it could not be read.
        failed: bool,
    },
    /// The model asked for a tool.
    ToolCalled {
        /// The call's name within the run.
        id: String,
        /// The tool.
        name: String,
        /// Its arguments, as the model wrote them.
        arguments: String,
    },
    /// A tool gave its result.
    ToolAnswered {
        /// The call's name within the run.
        id: String,
        /// The tool.
        name: String,
        /// What the model is told.
        content: String,
        /// Whether it failed; the content says why.
        failed: bool,
    },
    /// More of what the model thinks before it answers.
    Reasoning {
        /// The text to add.
        text: String,
    },
    /// More of the answer.
    Text {
        /// The text to add.
        text: String,
    },
    /// A request failed and will be repeated.
    Retrying {
        /// After this long.
        after: Duration,
        /// How often it has been tried.
        attempt: u32,
        /// The code of the failure.
        reason: &'static str,
    },
    /// Something went wrong, and the run goes on.
    Warning {
        /// A name that never changes.
        code: &'static str,
        /// What happened, in words.
        message: String,
    },
    /// The answer; nothing comes after it.
    Finished(Answer),
}

/// A way to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// The best sentences, without a model.
    Extract,
    /// All documents in one prompt.
    Whole,
    /// A search.
    Retrieve,
    /// Each chunk read, then a search for what was found.
    Read,
    /// Questions of the model's own, one after another.
    Reason,
    /// The model alone.
    Chat,
}

impl Strategy {
    /// The name that JavaScript sees.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Extract => "extract",
            Self::Whole => "whole",
            Self::Retrieve => "retrieve",
            Self::Read => "read",
            Self::Reason => "reason",
            Self::Chat => "chat",
        }
    }
}

/// A word or phrase to search for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyword {
    /// The words.
    pub text: String,
    /// Their language, if the model said.
    pub language: Option<String>,
}

/// What a run ends with.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The answer with its markers: all texts of the run's events together.
    pub text: String,
    /// How it was found.
    pub strategy: Strategy,
    /// Whether it is in the documents' words only.
    pub extractive: bool,
    /// What the markers refer to, checked.
    pub citations: Vec<Citation>,
    /// What it cost.
    pub usage: RunUsage,
    /// The conversation that gave the answer, which is its last turn: instructions, the question
    /// with the passages, and at level 3 the calls of tools with their results. Empty without a
    /// model.
    pub messages: Vec<Message>,
}

impl Answer {
    /// Whether there are citations, and all of them are verified.
    pub fn is_verified(&self) -> bool {
        !self.citations.is_empty() && self.citations.iter().all(|citation| citation.verified)
    }
}

/// What a run cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RunUsage {
    /// Requests sent, repeated ones included.
    pub requests: usize,
    /// Tokens of the prompts of all requests that were answered.
    pub prompt_tokens: u64,
    /// Tokens of all replies.
    pub completion_tokens: u64,
    /// Whether some of these were counted here, because the server did not tell.
    pub estimated: bool,
}
