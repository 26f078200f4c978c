//! One question being answered, as JavaScript pulls it: `next()` until it gives nothing.

use std::cell::RefCell;
use std::rc::Rc;

use futures::stream::{AbortHandle, Abortable, StreamExt};
use js_sys::Promise;
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::convert::{PageSpan, RectInfo};
use super::error::{self, failure, to_js};
use crate::agent::{AgentEvent, Answer, Run};
use crate::cite::Citation;
use crate::corpus::Snapshot;
use crate::document::{Document, DocumentId, Span};
use crate::llm::wire;
use crate::retrieve::Passage;
use crate::text::Utf16Offsets;

/// A run. Freeing or cancelling it drops its requests.
#[wasm_bindgen(js_name = Run)]
pub struct WasmRun {
    state: Rc<RefCell<State>>,
    abort: AbortHandle,
    snapshot: Snapshot,
    transcript: bool,
}

enum State {
    Resting(Box<Abortable<Run>>),
    /// The run is with the `next()` that waits for it, so that `cancel()` may come meanwhile.
    Waiting,
    Ended,
}

impl WasmRun {
    pub(super) fn new(run: Run, snapshot: Snapshot, transcript: bool) -> Self {
        let (abort, registration) = AbortHandle::new_pair();
        let run = Box::new(Abortable::new(run, registration));
        Self { state: Rc::new(RefCell::new(State::Resting(run))), abort, snapshot, transcript }
    }
}

impl Drop for WasmRun {
    fn drop(&mut self) {
        self.cancel();
    }
}

#[wasm_bindgen(js_class = Run)]
impl WasmRun {
    /// The next event; nothing at the end, and after `cancel()`. Rejects if the run fails.
    #[wasm_bindgen(js_name = next)]
    pub fn next_event(&self) -> Promise {
        let state = Rc::clone(&self.state);
        let snapshot = self.snapshot.clone();
        let transcript = self.transcript;
        future_to_promise(async move {
            let before = state.replace(State::Waiting);
            let mut run = match before {
                State::Resting(run) => run,
                State::Ended => {
                    state.replace(State::Ended);
                    return Ok(JsValue::UNDEFINED);
                }
                State::Waiting => {
                    let message = "next() is already waiting for this run";
                    return Err(failure("internal.invalid_request", message, false));
                }
            };
            match run.next().await {
                Some(Ok(event)) => {
                    let cancelled = run.is_aborted();
                    state.replace(if cancelled { State::Ended } else { State::Resting(run) });
                    Ok(if cancelled {
                        JsValue::UNDEFINED
                    } else {
                        convert(&event, &snapshot, transcript)
                    })
                }
                Some(Err(error)) => {
                    state.replace(State::Ended);
                    Err(error::agent(&error))
                }
                None => {
                    state.replace(State::Ended);
                    Ok(JsValue::UNDEFINED)
                }
            }
        })
    }

    /// Stops the run: its requests are aborted, and no event comes after this.
    pub fn cancel(&self) {
        self.abort.abort();
        let mut state = self.state.borrow_mut();
        if let State::Resting(_) = *state {
            *state = State::Ended;
        }
    }
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
enum Event<'e> {
    Plan {
        strategy: &'static str,
        reason: &'e str,
        information: &'e str,
        instruction: &'e str,
        keywords: Vec<Keyword<'e>>,
    },
    Retrieval {
        passages: Vec<PassageInfo<'e>>,
    },
    ChunkRead {
        done: usize,
        total: usize,
        relevant: bool,
        failed: bool,
    },
    ToolCall {
        id: &'e str,
        name: &'e str,
        arguments: &'e str,
    },
    ToolResult {
        id: &'e str,
        name: &'e str,
        content: &'e str,
        failed: bool,
    },
    Reasoning {
        text: &'e str,
    },
    Text {
        text: &'e str,
    },
    Retry {
        after_ms: u64,
        attempt: u32,
        reason: &'static str,
    },
    Warning {
        code: &'static str,
        message: &'e str,
    },
    Finish {
        answer: AnswerInfo<'e>,
    },
}

#[derive(Serialize)]
struct Keyword<'e> {
    text: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'e str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PassageInfo<'e> {
    number: u32,
    document_id: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    spans: Vec<PageSpan>,
    text: &'e str,
    tokens: u32,
    score: f32,
}

#[derive(Serialize)]
struct AnswerInfo<'e> {
    text: &'e str,
    strategy: &'static str,
    extractive: bool,
    citations: Vec<CitationInfo<'e>>,
    usage: UsageInfo,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<Vec<serde_json::Value>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CitationInfo<'e> {
    marker: u32,
    at: At,
    document_id: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    page: u32,
    start: usize,
    end: usize,
    quote: &'e str,
    support: f32,
    verified: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    anchor: Option<String>,
    rects: Vec<RectInfo>,
}

#[derive(Serialize)]
struct At {
    start: usize,
    end: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UsageInfo {
    requests: usize,
    prompt_tokens: u64,
    completion_tokens: u64,
    estimated: bool,
}

fn convert(event: &AgentEvent, snapshot: &Snapshot, transcript: bool) -> JsValue {
    to_js(&match event {
        AgentEvent::Planned { strategy, reason, information, instruction, keywords } => {
            let keywords = keywords.iter().map(|keyword| Keyword {
                text: &keyword.text,
                language: keyword.language.as_deref(),
            });
            Event::Plan {
                strategy: strategy.as_str(),
                reason,
                information,
                instruction,
                keywords: keywords.collect(),
            }
        }
        AgentEvent::Retrieved { passages } => Event::Retrieval {
            passages: passages.iter().map(|p| PassageInfo::of(p, snapshot)).collect(),
        },
        AgentEvent::ChunkRead { done, total, relevant, failed } => {
            Event::ChunkRead { done: *done, total: *total, relevant: *relevant, failed: *failed }
        }
        AgentEvent::ToolCalled { id, name, arguments } => Event::ToolCall { id, name, arguments },
        AgentEvent::ToolAnswered { id, name, content, failed } => {
            Event::ToolResult { id, name, content, failed: *failed }
        }
        AgentEvent::Reasoning { text } => Event::Reasoning { text },
        AgentEvent::Text { text } => Event::Text { text },
        AgentEvent::Retrying { after, attempt, reason } => {
            Event::Retry { after_ms: after.as_millis() as u64, attempt: *attempt, reason }
        }
        AgentEvent::Warning { code, message } => Event::Warning { code, message },
        AgentEvent::Finished(answer) => {
            Event::Finish { answer: AnswerInfo::of(answer, snapshot, transcript) }
        }
    })
}

impl<'e> PassageInfo<'e> {
    fn of(passage: &'e Passage, snapshot: &Snapshot) -> Self {
        Self {
            number: passage.number,
            document_id: passage.document.as_str(),
            title: passage.title.as_deref(),
            url: url(&passage.document, snapshot),
            spans: places(&passage.document, &passage.spans, snapshot),
            text: &passage.text,
            tokens: passage.tokens,
            score: passage.score,
        }
    }
}

impl<'e> AnswerInfo<'e> {
    fn of(answer: &'e Answer, snapshot: &Snapshot, transcript: bool) -> Self {
        let mut offsets = Utf16Offsets::new(&answer.text);
        let citation = |citation: &'e Citation| {
            let at = At { start: offsets.at(citation.at.start), end: offsets.at(citation.at.end) };
            CitationInfo::of(citation, at, snapshot)
        };
        Self {
            text: &answer.text,
            strategy: answer.strategy.as_str(),
            extractive: answer.extractive,
            citations: answer.citations.iter().filter_map(citation).collect(),
            usage: UsageInfo {
                requests: answer.usage.requests,
                prompt_tokens: answer.usage.prompt_tokens,
                completion_tokens: answer.usage.completion_tokens,
                estimated: answer.usage.estimated,
            },
            messages: transcript.then(|| answer.messages.iter().map(wire::message).collect()),
        }
    }
}

impl<'e> CitationInfo<'e> {
    fn of(citation: &'e Citation, at: At, snapshot: &Snapshot) -> Option<Self> {
        let document = &snapshot.document(&citation.document)?.document;
        let place = PageSpan::of(&citation.span, document);
        Some(Self {
            marker: citation.marker,
            at,
            document_id: citation.document.as_str(),
            title: citation.title.as_deref(),
            url: document.url.clone(),
            page: place.page,
            start: place.start,
            end: place.end,
            quote: &citation.quote,
            support: citation.support,
            verified: citation.verified,
            anchor: document.anchor_of(&citation.span).map(str::to_owned),
            rects: RectInfo::all(&citation.span, document),
        })
    }
}

fn url(id: &DocumentId, snapshot: &Snapshot) -> Option<String> {
    snapshot.document(id)?.document.url.clone()
}

fn places(id: &DocumentId, spans: &[Span], snapshot: &Snapshot) -> Vec<PageSpan> {
    let stored = snapshot.document(id);
    let document: Option<&Document> = stored.map(|stored| &stored.document);
    document.map(|document| PageSpan::all(spans, document)).unwrap_or_default()
}
