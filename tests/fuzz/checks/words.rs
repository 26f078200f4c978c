//! Texts in any language: tokens of the model, terms, sentences, citations.

use std::sync::LazyLock;

use qwen_agent_wasm::analyze::{
    Analysis, Analyzer, Scanner, Sink, Term, TokenKind, WordAnalyzer, WordTerm,
};
use qwen_agent_wasm::cite::{attributed, attribution, cite};
use qwen_agent_wasm::corpus::{Corpus, Ingest};
use qwen_agent_wasm::document::{BlockKind, Document, DocumentId, Page, PageNumber};
use qwen_agent_wasm::retrieve::{TokenBudget, retrieve};
use qwen_agent_wasm::text::sentence::{clauses, sentences};
use qwen_agent_wasm::text::{Utf16Offsets, byte_of_utf16};
use qwen_agent_wasm::tokens::{EstimatedTokens, QwenTokens, TokenCounter};

use unicode_normalization::UnicodeNormalization;

use super::laws;

static QWEN: LazyLock<QwenTokens> = LazyLock::new(|| {
    let file = include_bytes!("../../../assets/qwen-vocabulary/merges.bin");
    QwenTokens::from_bytes(file).expect("the vocabulary of this repository")
});

/// A vocabulary file from anywhere: refused, or it counts.
pub(super) fn vocabulary(bytes: &[u8]) {
    let Ok(tokens) = QwenTokens::from_bytes(bytes) else { return };
    let long = "ab".repeat(200);
    for text in ["", "abab", "Kündigung 数据", &long, &String::from_utf8_lossy(bytes)] {
        let count = tokens.count(text);
        assert!(count <= text.len() && (count > 0) != text.is_empty(), "{count}");
    }
}

/// Counts of any text: no more than its bytes, and those of its lines together.
pub(super) fn tokens(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let count = QWEN.count(&text);
    assert!(count <= text.len() && (count > 0) != text.is_empty(), "{count}");
    assert!(EstimatedTokens.bound(&text) >= EstimatedTokens.count(&text));
    // Spaces lean on what follows them, so only lines without any at their ends add up.
    let is_plain = |line: &&str| !line.is_empty() && !line.contains(char::is_whitespace);
    let lines: Vec<&str> = text.split('\n').filter(is_plain).collect();
    let parts: usize = lines.iter().map(|line| QWEN.count(&format!("{line}\n"))).sum();
    let joined = lines.iter().flat_map(|line| [line, "\n"]).collect::<String>();
    assert_eq!(QWEN.count(&joined), parts);
}

/// Terms, sentences, chunks and citations of any text lie in it.
pub(super) fn text(bytes: &[u8]) {
    let text: String = String::from_utf8_lossy(bytes).nfc().collect();
    terms_lie_in(&text);
    sentences_lie_in(&text);
    offsets_turn_back(&text);
    cited(&text);
}

fn terms_lie_in(text: &str) {
    for analyzer in [Analysis::Full, Analysis::Words].map(Analyzer::of) {
        let mut terms = Vec::new();
        analyzer.tokens(text, |token| {
            assert!(token.start <= token.end);
            assert!(text.get(token.start as usize..token.end as usize).is_some(), "{token:?}");
            terms.push(token.term);
        });
        let mut scanned = Terms::default();
        Scanner::new(analyzer).scan(text, &mut scanned);
        terms.sort_unstable();
        scanned.0.sort_unstable();
        assert_eq!(terms, scanned.0, "both ways to the terms give the same");
    }
}

#[derive(Default)]
struct Terms(Vec<Term>);

impl Sink for Terms {
    fn word(&mut self, written: &str, analyzer: &mut WordAnalyzer) -> Option<WordTerm> {
        analyzer.terms(written, |term| self.0.push(term))
    }

    fn term(&mut self, term: Term, _: TokenKind) {
        self.0.push(term);
    }
}

fn sentences_lie_in(text: &str) {
    let mut end = 0;
    for sentence in sentences(text) {
        assert!(sentence.start >= end && sentence.start < sentence.end);
        let own = text.get(sentence.clone()).expect("a sentence has whole characters");
        assert_eq!(own.trim(), own);
        let mut inner = 0;
        for clause in clauses(own) {
            assert!(clause.start >= inner && own.get(clause.clone()).is_some());
            inner = clause.end;
        }
        end = sentence.end;
    }
}

fn offsets_turn_back(text: &str) {
    let mut offsets = Utf16Offsets::new(text);
    for (byte, _) in text.char_indices().step_by(7) {
        assert_eq!(byte_of_utf16(text, offsets.at(byte)), byte);
    }
}

/// A library of this text alone, asked for its own beginning, cites itself.
fn cited(text: &str) {
    let mut document = Document::new(DocumentId::new("a"));
    let mut page = Page::new(PageNumber::new(1));
    for paragraph in text.split("\n\n") {
        page.push(BlockKind::Paragraph, paragraph);
    }
    document.pages.push(page);
    laws::chunks_are_cut_from(&document);
    let mut corpus = Corpus::new();
    corpus.insert(Ingest::new(document).run());
    let snapshot = corpus.snapshot();
    let asked: String = text.chars().take(80).collect();
    let query = snapshot.question(&asked);
    let budget = TokenBudget { tokens: 4_000, counter: &EstimatedTokens };
    let passages = retrieve(&snapshot, &query, &<_>::default(), budget);
    let answer = format!("{text} [1] 【1】 [1-3]");
    let cited = cite(&answer, &passages, &snapshot);
    let markers = attribution(text, &passages, &snapshot);
    let attributed = attributed(text, &passages, &snapshot);
    assert_eq!(markers.is_empty(), attributed.is_empty());
    let whole = format!("{text}{markers}");
    for (said, citations) in [(&answer, &cited), (&whole, &attributed)] {
        for citation in citations {
            assert!(said.get(citation.at.clone()).is_some(), "{:?}", citation.at);
            let stored = snapshot.document(&citation.document).expect("it is there");
            let place = stored.document.slice(&citation.span).expect("a place in its page");
            assert!(citation.quote.contains(place), "{place:?} in {:?}", citation.quote);
        }
    }
    let bytes = corpus.to_bytes();
    let again = Corpus::from_bytes(bytes.clone()).expect("what was written can be read");
    assert!(again.to_bytes() == bytes);
}
