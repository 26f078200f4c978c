//! How well questions find their passages, over 18 languages: no set may fall below its floor.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "retrieval/measure.rs"]
mod measure;

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use measure::{Set, ranking};
use qwen_agent_wasm::analyze::Analyzer;
use qwen_agent_wasm::index::Query;

#[test]
fn no_set_falls_below_its_floor() {
    let floors = fs::read_to_string("tests/retrieval/floors.tsv").unwrap();
    let floors: HashMap<&str, f64> = floors
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(name, floor)| (name, floor.parse().unwrap()))
        .collect();
    let sets = Set::all(Path::new("tests/retrieval/sets"));
    assert_eq!(sets.len(), floors.len());
    let mut below = Vec::new();
    for set in sets {
        let segment = set.index();
        let quality =
            set.quality(|text| ranking(&segment, &Query::question(Analyzer::new(), text)));
        if quality.ndcg < floors[set.name.as_str()] {
            below.push(format!("{} {:.3}", set.name, quality.ndcg));
        }
    }
    assert!(below.is_empty(), "{below:?}");
}
