use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::document::{BlockKind, Page, PageNumber};
use crate::index::{IndexError, Query};

fn ingested(id: &str, text: &str) -> Ingested {
    let mut document = Document::new(DocumentId::new(id));
    document.title = Some(format!("title of {id}"));
    let mut page = Page::new(PageNumber::new(1));
    page.push(BlockKind::Heading { level: 1 }, "Heading");
    page.push(BlockKind::Paragraph, text);
    document.pages.push(page);
    Ingest::new(document).run()
}

fn corpus(documents: &[(&str, &str)]) -> Corpus {
    let mut corpus = Corpus::new();
    for (id, text) in documents {
        corpus.insert(ingested(id, text));
    }
    corpus
}

fn ids(corpus: &Corpus) -> Vec<String> {
    corpus.snapshot().documents().map(|d| d.id().to_string()).collect()
}

fn hits(corpus: &Corpus, question: &str) -> Vec<(String, f32)> {
    let snapshot = corpus.snapshot();
    let query = Query::text(snapshot.analyzer(), question);
    let hits = snapshot.search(&query, 10, &DocumentFilter::All);
    hits.iter().map(|hit| (hit.chunk.document().id().to_string(), hit.score)).collect()
}

#[test]
fn a_document_of_the_same_id_is_replaced() {
    let mut corpus = corpus(&[("a", "old wine"), ("b", "beer")]);
    corpus.insert(ingested("a", "new milk"));
    assert_eq!(ids(&corpus), ["b", "a"]);
    assert_eq!(hits(&corpus, "wine"), []);
    assert_eq!(hits(&corpus, "milk")[0].0, "a");
}

#[test]
fn a_snapshot_does_not_change() {
    let mut corpus = corpus(&[("a", "wine")]);
    let before = corpus.snapshot();
    corpus.remove(&DocumentId::new("a"));
    assert_eq!(before.documents().count(), 1);
    assert_eq!(corpus.snapshot().documents().count(), 0);
}

#[test]
fn documents_stored_one_by_one_make_the_same_file() {
    let texts: Vec<(String, String)> =
        (0..30).map(|n| (format!("d{n}"), format!("wine {n} and bread {}", n * 7))).collect();
    let mut parts = Corpus::new();
    let mut whole = Corpus::new();
    for (id, text) in &texts {
        let part = Corpus::from_bytes(ingested(id, text).to_bytes()).unwrap();
        parts.append(&part, &DocumentFilter::All);
        whole.insert(ingested(id, text));
    }
    assert_eq!(parts.to_bytes(), whole.to_bytes());
}

#[test]
fn an_index_file_tells_what_is_wrong_with_it() {
    let good = corpus(&[("a", "wine"), ("b", "beer")]).to_bytes();
    let check = |bytes: &[u8], code: &str| {
        assert_eq!(
            Corpus::from_bytes(bytes.to_vec()).map_err(|error| error.code()).err(),
            Some(code)
        );
    };
    check(b"", "index.foreign");
    check(b"%PDF-1.7", "index.foreign");
    check(&good[..good.len() - 1], "index.damaged");
    let mut newer = good.clone();
    newer[8] = 2;
    check(&newer, "index.newer");
    let mut other = good.clone();
    other[16] ^= 1;
    // Its head is checked first: this is damage, not another analyzer.
    check(&other, "index.damaged");
    // Ten sections, each of one block.
    let head = 24 + 10 * 24 + 10 * 8;
    let checksum = xxhash_rust::xxh64::xxh64(&other[..head], 0).to_le_bytes();
    other[head..head + 8].copy_from_slice(&checksum);
    check(&other, "index.analyzer");
    let unix = String::from_utf8_lossy(&good[..8]).replace("\r\n", "\n");
    check(
        &[&good[..4], unix.trim_start_matches(|c: char| !c.is_control()).as_bytes()].concat(),
        "index.damaged",
    );
}

#[test]
fn no_flipped_byte_is_taken_for_a_good_file() {
    let good = corpus(&[("a", "wine and bread")]).to_bytes();
    for at in 0..good.len() {
        let mut bytes = good.clone();
        bytes[at] ^= 0x55;
        match Corpus::from_bytes(bytes) {
            Err(IndexError::Damaged { .. } | IndexError::Foreign | IndexError::Newer { .. }) => {}
            // The bytes between sections carry nothing, and some sections are for opening in parts.
            Ok(corpus) => assert_eq!(corpus.to_bytes(), good, "byte {at}"),
            Err(other) => panic!("byte {at}: {other}"),
        }
    }
}

#[derive(Debug, Clone)]
enum Change {
    Insert(u8, String),
    /// As it was stored alone, or as one of two documents of a file.
    Append(u8, String, bool),
    Remove(u8),
    Reload,
}

fn any_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (0_u8..14, "[a-c]{1,3}( [a-c]{1,3}){0,8}").prop_map(|(id, text)| Change::Insert(id, text)),
        2 => (0_u8..14, "[a-c]{1,3}( [a-c]{1,3}){0,8}", any::<bool>())
            .prop_map(|(id, text, alone)| Change::Append(id, text, alone)),
        1 => (0_u8..14).prop_map(Change::Remove),
        1 => Just(Change::Reload),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_happened_the_corpus_is_what_its_documents_make(
        changes in prop::collection::vec(any_change(), 0..40),
    ) {
        let mut corpus = Corpus::new();
        let mut model: BTreeMap<u8, (usize, String)> = BTreeMap::new();
        for (time, change) in changes.into_iter().enumerate() {
            match change {
                Change::Insert(id, text) => {
                    corpus.insert(ingested(&id.to_string(), &text));
                    model.insert(id, (time, text));
                }
                Change::Append(id, text, alone) => {
                    let name = id.to_string();
                    let ingested = ingested(&name, &text);
                    let file = if alone {
                        ingested.to_bytes()
                    } else {
                        let mut two = super::tests::corpus(&[("removed", "b ab")]);
                        two.insert(ingested);
                        two.to_bytes()
                    };
                    let filter = DocumentFilter::Only([DocumentId::new(name)].into());
                    corpus.append(&Corpus::from_bytes(file).unwrap(), &filter);
                    model.insert(id, (time, text));
                }
                Change::Remove(id) => {
                    let was_there = model.remove(&id).is_some();
                    prop_assert_eq!(corpus.remove(&DocumentId::new(id.to_string())), was_there);
                }
                Change::Reload => corpus = Corpus::from_bytes(corpus.to_bytes()).unwrap(),
            }
        }
        let mut expected: Vec<_> = model.into_iter().map(|(id, (time, text))| (time, id, text)).collect();
        expected.sort();
        let mut fresh = Corpus::new();
        for (_, id, text) in &expected {
            fresh.insert(ingested(&id.to_string(), text));
        }
        prop_assert_eq!(ids(&corpus), ids(&fresh));
        prop_assert_eq!(corpus.to_bytes(), fresh.to_bytes());
        prop_assert_eq!(hits(&corpus, "a ab abc"), hits(&fresh, "a ab abc"));
    }
}

#[test]
fn a_hit_explains_its_score_in_the_words_that_stand_in_it() {
    let text = "Crocodiles are forbidden. A Crocodile is no dog.";
    let corpus = corpus(&[("a", text), ("b", "dogs are allowed"), ("c", "nothing of the kind")]);
    let snapshot = corpus.snapshot();
    let query = Query::question(snapshot.analyzer(), "Is a crocodile allowed?");
    let hits = snapshot.search(&query, 9, &DocumentFilter::All);
    assert!(hits.len() >= 2);
    for hit in &hits {
        let why = snapshot.why(&query, hit);
        let sum: f32 = why.terms.iter().map(|term| term.share.score).sum();
        assert!((sum - hit.score).abs() <= hit.score * 1e-5, "{sum} {}", hit.score);
        let text = hit.chunk.text();
        for term in &why.terms {
            // What is missing stands in a heading, which counts twice.
            assert_eq!((term.share.frequency as usize - term.places.len()) % 2, 0);
            if let Some(place) = term.places.first() {
                assert_eq!(text[place.clone()], term.text);
            }
        }
    }
    let best = snapshot.why(&query, &hits[0]);
    let words = best.terms.iter().filter(|term| term.kind == crate::analyze::TokenKind::Word);
    assert_eq!(words.map(|term| term.text.as_str()).collect::<Vec<_>>(), ["is", "A", "Crocodile"]);
    let chunk = hits[0].chunk.text();
    let highlighted: Vec<&str> =
        best.highlights.iter().map(|place| &chunk[place.clone()]).collect();
    assert_eq!(highlighted, ["Crocodile", "A", "Crocodile", "is"]);
}
