//! Speaking with the model on behalf of a run: whole replies, streamed answers, and their cost.

use std::cell::Cell;
use std::rc::Rc;

use futures::TryStreamExt;

use super::error::AgentError;
use super::event::{AgentEvent, RunUsage};
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
    /// Whether the server has refused a schema. Then it is not sent one again.
    refuses_schemas: Cell<bool>,
}

impl<'s> Dialogue<'s> {
    pub(super) fn new(model: Rc<dyn ChatModel>, session: &'s Session) -> Self {
        Self { model, session, usage: Cell::default(), refuses_schemas: Cell::new(false) }
    }

    /// What the run has cost until now.
    pub(super) fn usage(&self) -> RunUsage {
        self.usage.get()
    }

    /// Waits for a whole reply that nobody watches.
    pub(super) async fn complete(&self, prompt: Prompt) -> Result<String, LlmError> {
        let mut request = self.request(prompt);
        request.stream = false;
        if self.refuses_schemas.get() {
            request.response_format = ResponseFormat::Text;
        }
        let asked_for_schema = request.response_format != ResponseFormat::Text;
        match self.send(&request, &mut Assembler::default()).await {
            Err(error) if asked_for_schema && error.kind() == LlmErrorKind::BadRequest => {
                // The prompt asks for JSON in words, too.
                self.refuses_schemas.set(true);
                request.response_format = ResponseFormat::Text;
                self.send(&request, &mut Assembler::default()).await
            }
            result => result,
        }
        .map(|reply| reply.text)
    }

    /// Shows an answer as it comes.
    pub(super) async fn answer(&self, prompt: Prompt) -> Result<String, AgentError> {
        let mut partial = Assembler::default();
        let reply = self
            .send(&self.request(prompt), &mut partial)
            .await
            .map_err(|source| AgentError::Llm { source, partial_text: partial.finish().text })?;
        if let Some((code, message)) = doubts(&reply) {
            self.session.warn(code, message.to_owned());
        }
        Ok(reply.text)
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

    /// Sends a request, tells what is worth telling, and adds up the cost. What came of the reply
    /// before a failure is left in `partial`.
    async fn send(
        &self,
        request: &ChatRequest,
        partial: &mut Assembler,
    ) -> Result<Reply, LlmError> {
        self.spend(|usage| usage.requests += 1);
        let mut deltas = self.model.chat(request.clone());
        while let Some(delta) = deltas.try_next().await? {
            self.tell(request, &delta);
            partial.push(delta);
        }
        let reply = std::mem::take(partial).finish();
        self.charge(&request.messages, &reply);
        Ok(reply)
    }

    fn tell(&self, request: &ChatRequest, delta: &ChatDelta) {
        let event = match delta.clone() {
            ChatDelta::Text(text) if request.stream => AgentEvent::Text { text },
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
