//! The inverted index: which chunks hold a term, and how well they answer a query.
//!
//! A [`Segment`] is immutable: made by a [`SegmentBuilder`], or out of other segments by
//! [`Segment::merge`]. Chunks in it are numbered densely from 0; what those chunks are, the index
//! does not know. [`search()`] ranks over several segments at once with BM25, whose statistics are
//! summed over all of them, so that merging changes no score.
//!
//! ```
//! use qwen_agent_wasm::analyze::Analyzer;
//! use qwen_agent_wasm::index::{Query, SegmentBuilder, search};
//!
//! let analyzer = Analyzer::new();
//! let mut builder = SegmentBuilder::new(analyzer);
//! builder.add("Notice is three months.", &[]);
//! builder.add("The rent is due monthly.", &[]);
//! let segment = builder.finish();
//!
//! let query = Query::question(analyzer, "How long is the notice period?");
//! assert_eq!(search(&[&segment], &query, 10, |_, _| true)[0].chunk, 0);
//! ```

mod accumulators;
mod bm25;
mod builder;
pub mod container;
mod explain;
pub mod format;
mod keywords;
pub mod lists;
mod merge;
pub mod parts;
mod postings;
mod query;
mod question;
mod records;
mod search;
mod segment;
mod table;
mod why;
mod words;

pub use builder::SegmentBuilder;
pub use explain::{Why, WhyTerm};
pub use format::IndexError;
pub use keywords::Keyword;
pub use merge::{Part, merge_from};
pub use query::Query;
pub use question::question;
pub use records::{RecordHit, Records};
pub use search::{Hit, Target, search, search_in};
pub use segment::{Section, Segment};
pub use why::{Share, why};

#[cfg(test)]
mod tests;
