//! Level 3: the model asks questions of its own, one after another, until it can answer.
//!
//! A question such as "In which year was the town founded where the author of … was born?" is
//! answered by no single passage. Here the model gets tools: it puts simple questions to level 2,
//! searches, reads pages, and calls what tools the page adds. `conversation` decides what comes
//! next; this file only waits for models and tools. The answer rests on all passages that tools
//! have shown.

mod conversation;
mod documents;
mod evidence;
mod gate;
mod protocol;
mod window;

use std::cell::RefCell;
use std::rc::Rc;

use futures::future::try_join_all;
use serde_json::{Value, json};

use super::config::{AgentConfig, ToolProtocol};
use super::dialogue::Dialogue;
use super::error::AgentError;
use super::event::{AgentEvent, Answer, Strategy};
use super::plan::Plan;
use super::rag::{self, cited};
use super::session::Session;
use super::tools::Tools;
use crate::llm::{ChatRequest, LlmErrorKind, ToolCall, ToolSpec};
use conversation::{Conversation, Step, arguments};
use documents::DocumentTools;
pub(super) use gate::Gate;
use protocol::{Protocol, ToolResult};

/// A server that cuts a prompt to the half and still finds it too long has another problem.
const MAX_SHRINKS: usize = 3;

/// Answers with the help of tools. `why` begins the reason for this way.
pub(super) async fn answer(
    session: &Session,
    dialogue: &Dialogue<'_>,
    tools: Option<Rc<dyn Tools>>,
    why: &str,
) -> Result<Answer, AgentError> {
    let reason = format!("{why}the model asks questions of its own until it can answer");
    session.events.emit(Plan::fallback(&session.question).event(Strategy::Reason, &reason));
    let own = DocumentTools::new(session, dialogue);
    let mut run = Reasoning::new(session, dialogue, &own, tools);
    loop {
        match run.talk.next().clone() {
            Step::Ask => run.ask().await?,
            Step::Call(calls) => run.call(&calls).await?,
            Step::Answer(text) => {
                if let Some(text) = run.gate.borrow_mut().finish(&text) {
                    session.events.emit(AgentEvent::Text { text });
                }
                let text = run.gate.borrow().shown().to_owned();
                let (system, _, turns) = run.talk.messages();
                let messages = [vec![system], turns].concat();
                let conversation = rag::Conversation { messages, text };
                let passages = own.passages();
                return Ok(cited(session, dialogue, Strategy::Reason, &passages, conversation));
            }
        }
    }
}

/// One conversation with its tools, as far as it waits.
struct Reasoning<'s> {
    session: &'s Session,
    dialogue: &'s Dialogue<'s>,
    own: &'s DocumentTools<'s>,
    others: Option<Rc<dyn Tools>>,
    other_names: Vec<String>,
    talk: Conversation,
    gate: RefCell<Gate>,
    /// The most tokens that a prompt may have.
    prompt_tokens: usize,
    shrinks: usize,
}

impl<'s> Reasoning<'s> {
    fn new(
        session: &'s Session,
        dialogue: &'s Dialogue<'s>,
        own: &'s DocumentTools<'s>,
        others: Option<Rc<dyn Tools>>,
    ) -> Self {
        let AgentConfig { history, system, max_turns, protocol, .. } = &session.config;
        let mut specs: Vec<ToolSpec> = others.iter().flat_map(|tools| tools.specs()).collect();
        let other_names: Vec<String> = specs.iter().map(|spec| spec.name.clone()).collect();
        let mut all = DocumentTools::specs();
        all.retain(|spec| !other_names.contains(&spec.name));
        all.append(&mut specs);
        let protocol = match protocol {
            ToolProtocol::Auto | ToolProtocol::Native => Protocol::Native,
            ToolProtocol::Nous => Protocol::Nous,
            ToolProtocol::React => Protocol::React,
        };
        let talk = Conversation::new(&session.question, system.as_deref(), history, all);
        let (context, reply) = (session.config.context_tokens, session.config.max_output_tokens);
        Self {
            session,
            dialogue,
            own,
            others,
            other_names,
            talk: talk.with(protocol, *max_turns).with_images(&session.config.images),
            gate: RefCell::new(Gate::new(protocol)),
            prompt_tokens: context.saturating_sub(reply),
            shrinks: 0,
        }
    }

    /// Asks the model once, or in another way if the server refused this one.
    async fn ask(&mut self) -> Result<(), AgentError> {
        if self.dialogue.requests_left() <= 1 {
            self.talk.end_with_next_turn();
        }
        self.gate.borrow_mut().begin(self.talk.protocol());
        let request = self.request();
        let error = match self.dialogue.turn(request, &self.gate).await {
            Ok(reply) => {
                self.talk.hear(reply);
                return Ok(());
            }
            Err(error) => error,
        };
        if self.has_shown() {
            return Err(error);
        }
        let may_fall_back = self.session.config.protocol == ToolProtocol::Auto;
        match error.llm_kind() {
            Some(LlmErrorKind::BadRequest) if may_fall_back && self.talk.fall_back() => Ok(()),
            Some(LlmErrorKind::ContextLength) if self.shrinks < MAX_SHRINKS => {
                self.shrinks += 1;
                self.prompt_tokens /= 2;
                self.session.warn("context.reduced", format!("results are shortened: {error}"));
                Ok(())
            }
            _ => Err(error),
        }
    }

    fn has_shown(&self) -> bool {
        !self.gate.borrow().shown().is_empty()
    }

    fn request(&self) -> ChatRequest {
        let (system, history, turns) = self.talk.messages();
        let counter = &*self.session.counter;
        // What servers make of the tools is about as long as their JSON.
        let tools = self.talk.native_tools();
        let told: usize = tools
            .iter()
            .map(|tool| {
                counter.bound(&tool.description) + counter.bound(&tool.parameters.to_string())
            })
            .sum();
        let tokens = self.prompt_tokens.saturating_sub(told);
        let messages = window::fit(system, history, turns, tokens, counter);
        let mut request = self.dialogue.conversation(messages);
        request.tools = tools.to_vec();
        request.tools_allowed = !self.talk.is_last_turn();
        if self.talk.protocol() == Protocol::React {
            request.extra.entry("stop").or_insert_with(|| json!([protocol::react::STOP]));
        }
        request
    }

    /// Makes the calls of one turn at the same time.
    async fn call(&mut self, calls: &[ToolCall]) -> Result<(), AgentError> {
        if let Some(text) = self.gate.borrow_mut().part() {
            self.session.events.emit(AgentEvent::Text { text });
        }
        let made = calls.iter().map(|call| self.call_one(call, calls.len()));
        let results = try_join_all(made).await?;
        self.talk.give(calls, &results);
        let passages = self.own.passages();
        if !passages.is_empty() {
            self.session.events.emit(AgentEvent::Retrieved { passages });
        }
        Ok(())
    }

    async fn call_one(&self, call: &ToolCall, beside: usize) -> Result<ToolResult, AgentError> {
        let ToolCall { id, name, arguments: written } = call.clone();
        let called = AgentEvent::ToolCalled { id, name, arguments: written };
        self.session.events.emit(called);
        let result = match self.talk.known(call) {
            Some(known) => known,
            None => self.result(call, beside).await?,
        };
        let ToolResult { id, name, content, failed } = result.clone();
        self.session.events.emit(AgentEvent::ToolAnswered { id, name, content, failed });
        Ok(result)
    }

    async fn result(&self, call: &ToolCall, beside: usize) -> Result<ToolResult, AgentError> {
        let arguments = arguments(call).unwrap_or_default();
        let outcome = if let Some(others) = self.others_with(&call.name) {
            // As they were understood, not as they were written.
            let arguments = Value::Object(arguments).to_string();
            others.call(&ToolCall { arguments, ..call.clone() }).await
        } else {
            self.own.call(&call.name, &arguments, beside).await?
        };
        let failed = outcome.is_err();
        let (id, name) = (call.id.clone(), call.name.clone());
        let content = outcome.unwrap_or_else(|reason| reason);
        Ok(ToolResult { id, name, content, failed })
    }

    fn others_with(&self, name: &str) -> Option<&dyn Tools> {
        self.others.as_deref().filter(|_| self.other_names.iter().any(|other| other == name))
    }
}
