//! A question set as a library of documents, for what is asked of a whole library.

use qwen_agent_wasm::corpus::{Corpus, Ingest, Snapshot};
use qwen_agent_wasm::document::DocumentId;
use qwen_agent_wasm::read::{Limits, Source, read};

use crate::measure::Set;

/// The passages of a set as documents of their own, named by their places.
pub(crate) fn library(set: &Set) -> Snapshot {
    let mut corpus = Corpus::new();
    for (place, passage) in set.passages.iter().enumerate() {
        let mut source = Source::new("passage.txt", passage.text.as_str());
        source.id = DocumentId::new(place.to_string());
        corpus.insert(Ingest::new(read(source, &Limits::default()).unwrap()).run());
    }
    corpus.snapshot()
}
