//! How a question is to be answered.

use serde_json::{Map, Value};

use crate::corpus::DocumentFilter;
use crate::llm::Message;

/// How much effort an answer may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Level {
    /// Everything if it fits the model's window; otherwise what the model says the answer takes.
    #[default]
    Auto,
    /// A search, with keywords that the model chooses.
    Retrieve,
    /// The model reads each chunk.
    Read,
    /// The model asks its own questions, one after another.
    Reason,
    /// The model alone: documents are left out.
    Chat,
}

impl Level {
    /// The level of this name, as JavaScript writes it.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "auto" => Some(Self::Auto),
            "retrieve" => Some(Self::Retrieve),
            "read" => Some(Self::Read),
            "reason" => Some(Self::Reason),
            "chat" => Some(Self::Chat),
            _ => None,
        }
    }
}

/// How a model asks for tools and gets their results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ToolProtocol {
    /// As the protocol has it, and in the text if the server refuses that.
    #[default]
    Auto,
    /// By the fields `tools` and `tool_calls` of the OpenAI protocol.
    Native,
    /// By `<tool_call>` in the text, as Qwen and Hermes models are trained to.
    Nous,
    /// By lines of `Thought`, `Action` and `Observation` (Yao et al., "ReAct", 2023).
    React,
}

impl ToolProtocol {
    /// The protocol of this name, as JavaScript writes it.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "auto" => Some(Self::Auto),
            "native" => Some(Self::Native),
            "nous" => Some(Self::Nous),
            "react" => Some(Self::React),
            _ => None,
        }
    }
}

/// How one question is to be answered, and within which bounds.
#[derive(Debug, Clone, PartialEq)]
pub struct AgentConfig {
    /// The server's name for the model.
    pub model: String,
    /// The effort.
    pub level: Level,
    /// The documents to answer from.
    pub documents: DocumentFilter,
    /// Who answers and how, in place of this library's own words.
    pub system: Option<String>,
    /// Pictures that belong to the question, by their addresses (`https:` or `data:`), for models
    /// that see.
    pub images: Vec<String>,
    /// The conversation before the question. What does not fit is left out, oldest first.
    pub history: Vec<Message>,
    /// The window that prompts and replies must fit.
    pub context_tokens: usize,
    /// Whether the model's own window takes the place of `context_tokens`, if it can be known.
    pub find_window: bool,
    /// The most tokens a reply may have.
    pub max_output_tokens: usize,
    /// The most requests the run may make, apart from repeated ones.
    pub max_requests: usize,
    /// The most tokens that prompts and replies of the run may have together. No request is sent
    /// once they are used up; the last one may go beyond.
    pub max_tokens: Option<u64>,
    /// Whether reading may end before every chunk is read, see [`super::reading`].
    pub adaptive: bool,
    /// How tools are called.
    pub protocol: ToolProtocol,
    /// The most times that the model may ask for tools before it must answer.
    pub max_turns: usize,
    /// How many chunks are read at a time, if the client lets so many through.
    pub concurrency: usize,
    /// Further fields of each request, such as `temperature`.
    pub generation: Map<String, Value>,
}

impl Default for AgentConfig {
    fn default() -> Self {
        Self {
            model: String::new(),
            level: Level::Auto,
            documents: DocumentFilter::All,
            system: None,
            images: Vec::new(),
            history: Vec::new(),
            // The smallest window that is common; a larger one must be asked for, since some
            // servers cut what is too long without a word.
            context_tokens: 8192,
            find_window: false,
            max_output_tokens: 1024,
            max_requests: 2000,
            max_tokens: None,
            adaptive: false,
            protocol: ToolProtocol::Auto,
            max_turns: 12,
            // Browsers open no more than six connections to a host.
            concurrency: crate::llm::throttle::DEFAULT_CAP,
            generation: Map::new(),
        }
    }
}
