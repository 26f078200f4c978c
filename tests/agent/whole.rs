//! Documents that fit the model's window as a whole, and what is common to all answers.

use std::pin::pin;

use futures::StreamExt;
use qwen_agent_wasm::agent::{AgentConfig, AgentEvent, Level, RunUsage, Strategy};
use qwen_agent_wasm::corpus::{DocumentFilter, Snapshot};
use qwen_agent_wasm::document::DocumentId;
use qwen_agent_wasm::llm::scripted::{ManualClock, Response, ScriptedTransport, Turn};
use qwen_agent_wasm::llm::{ChatDelta, ChatRequest, FinishReason, LlmError, LlmErrorKind, Message};
use serde_json::json;

use super::support::{agent_over, ask, documents, drive, haystack, small_window};

fn lease() -> Snapshot {
    documents(&[("lease.txt", "Notice is three months. The rent is 900 euros a month.")])
}

fn config() -> AgentConfig {
    AgentConfig { model: "qwen-plus".into(), ..AgentConfig::default() }
}

#[test]
fn what_fits_is_sent_whole_without_planning() {
    let turn = Turn::pieces(["Three mon", "ths [1]."]).with_usage(120, 6);
    let outcome = ask(lease(), " How long is the notice? ", config(), [turn]);
    let answer = outcome.answer();
    assert_eq!(answer.text, "Three months [1].");
    assert_eq!((answer.strategy, answer.extractive), (Strategy::Whole, false));
    let citation = &answer.citations[0];
    assert_eq!((citation.marker, citation.quote.as_str()), (1, "Notice is three months."));
    assert!(citation.verified);
    assert_eq!(
        answer.usage,
        RunUsage { requests: 1, prompt_tokens: 120, completion_tokens: 6, estimated: false }
    );
}

#[test]
fn events_tell_the_plan_the_passages_and_the_text_in_this_order() {
    let outcome = ask(
        lease(),
        "How long is the notice?",
        config(),
        [Turn::pieces(["Three ", "months [1]."])],
    );
    let names: Vec<_> = outcome
        .events
        .iter()
        .map(|event| match event {
            AgentEvent::Planned { strategy, information, .. } => {
                format!("{} {information}", strategy.as_str())
            }
            AgentEvent::Retrieved { passages } => format!("{} passage", passages.len()),
            AgentEvent::Text { text } => text.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(names, ["whole How long is the notice?", "1 passage", "Three ", "months [1]."]);
}

#[test]
fn the_request_has_the_rules_the_passage_and_the_question() {
    let generation = json!({ "temperature": 0.2 }).as_object().cloned().unwrap();
    let config = AgentConfig { generation, ..config() };
    let outcome = ask(lease(), "How long is the notice?", config.clone(), [Turn::text("x")]);
    let request = &outcome.requests[0];
    assert_eq!(outcome.requests.len(), 1);
    assert_eq!(request.model, "qwen-plus");
    assert_eq!(request.max_tokens, Some(1024));
    assert_eq!(request.extra, config.generation);
    assert!(request.stream);
    assert!(request.messages[0].content.contains("Use only what the passages say"));
    assert_eq!(
        outcome.last_prompt(),
        "Passages:\n\n[1]\n~~~~~\nlease.txt, 1\n\nNotice is three months. The rent is 900 euros a \
         month.\n~~~~~\n\nQuestion:\nHow long is the notice?"
    );
}

#[test]
fn earlier_turns_and_standing_instructions_are_sent() {
    let history = vec![Message::user("Who are you?"), Message::assistant("A notary.")];
    let config = AgentConfig { system: Some("You are a notary.".into()), history, ..config() };
    let outcome = ask(lease(), "How long is the notice?", config.clone(), [Turn::text("x")]);
    let messages = &outcome.requests[0].messages;
    assert!(messages[0].content.starts_with("You are a notary.\n"));
    assert_eq!(messages[1..3], config.history);
    assert_eq!(messages.len(), 4);
}

#[test]
fn only_the_chosen_documents_are_used() {
    let snapshot = documents(&[("a.txt", "Notice is one month."), ("b.txt", "Notice is a year.")]);
    let chosen = |name: &str| AgentConfig {
        documents: DocumentFilter::Only([DocumentId::new(name)].into()),
        ..config()
    };
    let outcome = ask(snapshot.clone(), "Notice?", chosen("b.txt"), [Turn::text("A year [1].")]);
    assert!(!outcome.last_prompt().contains("one month"));
    assert_eq!(outcome.answer().citations[0].document, DocumentId::new("b.txt"));
    let outcome = ask(snapshot, "Notice?", chosen("c.txt"), []);
    assert_eq!(outcome.error().code(), "agent.no_documents");
}

#[test]
fn wrong_requests_fail_before_anything_is_sent() {
    let tiny = AgentConfig { context_tokens: 1100, ..config() };
    for (snapshot, question, config, code) in [
        (lease(), " \n", config(), "agent.empty_question"),
        (Snapshot::default(), "How long?", config(), "agent.no_documents"),
        (lease(), "How long?", tiny, "llm.context_length"),
    ] {
        let outcome = ask(snapshot, question, config, []);
        assert_eq!(outcome.error().code(), code);
        assert!(!outcome.error().is_retryable());
    }
}

#[test]
fn thinking_is_told_apart_from_the_answer() {
    let turn = Turn::text("Three months [1].").after([ChatDelta::Reasoning("Let me see.".into())]);
    let outcome = ask(lease(), "How long?", config(), [turn]);
    assert!(outcome.events.contains(&AgentEvent::Reasoning { text: "Let me see.".into() }));
    assert_eq!(outcome.answer().text, "Three months [1].");
}

#[test]
fn an_answer_that_breaks_off_is_an_error_with_its_beginning() {
    let broken = LlmError::new(LlmErrorKind::Incomplete, "cut").with_status(200);
    let turn = Turn::pieces(["Three "]).then_error(broken);
    let outcome = ask(lease(), "How long?", config(), [turn]);
    let error = outcome.error();
    assert_eq!((error.code(), error.partial_text()), ("llm.incomplete", Some("Three ")));
    assert_eq!((error.status(), error.is_retryable()), (Some(200), true));
}

#[test]
fn an_answer_that_was_cut_by_length_is_told() {
    let length = ChatDelta::Finished(FinishReason::Length);
    let turn = Turn::deltas([ChatDelta::Text("Three".into()), length]);
    assert_eq!(ask(lease(), "How long?", config(), [turn]).warnings(), ["answer.truncated"]);
}

#[test]
fn a_server_that_cuts_prompts_is_told() {
    let long = haystack("x").chars().take(9000).collect::<String>();
    let turn = Turn::text("x").with_usage(500, 1);
    let outcome = ask(documents(&[("a.txt", &long)]), "How long?", config(), [turn]);
    assert_eq!(outcome.answer().strategy, Strategy::Whole);
    assert_eq!(outcome.warnings(), ["prompt.truncated"]);
}

#[test]
fn a_cost_that_is_not_told_is_estimated() {
    let usage = ask(lease(), "How long?", config(), [Turn::text("Three months.")]).answer().usage;
    assert!(usage.estimated && usage.prompt_tokens > 100 && usage.completion_tokens >= 2);
}

#[test]
fn a_window_smaller_than_thought_gets_fewer_passages() {
    let overflow = || Turn::error(LlmError::new(LlmErrorKind::ContextLength, "too long"));
    let text = haystack("The password is albatross.").chars().take(8000).collect::<String>();
    let snapshot = documents(&[("a.txt", &text)]);
    let outcome =
        ask(snapshot, "Who sweeps the path?", config(), [overflow(), Turn::text("x [1].")]);
    assert_eq!(outcome.warnings(), ["context.reduced"]);
    let length = |request: &ChatRequest| request.messages[1].content.len();
    assert!(length(&outcome.requests[1]) * 3 < length(&outcome.requests[0]) * 2);
    assert_eq!(outcome.answer().citations.len(), 1);
}

#[test]
fn bytes_one_at_a_time_give_the_same_run() {
    let response = Response::streamed(&["Three months ", "– 三个月 [1]."]);
    let run = |response: Response| {
        let (clock, transport) = (ManualClock::default(), ScriptedTransport::new([response]));
        drive(&clock, &agent_over(&transport, &clock), lease(), "How long is the notice?", config())
    };
    let whole = run(response.clone());
    assert_eq!(run(response.in_single_bytes()), whole);
    assert_eq!(whole.1.unwrap().text, "Three months – 三个月 [1].");
}

#[test]
fn retries_are_told_and_counted() {
    let (clock, transport) = (
        ManualClock::default(),
        ScriptedTransport::new([
            Response::error(429, "rate_limit", "slow").with_header("Retry-After", "3"),
            Response::streamed(&["Three months [1]."]),
        ]),
    );
    let agent = agent_over(&transport, &clock);
    let (events, result) = drive(&clock, &agent, lease(), "How long?", config());
    assert_eq!(result.unwrap().usage.requests, 2);
    let reasons = events.iter().filter_map(|event| match event {
        AgentEvent::Retrying { reason, attempt, .. } => Some((*reason, *attempt)),
        _ => None,
    });
    assert_eq!(reasons.collect::<Vec<_>>(), [("llm.rate_limited", 1)]);
}

#[test]
fn dropping_a_run_drops_its_request() {
    for level in [Level::Auto, Level::Retrieve, Level::Read] {
        let silence = (0..9).map(|_| Response::silent());
        let (clock, transport) = (ManualClock::default(), ScriptedTransport::new(silence));
        let agent = agent_over(&transport, &clock);
        let snapshot = documents(&[("a.txt", &haystack("x"))]);
        let mut run = agent.ask(snapshot, "Who sweeps?", small_window(level)).unwrap();
        while clock.poll(pin!(run.next())).is_ready() {}
        assert!(transport.open() > 0, "{level:?}");
        drop(run);
        assert_eq!(transport.open(), 0, "{level:?}");
    }
}

#[test]
fn nothing_is_sent_before_a_run_is_polled() {
    let (clock, transport) = (ManualClock::default(), ScriptedTransport::new([]));
    drop(agent_over(&transport, &clock).ask(lease(), "How long?", config()));
    assert!(transport.requests().is_empty());
}
