//! A segment as bytes: four flat sections that are the arrays themselves, little-endian.
//!
//! The file around them, with its version and checksums, is [`crate::corpus::file`]'s.

use super::segment::{Section, Segment};

/// Why a file is not an index that can be searched here.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// It is not an index file at all.
    #[error("this is not a qwen-agent index file")]
    Foreign,
    /// It was one, but bytes were lost or changed.
    #[error("the index file is damaged ({detail}); make it again from the documents")]
    Damaged {
        /// What does not fit.
        detail: &'static str,
    },
    /// A later version wrote it.
    #[error("the index file has format {found}, this version reads up to {supported}; update it")]
    Newer {
        /// Its format.
        found: u32,
        /// The newest that is read.
        supported: u32,
    },
    /// A part of it could not be fetched.
    #[error("{message}")]
    Fetch {
        /// Why.
        message: String,
    },
    /// It is not the file any more that was opened.
    #[error("the index file was changed since it was opened; open it again")]
    Changed,
    /// Its terms were made by other rules than a question's would be.
    #[error("the index file was made by another analyzer; make it again from the documents")]
    OtherAnalyzer,
}

impl IndexError {
    /// The stable name of this kind of failure.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Foreign => "index.foreign",
            Self::Damaged { .. } => "index.damaged",
            Self::Newer { .. } => "index.newer",
            Self::Fetch { .. } => "index.fetch",
            Self::Changed => "index.changed",
            Self::OtherAnalyzer => "index.analyzer",
        }
    }

    /// Whether it may go better later.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Fetch { .. } | Self::Changed)
    }
}

impl Segment {
    /// Its sections: terms, offsets, postings, lengths.
    pub fn sections(&self) -> [&[u8]; 4] {
        [&self.terms, &self.offsets, &self.postings, &self.lengths]
    }

    /// The segment that these sections describe.
    ///
    /// # Errors
    ///
    /// If they contradict each other.
    pub fn from_sections(
        [terms, offsets, postings, lengths]: [Section; 4],
    ) -> Result<Self, IndexError> {
        let damaged = |detail| Err(IndexError::Damaged { detail });
        if terms.len() % 8 + offsets.len() % 4 + lengths.len() % 4 > 0 {
            return damaged("a section is cut");
        }
        let rising = terms.u64s().iter().map(|term| u64::from_le_bytes(*term));
        if !rising.is_sorted_by(|a, b| a < b) {
            return damaged("terms are out of order");
        }
        let ends = offsets.u32s().iter().map(|offset| u32::from_le_bytes(*offset));
        let last = offsets.last_chunk().map(|end| u32::from_le_bytes(*end) as usize);
        if offsets.len() / 4 != terms.len() / 8 + 1
            || last != Some(postings.len())
            || !ends.is_sorted()
        {
            return damaged("postings and terms do not fit");
        }
        Ok(Self::of(terms, offsets, postings, lengths))
    }
}
