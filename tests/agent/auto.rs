//! Which way is chosen, and why.

use qwen_agent_wasm::agent::{AgentEvent, Level, Strategy};
use qwen_agent_wasm::llm::scripted::{ScriptedModel, Turn};
use qwen_agent_wasm::llm::{ChatRequest, ResponseFormat};
use serde_json::json;

use super::support::{Outcome, ask_model, documents, haystack, small_window};

const FACT: &str = "Bed 7 was dug by Ada.";

fn is(request: &ChatRequest, form: &str) -> bool {
    matches!(request.response_format, ResponseFormat::JsonSchema { name, .. } if name == form)
}

/// A model that says what effort an answer takes.
fn asked_with(effort: &'static str) -> Outcome {
    let model = ScriptedModel::answering(move |request| {
        if is(request, "plan") {
            let plan = json!({ "information": "Who dug bed 7?", "effort": effort });
            return Turn::json(plan);
        }
        if is(request, "reading") {
            let holds = request.messages.iter().any(|message| message.content.contains(FACT));
            let quotes = if holds { vec![FACT] } else { Vec::new() };
            return Turn::json(json!({ "relevant": holds, "quotes": quotes }));
        }
        Turn::text("Ada.")
    });
    let snapshot = documents(&[("rules.txt", &haystack(FACT))]);
    ask_model(snapshot, "Who dug bed 7?", small_window(Level::Auto), model)
}

fn reason(outcome: &Outcome) -> &str {
    let planned = outcome.events.iter().find_map(|event| match event {
        AgentEvent::Planned { reason, .. } => Some(reason.as_str()),
        _ => None,
    });
    planned.unwrap()
}

#[test]
fn the_model_says_what_an_answer_takes_and_the_run_says_why() {
    for (effort, strategy, why) in [
        ("search", Strategy::Retrieve, "searched for passages"),
        ("read", Strategy::Read, "stands in many places"),
        ("steps", Strategy::Reason, "lead to each other"),
        ("whatever", Strategy::Retrieve, "searched for passages"),
    ] {
        let outcome = asked_with(effort);
        assert_eq!(outcome.answer().strategy, strategy, "{effort}");
        assert!(reason(&outcome).contains(why), "{}", reason(&outcome));
    }
}

#[test]
fn reading_that_was_chosen_ends_early() {
    let outcome = asked_with("read");
    let read = outcome.requests.iter().filter(|request| is(request, "reading")).count();
    assert!(read > 0 && read < 40, "{read}");
}
