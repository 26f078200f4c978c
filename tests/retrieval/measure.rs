//! Question sets and how well a ranking answers them; shared by the test that holds the floors
//! and by `cargo xtask eval` and `bench retrieval`.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use qwen_agent_wasm::analyze::Analyzer;
use qwen_agent_wasm::index::{Query, Segment, SegmentBuilder, search};
use serde_json::Value;

/// As many as a ranking is looked at.
const DEPTH: usize = 20;

/// One file of passages and one of queries.
pub(crate) struct Set {
    /// As in `de.xquad`.
    pub(crate) name: String,
    pub(crate) passages: Vec<Passage>,
    pub(crate) queries: Vec<Question>,
}

pub(crate) struct Passage {
    pub(crate) title: String,
    pub(crate) text: String,
}

pub(crate) struct Question {
    pub(crate) text: String,
    /// The places of the passages that answer it.
    pub(crate) wanted: HashSet<usize>,
}

/// How good rankings are, on average over the queries of a set.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Quality {
    /// Normalized discounted cumulative gain of the first ten (Järvelin and Kekäläinen, 2002),
    /// with gains of 0 and 1.
    pub(crate) ndcg: f64,
    /// The share of wanted passages among the first five, of five at most.
    pub(crate) recall: f64,
}

impl Set {
    /// Reads all sets of a folder, by name.
    pub(crate) fn all(folder: &Path) -> Vec<Self> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
            .filter_map(|name| name.strip_suffix(".passages.jsonl").map(str::to_owned))
            .collect();
        names.sort();
        names.into_iter().map(|name| Self::read(folder, name)).collect()
    }

    pub(crate) fn read(folder: &Path, name: String) -> Self {
        let rows = |what: &str| -> Vec<Value> {
            let path = folder.join(format!("{name}.{what}.jsonl"));
            let text = fs::read_to_string(path).unwrap();
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
        };
        let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let passages = rows("passages");
        let places: HashMap<String, usize> =
            passages.iter().map(|row| text(row, "id")).zip(0..).collect();
        let queries = rows("queries").into_iter().map(|row| Question {
            text: text(&row, "q"),
            wanted: row["gold"]
                .as_array()
                .unwrap()
                .iter()
                .map(|id| places[id.as_str().unwrap()])
                .collect(),
        });
        let queries = queries.collect();
        let passages = passages
            .iter()
            .map(|row| Passage { title: text(row, "title"), text: text(row, "text") });
        Self { passages: passages.collect(), queries, name }
    }

    /// How well rankings answer the queries. A passage that is the query itself does not count.
    pub(crate) fn quality(&self, mut rank: impl FnMut(&str) -> Vec<usize>) -> Quality {
        let mut sum = Quality::default();
        for query in &self.queries {
            let mut ranking = rank(&query.text);
            ranking.retain(|place| self.passages[*place].text != query.text);
            sum.ndcg += ndcg(&ranking, &query.wanted);
            sum.recall += recall(&ranking, &query.wanted);
        }
        let queries = self.queries.len() as f64;
        Quality { ndcg: sum.ndcg / queries, recall: sum.recall / queries }
    }

    /// This crate's index of the passages.
    pub(crate) fn index(&self) -> Segment {
        let mut builder = SegmentBuilder::new(Analyzer::new());
        for Passage { title, text } in &self.passages {
            let headings: &[&str] = if title.is_empty() { &[] } else { &[title] };
            builder.add(text, headings);
        }
        builder.finish()
    }
}

/// The passages that this crate finds for a question, best first.
pub(crate) fn ranking(segment: &Segment, query: &Query) -> Vec<usize> {
    let hits = search(&[segment], query, DEPTH, |_, _| true);
    hits.into_iter().map(|hit| hit.chunk as usize).collect()
}

fn ndcg(ranking: &[usize], wanted: &HashSet<usize>) -> f64 {
    let gain = |place: usize| 1.0 / (place as f64 + 2.0).log2();
    let found: f64 = (0..)
        .zip(ranking.iter().take(10))
        .filter(|(_, passage)| wanted.contains(passage))
        .map(|(place, _)| gain(place))
        .sum();
    found / (0..wanted.len().min(10)).map(gain).sum::<f64>()
}

fn recall(ranking: &[usize], wanted: &HashSet<usize>) -> f64 {
    let found = ranking.iter().take(5).filter(|passage| wanted.contains(passage)).count();
    found as f64 / wanted.len().min(5) as f64
}
