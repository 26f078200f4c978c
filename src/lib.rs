//! Answers questions about documents of up to millions of tokens, in the browser.
//!
//! This crate is the core of the npm package of the same name. Whoever uses the package needs
//! nothing of it; whoever reads or changes it begins here. The modules stand in the order in which
//! data flows:
//!
//! ```text
//!  a file                                                                       an answer
//!    │                                                                              ▲
//!    ▼                                                                              │
//!  read ──▶ chunk ──▶ analyze ──▶ index ──▶ retrieve ──▶ prompt ──▶ llm ──▶ cite ───┘
//! ```
//!
//! - [`text`]: offsets, and where sentences end; [`document`]: pages of blocks, what readers give
//! - [`read`]: the bytes of a file into a document, whatever its format
//! - [`chunk`]: a document into pieces that fit a prompt, by [`tokens`]
//! - [`analyze`]: text into terms, by script; [`index`]: chunks into lists of terms, and BM25
//! - [`corpus`]: the documents as a whole, and the index file
//! - [`retrieve`]: a query into passages within a budget; [`cite`]: markers into checked quotes
//! - [`llm`]: a chat model behind HTTP; [`prompt`]: what is said to it
//! - [`agent`]: from a question to an answer, by levels of effort
//! - `wasm`: the door to JavaScript, the only module that knows of it
//!
//! Everything up to `llm` is plain functions of values: no clock, no network, nothing async.
//!
//! From two files to a passage, and to an answer without a model:
//!
//! ```
//! use std::rc::Rc;
//! use futures::{FutureExt, TryStreamExt};
//! use qwen_agent_wasm::agent::{Agent, AgentConfig, AgentEvent};
//! use qwen_agent_wasm::corpus::{Corpus, Ingest};
//! use qwen_agent_wasm::read::{Limits, Source, read};
//! use qwen_agent_wasm::tokens::EstimatedTokens;
//!
//! let mut corpus = Corpus::new();
//! for (name, text) in [
//!     ("lease.md", "# Lease\n\nThe notice period is three months. The rent is 900 euros."),
//!     ("house.csv", "floor,tenant\n1,Abel\n2,Weber\n"),
//! ] {
//!     let document = read(Source::new(name, text), &Limits::default())?;
//!     corpus.insert(Ingest::new(document).run());
//! }
//!
//! let agent = Agent::without_model(Rc::new(EstimatedTokens));
//! let run = agent.ask(corpus.snapshot(), "How long is the notice period?", AgentConfig::default())?;
//! let events: Vec<AgentEvent> = run.try_collect().now_or_never().expect("nothing to wait for")?;
//! let Some(AgentEvent::Finished(answer)) = events.last() else { panic!("no answer") };
//! assert!(answer.text.starts_with("“The notice period is three months.” [1]"));
//! assert!(answer.citations[0].verified);
//!
//! // A library is a file, too: the same documents in the same order give the same bytes.
//! let bytes = corpus.to_bytes();
//! assert_eq!(Corpus::from_bytes(bytes.clone())?.to_bytes(), bytes);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod text;

pub mod document;

pub mod read;

#[cfg(feature = "core")]
pub mod tokens;

#[cfg(feature = "core")]
pub mod analyze;

#[cfg(feature = "core")]
pub mod chunk;

#[cfg(feature = "core")]
pub mod index;

#[cfg(feature = "core")]
pub mod corpus;

#[cfg(feature = "core")]
pub mod retrieve;

#[cfg(feature = "core")]
pub mod cite;

#[cfg(feature = "core")]
pub mod llm;

#[cfg(feature = "core")]
pub mod prompt;

#[cfg(feature = "core")]
pub mod agent;

#[cfg(target_arch = "wasm32")]
pub mod wasm;
