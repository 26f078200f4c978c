//! Cuts a document into chunks that fit a prompt.
//!
//! A chunk is a run of whole blocks where possible, of whole sentences where a block alone is too
//! long, of words where a sentence is, and of graphemes only in the last resort. It never begins
//! or ends inside a sentence that would fit. Repeated headers and footers stay out where they
//! stand at a chunk's end or beginning. Chunking cannot fail, takes linear time, and knows
//! nothing of languages beyond where sentences end.
//!
//! Two laws hold for every document: the spans of a chunk, sliced from the pages and joined by
//! [`PAGE_BREAK`], are its text; and no chunk exceeds the capacity unless it is one grapheme.
//!
//! ```
//! use qwen_agent_wasm::chunk::{ChunkConfig, chunk};
//! use qwen_agent_wasm::read::{Limits, Source, read};
//! use qwen_agent_wasm::tokens::EstimatedTokens;
//!
//! let document = read(Source::new("a.txt", "One. Two.\n\nThree."), &Limits::default())?;
//! let chunks = chunk(&document, &ChunkConfig::default(), &EstimatedTokens);
//! assert_eq!(chunks.len(), 1);
//! assert_eq!(chunks[0].text(&document), "One. Two.\n\nThree.");
//! # Ok::<(), qwen_agent_wasm::read::ReadError>(())
//! ```

mod piece;

use crate::document::{Document, Span};
use crate::tokens::TokenCounter;
use piece::{Piece, pieces};

/// Joins the parts of a chunk that stand on different pages.
pub const PAGE_BREAK: &str = "\n\n";

/// How documents are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkConfig {
    capacity: usize,
}

impl ChunkConfig {
    /// Chunks of at most so many of the model's tokens; at least 16.
    pub fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(16) }
    }

    /// The most tokens a chunk may have.
    pub fn capacity(self) -> usize {
        self.capacity
    }
}

impl Default for ChunkConfig {
    /// 512 tokens, the size that the Qwen-Agent recipe for long documents reads at a time.
    fn default() -> Self {
        Self::new(512)
    }
}

/// A part of a document, as places in its pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// One span for each page that it touches, in page order.
    pub spans: Vec<Span>,
    /// The headings that it stands under, from the highest to the lowest.
    pub headings: Vec<String>,
    /// Its length in the model's tokens, as counted when it was made.
    pub tokens: u32,
}

impl Chunk {
    /// Its text, taken from the document that it was cut from.
    pub fn text(&self, document: &Document) -> String {
        join(&self.spans, document)
    }
}

/// The text under spans, as a chunk shows it.
pub fn join(spans: &[Span], document: &Document) -> String {
    let parts: Vec<&str> =
        spans.iter().map(|span| document.slice(span).unwrap_or_default()).collect();
    parts.join(PAGE_BREAK)
}

/// Cuts a document into chunks, in reading order.
pub fn chunk(document: &Document, config: &ChunkConfig, counter: &dyn TokenCounter) -> Vec<Chunk> {
    let mut packer = Packer { document, capacity: config.capacity, counter, chunks: Vec::new() };
    let mut open: Vec<Piece> = Vec::new();
    let mut tokens = 0;
    for piece in pieces(document, config.capacity, counter) {
        let starts_section = piece.is_heading && tokens * 2 >= config.capacity;
        if !open.is_empty() && (tokens + piece.tokens > config.capacity || starts_section) {
            let carried = packer.close(&mut open);
            tokens = carried.iter().map(|piece| piece.tokens).sum();
            open = carried;
        }
        tokens += piece.tokens;
        open.push(piece);
    }
    packer.push(&open);
    packer.chunks
}

struct Packer<'d> {
    document: &'d Document,
    capacity: usize,
    counter: &'d dyn TokenCounter,
    chunks: Vec<Chunk>,
}

impl Packer<'_> {
    /// Makes a chunk of the open pieces, except of headings at their end: those belong to what
    /// follows, and are given back.
    fn close(&mut self, open: &mut Vec<Piece>) -> Vec<Piece> {
        let text_ends = open.iter().rposition(|piece| !piece.is_heading).map_or(0, |last| last + 1);
        // Headings alone would be carried for ever.
        let kept = if text_ends == 0 { open.len() } else { text_ends };
        let carried = open.split_off(kept);
        self.push(open);
        carried
    }

    /// Pieces were counted one by one; should their sum be less than the whole, the chunk is
    /// made of fewer.
    fn push(&mut self, pieces: &[Piece]) {
        let Some(first) = pieces.first() else { return };
        let spans = merge(pieces);
        let text = join(&spans, self.document);
        if self.counter.bound(&text) > self.capacity && pieces.len() > 1 {
            let (head, tail) = pieces.split_at(pieces.len() / 2);
            self.push(head);
            self.push(tail);
            return;
        }
        let tokens = self.counter.count(&text) as u32;
        let headings = first.headings.as_ref().clone();
        self.chunks.push(Chunk { spans, headings, tokens });
    }
}

/// Pieces follow each other, so each page gives one span from the first to the last.
fn merge(pieces: &[Piece]) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for piece in pieces {
        match spans.last_mut() {
            Some(last) if last.page == piece.span.page => last.end = piece.span.end,
            _ => spans.push(piece.span),
        }
    }
    spans
}

#[cfg(test)]
mod tests;
