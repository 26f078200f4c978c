//! Level 2: every chunk is read, and what is quoted decides.

use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use futures::StreamExt;
use qwen_agent_wasm::agent::{Agent, AgentConfig, AgentEvent, Level, Strategy};
use qwen_agent_wasm::corpus::{DocumentFilter, Snapshot};
use qwen_agent_wasm::llm::scripted::{
    ManualClock, Response, ScriptedModel, ScriptedTransport, Turn,
};
use qwen_agent_wasm::llm::{
    ChatModel, ChatRequest, Clock, HttpRequest, LlmError, LlmErrorKind, ResponseFormat,
};
use qwen_agent_wasm::tokens::EstimatedTokens;
use serde_json::json;

use super::support::{Outcome, agent_over, ask_model, documents, drive, haystack, small_window};

/// Nothing in it is also in the question.
const CLUE: &str = "Keepers whisper albatross at the iron door.";
const QUESTION: &str = "What opens the lighthouse?";

fn snapshot() -> Snapshot {
    documents(&[("rules.txt", &haystack(CLUE))])
}

fn chunk_count() -> usize {
    snapshot().chunks(&DocumentFilter::All).len()
}

fn is_reading(request: &ChatRequest) -> bool {
    matches!(request.response_format, ResponseFormat::JsonSchema { name: "reading", .. })
}

fn shows(request: &ChatRequest, text: &str) -> bool {
    request.messages.iter().any(|message| message.content.contains(text))
}

/// A reader that quotes the clue where it stands, and an answer.
fn good_reader(request: &ChatRequest) -> Turn {
    match (is_reading(request), shows(request, CLUE)) {
        (true, true) => Turn::json(json!({ "relevant": true, "quotes": [CLUE] })),
        (true, false) => Turn::json(json!({ "relevant": false, "quotes": [] })),
        (false, _) => Turn::text("Say albatross."),
    }
}

fn read(script: impl FnMut(&ChatRequest) -> Turn + 'static) -> Outcome {
    let model = ScriptedModel::answering(script);
    ask_model(snapshot(), QUESTION, small_window(Level::Read), model)
}

/// Done, relevant and failed of each chunk's event.
fn chunks_read(outcome: &Outcome) -> Vec<(usize, bool, bool)> {
    let chunks = chunk_count();
    outcome
        .events
        .iter()
        .filter_map(|event| match event {
            AgentEvent::ChunkRead { done, total, relevant, failed } => {
                assert_eq!(*total, chunks);
                Some((*done, *relevant, *failed))
            }
            _ => None,
        })
        .collect()
}

#[test]
fn what_no_search_finds_is_found_by_reading() {
    let outcome = read(good_reader);
    assert_eq!(outcome.answer().strategy, Strategy::Read);
    assert!(outcome.last_prompt().contains(CLUE));
    let read = chunks_read(&outcome);
    assert_eq!(read.len(), chunk_count());
    assert!(read.iter().enumerate().all(|(at, (done, _, failed))| *done == at + 1 && !failed));
    assert_eq!(read.iter().filter(|(_, relevant, _)| *relevant).count(), 1);
    assert_eq!(outcome.answer().usage.requests, chunk_count() + 1);
    assert!(outcome.warnings().is_empty());
}

#[test]
fn all_readings_begin_alike_and_are_held_back() {
    let outcome = read(good_reader);
    let readings: Vec<_> = outcome.requests.iter().filter(|request| is_reading(request)).collect();
    assert_eq!(readings.len(), chunk_count());
    assert!(readings.iter().all(|request| request.messages[0] == readings[0].messages[0]));
    assert!(readings.iter().all(|request| !request.stream));
}

#[test]
fn promising_chunks_are_read_first() {
    let text = haystack("The lighthouse opens at noon.");
    let model = ScriptedModel::answering(good_reader);
    let snapshot = documents(&[("rules.txt", &text)]);
    let outcome = ask_model(snapshot, QUESTION, small_window(Level::Read), model);
    assert!(shows(&outcome.requests[0], "The lighthouse opens at noon."));
}

#[test]
fn quotes_that_are_not_in_the_chunk_do_not_count() {
    let outcome = read(|request| {
        if is_reading(request) {
            let quotes = ["The key is under the mat."];
            return Turn::json(json!({ "relevant": true, "quotes": quotes }));
        }
        Turn::text("Nothing is said of it.")
    });
    assert!(chunks_read(&outcome).iter().all(|(_, relevant, _)| !relevant));
    assert!(outcome.result.is_ok());
}

#[test]
fn replies_that_are_not_understood_are_told() {
    let outcome = read(|request| {
        if is_reading(request) && !shows(request, CLUE) {
            return Turn::text("Hm, hard to say.");
        }
        good_reader(request)
    });
    assert_eq!(outcome.warnings(), ["reading.not_understood"]);
    assert!(outcome.last_prompt().contains(CLUE));
}

#[test]
fn a_few_chunks_may_fail() {
    let mut failures = 0;
    let outcome = read(move |request| {
        if is_reading(request) && !shows(request, CLUE) && failures < 3 {
            failures += 1;
            return Turn::error(LlmError::new(LlmErrorKind::Server, "boom"));
        }
        good_reader(request)
    });
    assert_eq!(chunks_read(&outcome).iter().filter(|(_, _, failed)| *failed).count(), 3);
    assert_eq!(outcome.warnings(), ["reading.failed"]);
    assert!(outcome.last_prompt().contains(CLUE));
}

#[test]
fn too_many_failures_end_the_run() {
    let mut calls = 0;
    let outcome = read(move |request| {
        calls += 1;
        match calls % 2 {
            0 => Turn::error(LlmError::new(LlmErrorKind::Server, "boom").with_status(500)),
            _ => good_reader(request),
        }
    });
    let error = outcome.error();
    assert_eq!((error.code(), error.status()), ("agent.reading_failed", Some(500)));
    assert!(error.to_string().contains("parts of the documents could not be read: boom"));
    assert!(outcome.requests.iter().all(is_reading));
}

#[test]
fn a_wrong_key_is_asked_about_once() {
    let config = AgentConfig { concurrency: 1, ..small_window(Level::Read) };
    let model = ScriptedModel::answering(|_| {
        Turn::error(LlmError::new(LlmErrorKind::Unauthorized, "wrong key"))
    });
    let outcome = ask_model(snapshot(), QUESTION, config, model);
    assert_eq!((outcome.error().code(), outcome.requests.len()), ("llm.unauthorized", 1));
}

#[test]
fn more_requests_than_allowed_are_not_begun() {
    let config = AgentConfig { max_requests: chunk_count(), ..small_window(Level::Read) };
    let model = ScriptedModel::answering(good_reader);
    let outcome = ask_model(snapshot(), QUESTION, config.clone(), model);
    assert_eq!((outcome.error().code(), outcome.requests.len()), ("budget.requests", 0));
    let config = AgentConfig { max_requests: chunk_count() + 1, ..config };
    let model = ScriptedModel::answering(good_reader);
    assert!(ask_model(snapshot(), QUESTION, config, model).result.is_ok());
}

#[test]
fn chunks_are_read_several_at_a_time_and_no_more() {
    let config = AgentConfig { concurrency: 3, ..small_window(Level::Read) };
    let model = Rc::new(ScriptedModel::answering(|_| Turn::hang()));
    let agent = Agent::new(Rc::clone(&model) as Rc<dyn ChatModel>, Rc::new(EstimatedTokens));
    let mut run = agent.ask(snapshot(), QUESTION, config).unwrap();
    let clock = ManualClock::default();
    while clock.poll(pin!(run.next())).is_ready() {}
    assert_eq!(model.requests().len(), 3);
}

/// A server that reads well, as the wire sees it.
fn good_response(body: &str) -> Response {
    let verdict = match (body.contains("json_schema"), body.contains(CLUE)) {
        (true, true) => json!({ "relevant": true, "quotes": [CLUE] }).to_string(),
        (true, false) => json!({ "relevant": false, "quotes": [] }).to_string(),
        (false, _) => "Say albatross.".to_owned(),
    };
    Response::streamed(&[&verdict])
}

fn body(request: &HttpRequest) -> String {
    String::from_utf8(request.body.clone()).unwrap()
}

#[test]
fn no_chunk_is_lost_on_a_bad_day() {
    let mut requests = 0;
    let transport = ScriptedTransport::answering(move |request| {
        requests += 1;
        let good = good_response(&body(request));
        match requests % 11 {
            1 => Response::error(429, "limit", "slow").with_header("Retry-After", "2"),
            3 => Response::error(503, "busy", "queue is full"),
            5 => Response::unreachable(),
            // Of the answer itself no text may be shown before.
            7 => good.closed_after(20),
            9 => good.silent_after(10),
            _ => good.in_single_bytes(),
        }
    });
    let clock = ManualClock::default();
    let agent = agent_over(&transport, &clock);
    let config = small_window(Level::Read);
    let (events, result) = drive(&clock, &agent, snapshot(), QUESTION, config);
    // The marker is found by looking the words up; this model cites nothing.
    assert_eq!(result.unwrap().text, "Say albatross. [2]");
    let failed = |event: &AgentEvent| matches!(event, AgentEvent::ChunkRead { failed: true, .. });
    assert!(!events.iter().any(failed));
    assert!(body(transport.requests().last().unwrap()).contains(CLUE));
}

#[test]
fn reading_takes_as_long_as_the_server_and_no_longer() {
    const TURN: Duration = Duration::from_millis(50);
    let clock = ManualClock::default();
    let its_clock = clock.clone();
    let transport = ScriptedTransport::answering(move |request| {
        good_response(&body(request)).late_by(&its_clock, TURN)
    });
    let agent = agent_over(&transport, &clock);
    let (_, result) = drive(&clock, &agent, snapshot(), QUESTION, small_window(Level::Read));
    assert!(result.is_ok());
    // Six at a time, one round to find out that six may be sent, and the answer.
    let rounds = chunk_count().div_ceil(6) + 2;
    assert!(clock.now() <= TURN * rounds as u32, "{:?} for {rounds} rounds", clock.now());
}

fn adaptively(config: AgentConfig) -> AgentConfig {
    AgentConfig { adaptive: true, ..config }
}

#[test]
fn reading_may_end_when_no_more_is_to_be_expected() {
    let snapshot =
        documents(&[("rules.txt", &haystack("The lighthouse is opened by an albatross."))]);
    let script = |request: &ChatRequest| {
        let clue = "The lighthouse is opened by an albatross.";
        match (is_reading(request), shows(request, clue)) {
            (true, true) => Turn::json(json!({ "relevant": true, "quotes": [clue] })),
            (true, false) => Turn::json(json!({ "relevant": false, "quotes": [] })),
            (false, _) => Turn::text("An albatross."),
        }
    };
    let config = adaptively(small_window(Level::Read));
    let model = ScriptedModel::answering(script);
    let outcome = ask_model(snapshot.clone(), QUESTION, config, model);
    assert!(outcome.last_prompt().contains("opened by an albatross"));
    let chunks = snapshot.chunks(&DocumentFilter::All).len();
    assert!(outcome.requests.len() * 2 < chunks, "{} of {chunks}", outcome.requests.len());
}

/// The question leads to the first fact only; the first fact leads to the second.
#[test]
fn what_was_found_brings_forward_what_it_leads_to() {
    let first = "The lighthouse was built by Ines Calloway.";
    let second = "Ines Calloway came from the port of Brannoch.";
    let text = haystack(first) + "\n\n" + &haystack(second);
    let snapshot = documents(&[("rules.txt", &text)]);
    let model = ScriptedModel::answering(move |request| {
        if !is_reading(request) {
            return Turn::text("From Brannoch.");
        }
        let quotes: Vec<&str> =
            [first, second].into_iter().filter(|fact| shows(request, fact)).collect();
        Turn::json(json!({ "relevant": !quotes.is_empty(), "quotes": quotes }))
    });
    let question = "From where did the builder of the lighthouse come?";
    let config = adaptively(small_window(Level::Read));
    let outcome = ask_model(snapshot.clone(), question, config, model);
    assert!(outcome.last_prompt().contains(first) && outcome.last_prompt().contains(second));
    let chunks = snapshot.chunks(&DocumentFilter::All).len();
    assert!(outcome.requests.len() * 2 < chunks, "{} of {chunks}", outcome.requests.len());
}

#[test]
fn a_limit_on_requests_cuts_adaptive_reading_and_is_told() {
    let config = AgentConfig { max_requests: 11, ..adaptively(small_window(Level::Read)) };
    let model = ScriptedModel::answering(|request| {
        if is_reading(request) {
            return Turn::json(json!({ "relevant": false, "quotes": [] }));
        }
        Turn::text("Nothing was found.")
    });
    let outcome = ask_model(snapshot(), QUESTION, config, model);
    assert_eq!(outcome.requests.len(), 11);
    assert_eq!(outcome.warnings(), ["reading.limited"]);
}

#[test]
fn a_chunk_that_is_too_long_is_read_in_halves() {
    let model = ScriptedModel::answering(|request| {
        let length: usize = request.messages.iter().map(|message| message.content.len()).sum();
        if is_reading(request) && length > 2_000 {
            return Turn::error(LlmError::new(LlmErrorKind::ContextLength, "too long"));
        }
        good_reader(request)
    });
    let outcome = ask_model(snapshot(), QUESTION, small_window(Level::Read), model);
    assert!(outcome.last_prompt().contains(CLUE));
    assert!(chunks_read(&outcome).iter().all(|(_, _, failed)| !failed));
    let refused = outcome.requests.len() - chunk_count() - 1;
    assert!(refused > chunk_count(), "each refused once, then read in two: {refused}");
}
