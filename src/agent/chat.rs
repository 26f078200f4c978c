//! Without documents: the model as it is, with the conversation so far.
//!
//! For what surrounds documents: choosing among assistants, naming a conversation, small talk.

use super::budget::{bound, recent};
use super::dialogue::Dialogue;
use super::error::AgentError;
use super::event::{Answer, Strategy};
use super::plan::Plan;
use super::session::Session;
use crate::llm::{Message, ResponseFormat};
use crate::prompt::Prompt;

/// Answers by the model's own knowledge, in one request.
pub(super) async fn answer(
    session: &Session,
    dialogue: &Dialogue<'_>,
) -> Result<Answer, AgentError> {
    let plan = Plan::fallback(&session.question);
    session.events.emit(plan.event(Strategy::Chat, "the documents are left out"));
    let config = &session.config;
    let question = Message::user(session.question.as_str()).with_images(&config.images);
    let system = config.system.iter().map(|system| Message::system(system.as_str()));
    let mut messages: Vec<Message> = system.collect();
    let counter = &*session.counter;
    let fixed = messages.iter().chain([&question]).map(|message| bound(message, counter));
    let taken = fixed.sum::<usize>() + config.max_output_tokens;
    messages.extend(recent(&config.history, config.context_tokens.saturating_sub(taken), counter));
    messages.push(question);
    let response_format = ResponseFormat::Text;
    let text = dialogue.answer(Prompt { messages: messages.clone(), response_format }).await?;
    messages.push(Message::assistant(text.as_str()));
    Ok(Answer {
        text,
        strategy: Strategy::Chat,
        extractive: false,
        citations: Vec::new(),
        usage: dialogue.usage(),
        messages,
    })
}
