//! Answers without a model.

use std::rc::Rc;

use qwen_agent_wasm::agent::{Agent, AgentConfig, AgentEvent, Answer, Level, Strategy};
use qwen_agent_wasm::corpus::Snapshot;
use qwen_agent_wasm::llm::scripted::ManualClock;
use qwen_agent_wasm::tokens::EstimatedTokens;

use super::support::{NEEDLE, documents, drive, haystack};

fn extract(snapshot: Snapshot, question: &str) -> (Vec<AgentEvent>, Answer) {
    let agent = Agent::without_model(Rc::new(EstimatedTokens));
    let config = AgentConfig { level: Level::Read, ..AgentConfig::default() };
    let (events, result) = drive(&ManualClock::default(), &agent, snapshot, question, config);
    (events, result.unwrap())
}

fn check(text: &str, question: &str, expected: &str) {
    let (_, answer) = extract(documents(&[("a.txt", text)]), question);
    assert_eq!(answer.text, expected);
    assert_eq!((answer.strategy, answer.extractive), (Strategy::Extract, true));
    assert!(answer.citations.iter().all(|citation| citation.verified), "{answer:?}");
    assert_eq!(answer.usage.requests, 0);
}

#[test]
fn the_best_sentences_are_quoted_each_with_its_marker() {
    check(
        "Notice is three months. The rent is 900 euros. Notice must be given in writing.",
        "How is notice to be given in writing?",
        "“Notice must be given in writing.” [1]",
    );
    check("租期为两年。通知期为三个月。租金每月九百元。", "通知期多长？", "“通知期为三个月。” [1]");
}

#[test]
fn a_heading_that_repeats_the_question_comes_after_the_sentence_that_answers_it() {
    let said = "The notice period that a tenant keeps is three months.";
    let text = format!("The notice\n\n{said}\n\nPets\n\nDogs are not kept here, nor cats.");
    let (_, answer) = extract(documents(&[("a.txt", &text)]), "What is the notice period?");
    assert_eq!(answer.citations[0].quote, said, "{}", answer.text);
}

/// A heading has no full stop, so that lines of the answer cannot be told apart by their text.
#[test]
fn a_quote_is_cited_where_it_was_copied_from() {
    let text = "設立者\n\n設立者の一人は設立の年に去った。\n\n設立者の言葉\n\n別の話がここにある。";
    let snapshot = documents(&[("a.txt", text), ("b.txt", "設立者について")]);
    let (_, answer) = extract(snapshot, "設立者は誰ですか？");
    let lines: Vec<&str> = answer.text.lines().collect();
    assert!(lines.len() > 2, "{}", answer.text);
    assert_eq!(lines.len(), answer.citations.len());
    for (line, citation) in lines.iter().zip(&answer.citations) {
        assert_eq!(*line, format!("“{}” [{}]", citation.quote, citation.marker));
        assert_eq!(answer.text[citation.at.clone()], format!("[{}]", citation.marker));
        assert!(citation.verified && citation.support > 0.99, "{citation:?}");
        let source =
            if citation.document.as_str() == "a.txt" { text } else { "設立者について" };
        assert_eq!(source[citation.span.range()], citation.quote);
    }
}

#[test]
fn a_needle_is_found_and_cited() {
    let snapshot = documents(&[("rules.txt", &haystack(NEEDLE))]);
    let (events, answer) = extract(snapshot, "What is the password of the lighthouse?");
    assert!(answer.text.starts_with(&format!("“{NEEDLE}” [")), "{}", answer.text);
    assert_eq!(answer.citations[0].quote, NEEDLE);
    assert!(answer.citations[0].verified);
    assert!(answer.text.lines().count() <= 5);
    assert!(matches!(events[0], AgentEvent::Planned { strategy: Strategy::Extract, .. }));
    assert!(matches!(&events[1], AgentEvent::Retrieved { passages } if !passages.is_empty()));
}

#[test]
fn where_nothing_matches_it_is_said() {
    check("Notice is three months.", "Zzyzx?", "Nothing in the documents matches this question.");
    check("Notice is three months.", "灯塔？", "文档中没有与这个问题相关的内容。");
}

#[test]
fn the_same_question_gives_the_same_answer() {
    let snapshot = documents(&[("rules.txt", &haystack(NEEDLE)), ("b.txt", &haystack("x"))]);
    let ask = || extract(snapshot.clone(), "Who waters the beds and cuts the hedges?");
    assert_eq!(ask(), ask());
}

#[test]
fn one_line_holds_one_quote_however_long() {
    let text = format!("albatross\n{}", "and on\nand on ".repeat(200));
    let (_, answer) = extract(documents(&[("a.txt", &text)]), "albatross?");
    assert_eq!(answer.text.lines().count(), 1);
    assert!(answer.text.ends_with("…” [1]") && answer.text.len() < 700);
    assert_eq!(answer.citations[0].quote, text[..answer.citations[0].quote.len()]);
    assert!(answer.citations[0].quote.len() <= 600);
}
