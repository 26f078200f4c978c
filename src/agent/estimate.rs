//! What an answer will cost, before anything is asked.
//!
//! Levels 1 and 2 make a number of requests that is known beforehand, of lengths that are nearly
//! so. Level 3, and reading that may end early, are known by their limits only.

use super::config::{AgentConfig, Level};
use crate::corpus::Snapshot;
use crate::prompt::{self, Excerpt, Place};
use crate::tokens::TokenCounter;

/// A verdict on one chunk: most are "no", some have a few sentences.
const READING_TOKENS: u64 = 40;
/// A planned search in two or three languages.
const PLAN_TOKENS: u64 = 250;
/// What chat templates put around the messages of a request.
const REQUEST_TOKENS: u64 = 16;

/// What a run will cost, or can cost at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Estimate {
    /// Requests, repeated ones not counted.
    pub requests: usize,
    /// Tokens of all prompts.
    pub prompt_tokens: u64,
    /// Tokens of all replies.
    pub completion_tokens: u64,
    /// Whether it may well cost less: the run ends when it has enough.
    pub at_most: bool,
}

/// The cost of a question to a model at the level of its configuration. Nothing is asked.
pub fn estimate(
    snapshot: &Snapshot,
    question: &str,
    config: &AgentConfig,
    counter: &dyn TokenCounter,
) -> Estimate {
    let window = config.context_tokens.saturating_sub(config.max_output_tokens) as u64;
    let tokens = snapshot.tokens(&config.documents);
    let asked = counter.count(question) as u64;
    let reply = config.max_output_tokens as u64;
    // Instructions, the question, and as much of the documents as there is room for.
    let answer = Estimate {
        requests: 1,
        prompt_tokens: (tokens + asked + answer_overhead(question, counter)).min(window),
        completion_tokens: reply,
        at_most: false,
    };
    let searched = Estimate {
        requests: 2,
        prompt_tokens: answer.prompt_tokens + plan_overhead(question, counter),
        completion_tokens: reply + PLAN_TOKENS,
        at_most: false,
    };
    match config.level {
        Level::Auto if tokens + asked <= window => answer,
        Level::Auto => Estimate { at_most: false, ..searched },
        Level::Chat => Estimate { prompt_tokens: asked + REQUEST_TOKENS, ..answer },
        Level::Retrieve => searched,
        Level::Read => {
            let read = reading(snapshot, question, config, counter);
            Estimate {
                requests: read.requests + answer.requests,
                prompt_tokens: read.prompt_tokens + answer.prompt_tokens,
                completion_tokens: read.completion_tokens + answer.completion_tokens,
                at_most: config.adaptive,
            }
        }
        Level::Reason => {
            let read = reading(snapshot, question, config, counter);
            let turns = config.max_turns as u64;
            let requests = config.max_requests;
            let readings = requests.saturating_sub(config.max_turns) as u64;
            let each = read.prompt_tokens / (read.requests as u64).max(1);
            Estimate {
                requests,
                prompt_tokens: readings * each + turns * window,
                completion_tokens: readings * READING_TOKENS + turns * reply,
                at_most: true,
            }
        }
    }
}

/// Reading every chunk once.
fn reading(
    snapshot: &Snapshot,
    question: &str,
    config: &AgentConfig,
    counter: &dyn TokenCounter,
) -> Estimate {
    let chunks = snapshot.chunk_count(&config.documents);
    let place = Place { title: "Document", page: Some(1), headings: &[] };
    let empty = prompt::read(question, &Excerpt { number: None, place, text: "" });
    let around = counted(&empty.messages, counter) + REQUEST_TOKENS;
    Estimate {
        requests: chunks,
        prompt_tokens: snapshot.tokens(&config.documents) + chunks as u64 * around,
        completion_tokens: chunks as u64 * READING_TOKENS,
        at_most: false,
    }
}

fn answer_overhead(question: &str, counter: &dyn TokenCounter) -> u64 {
    counted(&prompt::answer(None, &[], &[], question).messages, counter) + REQUEST_TOKENS
}

fn plan_overhead(question: &str, counter: &dyn TokenCounter) -> u64 {
    counted(&prompt::plan(&[], &[], question).messages, counter) + REQUEST_TOKENS
}

fn counted(messages: &[crate::llm::Message], counter: &dyn TokenCounter) -> u64 {
    messages.iter().map(|message| counter.count(&message.content) as u64).sum()
}
