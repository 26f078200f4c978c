//! An index that is loaded in parts finds what the whole one finds, and loads less.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[allow(dead_code, reason = "the sets are of use here, not how rankings are measured")]
#[path = "retrieval/measure.rs"]
mod measure;

use std::ops::Range;
use std::path::Path;
use std::sync::LazyLock;

use measure::Set;
use qwen_agent_wasm::corpus::{
    Corpus, DocumentFilter, Ingest, Need, Opened, Opening, PassageBudget, Snapshot, Sought,
};
use qwen_agent_wasm::document::{Document, DocumentId};
use qwen_agent_wasm::index::IndexError;
use qwen_agent_wasm::read::{Limits, Source, read};
use qwen_agent_wasm::retrieve::{MAX_CANDIDATES, PASSAGE_OVERHEAD, TokenBudget, retrieve};
use qwen_agent_wasm::tokens::EstimatedTokens;

/// A file that is served in ranges.
struct Server {
    file: Vec<u8>,
    sent: usize,
    requests: usize,
}

impl Server {
    fn new(file: Vec<u8>) -> Self {
        Self { file, sent: 0, requests: 0 }
    }

    fn get(&mut self, range: Range<usize>) -> &[u8] {
        self.sent += range.len();
        self.requests += 1;
        &self.file[range]
    }

    fn open(&mut self) -> Opened {
        let mut length = 1 << 12;
        loop {
            let start = self.get(0..length.min(self.file.len())).to_vec();
            match Opened::open(&start).unwrap() {
                Opening::More(more) => length = more,
                Opening::Whole => panic!("a new file can be opened in parts"),
                Opening::Open(opened) => return *opened,
            }
        }
    }

    fn load(&mut self, opened: &mut Opened, snapshot: &Snapshot, need: Need<'_>) {
        for _ in 0..9 {
            let wanted = opened.wants(snapshot, need).unwrap();
            if wanted.is_empty() {
                return;
            }
            for range in wanted {
                opened.give(range.start, self.get(range.clone())).unwrap();
            }
        }
        panic!("loading does not end");
    }
}

fn document(id: &str, text: &str) -> Document {
    let mut source = Source::new("passage.txt", text);
    source.id = DocumentId::new(id);
    source.title = Some(format!("Title of {id}"));
    source.address.known = Some(format!("https://example.org/{id}"));
    read(source, &Limits::default()).unwrap()
}

fn insert(corpus: &mut Corpus, id: &str, text: &str) {
    corpus.insert(Ingest::new(document(id, text)).run());
}

/// A library of some languages, some of whose documents have several chunks and some of whose
/// chunks stand in several documents; and questions.
fn library() -> (Corpus, &'static [String]) {
    static LIBRARY: LazyLock<(Corpus, Vec<String>)> = LazyLock::new(make_library);
    (LIBRARY.0.clone(), &LIBRARY.1)
}

fn make_library() -> (Corpus, Vec<String>) {
    let mut corpus = Corpus::new();
    let mut questions = Vec::new();
    for name in ["en.xquad", "de.xquad", "ar.xquad", "zh.cmrc"] {
        let set = Set::read(Path::new("tests/retrieval/sets"), name.to_owned());
        let texts: Vec<&str> = set.passages.iter().map(|passage| passage.text.as_str()).collect();
        for (at, texts) in texts.chunks(3).enumerate() {
            insert(&mut corpus, &format!("{name}-{at}"), &texts.join("\n\n"));
        }
        insert(&mut corpus, &format!("{name}-again"), texts[0]);
        questions.extend(set.queries.iter().step_by(3).map(|question| question.text.clone()));
    }
    corpus.insert(Ingest::new(Document::new(DocumentId::new("empty"))).run());
    questions
        .push("Answer as a lawyer would. The notice period of the lease. Be brief.".to_owned());
    questions.push("zzzxqv".to_owned());
    (corpus, questions)
}

fn found(
    snapshot: &Snapshot,
    question: &str,
    filter: &DocumentFilter,
) -> Vec<(String, usize, u32, String)> {
    let query = snapshot.question(question);
    let hits = snapshot.search(&query, 10, filter);
    let told = |hit: &qwen_agent_wasm::corpus::ChunkHit| {
        let id = hit.chunk.document().id().to_string();
        let why = snapshot.why(&query, hit);
        assert!(!why.terms.is_empty(), "{question}");
        (id, hit.chunk.ordinal(), hit.score.to_bits(), hit.chunk.text())
    };
    hits.iter().map(told).collect()
}

fn load_search(
    server: &mut Server,
    opened: &mut Opened,
    snapshot: &Snapshot,
    question: &str,
    filter: &DocumentFilter,
) {
    let sought = Sought::Text(question);
    let need = Need::Passages { sought, filter, limit: 10, budget: None };
    server.load(opened, snapshot, need);
}

#[test]
fn hits_and_scores_are_those_of_the_whole_file() {
    let (corpus, questions) = library();
    let whole = corpus.snapshot();
    let mut server = Server::new(corpus.to_bytes());
    let mut opened = server.open();
    let mut parts = Corpus::new();
    parts.open(&opened);
    let snapshot = parts.snapshot();
    let some = |id: &DocumentId| id.as_str().starts_with("de") || id.as_str().ends_with('7');
    let some = whole.documents().map(|own| own.id().clone()).filter(some).collect();
    let some = DocumentFilter::Only(some);
    assert!(questions.len() > 300, "{}", questions.len());
    for question in questions {
        for filter in [&DocumentFilter::All, &some] {
            load_search(&mut server, &mut opened, &snapshot, question, filter);
            assert_eq!(
                found(&snapshot, question, filter),
                found(&whole, question, filter),
                "{question}"
            );
        }
    }
    assert_eq!(found(&snapshot, "zzzxqv", &DocumentFilter::All), []);
}

#[test]
fn one_question_loads_a_small_part() {
    let (corpus, questions) = library();
    let mut server = Server::new(corpus.to_bytes());
    let mut opened = server.open();
    let mut parts = Corpus::new();
    parts.open(&opened);
    let snapshot = parts.snapshot();
    let opening = server.sent;
    load_search(&mut server, &mut opened, &snapshot, &questions[0], &DocumentFilter::All);
    let (searched, requests) = (server.sent - opening, server.requests);
    assert!(searched < server.file.len() / 4, "{searched} of {}", server.file.len());
    load_search(&mut server, &mut opened, &snapshot, &questions[0], &DocumentFilter::All);
    assert_eq!(server.requests, requests, "what is there is not fetched again");
}

#[test]
fn what_is_listed_needs_no_document() {
    let (corpus, _) = library();
    let mut parts = Corpus::new();
    parts.open(&Server::new(corpus.to_bytes()).open());
    let (parts, whole) = (parts.snapshot(), corpus.snapshot());
    assert_eq!(parts.documents().count(), whole.documents().count());
    for (part, own) in parts.outlines().iter().zip(&whole.outlines()) {
        let (listed, document) = (&part.stored.document, &own.stored.document);
        assert_eq!(listed, &Document { pages: Vec::new(), ..document.clone() });
        let numbers = |of: &qwen_agent_wasm::corpus::Outline| {
            (of.pages, of.chunks, of.tokens, of.characters())
        };
        assert_eq!(numbers(part), numbers(own));
    }
    assert_eq!(parts.tokens(&DocumentFilter::All), whole.tokens(&DocumentFilter::All));
    assert_eq!(parts.chunk_count(&DocumentFilter::All), whole.chunks(&DocumentFilter::All).len());
}

#[test]
fn passages_for_a_prompt_are_those_of_the_whole_file() {
    let (corpus, questions) = library();
    let whole = corpus.snapshot();
    let mut server = Server::new(corpus.to_bytes());
    let counter = EstimatedTokens;
    for (question, tokens) in questions
        .iter()
        .step_by(40)
        .zip([0, 100, 1_000, 5_000, 30_000, 1_000_000].into_iter().cycle())
    {
        let mut opened = server.open();
        let mut parts = Corpus::new();
        parts.open(&opened);
        let snapshot = parts.snapshot();
        let query = whole.question(question);
        let filter = &DocumentFilter::All;
        let budget = PassageBudget { counter: &counter, tokens, overhead: PASSAGE_OVERHEAD };
        let (sought, budget) = (Sought::Query(&query), Some(budget));
        let need = Need::Passages { sought, filter, limit: MAX_CANDIDATES, budget };
        server.load(&mut opened, &snapshot, need);
        let budget = TokenBudget { tokens, counter: &counter };
        let of = |snapshot: &Snapshot| retrieve(snapshot, &query, filter, budget);
        assert_eq!(of(&snapshot), of(&whole), "{question}");
    }
}

#[test]
fn documents_beside_it_count_as_if_all_were_one_library() {
    let (mut corpus, questions) = library();
    let mut server = Server::new(corpus.to_bytes());
    let mut opened = server.open();
    let mut parts = Corpus::new();
    insert(&mut parts, "own", "A wombat asks what the theory of the Amazon rainforest says.");
    insert(&mut parts, "en.xquad-0", "This one gives way to the one in the file.");
    parts.open(&opened);
    insert(&mut parts, "later", "What does the Amazon say of wombats?");
    insert(&mut corpus, "own", "A wombat asks what the theory of the Amazon rainforest says.");
    insert(&mut corpus, "later", "What does the Amazon say of wombats?");
    let (snapshot, whole) = (parts.snapshot(), corpus.snapshot());
    for question in questions.iter().step_by(10).map(String::as_str).chain(["wombat theory Amazon"])
    {
        let all = DocumentFilter::All;
        load_search(&mut server, &mut opened, &snapshot, question, &all);
        assert_eq!(found(&snapshot, question, &all), found(&whole, question, &all), "{question}");
    }
    assert!(
        parts.is_partial(&DocumentId::new("empty")) && !parts.is_partial(&DocumentId::new("own"))
    );
    assert!(!parts.remove(&DocumentId::new("empty")), "it is not all there");
    let own = Corpus::from_bytes(parts.own_to_bytes()).unwrap();
    assert_eq!(own.snapshot().documents().count(), 2);
    parts.open_whole(server.file.clone()).unwrap();
    assert_eq!(parts.to_bytes(), corpus.to_bytes());
    assert!(parts.remove(&DocumentId::new("empty")));
    assert_eq!(parts.snapshot().documents().count(), corpus.snapshot().documents().count() - 1);
    parts.close();
    assert_eq!(parts.snapshot().documents().count(), 2);
}

#[test]
fn after_all_was_loaded_nothing_is_missing_for_any_search() {
    let (corpus, questions) = library();
    let mut server = Server::new(corpus.to_bytes());
    let mut opened = server.open();
    let mut parts = Corpus::new();
    parts.open(&opened);
    let (snapshot, whole) = (parts.snapshot(), corpus.snapshot());
    server.load(&mut opened, &snapshot, Need::All(&DocumentFilter::All));
    let requests = server.requests;
    for question in questions.iter().step_by(10) {
        let all = DocumentFilter::All;
        load_search(&mut server, &mut opened, &snapshot, question, &all);
        assert_eq!(found(&snapshot, question, &all), found(&whole, question, &all));
    }
    assert_eq!(server.requests, requests);
    assert_eq!(
        snapshot.chunks(&DocumentFilter::All).len(),
        whole.chunk_count(&DocumentFilter::All)
    );
}

#[test]
fn a_changed_file_is_noticed() {
    let (corpus, questions) = library();
    let mut server = Server::new(corpus.to_bytes());
    let mut opened = server.open();
    let mut parts = Corpus::new();
    parts.open(&opened);
    let (mut other, _) = library();
    insert(&mut other, "new", "One more.");
    let other = other.to_bytes();
    let wanted = opened
        .wants(
            &parts.snapshot(),
            Need::Passages {
                sought: Sought::Text(&questions[0]),
                filter: &DocumentFilter::All,
                limit: 1,
                budget: None,
            },
        )
        .unwrap();
    let results: Vec<_> =
        wanted.iter().map(|range| opened.give(range.start, &other[range.clone()])).collect();
    assert!(results.iter().any(|result| matches!(result, Err(IndexError::Damaged { .. }))));
}

#[test]
fn what_cannot_be_opened_in_parts_is_told() {
    let old = std::fs::read("tests/compat/format-1.qai").unwrap();
    assert!(matches!(Opened::open(&old), Ok(Opening::Whole)));
    assert!(matches!(Opened::open(b"%PDF-1.7"), Err(IndexError::Foreign)));
    let (corpus, _) = library();
    let good = corpus.to_bytes();
    let Ok(Opening::More(length)) = Opened::open(&good[..1 << 12]) else { panic!("it is longer") };
    for at in (0..length).step_by(97) {
        let mut bytes = good[..length].to_vec();
        bytes[at] ^= 0x55;
        match Opened::open(&bytes) {
            Err(_) | Ok(Opening::More(_)) => {}
            Ok(Opening::Whole) => panic!("byte {at}"),
            // The bytes between sections carry nothing.
            Ok(Opening::Open(_)) => assert_eq!(good[at], 0, "byte {at}"),
        }
    }
}
