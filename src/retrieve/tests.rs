use super::*;
use crate::corpus::{Corpus, Ingest};
use crate::document::{BlockKind, Document, Page, PageNumber};
use crate::tokens::EstimatedTokens;

fn snapshot(documents: &[(&str, &[&str])]) -> Snapshot {
    let mut corpus = Corpus::new();
    for (id, pages) in documents {
        let mut document = Document::new(DocumentId::new(*id));
        for (index, text) in pages.iter().enumerate() {
            let mut page = Page::new(PageNumber::from_index(index));
            page.push(BlockKind::Paragraph, text);
            document.pages.push(page);
        }
        let config = crate::chunk::ChunkConfig::new(24);
        corpus.insert(Ingest::with(document, &config, &EstimatedTokens).run());
    }
    corpus.snapshot()
}

const PAGES: &[&str] = &[
    "Bees make honey out of nectar in the warm summer months of June.",
    "Wolves hunt in packs and they raise their young together in dens.",
    "The honey of bees is stored in combs of wax for the long winter.",
];

fn budget(tokens: usize) -> TokenBudget<'static> {
    TokenBudget { tokens, counter: &EstimatedTokens }
}

fn texts(passages: &[Passage]) -> Vec<&str> {
    passages.iter().map(|passage| passage.text.as_str()).collect()
}

#[test]
fn passages_come_in_document_order_and_within_the_budget() {
    let snapshot = snapshot(&[("a", PAGES)]);
    let query = Query::text(snapshot.analyzer(), "honey in winter combs");
    let found = retrieve(&snapshot, &query, &DocumentFilter::All, budget(110));
    assert_eq!(texts(&found), [PAGES[0], PAGES[2]]);
    assert_eq!(found.iter().map(|p| p.number).collect::<Vec<_>>(), [1, 2]);
    assert!(found[1].score > found[0].score);
    let found = retrieve(&snapshot, &query, &DocumentFilter::All, budget(60));
    assert_eq!(texts(&found), [PAGES[2]]);
    assert!(retrieve(&snapshot, &query, &DocumentFilter::All, budget(10)).is_empty());
}

#[test]
fn neighbours_are_joined_and_keep_their_places() {
    let snapshot = snapshot(&[("a", PAGES)]);
    let query = Query::text(snapshot.analyzer(), "bees wolves honey");
    let found = retrieve(&snapshot, &query, &DocumentFilter::All, budget(1000));
    assert_eq!(texts(&found), [PAGES.join("\n\n")]);
    let start = found[0].text.find("Wolves").unwrap();
    let span = found[0].locate(start, start + 6).unwrap();
    assert_eq!((span.page.get(), span.range()), (2, 0..6));
    assert_eq!(found[0].locate(10_000, 10_001), None);
}

#[test]
fn a_repeated_chunk_is_given_once() {
    let snapshot = snapshot(&[("a", &PAGES[..1]), ("b", &PAGES[..1])]);
    let query = Query::text(snapshot.analyzer(), "honey");
    let found = retrieve(&snapshot, &query, &DocumentFilter::All, budget(1000));
    assert_eq!(found.len(), 1);
}

#[test]
fn only_the_documents_meant_are_searched() {
    let snapshot = snapshot(&[("a", &PAGES[..1]), ("b", &PAGES[2..])]);
    let query = Query::text(snapshot.analyzer(), "honey");
    let only = DocumentFilter::Only([DocumentId::new("b")].into());
    let found = retrieve(&snapshot, &query, &only, budget(1000));
    assert_eq!(found[0].document.as_str(), "b");
}

#[test]
fn a_small_corpus_is_given_whole() {
    let snapshot = snapshot(&[("a", PAGES)]);
    assert_eq!(whole(&snapshot, &DocumentFilter::All, budget(1000)).unwrap().len(), 3);
    assert_eq!(whole(&snapshot, &DocumentFilter::All, budget(60)), None);
}
