//! How well questions find their passages, over 18 languages: no set may fall below its floor.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "retrieval/library.rs"]
mod library;
#[path = "retrieval/measure.rs"]
mod measure;

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use library::library;
use measure::{Question, Set, ranking};
use qwen_agent_wasm::agent::{Keyword, plan::Plan};
use qwen_agent_wasm::analyze::Analyzer;
use qwen_agent_wasm::corpus::{DocumentFilter, Snapshot};
use qwen_agent_wasm::index::Query;

const SETS: &str = "tests/retrieval/sets";

#[test]
fn no_set_falls_below_its_floor() {
    let floors = fs::read_to_string("tests/eval/floors.tsv").unwrap();
    let floors: HashMap<&str, f64> = floors
        .lines()
        .filter_map(|line| line.strip_prefix("retrieval\t")?.split_once("\tnDCG@10\t"))
        .map(|(name, floor)| (name, floor.parse().unwrap()))
        .collect();
    let sets = Set::all(Path::new(SETS));
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

fn places(snapshot: &Snapshot, query: &Query) -> Vec<usize> {
    let hits = snapshot.search(query, 20, &DocumentFilter::All);
    let mut places = Vec::new();
    for hit in hits {
        let place = hit.chunk.document().id().as_str().parse().unwrap();
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

/// Questions of XQuAD in one language over its passages in another: with ideal keywords, which
/// are the same question as its translators put it there, they find what it finds.
#[test]
fn keywords_find_across_languages_what_the_question_alone_cannot() {
    for (asked, written) in [("de", "zh"), ("zh", "de"), ("en", "ru"), ("ru", "en")] {
        let read_set = |language: &str| Set::read(Path::new(SETS), format!("{language}.xquad"));
        let (questions, mut set) = (read_set(asked), read_set(written));
        // The sets keep every second question, not always the same one.
        let pairs: HashMap<String, String> = questions
            .queries
            .iter()
            .zip(&set.queries)
            .filter(|(one, other)| one.wanted == other.wanted)
            .map(|(one, other)| (other.text.clone(), one.text.clone()))
            .collect();
        assert!(pairs.len() > 200, "{asked} {written}: {}", pairs.len());
        set.queries.retain(|Question { text, .. }| pairs.contains_key(text));
        let snapshot = library(&set);
        let same = set.quality(|text| places(&snapshot, &snapshot.question(text)));
        let alone = set.quality(|text| places(&snapshot, &snapshot.question(&pairs[text])));
        let across = set.quality(|text| {
            let question = &pairs[text];
            let keyword = Keyword { text: text.to_owned(), language: Some(written.to_owned()) };
            let plan = Plan { keywords: vec![keyword], ..Plan::fallback(question) };
            places(&snapshot, &plan.query(&snapshot, question))
        });
        let share = across.ndcg / same.ndcg;
        assert!(share >= 0.9, "{asked} over {written}: {share:.3}");
        assert!(alone.ndcg < across.ndcg - 0.2, "{asked} over {written}: {:.3}", alone.ndcg);
    }
}
