//! The model alone.

use qwen_agent_wasm::agent::{AgentConfig, Level, Strategy};
use qwen_agent_wasm::corpus::Snapshot;
use qwen_agent_wasm::llm::scripted::Turn;
use qwen_agent_wasm::llm::{Message, wire};

use super::support::{ask, documents, small_window};

#[test]
fn the_model_is_asked_without_documents() {
    let config = AgentConfig {
        system: Some("You are brief.".into()),
        history: vec![Message::user("Hello."), Message::assistant("Hi.")],
        ..small_window(Level::Chat)
    };
    let library = documents(&[("lease.txt", "Notice is three months.")]);
    for snapshot in [Snapshot::default(), library] {
        let outcome = ask(snapshot, "Who are you?", config.clone(), [Turn::text("A model.")]);
        let answer = outcome.answer();
        assert_eq!((answer.text.as_str(), answer.strategy), ("A model.", Strategy::Chat));
        assert!(answer.citations.is_empty());
        let said: Vec<&str> =
            outcome.requests[0].messages.iter().map(|message| message.content.as_str()).collect();
        assert_eq!(said, ["You are brief.", "Hello.", "Hi.", "Who are you?"]);
    }
}

#[test]
fn pictures_go_with_the_question_to_models_that_see() {
    let images = vec!["data:image/png;base64,AAAA".to_owned()];
    let library = documents(&[("lease.txt", "Notice is three months.")]);
    for level in [Level::Chat, Level::Auto, Level::Reason] {
        let config =
            AgentConfig { images: images.clone(), context_tokens: 8_192, ..small_window(level) };
        let outcome = ask(library.clone(), "What is this?", config, [Turn::text("A picture.")]);
        let last = outcome.requests[0].messages.last().unwrap();
        assert_eq!(last.images, images, "{level:?}");
        let written = wire::message(last);
        assert_eq!(written["content"][0]["image_url"]["url"], images[0]);
        assert!(written["content"][1]["text"].as_str().unwrap().contains("What is this?"));
    }
}

#[test]
fn of_a_long_conversation_the_last_turns_are_kept() {
    let turn = "word ".repeat(400);
    let history = (0..20).map(|at| match at % 2 {
        0 => Message::user(format!("{at} {turn}")),
        _ => Message::assistant(format!("{at} {turn}")),
    });
    let config = AgentConfig { history: history.collect(), ..small_window(Level::Chat) };
    let outcome = ask(Snapshot::default(), "And now?", config, [Turn::text("Now.")]);
    let said = &outcome.requests[0].messages;
    assert!(said.len() > 2 && said.len() < 10, "{}", said.len());
    assert!(said[said.len() - 2].content.starts_with("19 "), "the last turn is there");
    assert_eq!(said.last().unwrap().content, "And now?");
}
