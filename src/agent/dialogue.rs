//! Speaking with the model on behalf of a run: whole replies, streamed answers, and their cost.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::TryStreamExt;
use serde_json::{Map, Value, json};

use super::error::AgentError;
use super::event::{AgentEvent, RunUsage};
use super::reason::Gate;
use super::session::Session;
use crate::llm::assemble::Assembler;
use crate::llm::{
    ChatDelta, ChatModel, ChatRequest, FinishReason, LlmError, LlmErrorKind, Message, Reply,
    ResponseFormat, Usage,
};
use crate::prompt::Prompt;

/// Prompts of fewer tokens are too short to tell whether a server cut them.
const MIN_TELLING_TOKENS: u64 = 1000;

/// The model, as one run speaks with it.
pub(super) struct Dialogue<'s> {
    model: Rc<dyn ChatModel>,
    session: &'s Session,
    usage: Cell<RunUsage>,
    /// What this server has not refused yet.
    asking: Cell<Asking>,
}

impl<'s> Dialogue<'s> {
    pub(super) fn new(model: Rc<dyn ChatModel>, session: &'s Session) -> Self {
        Self { model, session, usage: Cell::default(), asking: Cell::default() }
    }

    /// What the run has cost until now.
    pub(super) fn usage(&self) -> RunUsage {
        self.usage.get()
    }

    /// Waits for a whole reply that nobody watches.
    pub(super) async fn complete(&self, prompt: Prompt) -> Result<String, LlmError> {
        let plain = ChatRequest { stream: false, ..self.request(prompt) };
        loop {
            let asking = self.asking.get();
            let request = asking.of(plain.clone());
            let error = match self.send(&request, &mut Assembler::default(), &|_| {}).await {
                Ok(reply) => return Ok(reply.text),
                Err(error) => error,
            };
            let less = asking.less().filter(|_| error.kind() == LlmErrorKind::BadRequest);
            let Some(less) = less else { return Err(error) };
            // Requests that were under way together are refused together.
            self.asking.set(self.asking.get().max(less));
        }
    }

    /// Shows an answer as it comes.
    pub(super) async fn answer(&self, prompt: Prompt) -> Result<String, AgentError> {
        let mut partial = Assembler::default();
        let reply = self
            .send(&self.request(prompt), &mut partial, &|text| self.show(text.to_owned()))
            .await
            .map_err(|source| AgentError::Llm { source, partial_text: partial.finish().text })?;
        if let Some((code, message)) = doubts(&reply) {
            self.session.warn(code, message.to_owned());
        }
        Ok(reply.text)
    }

    /// Waits for one turn of a conversation with tools; the gate says what is shown of it.
    pub(super) async fn turn(
        &self,
        request: ChatRequest,
        gate: &RefCell<Gate>,
    ) -> Result<Reply, AgentError> {
        if self.requests_left() == 0 {
            let allowed = self.session.config.max_requests;
            return Err(AgentError::TooManyRequests { needed: allowed + 1, allowed });
        }
        let show = |text: &str| {
            if let Some(text) = gate.borrow_mut().push(text) {
                self.show(text);
            }
        };
        let reply =
            self.send(&request, &mut Assembler::default(), &show).await.map_err(|source| {
                AgentError::Llm { source, partial_text: gate.borrow().shown().to_owned() }
            })?;
        if let Some((code, message)) = doubts(&reply) {
            self.session.warn(code, message.to_owned());
        }
        Ok(reply)
    }

    /// The request that goes on with a conversation.
    pub(super) fn conversation(&self, messages: Vec<Message>) -> ChatRequest {
        self.request(Prompt { messages, response_format: ResponseFormat::Text })
    }

    /// How many more requests the run may make.
    pub(super) fn requests_left(&self) -> usize {
        self.session.config.max_requests.saturating_sub(self.usage().requests)
    }

    fn show(&self, text: String) {
        self.session.events.emit(AgentEvent::Text { text });
    }

    fn request(&self, prompt: Prompt) -> ChatRequest {
        let config = &self.session.config;
        ChatRequest {
            max_tokens: Some(config.max_output_tokens as u32),
            response_format: prompt.response_format,
            extra: config.generation.clone(),
            ..ChatRequest::new(&config.model, prompt.messages)
        }
    }

    /// Sends a request, tells what is worth telling, and adds up the cost. Text goes to `show` as
    /// it comes; what came of the reply before a failure is left in `partial`.
    async fn send(
        &self,
        request: &ChatRequest,
        partial: &mut Assembler,
        show: &dyn Fn(&str),
    ) -> Result<Reply, LlmError> {
        self.check_tokens()?;
        self.spend(|usage| usage.requests += 1);
        let mut deltas = self.model.chat(request.clone());
        while let Some(delta) = deltas.try_next().await? {
            match &delta {
                ChatDelta::Text(text) => show(text),
                delta => self.tell(request, delta),
            }
            partial.push(delta);
        }
        let reply = std::mem::take(partial).finish();
        self.charge(&request.messages, &reply);
        Ok(reply)
    }

    fn check_tokens(&self) -> Result<(), LlmError> {
        let used = self.usage().prompt_tokens + self.usage().completion_tokens;
        match self.session.config.max_tokens {
            Some(most) if used >= most => {
                let message = format!(
                    "the run has used {used} tokens, and {most} are allowed; allow more, or use a \
                     level that asks less"
                );
                Err(LlmError::new(LlmErrorKind::Budget, message))
            }
            _ => Ok(()),
        }
    }

    fn tell(&self, request: &ChatRequest, delta: &ChatDelta) {
        let event = match delta.clone() {
            ChatDelta::Reasoning(text) if request.stream => AgentEvent::Reasoning { text },
            ChatDelta::Retrying { after, attempt, reason } => {
                self.spend(|usage| usage.requests += 1);
                AgentEvent::Retrying { after, attempt, reason }
            }
            _ => return,
        };
        self.session.events.emit(event);
    }

    fn charge(&self, messages: &[Message], reply: &Reply) {
        let estimate = self.estimate(messages, reply);
        let told = reply.usage.unwrap_or(estimate);
        self.spend(|usage| {
            usage.prompt_tokens += told.prompt_tokens;
            usage.completion_tokens += told.completion_tokens;
            usage.estimated |= reply.usage.is_none();
        });
        let (told, expected) = (told.prompt_tokens, estimate.prompt_tokens);
        if expected > MIN_TELLING_TOKENS && told < expected / 2 {
            let message = format!(
                "the server counted {told} tokens in a prompt of about {expected}; it seems to \
                 cut prompts, and a smaller window should be set"
            );
            self.session.warn("prompt.truncated", message);
        }
    }

    fn estimate(&self, messages: &[Message], reply: &Reply) -> Usage {
        let count = |text: &str| self.session.counter.count(text) as u64;
        Usage {
            prompt_tokens: messages.iter().map(|message| count(&message.content)).sum(),
            completion_tokens: count(&reply.text) + count(&reply.reasoning),
        }
    }

    fn spend(&self, add: impl FnOnce(&mut RunUsage)) {
        let mut usage = self.usage.get();
        add(&mut usage);
        self.usage.set(usage);
    }
}

/// What is asked of a server for replies in JSON. Not all take everything, and one that refuses is
/// asked for less; the prompts ask for JSON in words, too.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Asking {
    /// To keep to a schema, and not to think before: a verdict on one chunk needs no thoughts,
    /// which cost ten times the verdict.
    #[default]
    SchemaAndNoThinking,
    Schema,
    Nothing,
}

impl Asking {
    fn less(self) -> Option<Self> {
        match self {
            Self::SchemaAndNoThinking => Some(Self::Schema),
            Self::Schema => Some(Self::Nothing),
            Self::Nothing => None,
        }
    }

    fn of(self, mut request: ChatRequest) -> ChatRequest {
        match self {
            Self::SchemaAndNoThinking => without_thinking(&mut request.extra),
            Self::Schema => {}
            Self::Nothing => request.response_format = ResponseFormat::Text,
        }
        request
    }
}

/// Switches thinking off in the two ways that servers of Qwen know, unless the caller has said
/// something about it.
fn without_thinking(extra: &mut Map<String, Value>) {
    const DASHSCOPE: &str = "enable_thinking";
    const VLLM_AND_SGLANG: &str = "chat_template_kwargs";
    if !extra.contains_key(DASHSCOPE) && !extra.contains_key(VLLM_AND_SGLANG) {
        extra.insert(DASHSCOPE.to_owned(), json!(false));
        extra.insert(VLLM_AND_SGLANG.to_owned(), json!({ "enable_thinking": false }));
    }
}

/// Why an answer may not be all that the model had to say.
fn doubts(reply: &Reply) -> Option<(&'static str, &'static str)> {
    match reply.finish {
        Some(FinishReason::Length) => {
            Some(("answer.truncated", "the answer reached the length limit and was cut"))
        }
        Some(FinishReason::ContentFilter) => {
            Some(("answer.filtered", "the server's content filter cut the answer"))
        }
        _ => None,
    }
}
