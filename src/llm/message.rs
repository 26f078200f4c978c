//! What is said to a model, and what comes back.
//!
//! These are the protocol's notions without its JSON, which [`super::wire`] knows.

use std::time::Duration;

use serde_json::{Map, Value};

/// Who says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Standing instructions.
    System,
    /// The person who asks.
    User,
    /// The model.
    Assistant,
    /// The result of a tool the model called.
    Tool,
}

impl Role {
    /// The protocol's name for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::Tool => "tool",
        }
    }
}

/// One turn of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub content: String,
    /// Pictures beside it, by their addresses (`https:` or `data:`); only of the user, and only for
    /// models that see.
    pub images: Vec<String>,
    /// What the model thought before saying it; only of the assistant.
    pub reasoning: Option<String>,
    /// The tools the model asks for; only of the assistant.
    pub tool_calls: Vec<ToolCall>,
    /// The call whose result this is; only of a tool.
    pub tool_call_id: Option<String>,
}

impl Message {
    /// Standing instructions.
    pub fn system(content: impl Into<String>) -> Self {
        Self::new(Role::System, content)
    }

    /// A turn of the person who asks.
    pub fn user(content: impl Into<String>) -> Self {
        Self::new(Role::User, content)
    }

    /// The same turn, with pictures.
    #[must_use]
    pub fn with_images(self, images: &[String]) -> Self {
        Self { images: images.to_vec(), ..self }
    }

    /// A turn of the model.
    pub fn assistant(content: impl Into<String>) -> Self {
        Self::new(Role::Assistant, content)
    }

    /// The result of a tool call.
    pub fn tool(call_id: impl Into<String>, content: impl Into<String>) -> Self {
        Self { tool_call_id: Some(call_id.into()), ..Self::new(Role::Tool, content) }
    }

    fn new(role: Role, content: impl Into<String>) -> Self {
        Self {
            role,
            content: content.into(),
            images: Vec::new(),
            reasoning: None,
            tool_calls: Vec::new(),
            tool_call_id: None,
        }
    }
}

/// A tool the model asks for. The arguments are as the model wrote them, which may not be JSON.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ToolCall {
    /// The server's name for the call; may be empty.
    pub id: String,
    /// The tool.
    pub name: String,
    /// Its arguments, meant as JSON.
    pub arguments: String,
}

/// A tool that the model may ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolSpec {
    /// Its name: letters, digits, `_` and `-`, 64 at most.
    pub name: String,
    /// What it does and when to use it, for the model.
    pub description: String,
    /// Its arguments, as a JSON schema of an object.
    pub parameters: Value,
}

/// The form in which the model is to reply.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ResponseFormat {
    /// Prose.
    #[default]
    Text,
    /// Some JSON object. Several servers refuse this unless the prompt has the word JSON in it.
    JsonObject,
    /// JSON that follows a schema.
    JsonSchema {
        /// A name for the schema, of letters and underscores.
        name: &'static str,
        /// The schema.
        schema: Value,
    },
}

/// One question to a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatRequest {
    /// The server's name for the model.
    pub model: String,
    /// The conversation so far.
    pub messages: Vec<Message>,
    /// The most tokens the reply may have.
    pub max_tokens: Option<u32>,
    /// The form of the reply.
    pub response_format: ResponseFormat,
    /// The tools it may ask for.
    pub tools: Vec<ToolSpec>,
    /// Whether it may ask for them now. If not, they are still named, since the conversation has
    /// calls of them.
    pub tools_allowed: bool,
    /// Further fields of the request body (`temperature`, `top_p`, `seed` …), passed as they are.
    /// They cannot replace the fields above.
    pub extra: Map<String, Value>,
    /// Whether someone sees the deltas as they come. If not, they are held back until the reply
    /// is complete, so that a reply cut in the middle can be asked for again. On the wire every
    /// reply is streamed: some models answer in no other way, and a dead connection shows sooner.
    pub stream: bool,
}

impl ChatRequest {
    /// A request for a reply in prose that is shown as it comes.
    pub fn new(model: impl Into<String>, messages: Vec<Message>) -> Self {
        Self {
            model: model.into(),
            messages,
            max_tokens: None,
            response_format: ResponseFormat::Text,
            tools: Vec::new(),
            tools_allowed: true,
            extra: Map::new(),
            stream: true,
        }
    }
}

/// A piece of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatDelta {
    /// More of the reply's text.
    Text(String),
    /// More of what the model thinks.
    Reasoning(String),
    /// A fragment of a tool call.
    ToolCall {
        /// Which of the reply's calls it belongs to.
        index: usize,
        /// The call's name; absent or empty when it continues a call.
        id: Option<String>,
        /// The tool.
        name: Option<String>,
        /// More of the arguments.
        arguments: String,
    },
    /// The request failed and is sent again; what came of this reply so far is void.
    Retrying {
        /// How long the client waits before.
        after: Duration,
        /// Which attempt failed, from 1.
        attempt: u32,
        /// The code of the failure, such as `llm.rate_limited`.
        reason: &'static str,
    },
    /// What the reply costs up to now. A server may say so several times; the last counts.
    Usage(Usage),
    /// The model has ended.
    Finished(FinishReason),
}

/// Why the model ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FinishReason {
    /// It had said all.
    Stop,
    /// It reached `max_tokens` or the end of its window.
    Length,
    /// It waits for tools.
    ToolCalls,
    /// A filter of the server stopped it.
    ContentFilter,
    /// Something this library does not know.
    Other(String),
}

/// Tokens of a reply, as the server counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Tokens of the request.
    pub prompt_tokens: u64,
    /// Tokens of the reply, thinking included.
    pub completion_tokens: u64,
}

/// A complete reply.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reply {
    /// What was said.
    pub text: String,
    /// What was thought.
    pub reasoning: String,
    /// The tools asked for, in order.
    pub tool_calls: Vec<ToolCall>,
    /// The cost, if the server told it.
    pub usage: Option<Usage>,
    /// Why the model ended, if the server told it.
    pub finish: Option<FinishReason>,
}
