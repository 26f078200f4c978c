//! What a run costs: told before, bounded while it runs, and not paid twice.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use qwen_agent_wasm::agent::{Agent, AgentConfig, Level, Readings, estimate};
use qwen_agent_wasm::llm::scripted::{ManualClock, ScriptedModel, Turn};
use qwen_agent_wasm::llm::{ChatModel, ChatRequest, ResponseFormat, Role};
use qwen_agent_wasm::tokens::EstimatedTokens;
use serde_json::json;

use super::support::{NEEDLE, ask_model, documents, drive, haystack, small_window};

const QUESTION: &str = "What is the password of the lighthouse?";

fn is_reading(request: &ChatRequest) -> bool {
    matches!(request.response_format, ResponseFormat::JsonSchema { name: "reading", .. })
}

fn reader(request: &ChatRequest) -> Turn {
    if let ResponseFormat::JsonSchema { name: "plan", .. } = request.response_format {
        return Turn::json(json!({ "information": QUESTION }));
    }
    if !is_reading(request) {
        return Turn::text("The password of the lighthouse is albatross [1].");
    }
    let holds = request.messages.iter().any(|message| message.content.contains(NEEDLE));
    let quotes = if holds { vec![NEEDLE] } else { Vec::new() };
    Turn::json(json!({ "relevant": holds, "quotes": quotes }))
}

#[test]
fn the_estimate_is_near_the_cost() {
    let snapshot = documents(&[("rules.txt", &haystack(NEEDLE))]);
    for level in [Level::Retrieve, Level::Read] {
        let config = small_window(level);
        let told = estimate(&snapshot, QUESTION, &config, &EstimatedTokens);
        let model = ScriptedModel::answering(reader);
        let outcome = ask_model(snapshot.clone(), QUESTION, config, model);
        let usage = outcome.answer().usage;
        assert_eq!(told.requests, usage.requests, "{level:?}");
        let ratio = told.prompt_tokens as f64 / usage.prompt_tokens as f64;
        assert!((0.8..1.6).contains(&ratio), "{level:?}: {ratio}");
        assert!(!told.at_most);
    }
    let adaptive = AgentConfig { adaptive: true, ..small_window(Level::Read) };
    assert!(estimate(&snapshot, QUESTION, &adaptive, &EstimatedTokens).at_most);
    let steps = small_window(Level::Reason);
    let told = estimate(&snapshot, QUESTION, &steps, &EstimatedTokens);
    assert_eq!((told.requests, told.at_most), (steps.max_requests, true));
}

#[test]
fn no_request_is_sent_once_the_tokens_are_used_up() {
    let snapshot = documents(&[("rules.txt", &haystack(NEEDLE))]);
    for level in [Level::Retrieve, Level::Read, Level::Reason] {
        let config = AgentConfig { max_tokens: Some(1), ..small_window(level) };
        let mut first = true;
        let model = ScriptedModel::answering(move |request| {
            if !request.tools.is_empty() && std::mem::take(&mut first) {
                return Turn::tool_call("list_documents", json!({}));
            }
            reader(request)
        });
        let outcome = ask_model(snapshot.clone(), QUESTION, config, model);
        assert_eq!(outcome.error().code(), "budget.tokens", "{level:?}");
        assert!(!outcome.error().is_retryable());
        assert!(outcome.requests.len() <= AgentConfig::default().concurrency, "{level:?}");
    }
}

/// Keeps readings, as a page's storage does.
#[derive(Default)]
struct Store(RefCell<BTreeMap<String, String>>);

impl Readings for Store {
    fn get<'a>(&'a self, name: &'a str) -> LocalBoxFuture<'a, Option<String>> {
        futures::future::ready(self.0.borrow().get(name).cloned()).boxed_local()
    }

    fn put<'a>(&'a self, name: &'a str, reply: &'a str) -> LocalBoxFuture<'a, ()> {
        self.0.borrow_mut().insert(name.to_owned(), reply.to_owned());
        futures::future::ready(()).boxed_local()
    }
}

#[test]
fn what_was_read_is_not_asked_for_again() {
    let snapshot = documents(&[("rules.txt", &haystack(NEEDLE))]);
    let store = Rc::new(Store::default());
    let ask = |question: &str, model_name: &str| {
        let model = Rc::new(ScriptedModel::answering(reader));
        let agent = Agent::new(Rc::clone(&model) as Rc<dyn ChatModel>, Rc::new(EstimatedTokens))
            .with_readings(Rc::clone(&store) as Rc<dyn Readings>);
        let config = AgentConfig { model: model_name.into(), ..small_window(Level::Read) };
        let clock = ManualClock::default();
        let (_, result) = drive(&clock, &agent, snapshot.clone(), question, config);
        assert!(result.unwrap().text.contains("albatross"));
        model.requests().iter().filter(|request| is_reading(request)).count()
    };
    let all = ask(QUESTION, "qwen-plus");
    assert_eq!(store.0.borrow().len(), all);
    assert_eq!(ask(QUESTION, "qwen-plus"), 0);
    assert_eq!(ask("Which word opens the lighthouse?", "qwen-plus"), all);
    assert_eq!(ask(QUESTION, "qwen-max"), all);
    // As after a run that was interrupted.
    store.0.borrow_mut().pop_first();
    store.0.borrow_mut().retain(|_, reply| reply.contains("false"));
    assert!(ask(QUESTION, "qwen-plus") > 0);
}

#[test]
fn an_answer_knows_the_conversation_that_gave_it() {
    let snapshot = documents(&[("rules.txt", &haystack(NEEDLE))]);
    let model = ScriptedModel::answering(reader);
    let outcome = ask_model(snapshot, QUESTION, small_window(Level::Read), model);
    let answer = outcome.answer();
    let roles: Vec<Role> = answer.messages.iter().map(|message| message.role).collect();
    assert_eq!(roles, [Role::System, Role::User, Role::Assistant]);
    assert_eq!(answer.messages[2].content, answer.text);
    assert_eq!(answer.messages[..2], outcome.requests.last().unwrap().messages);
    assert_eq!(answer.is_verified(), answer.citations.iter().all(|citation| citation.verified));
}
