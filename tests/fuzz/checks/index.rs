//! Index files and stored documents: any bytes are refused, or are a library that can be searched,
//! cited and written again.

use qwen_agent_wasm::analyze::Analyzer;
use qwen_agent_wasm::chunk::{ChunkConfig, chunk};
use qwen_agent_wasm::corpus::{Corpus, DocumentFilter, Need, Opened, Opening, Sought};
use qwen_agent_wasm::document::Document;
use qwen_agent_wasm::index::container::{Kind, write};
use qwen_agent_wasm::index::{Query, Records};
use qwen_agent_wasm::retrieve::{TokenBudget, retrieve, whole};
use qwen_agent_wasm::tokens::EstimatedTokens;
use xxhash_rust::xxh64::xxh64;

const QUESTION: &str = "How long is the notice period? 数据库的索引 Kündigung";

/// What a readers module hands over.
pub(super) fn document(bytes: &[u8]) {
    let Ok(document) = Document::decode(bytes) else { return };
    for page in &document.pages {
        for block in page.blocks() {
            assert!(page.text().get(block.range()).is_some());
        }
        for word in page.boxes() {
            assert!(page.text().get(word.start as usize..word.end as usize).is_some());
        }
        assert!(page.anchors().iter().all(|a| page.text().is_char_boundary(a.at as usize)));
    }
    let again = document.encode();
    let decoded = Document::decode(&again).expect("what was encoded can be decoded");
    assert!(decoded.encode() == again);
    // Blocks may be empty here, which a reader's are not; chunks must lie in it all the same.
    for chunk in chunk(&document, &ChunkConfig::default(), &EstimatedTokens) {
        assert!(chunk.spans.iter().all(|span| document.slice(span).is_some()));
    }
}

/// A file as it is, and with the checksums of its head and its blocks put right, since whoever
/// makes a hostile file puts them right, too.
pub(super) fn file(bytes: &[u8]) {
    open(bytes);
    if let Some(righted) = with_right_checksums(bytes) {
        open(&righted);
    }
}

/// Sections, each a byte for its kind, three for its length, and its content: a file of these,
/// with all checksums right.
pub(super) fn sections(bytes: &[u8]) {
    const KINDS: [Kind; 11] = [
        Kind::Lengths,
        Kind::Terms,
        Kind::Offsets,
        Kind::Ids,
        Kind::Catalog,
        Kind::Postings,
        Kind::Chunks,
        Kind::Documents,
        Kind::Outlines,
        Kind::Samples,
        Kind::Checks,
    ];
    let mut rest = bytes;
    let mut sections: Vec<(Kind, &[u8])> = Vec::new();
    while let [kind, a, b, c, after @ ..] = rest {
        let length = u32::from_le_bytes([*a, *b, *c, 0]) as usize;
        let (body, next) = after.split_at(length.min(after.len()));
        let kind = KINDS[usize::from(*kind) % KINDS.len()];
        sections.push((kind, body));
        rest = next;
    }
    let checked: Vec<(Kind, &[u8])> =
        sections.iter().filter(|(kind, _)| *kind != Kind::Checks).copied().collect();
    let checks = qwen_agent_wasm::index::parts::checks(&checked);
    let file = write(Analyzer::new(), &sections);
    open(&file);
    for (_, body) in sections.iter_mut().filter(|(kind, _)| *kind == Kind::Checks) {
        *body = &checks;
    }
    open(&write(Analyzer::new(), &sections));
}

fn open(file: &[u8]) {
    if let Ok(corpus) = Corpus::from_bytes(file.to_vec()) {
        search(&corpus);
        let written = corpus.to_bytes();
        let again = Corpus::from_bytes(written.clone()).expect("what was written can be read");
        assert!(again.to_bytes() == written, "it is written as it was");
        change(corpus);
    }
    in_parts(file);
    if let Ok(mut records) = Records::from_bytes(file.to_vec()) {
        let query = Query::text(records.analyzer(), QUESTION);
        let found = records.search(&query, 9);
        assert!(found.len() <= 9 && found.iter().all(|hit| hit.score > 0.0));
        records.add([QUESTION]);
        let written = records.to_bytes();
        Records::from_bytes(written).expect("what was written can be read");
    }
}

fn search(corpus: &Corpus) {
    let snapshot = corpus.snapshot();
    let filter = DocumentFilter::All;
    let query = snapshot.question(QUESTION);
    let hits = snapshot.search(&query, 20, &filter);
    assert!(hits.len() <= 20);
    for hit in &hits {
        assert!(hit.score > 0.0, "{}", hit.score);
        let _ = (hit.chunk.text(), snapshot.why(&query, hit));
    }
    let budget = |tokens| TokenBudget { tokens, counter: &EstimatedTokens };
    let passages = retrieve(&snapshot, &query, &filter, budget(2_000));
    for passage in &passages {
        let stored = snapshot.document(&passage.document).expect("a passage is of a document");
        for span in &passage.spans {
            assert!(stored.document.slice(span).is_some(), "{span:?}");
        }
        passage.locate(0, passage.text.len());
    }
    qwen_agent_wasm::cite::cite("Three months [1]. Sie gilt [2].", &passages, &snapshot);
    whole(&snapshot, &filter, budget(10_000));
    assert_eq!(snapshot.outlines().len(), snapshot.documents().count());
}

/// Takes a document out, and puts it into another library.
fn change(mut corpus: Corpus) {
    let snapshot = corpus.snapshot();
    let Some(first) = snapshot.documents().next().cloned() else { return };
    let mut other = Corpus::new();
    other.append(&corpus, &DocumentFilter::All);
    assert!(other.remove(first.id()));
    assert!(corpus.remove(first.id()));
    search(&corpus);
    search(&other);
    Corpus::from_bytes(corpus.to_bytes()).expect("what was written can be read");
}

/// Opens a file by its beginning and asks for more as long as more is wanted.
fn in_parts(file: &[u8]) {
    let mut length = file.len().min(64);
    let mut opened = loop {
        match Opened::open(&file[..length]) {
            Ok(Opening::More(more)) if more > length && more <= file.len() => length = more,
            Ok(Opening::More(more)) => {
                assert!(more > length, "it asks for {more} bytes and has {length}");
                return;
            }
            Ok(Opening::Whole) | Err(_) => return,
            Ok(Opening::Open(opened)) => break opened,
        }
    };
    let mut corpus = Corpus::new();
    corpus.open(&opened);
    let filter = DocumentFilter::All;
    let sought = Sought::Text(QUESTION);
    let needs = [
        Need::Passages { sought, filter: &filter, limit: 9, budget: None },
        Need::Documents(&filter),
        Need::All(&filter),
    ];
    for need in needs {
        if !load(&mut opened, &corpus, file, need) {
            return;
        }
        search(&corpus);
    }
}

/// Loads what is needed; false if the file turns out to be damaged.
fn load(opened: &mut Opened, corpus: &Corpus, file: &[u8], need: Need<'_>) -> bool {
    for _ in 0..12 {
        let Ok(wanted) = opened.wants(&corpus.snapshot(), need) else { return false };
        if wanted.is_empty() {
            return true;
        }
        for range in wanted {
            let Some(bytes) = file.get(range.clone()) else { return false };
            if opened.give(range.start, bytes).is_err() {
                return false;
            }
        }
    }
    panic!("loading does not end");
}

/// The same file with the checksums that its head tells put right, if its head can be followed.
fn with_right_checksums(file: &[u8]) -> Option<Vec<u8>> {
    /// Magic, version, number of sections, analyzer; then so many bytes for each section.
    const HEAD: usize = 24;
    const ENTRY: usize = 24;
    const BLOCK: usize = 1 << 16;
    let number = |at: usize, bytes: usize| -> Option<usize> {
        let mut number = [0; 8];
        number[..bytes].copy_from_slice(file.get(at..at.checked_add(bytes)?)?);
        usize::try_from(u64::from_le_bytes(number)).ok()
    };
    let mut righted = file.to_vec();
    let count = number(12, 4)?;
    let mut at = HEAD.checked_add(count.checked_mul(ENTRY)?)?;
    for entry in (HEAD..at).step_by(ENTRY) {
        let (start, length) = (number(entry + 8, 8)?, number(entry + 16, 8)?);
        let body = file.get(start..start.checked_add(length)?)?;
        for block in body.chunks(BLOCK) {
            let sum = xxh64(block, 0).to_le_bytes();
            righted.get_mut(at..at + 8)?.copy_from_slice(&sum);
            at += 8;
        }
    }
    let sum = xxh64(righted.get(..at)?, 0).to_le_bytes();
    righted.get_mut(at..at + 8)?.copy_from_slice(&sum);
    Some(righted)
}
