//! A model that says what the script says.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;

use futures::StreamExt;
use futures::stream::{self, LocalBoxStream};
use serde_json::Value;

use crate::llm::ChatModel;
use crate::llm::error::LlmError;
use crate::llm::message::{ChatDelta, ChatRequest, FinishReason, Usage};

/// One reply.
#[derive(Debug, Clone)]
pub struct Turn {
    deltas: Vec<Result<ChatDelta, LlmError>>,
    hangs: bool,
}

impl Turn {
    /// A text, said in one piece.
    pub fn text(text: impl Into<String>) -> Self {
        Self::pieces([text.into()])
    }

    /// A text, said in several pieces.
    pub fn pieces<S: Into<String>>(pieces: impl IntoIterator<Item = S>) -> Self {
        let deltas = pieces.into_iter().map(|piece| ChatDelta::Text(piece.into()));
        Self::deltas(deltas.chain([ChatDelta::Finished(FinishReason::Stop)]))
    }

    /// A reply that is some JSON.
    #[expect(clippy::needless_pass_by_value, reason = "made for json!(…) as the argument")]
    pub fn json(value: Value) -> Self {
        Self::text(value.to_string())
    }

    /// A call of a tool.
    #[expect(clippy::needless_pass_by_value, reason = "made for json!(…) as the argument")]
    pub fn tool_call(name: &str, arguments: Value) -> Self {
        let call = ChatDelta::ToolCall {
            index: 0,
            id: Some(format!("call-{name}")),
            name: Some(name.to_owned()),
            arguments: arguments.to_string(),
        };
        Self::deltas([call, ChatDelta::Finished(FinishReason::ToolCalls)])
    }

    /// Any deltas.
    pub fn deltas(deltas: impl IntoIterator<Item = ChatDelta>) -> Self {
        Self { deltas: deltas.into_iter().map(Ok).collect(), hangs: false }
    }

    /// A failure before anything was said.
    pub fn error(error: LlmError) -> Self {
        Self { deltas: vec![Err(error)], hangs: false }
    }

    /// A reply that never comes.
    pub fn hang() -> Self {
        Self { deltas: Vec::new(), hangs: true }
    }

    /// The same turn, with what it costs.
    #[must_use]
    pub fn with_usage(mut self, prompt_tokens: u64, completion_tokens: u64) -> Self {
        self.deltas.push(Ok(ChatDelta::Usage(Usage { prompt_tokens, completion_tokens })));
        self
    }

    /// The same turn, with other deltas before it.
    #[must_use]
    pub fn after(mut self, deltas: impl IntoIterator<Item = ChatDelta>) -> Self {
        self.deltas.splice(0..0, deltas.into_iter().map(Ok));
        self
    }

    /// The same turn, failing after what it says and before its end.
    #[must_use]
    pub fn then_error(mut self, error: LlmError) -> Self {
        self.deltas.retain(|delta| !matches!(delta, Ok(ChatDelta::Finished(_))));
        self.deltas.push(Err(error));
        self
    }
}

type Script = dyn FnMut(&ChatRequest) -> Turn;

/// Follows a script of turns, and remembers what it was asked.
pub struct ScriptedModel {
    script: RefCell<Box<Script>>,
    requests: RefCell<Vec<ChatRequest>>,
}

impl ScriptedModel {
    /// A model that says these turns, one for each request.
    ///
    /// # Panics
    ///
    /// When it is asked once more than it has turns.
    pub fn new(turns: impl IntoIterator<Item = Turn>) -> Self {
        let mut turns: VecDeque<Turn> = turns.into_iter().collect();
        Self::answering(move |request| match turns.pop_front() {
            Some(turn) => turn,
            None => panic!("asked once too often: {:?}", request.messages),
        })
    }

    /// A model whose reply depends on what it is asked.
    pub fn answering(script: impl FnMut(&ChatRequest) -> Turn + 'static) -> Self {
        Self { script: RefCell::new(Box::new(script)), requests: RefCell::default() }
    }

    /// What it was asked, in order.
    pub fn requests(&self) -> Vec<ChatRequest> {
        self.requests.borrow().clone()
    }
}

impl ChatModel for ScriptedModel {
    fn chat(&self, request: ChatRequest) -> LocalBoxStream<'_, Result<ChatDelta, LlmError>> {
        let turn = (self.script.borrow_mut())(&request);
        self.requests.borrow_mut().push(request);
        let rest = if turn.hangs {
            stream::pending().boxed_local()
        } else {
            stream::empty().boxed_local()
        };
        stream::iter(turn.deltas).chain(rest).boxed_local()
    }
}

impl fmt::Debug for ScriptedModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptedModel").field("requests", &self.requests).finish_non_exhaustive()
    }
}
