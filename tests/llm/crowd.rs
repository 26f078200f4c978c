//! A run of more than five hundred requests at an endpoint of which a quarter fail.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use futures::StreamExt;
use qwen_agent_wasm::agent::{Agent, AgentConfig, AgentEvent, Answer, Level};
use qwen_agent_wasm::corpus::{Corpus, DocumentFilter, Ingest, Snapshot};
use qwen_agent_wasm::llm::scripted::{ManualClock, Response, ScriptedTransport};
use qwen_agent_wasm::llm::throttle::{DEFAULT_CAP, Throttle};
use qwen_agent_wasm::llm::{ChatModel, Endpoint, HttpRequest, LlmClient};
use qwen_agent_wasm::read::{Limits, Source, read};
use qwen_agent_wasm::tokens::EstimatedTokens;
use serde_json::{Value, json};

const CHUNKS: usize = 520;
const CLUE: &str = "Keepers whisper albatross at the iron door.";
/// Of a hundred requests that are sent for the first or second time, so many meet each fault.
const RATE: u64 = 3;

fn documents() -> Snapshot {
    let mut corpus = Corpus::new();
    for n in 0..CHUNKS {
        let clue = if n % 100 == 17 { CLUE } else { "Nothing else is ruled." };
        let text = format!("Rule {n} says that bed {n} of the garden is watered twice. {clue}");
        let source = Source::new(&format!("{n}.txt"), text);
        let document = read(source, &Limits::default()).unwrap();
        corpus.insert(Ingest::new(document).run());
    }
    corpus.snapshot()
}

/// What an honest model replies.
fn good(request: &HttpRequest) -> Response {
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    let found = body["messages"].to_string().contains(CLUE);
    if body["response_format"].is_null() {
        return Response::streamed(&["Say ", "albatross ", "[1]."]);
    }
    let quotes: &[&str] = if found { &[CLUE] } else { &[] };
    let text = json!({ "relevant": found, "quotes": quotes }).to_string();
    let (before, after) = text.split_at(12);
    Response::streamed(&[before, after])
}

/// One of the faults, or none.
fn faulty(number: u64, good: Response) -> Option<Response> {
    const BROKEN: &str =
        "data: {\"choices\":[{\"delta\":{\"content\":\"{\"}}]}\n\ndata: {\"cho\n\n";
    const NOT_UTF8: &[u8] = b"data: {\"choices\":[{\"delta\":{\"content\":\"\xff\xfe\"}}]}\n\n";
    const BEGUN: usize = 80;
    Some(match number / RATE {
        0 => Response::error(429, "limit", "slow").with_header("Retry-After", "2"),
        1 => Response::error(429, "limit", "slow"),
        2 => Response::error(500, "internal_error", "boom"),
        3 => Response::unreachable(),
        4 => good.broken_after(BEGUN),
        5 => good.silent_after(BEGUN),
        6 => Response::new(200, BROKEN),
        7 => Response::new(200, [NOT_UTF8, b"data: [DONE]\n\n"].concat()),
        8 => good.with_header("Content-Type", "text/plain"),
        _ => return None,
    })
}

/// A number from 0 to 99 that depends on a body and on how often it was sent.
fn chance(body: &[u8], attempt: u64) -> u64 {
    let mix = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = body.iter().chain([&(attempt as u8)]).fold(0xcbf2_9ce4_8422_2325, mix);
    (hash >> 33) % 100
}

struct Run {
    answer: Answer,
    /// Whether a chunk's reading failed, for each chunk that was read.
    failed: Vec<bool>,
    retries: usize,
    requests: usize,
    /// How often each request was answered in full.
    answered: Vec<usize>,
    most_open: usize,
}

fn run(with_faults: bool) -> Run {
    let clock = ManualClock::default();
    let answered = Rc::new(RefCell::new(BTreeMap::<Vec<u8>, (u64, usize)>::new()));
    let most_open = Rc::new(Cell::new(0));
    let transport: Rc<RefCell<Option<ScriptedTransport>>> = Rc::default();
    let (open, counts, slow, most) =
        (Rc::clone(&transport), Rc::clone(&answered), clock.clone(), Rc::clone(&most_open));
    let scripted = ScriptedTransport::answering(move |request| {
        let now_open = open.borrow().as_ref().map_or(0, ScriptedTransport::open) + 1;
        most.set(most.get().max(now_open));
        let mut counts = counts.borrow_mut();
        let (attempt, whole) = counts.entry(request.body.clone()).or_default();
        *attempt += 1;
        let is_read = request.body.windows(15).any(|bytes| bytes == b"response_format");
        let number = chance(&request.body, *attempt);
        let strikes = with_faults && is_read && *attempt <= 2;
        let fault = if strikes { faulty(number, good(request)) } else { None };
        // The last of the faults is none to the client.
        *whole += usize::from(fault.is_none() || number / RATE == 8);
        fault.unwrap_or_else(|| good(request)).late_by(&slow, Duration::from_millis(300))
    });
    *transport.borrow_mut() = Some(scripted.clone());
    let endpoint = Endpoint::new("/api");
    let client = LlmClient::new(scripted.clone(), clock.clone(), endpoint, Throttle::default());
    let agent = Agent::new(Rc::new(client) as Rc<dyn ChatModel>, Rc::new(EstimatedTokens));
    let config = AgentConfig { level: Level::Read, ..AgentConfig::default() };
    let snapshot = documents();
    assert_eq!(snapshot.chunks(&DocumentFilter::All).len(), CHUNKS);
    let stream = agent.ask(snapshot, "What opens the iron door?", config).unwrap();
    let events: Vec<AgentEvent> =
        clock.run(stream.map(Result::unwrap).collect::<Vec<AgentEvent>>());
    assert_eq!(scripted.open(), 0);
    let failed = events.iter().filter_map(|event| match event {
        AgentEvent::ChunkRead { failed, .. } => Some(*failed),
        _ => None,
    });
    let retries = |event: &&AgentEvent| matches!(event, AgentEvent::Retrying { .. });
    let answer = match events.last() {
        Some(AgentEvent::Finished(answer)) => answer.clone(),
        other => panic!("no answer: {other:?}"),
    };
    let answered = answered.borrow().values().map(|(_, whole)| *whole).collect();
    Run {
        failed: failed.collect(),
        retries: events.iter().filter(retries).count(),
        requests: scripted.requests().len(),
        answered,
        most_open: most_open.get(),
        answer,
    }
}

#[test]
fn a_quarter_of_failures_changes_nothing_but_the_number_of_requests() {
    let (calm, stormy) = (run(false), run(true));
    assert_eq!((calm.retries, calm.requests), (0, CHUNKS + 1));
    assert!(stormy.retries > CHUNKS / 10, "{} retries", stormy.retries);
    assert_eq!(stormy.requests, CHUNKS + 1 + stormy.retries);
    assert_eq!(stormy.answer.text, calm.answer.text);
    let places = |run: &Run| -> Vec<_> {
        run.answer.citations.iter().map(|c| (c.document.clone(), c.quote.clone())).collect()
    };
    assert!(!places(&calm).is_empty());
    assert_eq!(places(&stormy), places(&calm));
    for run in [&calm, &stormy] {
        assert_eq!(run.failed, vec![false; CHUNKS], "no chunk is lost or told twice");
        assert_eq!(run.answered, vec![1; CHUNKS + 1], "nothing is read twice");
        assert!(run.most_open <= DEFAULT_CAP, "{} connections at once", run.most_open);
    }
}
