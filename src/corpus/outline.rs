//! What lists show of a document, known also where its text is not there.

use std::sync::Arc;

use super::StoredDocument;
use crate::document::{Document, Page};

/// A document in a list.
#[derive(Debug, Clone)]
pub struct Outline {
    /// The document, without pages and chunks if they are not there.
    pub stored: Arc<StoredDocument>,
    /// How many pages it has.
    pub pages: usize,
    /// Into how many chunks it was cut.
    pub chunks: usize,
    /// Its length in the model's tokens, as counted when it was cut.
    pub tokens: u64,
    /// Its length in characters, if its text is not there to be counted.
    characters: Option<u64>,
}

impl Outline {
    /// The outline of a document that is there.
    pub fn of(stored: &Arc<StoredDocument>) -> Self {
        Self {
            pages: stored.document.pages.len(),
            chunks: stored.chunks.len(),
            tokens: stored.tokens(),
            characters: None,
            stored: Arc::clone(stored),
        }
    }

    /// Its length in characters.
    pub fn characters(&self) -> u64 {
        let characters = |page: &Page| page.text().chars().count() as u64;
        let count = || self.stored.document.pages.iter().map(characters).sum();
        self.characters.unwrap_or_else(count)
    }

    /// Four numbers, then the document without its pages.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        let document = self.stored.document.encode_without_pages();
        let numbers = [self.pages as u64, self.tokens, self.characters(), document.len() as u64];
        for number in numbers {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(&document);
    }

    /// Takes an outline from the front; how many chunks it has, the catalog tells.
    pub(super) fn decode(bytes: &mut &[u8], chunks: usize) -> Option<Self> {
        let mut number = || {
            let (number, rest) = bytes.split_first_chunk()?;
            *bytes = rest;
            Some(u64::from_le_bytes(*number))
        };
        let [pages, tokens, characters, length] = [number()?, number()?, number()?, number()?];
        let (document, rest) = bytes.split_at_checked(usize::try_from(length).ok()?)?;
        *bytes = rest;
        let document = Document::decode(document).ok()?;
        let stored = Arc::new(StoredDocument { document, chunks: Vec::new() });
        let characters = Some(characters);
        Some(Self { stored, pages: usize::try_from(pages).ok()?, chunks, tokens, characters })
    }
}
