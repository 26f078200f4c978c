//! A segment as bytes: four flat sections that are the arrays themselves, little-endian.
//!
//! The file around them, with its version and checksums, is [`crate::corpus::file`]'s.

use super::segment::Segment;

/// The sections of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sections<'b> {
    /// Terms, `u64` each, rising.
    pub terms: &'b [u8],
    /// Where each term's postings begin, `u32` each, and the end.
    pub offsets: &'b [u8],
    /// Posting lists.
    pub postings: &'b [u8],
    /// Lengths of the chunks, `u32` each.
    pub lengths: &'b [u8],
}

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
            Self::OtherAnalyzer => "index.analyzer",
        }
    }
}

impl Segment {
    /// The bytes of each section.
    pub fn sections(&self) -> [Vec<u8>; 4] {
        [
            self.terms.iter().flat_map(|term| term.to_le_bytes()).collect(),
            self.offsets.iter().flat_map(|offset| offset.to_le_bytes()).collect(),
            self.postings.clone(),
            self.lengths.iter().flat_map(|length| length.to_le_bytes()).collect(),
        ]
    }

    /// The segment that these sections describe.
    ///
    /// # Errors
    ///
    /// If they contradict each other.
    pub fn from_sections(sections: &Sections<'_>) -> Result<Self, IndexError> {
        let damaged = |detail| Err(IndexError::Damaged { detail });
        let (Some(terms), Some(offsets), Some(lengths)) =
            (u64s(sections.terms), u32s(sections.offsets), u32s(sections.lengths))
        else {
            return damaged("a section is cut");
        };
        if !terms.is_sorted_by(|a, b| a < b) {
            return damaged("terms are out of order");
        }
        let ends = offsets.first() == Some(&0)
            && offsets.last().map(|end| *end as usize) == Some(sections.postings.len());
        if offsets.len() != terms.len() + 1 || !offsets.is_sorted() || !ends {
            return damaged("postings and terms do not fit");
        }
        Ok(Self { terms, offsets, postings: sections.postings.to_vec(), lengths })
    }
}

fn u32s(bytes: &[u8]) -> Option<Vec<u32>> {
    let (values, rest) = bytes.as_chunks::<4>();
    rest.is_empty().then(|| values.iter().map(|value| u32::from_le_bytes(*value)).collect())
}

fn u64s(bytes: &[u8]) -> Option<Vec<u64>> {
    let (values, rest) = bytes.as_chunks::<8>();
    rest.is_empty().then(|| values.iter().map(|value| u64::from_le_bytes(*value)).collect())
}
