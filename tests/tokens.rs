//! Token counts against those of the reference tokenizer, which are recorded in `tests/tokens`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;

use proptest::prelude::*;
use qwen_agent_wasm::tokens::{EstimatedTokens, QwenTokens, TokenCounter};
use serde_json::Value;

struct Recorded {
    language: Option<String>,
    text: String,
    tokens: usize,
}

fn recorded() -> Vec<Recorded> {
    let lines = fs::read_to_string("tests/tokens/recorded.jsonl").unwrap();
    let row = |line: &str| {
        let row: Value = serde_json::from_str(line).unwrap();
        Recorded {
            language: row["language"].as_str().map(str::to_owned),
            text: row["text"].as_str().unwrap().to_owned(),
            tokens: usize::try_from(row["tokens"].as_u64().unwrap()).unwrap(),
        }
    };
    lines.lines().map(row).collect()
}

fn vocabulary() -> Vec<u8> {
    fs::read("assets/qwen-vocabulary/merges.bin").unwrap()
}

fn qwen() -> QwenTokens {
    QwenTokens::from_bytes(&vocabulary()).unwrap()
}

#[test]
fn counts_are_those_of_the_reference() {
    let (qwen, recorded) = (qwen(), recorded());
    assert_eq!(recorded.iter().filter(|row| row.language.is_some()).count(), 29);
    for row in recorded {
        let start: String = row.text.chars().take(60).collect();
        assert_eq!(qwen.count(&row.text), row.tokens, "{:?} {start:?}", row.language);
        assert_eq!(qwen.bound(&row.text), row.tokens);
    }
}

#[test]
fn the_estimate_is_near_and_its_bound_holds_in_every_language() {
    let mut errors = Vec::new();
    for row in recorded() {
        let Some(language) = row.language else { continue };
        let error = EstimatedTokens.count(&row.text) as f32 / row.tokens as f32 - 1.0;
        assert!(error.abs() < 0.25, "{language}: {error}");
        assert!(EstimatedTokens.bound(&row.text) >= row.tokens, "{language}");
        errors.push(error.abs());
    }
    let mean = errors.iter().sum::<f32>() / errors.len() as f32;
    assert!(mean < 0.09, "{mean}");
}

/// A word of a megabyte would take days if each join looked at all of it.
#[test]
fn a_long_word_is_counted_in_reasonable_time() {
    let qwen = qwen();
    let word = "a".repeat(1 << 20);
    let tokens = qwen.count(&word);
    assert!(tokens > 0 && tokens < word.len(), "{tokens}");
}

#[test]
fn what_is_no_vocabulary_is_refused() {
    let file = vocabulary();
    for length in [0, 7, 8, 11, 12, 200, 268, file.len() - 1] {
        assert!(QwenTokens::from_bytes(&file[..length]).is_err(), "{length}");
    }
    let mut later = file.clone();
    later[7] = 2;
    assert!(QwenTokens::from_bytes(&later).is_err(), "another layout");
    // The highest byte of the first merge's left half: a token that comes later.
    let mut forward = file.clone();
    let merges = u32::from_le_bytes(file[8..12].try_into().unwrap()) as usize;
    forward[12 + 256 + 2 * merges] = 0xff;
    assert!(QwenTokens::from_bytes(&forward).is_err(), "a merge of what is not there");
}

proptest! {
    /// Texts are counted piece by piece, so a text of many lines is the sum of them.
    #[test]
    fn counting_is_additive_over_lines(lines in prop::collection::vec("[^\\s]{1,20}", 1..6)) {
        thread_local!(static QWEN: QwenTokens = qwen());
        QWEN.with(|qwen| {
            let parts: usize = lines.iter().map(|line| qwen.count(&format!("{line}\n"))).sum();
            let text = lines.join("\n") + "\n";
            prop_assert_eq!(qwen.count(&text), parts);
            prop_assert!(parts <= text.len());
            Ok(())
        })?;
    }
}
