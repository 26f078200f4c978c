//! What `cargo xtask eval` measures natively: retrieval, citations, quotes and needles, as lines
//! of JSON on standard output. `benches/eval/main.mjs` adds the readers and holds all to floors.
//!
//! `--quick` leaves sets out; those that stay are measured as ever, so that floors hold for both.

#![allow(clippy::unwrap_used, reason = "a measurement may panic")]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "its lines are what a measurement is for"
)]

#[path = "../../tests/needle/cell.rs"]
#[allow(dead_code, reason = "the large grid counts requests, too")]
mod cell;
#[path = "../../tests/eval/claims.rs"]
mod claims;
#[path = "../../tests/needle/haystack.rs"]
#[allow(dead_code, reason = "the large grid has names for its rows")]
mod haystack;
#[path = "../../tests/retrieval/library.rs"]
mod library;
#[path = "../../tests/retrieval/measure.rs"]
mod measure;
#[path = "../../tests/needle/oracle.rs"]
mod oracle;
#[path = "../../tests/eval/parts.rs"]
mod parts;

use std::path::Path;

use cell::{Way, ask};
use haystack::{Kind, Language, haystack, needle, paragraphs};
use measure::{Set, ranking};
use parts::{Row, SETS, citations, quotes, share};
use qwen_agent_wasm::analyze::Analyzer;
use qwen_agent_wasm::index::Query;
use serde_json::json;

/// The languages whose claims are checked with `--quick`: one of each kind of script.
const QUICK_LANGUAGES: [&str; 6] = ["ar", "de", "en", "hi", "th", "zh"];
const NEEDLE_TOKENS: [usize; 2] = [8_000, 32_000];
/// In percent.
const NEEDLE_DEPTHS: [usize; 5] = [0, 25, 50, 75, 100];

fn main() {
    let is_quick = std::env::args().any(|argument| argument == "--quick");
    let sets = Set::all(Path::new(SETS));
    let is_translation = |set: &Set| {
        let source = set.name.split_once('.').map(|(_, source)| source);
        matches!(source, Some("flores" | "ntrex"))
    };
    eprintln!("retrieval");
    for set in sets.iter().filter(|set| !is_quick || !is_translation(set)) {
        print(&retrieval(set));
    }
    eprintln!("citations");
    for language in sets.iter().filter_map(|set| set.name.strip_suffix(".flores")) {
        if !is_quick || QUICK_LANGUAGES.contains(&language) {
            citations(language).iter().for_each(print);
        }
    }
    eprintln!("quotes");
    for set in sets.iter().filter(|set| !is_translation(set)) {
        print(&quotes(&set.name));
    }
    eprintln!("needles");
    for tokens in NEEDLE_TOKENS.into_iter().take(if is_quick { 1 } else { 2 }) {
        needles(tokens).iter().for_each(print);
    }
}

fn print(row: &Row) {
    let Row { part, set, measure, value, count } = row;
    let line =
        json!({ "part": part, "set": set, "measure": measure, "value": value, "count": count });
    println!("{line}");
}

/// How well the questions of a set find their passages.
fn retrieval(set: &Set) -> Row {
    let segment = set.index();
    let quality = set.quality(|text| ranking(&segment, &Query::question(Analyzer::new(), text)));
    Row {
        part: "retrieval",
        set: set.name.clone(),
        measure: "nDCG@10".to_owned(),
        value: quality.ndcg,
        count: set.queries.len(),
    }
}

/// The share of needles of all kinds and languages that each way of answering finds.
fn needles(tokens: usize) -> Vec<Row> {
    let mut found = [0; Way::ALL.len()];
    let mut asked = 0;
    for language in Language::ALL {
        let paragraphs = paragraphs(language);
        for kind in Kind::ALL {
            let needle = needle(kind, language);
            for depth in NEEDLE_DEPTHS {
                let snapshot = haystack(&paragraphs, &needle, tokens, depth as f64 / 100.0);
                asked += 1;
                for (found, way) in found.iter_mut().zip(Way::ALL) {
                    *found += usize::from(ask(snapshot.clone(), &needle, way).found);
                }
            }
        }
    }
    let rows = Way::ALL.into_iter().zip(found).map(|(way, found)| Row {
        part: "needles",
        set: format!("{}k tokens", tokens / 1000),
        measure: format!("found by {}", way.name()),
        value: share(found, asked),
        count: asked,
    });
    rows.collect()
}
