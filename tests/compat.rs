//! Files of every format open, and find what they found when they were made.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;

use qwen_agent_wasm::analyze::Analysis;
use qwen_agent_wasm::corpus::{Corpus, DocumentFilter, Need, Opened, Opening, Sought};
use qwen_agent_wasm::index::{Query, Records};

fn file(name: &str) -> Vec<u8> {
    fs::read(format!("{}/tests/compat/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn libraries_of_format_1() {
    let corpus = Corpus::from_bytes(file("format-1.qai")).unwrap();
    let snapshot = corpus.snapshot();
    for (question, document, says) in [
        ("How long is the notice period?", "lease.md", "three months"),
        ("Kündigung", "handbuch.txt", "Kündigungsfrist"),
        ("数据库的索引", "shuju.txt", "索引让查询更快"),
    ] {
        let query = snapshot.question(question);
        let hits = snapshot.search(&query, 1, &DocumentFilter::All);
        assert_eq!(hits[0].chunk.document().id().as_str(), document, "{question}");
        assert!(hits[0].chunk.text().contains(says), "{question}");
    }
    let again = Corpus::from_bytes(corpus.to_bytes()).unwrap();
    assert!(again.to_bytes() == corpus.to_bytes());
}

#[test]
fn libraries_of_format_1_that_can_be_opened_in_parts() {
    let corpus = Corpus::from_bytes(file("format-1-site.qai")).unwrap();
    assert!(
        corpus.to_bytes() == file("format-1-site.qai"),
        "the newest format is written as it was"
    );
    let Ok(Opening::Open(mut opened)) = Opened::open(&file("format-1-site.qai")) else {
        panic!("it has what it takes")
    };
    let mut parts = Corpus::new();
    parts.open(&opened);
    let snapshot = parts.snapshot();
    for (question, url, says) in [
        ("How long is the notice period?", "https://example.org/lease", "three months"),
        ("Kündigung", "https://example.org/handbuch.txt", "Kündigungsfrist"),
        ("数据库的索引", "https://example.org/sub/shuju.txt", "索引让查询更快"),
    ] {
        let (sought, filter) = (Sought::Text(question), &DocumentFilter::All);
        let need = Need::Passages { sought, filter, limit: 1, budget: None };
        loop {
            let wanted = opened.wants(&snapshot, need).unwrap();
            if wanted.is_empty() {
                break;
            }
            for range in wanted {
                opened.give(range.start, &file("format-1-site.qai")[range]).unwrap();
            }
        }
        let hits = snapshot.search(&snapshot.question(question), 1, filter);
        assert_eq!(hits[0].chunk.document().document.url.as_deref(), Some(url), "{question}");
        assert!(hits[0].chunk.text().contains(says), "{question}");
    }
}

#[test]
fn indexes_of_texts_of_format_1() {
    let mut records = Records::from_bytes(file("format-1-texts.qai")).unwrap();
    assert_eq!(records.analyzer().analysis(), Analysis::Words);
    assert_eq!(records.len(), 3);
    for (text, expected) in
        [("wolves", vec![3]), ("数据", vec![2]), ("taken", vec![]), ("wolf", vec![])]
    {
        let query = Query::text(records.analyzer(), text);
        let found: Vec<u32> = records.search(&query, 9).iter().map(|hit| hit.id).collect();
        assert_eq!(found, expected, "{text}");
    }
    records.add(["wolves again"]);
    let query = Query::text(records.analyzer(), "again");
    assert_eq!(records.search(&query, 9)[0].id, 4, "numbers go on where they ended");
}
