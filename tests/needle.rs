//! A needle in a haystack, on a small grid; `cargo xtask needle` runs the large one.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "needle/cell.rs"]
mod cell;
#[path = "needle/haystack.rs"]
mod haystack;
#[path = "needle/oracle.rs"]
mod oracle;

use cell::{Way, ask};
use haystack::{Kind, Language, haystack, needle, paragraphs};

#[test]
fn every_needle_is_found_by_reading_and_by_reasoning() {
    for language in Language::ALL {
        let paragraphs = paragraphs(language);
        for kind in Kind::ALL {
            for (tokens, depth) in [(8_000, 0.0), (8_000, 1.0), (24_000, 0.5)] {
                let needle = needle(kind, language);
                let snapshot = haystack(&paragraphs, &needle, tokens, depth);
                let all = ask(snapshot.clone(), &needle, Way::Read);
                for way in [Way::Read, Way::Adaptive, Way::Reason] {
                    let outcome = ask(snapshot.clone(), &needle, way);
                    if way == Way::Adaptive {
                        assert!(outcome.requests <= all.requests);
                    }
                    let (language, kind, way) = (language.name(), kind.name(), way.name());
                    assert!(outcome.found, "{language}, {kind}, {way}, {tokens} tokens at {depth}");
                }
            }
        }
    }
}

#[test]
fn a_search_finds_what_the_question_names() {
    for language in Language::ALL {
        let needle = needle(Kind::One, language);
        let snapshot = haystack(&paragraphs(language), &needle, 24_000, 0.7);
        assert!(ask(snapshot, &needle, Way::Search).found, "{}", language.name());
    }
}

#[test]
fn a_needle_that_is_not_there_is_not_found() {
    let needle = needle(Kind::One, Language::English);
    let other = haystack::needle(Kind::TwoHops, Language::English);
    let snapshot = haystack(&paragraphs(Language::English), &other, 8_000, 0.5);
    for way in Way::ALL {
        assert!(!ask(snapshot.clone(), &needle, way).found, "{}", way.name());
    }
}

/// Estimated as a whole, a prompt of many languages is far longer than its parts together; once
/// that left no passage in it.
#[test]
fn passages_of_many_languages_fit_a_prompt() {
    let needle = needle(Kind::One, Language::Mixed);
    let snapshot = haystack(&paragraphs(Language::Mixed), &needle, 32_000, 0.8);
    assert!(ask(snapshot, &needle, Way::Read).found);
}
