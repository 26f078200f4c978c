//! Documents, and runs of a scripted model over them.

use std::rc::Rc;

use futures::StreamExt;
use qwen_agent_wasm::agent::{Agent, AgentConfig, AgentError, AgentEvent, Answer, Level};
use qwen_agent_wasm::corpus::{Corpus, Ingest, Snapshot};
use qwen_agent_wasm::llm::scripted::{ManualClock, ScriptedModel, Turn};
use qwen_agent_wasm::llm::{ChatModel, ChatRequest, Clock};
use qwen_agent_wasm::read::{Limits, Source, read};
use qwen_agent_wasm::tokens::EstimatedTokens;

pub(crate) const NEEDLE: &str = "The password of the lighthouse is albatross.";

/// Documents by name and text.
pub(crate) fn documents(documents: &[(&str, &str)]) -> Snapshot {
    let mut corpus = Corpus::new();
    for (name, text) in documents {
        let document = read(Source::new(name, *text), &Limits::default()).unwrap();
        corpus.insert(Ingest::new(document).run());
    }
    corpus.snapshot()
}

/// A document of about 40 chunks about gardens, with one sentence about something else.
pub(crate) fn haystack(needle: &str) -> String {
    let mut paragraphs: Vec<String> = (0..400)
        .map(|n| {
            format!(
                "Section {n} of the garden rules says how gardeners shall water bed number {n}, \
                 how the hedges beside it are cut in autumn, and who sweeps the gravel path {n}."
            )
        })
        .collect();
    paragraphs.insert(250, needle.to_owned());
    paragraphs.join("\n\n")
}

/// A window into which a few chunks fit.
pub(crate) fn small_window(level: Level) -> AgentConfig {
    AgentConfig {
        model: "qwen-plus".into(),
        level,
        context_tokens: 3000,
        max_output_tokens: 300,
        ..AgentConfig::default()
    }
}

/// All that came of one run.
pub(crate) struct Outcome {
    pub(crate) events: Vec<AgentEvent>,
    pub(crate) result: Result<Answer, AgentError>,
    pub(crate) requests: Vec<ChatRequest>,
}

impl Outcome {
    pub(crate) fn answer(&self) -> &Answer {
        self.result.as_ref().unwrap()
    }

    pub(crate) fn error(&self) -> &AgentError {
        self.result.as_ref().unwrap_err()
    }

    /// The codes of the warnings.
    pub(crate) fn warnings(&self) -> Vec<&str> {
        self.events
            .iter()
            .filter_map(|event| match event {
                AgentEvent::Warning { code, .. } => Some(*code),
                _ => None,
            })
            .collect()
    }

    /// What the model was last asked by the user's side.
    pub(crate) fn last_prompt(&self) -> &str {
        &self.requests.last().unwrap().messages.last().unwrap().content
    }
}

/// Asks a model that follows a script.
pub(crate) fn ask(
    snapshot: Snapshot,
    question: &str,
    config: AgentConfig,
    turns: impl IntoIterator<Item = Turn>,
) -> Outcome {
    ask_model(snapshot, question, config, ScriptedModel::new(turns))
}

pub(crate) fn ask_model(
    snapshot: Snapshot,
    question: &str,
    config: AgentConfig,
    model: ScriptedModel,
) -> Outcome {
    let model = Rc::new(model);
    let agent = Agent::new(Rc::clone(&model) as Rc<dyn ChatModel>, Rc::new(EstimatedTokens));
    let (events, result) = drive(&ManualClock::default(), &agent, snapshot, question, config);
    Outcome { events, result, requests: model.requests() }
}

/// Runs to the end, and checks what holds for every run: the answer comes last and only once,
/// and is what was shown of it.
pub(crate) fn drive(
    clock: &ManualClock,
    agent: &Agent,
    snapshot: Snapshot,
    question: &str,
    config: AgentConfig,
) -> (Vec<AgentEvent>, Result<Answer, AgentError>) {
    let run = match agent.ask(snapshot, question, config) {
        Ok(run) => run,
        Err(error) => return (Vec::new(), Err(error)),
    };
    let mut items = clock.run(run.collect::<Vec<_>>());
    let last = items.pop().unwrap();
    let events: Vec<AgentEvent> = items.into_iter().map(Result::unwrap).collect();
    assert!(!events.iter().any(|event| matches!(event, AgentEvent::Finished(_))));
    let result = last.map(|event| match event {
        AgentEvent::Finished(answer) => answer,
        other => panic!("the run ends with {other:?} at {:?}", clock.now()),
    });
    if let Ok(answer) = &result {
        assert_eq!(shown_text(&events), answer.text);
    }
    (events, result)
}

fn shown_text(events: &[AgentEvent]) -> String {
    events
        .iter()
        .filter_map(|event| match event {
            AgentEvent::Text { text } => Some(text.as_str()),
            _ => None,
        })
        .collect()
}
