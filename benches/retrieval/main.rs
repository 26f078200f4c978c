//! `cargo xtask eval retrieval`: how well questions find their passages, by language, beside plain
//! words and beside the reference.
//!
//! Options: `--record` writes the floors that the tests hold; a folder takes the place of the
//! sets in `tests/retrieval/sets`.

#![allow(clippy::unwrap_used, reason = "a measurement may panic")]
#![allow(clippy::print_stdout, reason = "its table is what a measurement is for")]

#[path = "../../tests/retrieval/measure.rs"]
mod measure;
mod words;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use measure::{Quality, Set, ranking};
use qwen_agent_wasm::analyze::Analyzer;
use qwen_agent_wasm::index::Query;
use serde_json::{Value, json};

const SETS: &str = "tests/retrieval/sets";
const FLOORS: &str = "tests/retrieval/floors.tsv";
const REFERENCE: &str = "docs/benchmarks/retrieval-reference.json";
/// What a change may cost a set.
const MARGIN: f64 = 0.01;

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let record = arguments.iter().any(|argument| argument == "--record");
    let folder = arguments.iter().find(|argument| !argument.starts_with("--"));
    let folder = folder.map_or_else(|| PathBuf::from(SETS), PathBuf::from);
    let reference = reference();
    let rows: Vec<Row> =
        Set::all(&folder).iter().map(|set| Row::measure(set, reference.get(&set.name))).collect();
    print!("{}", table(&rows));
    if record {
        write_down(&rows);
    }
}

/// A set and how three engines do on it.
struct Row {
    name: String,
    group: &'static str,
    ours: Quality,
    words: Quality,
    reference: Option<Quality>,
}

impl Row {
    fn measure(set: &Set, reference: Option<&Quality>) -> Self {
        let segment = set.index();
        let analyzer = Analyzer::new();
        let words = words::Index::new(set);
        Self {
            name: set.name.clone(),
            group: group(set),
            ours: set.quality(|text| ranking(&segment, &Query::question(analyzer, text))),
            words: set.quality(|text| words.ranking(text)),
            reference: reference.copied(),
        }
    }
}

fn group(set: &Set) -> &'static str {
    match set.name.rsplit('.').next() {
        Some("ntrex") => "NTREX",
        Some("flores") => "FLORES",
        _ => "questions",
    }
}

/// What `reference.py` measured of Qwen-Agent.
fn reference() -> BTreeMap<String, Quality> {
    let text = fs::read_to_string(REFERENCE).unwrap_or_else(|_| "{}".to_owned());
    let file: Value = serde_json::from_str(&text).unwrap();
    let sets = file["sets"].as_object().cloned().unwrap_or_default();
    let quality = |value: &Value| Quality {
        ndcg: value["ndcg"].as_f64().unwrap(),
        recall: value["recall"].as_f64().unwrap(),
    };
    sets.iter().map(|(name, value)| (name.clone(), quality(value))).collect()
}

fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "| set | nDCG@10 | recall@5 | plain words | Qwen-Agent |\n| --- | --- | --- | --- | --- |\n",
    );
    let mut line = |name: &str, ours: Quality, words: Quality, reference: Option<Quality>| {
        let short = |value: f64| format!("{value:.3}").trim_start_matches('0').to_owned();
        let reference = reference.map_or_else(|| "–".to_owned(), |quality| short(quality.ndcg));
        let below = if ours.ndcg + 0.0005 < words.ndcg { " (below plain words)" } else { "" };
        let (ndcg, recall, words) = (short(ours.ndcg), short(ours.recall), short(words.ndcg));
        writeln!(text, "| {name} | {ndcg}{below} | {recall} | {words} | {reference} |").unwrap();
    };
    for group in ["questions", "NTREX", "FLORES"] {
        let rows: Vec<&Row> = rows.iter().filter(|row| row.group == group).collect();
        for row in &rows {
            line(&row.name, row.ours, row.words, row.reference);
        }
        if !rows.is_empty() {
            let reference: Option<Vec<Quality>> = rows.iter().map(|row| row.reference).collect();
            line(
                &format!("**{group}, mean of {}**", rows.len()),
                mean(rows.iter().map(|row| row.ours)),
                mean(rows.iter().map(|row| row.words)),
                reference.map(|all| mean(all.into_iter())),
            );
        }
    }
    text
}

fn mean(all: impl ExactSizeIterator<Item = Quality>) -> Quality {
    let count = all.len() as f64;
    let sum = all.fold(Quality::default(), |sum, quality| Quality {
        ndcg: sum.ndcg + quality.ndcg,
        recall: sum.recall + quality.recall,
    });
    Quality { ndcg: sum.ndcg / count, recall: sum.recall / count }
}

fn write_down(rows: &[Row]) {
    let mut floors = String::new();
    for Row { name, ours, .. } in rows {
        writeln!(floors, "{name}	{:.4}", ours.ndcg - MARGIN).unwrap();
    }
    fs::write(FLOORS, floors).unwrap();
    let sets = rows.iter().map(|row| {
        let quality = |quality: Quality| json!({ "ndcg": quality.ndcg, "recall": quality.recall });
        (row.name.clone(), json!({ "ours": quality(row.ours), "words": quality(row.words) }))
    });
    let sets: serde_json::Map<String, Value> = sets.collect();
    let text = serde_json::to_string_pretty(&json!({ "sets": sets })).unwrap();
    fs::write("docs/benchmarks/retrieval.json", text + "\n").unwrap();
    let heading = "# Retrieval by language\n\n\
        Written by `cargo xtask eval retrieval --record`; what is measured is told in \
        [evaluation.md](../evaluation.md). Plain words are UAX-29 words in lower case with the same \
        BM25; Qwen-Agent is its keyword search, run by `benches/retrieval/reference.py`.\n\n";
    fs::write("docs/benchmarks/retrieval.md", format!("{heading}{}", table(rows))).unwrap();
}
