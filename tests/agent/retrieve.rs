//! Level 1: a plan, a search, an answer.

use qwen_agent_wasm::agent::{AgentEvent, Keyword, Level, Strategy};
use qwen_agent_wasm::corpus::Snapshot;
use qwen_agent_wasm::llm::scripted::Turn;
use qwen_agent_wasm::llm::{LlmError, LlmErrorKind, Message, ResponseFormat};
use serde_json::json;

use super::support::{NEEDLE, Outcome, ask, documents, haystack, small_window};

const QUESTION: &str = "In one sentence, please: what opens the lighthouse?";

fn long_document() -> Snapshot {
    documents(&[("rules.txt", &haystack(NEEDLE))])
}

fn plan() -> Turn {
    Turn::json(json!({
        "information": "What is the password of the lighthouse?",
        "instruction": "one sentence",
        "language": "en",
        "keywords": [{ "language": "en", "words": ["password", "lighthouse"] }],
    }))
    .with_usage(300, 40)
}

fn answer() -> Turn {
    Turn::text("The password of the lighthouse is albatross [2].").with_usage(2000, 10)
}

fn ask_long(turns: impl IntoIterator<Item = Turn>) -> Outcome {
    ask(long_document(), QUESTION, small_window(Level::Auto), turns)
}

#[test]
fn what_does_not_fit_is_planned_searched_and_answered() {
    let outcome = ask_long([plan(), answer()]);
    let AgentEvent::Planned { strategy, information, instruction, keywords, .. } =
        &outcome.events[0]
    else {
        panic!("no plan: {:?}", outcome.events)
    };
    assert_eq!(*strategy, Strategy::Retrieve);
    assert_eq!(information, "What is the password of the lighthouse?");
    assert_eq!(instruction, "one sentence");
    let keyword = |text: &str| Keyword { text: text.into(), language: Some("en".into()) };
    assert_eq!(*keywords, [keyword("password"), keyword("lighthouse")]);
    assert!(outcome.last_prompt().contains(NEEDLE));
    let usage = outcome.answer().usage;
    assert_eq!((usage.requests, usage.prompt_tokens, usage.completion_tokens), (2, 2300, 50));
}

#[test]
fn the_answer_says_where_it_stands() {
    let outcome = ask_long([plan(), Turn::text("It is albatross.")]);
    let AgentEvent::Retrieved { passages } = &outcome.events[1] else { panic!("no passages") };
    let number = passages.iter().find(|passage| passage.text.contains(NEEDLE)).unwrap().number;
    let text = format!("The password of the lighthouse is albatross [{number}].");
    let outcome = ask_long([plan(), Turn::text(text)]);
    let citation = &outcome.answer().citations[0];
    assert_eq!((citation.quote.as_str(), citation.verified), (NEEDLE, true));
}

#[test]
fn the_prompt_keeps_within_the_window() {
    let outcome = ask_long([plan(), answer()]);
    let characters: usize =
        outcome.requests[1].messages.iter().map(|message| message.content.len()).sum();
    // 2,700 tokens of English have about 12,000 characters; bounds are kept, not estimates.
    assert!((5_000..12_000).contains(&characters), "{characters}");
}

#[test]
fn the_plan_is_asked_for_with_a_schema_and_shows_how_documents_begin() {
    let mut config = small_window(Level::Retrieve);
    config.history = vec![Message::user("Hello"), Message::assistant("Hi")];
    let outcome = ask(long_document(), QUESTION, config, [plan(), answer()]);
    let request = &outcome.requests[0];
    assert!(matches!(request.response_format, ResponseFormat::JsonSchema { name: "plan", .. }));
    assert!(!request.stream);
    assert_eq!(request.messages[1].content, "Hello");
    let asked = &request.messages[3].content;
    assert!(asked.contains("~~~~~\nrules.txt\n\nSection 0 of the garden rules"), "{asked}");
    assert!(asked.ends_with(&format!("Question:\n{QUESTION}")));
}

#[test]
fn keywords_find_what_a_question_in_another_language_cannot() {
    let text = format!("{}\n\n灯塔的密码是信天翁。", haystack("x"));
    let keywords = json!({ "information": QUESTION, "keywords": { "zh": ["灯塔", "密码"] } });
    let turns = [Turn::json(keywords), Turn::text("x")];
    let outcome = ask(documents(&[("a.txt", &text)]), QUESTION, small_window(Level::Auto), turns);
    assert!(outcome.last_prompt().contains("灯塔的密码是信天翁。"));
}

#[test]
fn a_plan_that_cannot_be_read_is_replaced_by_the_question() {
    let outcome = ask_long([Turn::text("I would look for the lighthouse."), answer()]);
    assert_eq!(outcome.warnings(), ["plan.fallback"]);
    assert!(outcome.last_prompt().contains(NEEDLE));
    assert_eq!(outcome.answer().strategy, Strategy::Retrieve);
}

#[test]
fn a_plan_that_fails_ends_the_run_only_if_the_answer_would_fail_too() {
    use LlmErrorKind as Kind;
    for kind in [Kind::Server, Kind::RateLimited, Kind::Refused, Kind::Incomplete, Kind::Protocol] {
        let outcome = ask_long([Turn::error(LlmError::new(kind, "no")), answer()]);
        assert_eq!(outcome.warnings(), ["plan.fallback"], "{kind:?}");
        assert!(outcome.result.is_ok());
    }
    for kind in [Kind::Unauthorized, Kind::NotFound, Kind::Quota, Kind::Network] {
        let outcome = ask_long([Turn::error(LlmError::new(kind, "no"))]);
        assert_eq!(outcome.error().code(), kind.code());
    }
}

#[test]
fn a_server_that_refuses_schemas_is_asked_without() {
    let refusal = Turn::error(LlmError::new(LlmErrorKind::BadRequest, "response_format?"));
    let outcome = ask_long([refusal, plan(), answer()]);
    assert_eq!(outcome.requests[1].response_format, ResponseFormat::Text);
    assert!(outcome.warnings().is_empty());
    assert_eq!(outcome.answer().usage.requests, 3);
}

#[test]
fn a_search_that_finds_nothing_is_said_to_the_model() {
    let plan = Turn::json(json!({ "information": "Zzyzx?", "keywords": ["qqq"] }));
    let turns = [plan, Turn::text("The documents say nothing of it.")];
    let outcome = ask(long_document(), "Zzyzx?", small_window(Level::Auto), turns);
    assert!(outcome.last_prompt().contains("found no passage"));
    assert!(outcome.answer().citations.is_empty());
}

#[test]
fn who_asks_for_a_search_gets_one() {
    let snapshot = documents(&[("a.txt", NEEDLE)]);
    let turns = [plan(), Turn::text("Albatross [1].")];
    let outcome = ask(snapshot, QUESTION, small_window(Level::Retrieve), turns);
    assert_eq!(outcome.answer().strategy, Strategy::Retrieve);
}
