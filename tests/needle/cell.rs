//! One question over one haystack.

use std::rc::Rc;

use futures::{FutureExt, TryStreamExt};
use qwen_agent_wasm::agent::{Agent, AgentConfig, AgentEvent, Level};
use qwen_agent_wasm::corpus::Snapshot;
use qwen_agent_wasm::tokens::EstimatedTokens;

use crate::oracle::{Needle, Oracle};

/// A way of answering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Search,
    Read,
    Adaptive,
    Reason,
}

impl Way {
    pub(crate) const ALL: [Self; 4] = [Self::Search, Self::Read, Self::Adaptive, Self::Reason];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Search => "level 1",
            Self::Read => "level 2",
            Self::Adaptive => "level 2, adaptive",
            Self::Reason => "level 3",
        }
    }

    fn level(self) -> Level {
        match self {
            Self::Search => Level::Retrieve,
            Self::Read | Self::Adaptive => Level::Read,
            Self::Reason => Level::Reason,
        }
    }
}

/// What came of a question.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outcome {
    /// Whether all facts are in the answer.
    pub(crate) found: bool,
    /// Requests to the model.
    pub(crate) requests: usize,
}

/// Asks a needle's question in a window of 8,192 tokens.
pub(crate) fn ask(snapshot: Snapshot, needle: &Needle, way: Way) -> Outcome {
    let oracle = Oracle::new(needle.clone());
    let requests = oracle.requests();
    let agent = Agent::new(Rc::new(oracle), Rc::new(EstimatedTokens));
    let config = AgentConfig {
        model: "oracle".to_owned(),
        level: way.level(),
        adaptive: way == Way::Adaptive,
        max_requests: 20_000,
        ..AgentConfig::default()
    };
    let run = agent.ask(snapshot, &needle.question, config).unwrap();
    let events: Vec<AgentEvent> = run.try_collect().now_or_never().unwrap().unwrap();
    let Some(AgentEvent::Finished(answer)) = events.last() else { panic!("no answer") };
    let all = needle.facts.iter().all(|fact| answer.text.contains(&fact.sentence));
    Outcome { found: all && answer.text.contains(&needle.answer), requests: requests.get() }
}
