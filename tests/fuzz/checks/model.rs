//! What a model's server sends: the bytes of a stream, and the texts in it.

use std::rc::Rc;

use futures::StreamExt;
use qwen_agent_wasm::agent::plan::Plan;
use qwen_agent_wasm::agent::reading::Reading;
use qwen_agent_wasm::agent::{Agent, AgentConfig, AgentEvent, Answer, Level, ToolProtocol};
use qwen_agent_wasm::analyze::Analyzer;
use qwen_agent_wasm::corpus::{Corpus, Ingest, Snapshot};
use qwen_agent_wasm::llm::scripted::{ManualClock, ScriptedModel, Turn};
use qwen_agent_wasm::llm::sse::{SseDecoder, SseError, SseEvent};
use qwen_agent_wasm::llm::wire::{ReplyDecoder, failure};
use qwen_agent_wasm::llm::{ChatDelta, ChatModel, LlmError, Reply};
use qwen_agent_wasm::read::{Limits, Source, read};
use qwen_agent_wasm::tokens::EstimatedTokens;

/// A stream, cut in any way, gives the same events and the same reply.
///
/// The first byte says how long the pieces are.
pub(super) fn sse(bytes: &[u8]) {
    let Some((&cut, stream)) = bytes.split_first() else { return };
    let length = usize::from(cut).max(1);
    if let Ok(whole) = events(std::iter::once(stream)) {
        assert_eq!(events(stream.chunks(length)), Ok(whole));
    }
    for cumulative in [false, true] {
        let whole = assembled(std::iter::once(stream), cumulative);
        let cut = assembled(stream.chunks(length), cumulative);
        assert_eq!(whole.is_ok(), cut.is_ok());
        if let (Ok(whole), Ok(cut)) = (whole, cut) {
            assert_eq!(whole, cut);
        }
    }
    let headers = [("retry-after".to_owned(), String::from_utf8_lossy(stream).into_owned())];
    for status in [400, 404, 429, 500] {
        assert!(!failure(status, &headers, stream).to_string().is_empty());
    }
}

fn events<'b>(pieces: impl Iterator<Item = &'b [u8]>) -> Result<Vec<SseEvent>, SseError> {
    let mut decoder = SseDecoder::default();
    let mut events = Vec::new();
    for piece in pieces {
        events.extend(decoder.push(piece)?);
    }
    events.extend(decoder.finish()?);
    Ok(events)
}

fn assembled<'b>(
    pieces: impl Iterator<Item = &'b [u8]>,
    cumulative: bool,
) -> Result<Reply, Box<LlmError>> {
    let mut decoder = ReplyDecoder::new(cumulative);
    let mut deltas: Vec<ChatDelta> = Vec::new();
    for piece in pieces {
        deltas.extend(decoder.push(piece)?);
    }
    deltas.extend(decoder.finish()?);
    Ok(deltas.into_iter().collect())
}

thread_local! {
    static LIBRARY: Snapshot = library();
}

/// Two short documents, one of which has several chunks.
fn library() -> Snapshot {
    let paragraph = |n: usize| format!("Rule {n}: bed number {n} is watered on day {n} by two.");
    let rules: Vec<String> = (0..60).map(paragraph).collect();
    let mut corpus = Corpus::new();
    for (name, text) in [
        ("lease.txt", "Notice is three months. The rent is due."),
        ("rules.txt", &rules.join("\n\n")),
    ] {
        let document = read(Source::new(name, text), &Limits::default()).expect("a text");
        corpus.insert(Ingest::new(document).run());
    }
    corpus.snapshot()
}

/// Runs a question whose model says the same to everything, and holds the answer against the laws.
fn run(text: &str, level: Level, protocol: ToolProtocol) {
    let config = AgentConfig {
        model: "qwen-plus".to_owned(),
        level,
        protocol,
        context_tokens: 1_500,
        max_output_tokens: 200,
        max_turns: 2,
        max_requests: 6,
        ..AgentConfig::default()
    };
    let said = text.to_owned();
    let middle = text.len() / 2;
    let cut = (0..=middle).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let model = ScriptedModel::answering(move |_| {
        let (start, end) = said.split_at(cut);
        Turn::pieces([start, end])
    });
    let agent = Agent::new(Rc::new(model) as Rc<dyn ChatModel>, Rc::new(EstimatedTokens));
    let snapshot = LIBRARY.with(Clone::clone);
    let question = "How long is the notice period?";
    let run = agent.ask(snapshot.clone(), question, config).expect("a question about documents");
    let mut shown = String::new();
    let events = ManualClock::default().run(run.collect::<Vec<_>>());
    let last = events.len().saturating_sub(1);
    for (at, event) in events.into_iter().enumerate() {
        match event {
            Ok(AgentEvent::Text { text }) => shown.push_str(&text),
            Ok(AgentEvent::Finished(answer)) => {
                assert_eq!(at, last, "the answer comes last");
                assert_eq!(shown, answer.text, "what was shown is the answer");
                citations_hold(&answer, &snapshot);
            }
            Ok(_) => {}
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}

fn citations_hold(answer: &Answer, snapshot: &Snapshot) {
    for citation in &answer.citations {
        assert!(answer.text.get(citation.at.clone()).is_some(), "a marker in the answer");
        let stored = snapshot.document(&citation.document).expect("a document that is there");
        let quoted = stored.document.slice(&citation.span).expect("a place in its page");
        assert!(quoted.contains(&citation.quote) || citation.quote.contains(quoted));
        assert!((0.0..=1.0).contains(&citation.support), "{}", citation.support);
    }
}

/// JSON as models write it, and calls of tools by fields and by tags.
pub(super) fn reply(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Some(plan) = Plan::parse(&text) {
        assert!(!plan.information.is_empty() || !plan.keywords.is_empty());
        LIBRARY.with(|library| library.search(&plan.query(library, "notice?"), 5, &<_>::default()));
    }
    let chunk = "Notice is three months. The rent is due.";
    let reading = Reading::parse(&text).verified(chunk, Analyzer::new());
    assert!(reading.parsed || reading.quotes.is_empty());
    for level in [Level::Auto, Level::Retrieve, Level::Read] {
        run(&text, level, ToolProtocol::Auto);
    }
    run(&text, Level::Reason, ToolProtocol::Native);
    run(&text, Level::Reason, ToolProtocol::Nous);
}

/// Calls by lines of the text.
pub(super) fn react(bytes: &[u8]) {
    run(&String::from_utf8_lossy(bytes), Level::Reason, ToolProtocol::React);
}
