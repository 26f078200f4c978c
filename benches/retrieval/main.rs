//! How well questions find their passages, here and with plain words, as JSON on standard output.
//! `benches/retrieval/main.mjs` puts others beside it; `cargo xtask bench retrieval` runs both.
//!
//! A folder takes the place of the sets in `tests/retrieval/sets`.

#![allow(clippy::unwrap_used, reason = "a measurement may panic")]
#![allow(clippy::print_stdout, reason = "its figures are what a measurement is for")]

#[path = "../../tests/retrieval/measure.rs"]
mod measure;
mod words;

use std::path::Path;

use measure::{Quality, Set, ranking};
use qwen_agent_wasm::analyze::Analyzer;
use qwen_agent_wasm::index::Query;
use serde_json::{Map, Value, json};

const SETS: &str = "tests/retrieval/sets";

fn main() {
    let folder = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let sets = Set::all(Path::new(folder.as_deref().unwrap_or(SETS)));
    let figures: Map<String, Value> =
        sets.iter().map(|set| (set.name.clone(), figures(set))).collect();
    println!("{}", json!({ "sets": figures }));
}

fn figures(set: &Set) -> Value {
    let segment = set.index();
    let analyzer = Analyzer::new();
    let words = words::Index::new(set);
    let quality = |quality: Quality| json!({ "ndcg": quality.ndcg, "recall": quality.recall });
    let ours = set.quality(|text| ranking(&segment, &Query::question(analyzer, text)));
    let words = set.quality(|text| words.ranking(text));
    json!({ "ours": quality(ours), "words": quality(words) })
}
