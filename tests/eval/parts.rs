//! What `cargo xtask eval` measures natively, in rows of one figure each; shared with the tests
//! that hold a part of them to their floors.

use std::path::Path;
use std::rc::Rc;

use futures::{FutureExt, TryStreamExt};
use qwen_agent_wasm::agent::{Agent, AgentConfig, AgentEvent};
use qwen_agent_wasm::cite::cite;
use qwen_agent_wasm::corpus::Snapshot;
use qwen_agent_wasm::document::{DocumentId, PageNumber, Span};
use qwen_agent_wasm::retrieve::Passage;
use qwen_agent_wasm::tokens::EstimatedTokens;

use crate::claims::{Kind, claims};
use crate::library::library;
use crate::measure::Set;

pub(crate) const SETS: &str = "tests/retrieval/sets";

/// One figure: a share, of so many.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) part: &'static str,
    pub(crate) set: String,
    pub(crate) measure: String,
    pub(crate) value: f64,
    pub(crate) count: usize,
}

/// How many right claims are verified and wrong ones are refused, about sentences of a language.
///
/// Swapped names are a figure of their own: a check by shared words cannot see most of them.
pub(crate) fn citations(language: &str) -> Vec<Row> {
    let set = Set::read(Path::new(SETS), format!("{language}.flores"));
    let sentences: Vec<&str> = set.passages.iter().map(|passage| passage.text.as_str()).collect();
    let (passages, claims) = claims(&sentences);
    let passages: Vec<Passage> = passages.into_iter().map(passage).collect();
    let snapshot = Snapshot::default();
    let verified = |text: &str, about: usize| {
        let cited = cite(&format!("{text} [1]."), &passages[about..=about], &snapshot);
        !cited.is_empty() && cited.iter().all(|citation| citation.verified)
    };
    let outcomes: Vec<(Kind, bool)> =
        claims.iter().map(|claim| (claim.kind, verified(&claim.text, claim.passage))).collect();
    let row = |measure: &str, is_counted: fn(Kind) -> bool, wanted: bool| {
        let counted = || outcomes.iter().filter(|(kind, _)| is_counted(*kind));
        let count = counted().count();
        let right = counted().filter(|(_, verified)| *verified == wanted).count();
        let (set, measure) = (language.to_owned(), measure.to_owned());
        (count > 0).then(|| Row {
            part: "citations",
            set,
            measure,
            value: share(right, count),
            count,
        })
    };
    let is_wrong = |kind| matches!(kind, Kind::Number | Kind::Elsewhere);
    let rows = [
        row("right claims verified", Kind::is_right, true),
        row("wrong numbers and sentences refused", is_wrong, false),
        row("swapped names refused", |kind| kind == Kind::Name, false),
    ];
    rows.into_iter().flatten().collect()
}

fn passage(text: String) -> Passage {
    Passage {
        number: 1,
        document: DocumentId::new("passage"),
        title: None,
        headings: Vec::new(),
        spans: vec![Span::new(PageNumber::from_index(0), 0..text.len())],
        text,
        tokens: 0,
        score: 0.0,
    }
}

/// How often the first sentence that is quoted without a model is of a passage that answers.
pub(crate) fn quotes(set: &str) -> Row {
    let set = Set::read(Path::new(SETS), set.to_owned());
    let snapshot = library(&set);
    let agent = Agent::without_model(Rc::new(EstimatedTokens));
    let first = |question: &str| -> Option<usize> {
        let run = agent.ask(snapshot.clone(), question, AgentConfig::default()).unwrap();
        let events: Vec<AgentEvent> = run.try_collect().now_or_never().unwrap().unwrap();
        let Some(AgentEvent::Finished(answer)) = events.last() else { panic!("no answer") };
        answer.citations.first().map(|citation| citation.document.as_str().parse().unwrap())
    };
    let right = set
        .queries
        .iter()
        .filter(|query| first(&query.text).is_some_and(|place| query.wanted.contains(&place)))
        .count();
    let count = set.queries.len();
    let measure = "first quote of the right passage".to_owned();
    Row { part: "quotes", set: set.name, measure, value: share(right, count), count }
}

pub(crate) fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}
