//! The passages that tools have shown the model in one run, under one numbering.

use crate::retrieve::Passage;

/// Passages, each with a number of its own that it keeps to the end.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    passages: Vec<Passage>,
}

impl Evidence {
    /// Adds passages and gives them as they are numbered here. One that was shown before keeps
    /// its number.
    pub(super) fn add(&mut self, passages: Vec<Passage>) -> Vec<Passage> {
        passages.into_iter().map(|passage| self.numbered(passage)).collect()
    }

    fn numbered(&mut self, passage: Passage) -> Passage {
        let same =
            |known: &&Passage| known.document == passage.document && known.spans == passage.spans;
        if let Some(known) = self.passages.iter().find(same) {
            return known.clone();
        }
        let passage = Passage { number: self.passages.len() as u32 + 1, ..passage };
        self.passages.push(passage.clone());
        passage
    }

    /// All passages, by number.
    pub(super) fn passages(&self) -> &[Passage] {
        &self.passages
    }
}
