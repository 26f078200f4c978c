//! The client against scripted bytes: faults, retries, limits, and what is dropped when.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail with it")]

mod llm {
    mod addresses;
    mod crowd;
    mod dialects;
    mod faults;
}

use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use futures::future::LocalBoxFuture;
use futures::{FutureExt, StreamExt, TryStreamExt, future};
use proptest::prelude::*;
use qwen_agent_wasm::llm::scripted::{ManualClock, Response, ScriptedTransport};
use qwen_agent_wasm::llm::throttle::Throttle;
use qwen_agent_wasm::llm::{
    ChatDelta, ChatModel, ChatRequest, Clock, Endpoint, HeaderSource, LlmClient, LlmError, Message,
    Reply, TransportError,
};
use serde_json::json;

type Client = LlmClient<ScriptedTransport, ManualClock>;

/// One question put to a script of responses, and all that came of it.
struct Outcome {
    deltas: Vec<ChatDelta>,
    result: Result<(), LlmError>,
    requests: usize,
    took: Duration,
}

impl Outcome {
    fn reply(&self) -> Reply {
        self.deltas.iter().cloned().collect()
    }

    fn code(&self) -> &'static str {
        self.result.as_ref().map_or_else(LlmError::code, |()| "ok")
    }
}

fn client(transport: &ScriptedTransport, clock: &ManualClock) -> Client {
    let endpoint = Endpoint::new("https://model.example/v1/").with_key("sk-very-secret-key");
    LlmClient::new(transport.clone(), clock.clone(), endpoint, Throttle::default())
}

fn question() -> ChatRequest {
    ChatRequest::new("qwen-plus", vec![Message::user("How long is the notice?")])
}

fn ask(request: ChatRequest, responses: impl IntoIterator<Item = Response>) -> Outcome {
    ask_at(&ManualClock::default(), request, responses)
}

fn ask_at(
    clock: &ManualClock,
    request: ChatRequest,
    responses: impl IntoIterator<Item = Response>,
) -> Outcome {
    let transport = ScriptedTransport::new(responses);
    let client = client(&transport, clock);
    let began = clock.now();
    let (deltas, result) = clock.run(deltas_of(&client, request));
    assert_eq!(transport.open(), 0, "a connection was left open");
    let took = clock.now().saturating_sub(began);
    Outcome { deltas, result, requests: transport.requests().len(), took }
}

/// All that comes of a request, also before it fails.
async fn deltas_of(
    client: &Client,
    request: ChatRequest,
) -> (Vec<ChatDelta>, Result<(), LlmError>) {
    let mut deltas = Vec::new();
    let mut stream = client.chat(request);
    loop {
        match stream.try_next().await {
            Ok(Some(delta)) => deltas.push(delta),
            Ok(None) => return (deltas, Ok(())),
            Err(error) => return (deltas, Err(error)),
        }
    }
}

fn answer() -> Response {
    Response::streamed(&["Three ", "months – ", "三个月。"])
}

const ANSWER: &str = "Three months – 三个月。";
/// Within the first event, and within the second: before and after the first text.
const BEFORE_TEXT: usize = 20;
const AFTER_TEXT: usize = 70;

#[test]
fn the_request_is_sent_as_the_protocol_wants_it() {
    let (clock, transport) = (ManualClock::default(), ScriptedTransport::new([answer()]));
    let client = client(&transport, &clock);
    clock.run(client.chat(question()).try_collect::<Vec<_>>()).unwrap();
    let request = transport.requests().remove(0);
    assert_eq!(request.url, "https://model.example/v1/chat/completions");
    assert_eq!(
        request.headers,
        [
            ("Authorization".to_owned(), "Bearer sk-very-secret-key".to_owned()),
            ("Content-Type".to_owned(), "application/json".to_owned()),
        ]
    );
    assert_eq!(
        transport.bodies(),
        [json!({
            "model": "qwen-plus",
            "messages": [{ "role": "user", "content": "How long is the notice?" }],
            "stream": true,
            "stream_options": { "include_usage": true },
        })]
    );
}

#[test]
fn one_byte_at_a_time_gives_the_same_answer() {
    let whole = ask(question(), [answer()]);
    let bytes = ask(question(), [answer().in_single_bytes()]);
    assert_eq!(whole.reply().text, ANSWER);
    assert_eq!(bytes.deltas, whole.deltas);
}

/// The first response, and what comes of it when a good one would follow.
#[test]
fn what_may_pass_is_tried_again_and_nothing_else() {
    let check = |first: Response, code: &str, requests: usize| {
        let name = format!("{first:?}");
        let outcome = ask(question(), [first, answer()]);
        assert_eq!((outcome.code(), outcome.requests), (code, requests), "{name}");
        if code == "ok" {
            assert_eq!(outcome.reply().text, ANSWER, "{name}");
        }
    };
    // Tried again.
    check(Response::error(429, "rate_limit_exceeded", "slow down"), "ok", 2);
    check(Response::error(429, "limit", "slow").with_header("Retry-After", "7"), "ok", 2);
    check(Response::error(500, "internal", "boom"), "ok", 2);
    check(Response::new(502, "<html>Bad Gateway</html>"), "ok", 2);
    check(Response::error(408, "", "late"), "ok", 2);
    check(Response::error(409, "", "conflict"), "ok", 2);
    check(Response::unreachable(), "ok", 2);
    check(Response::silent(), "ok", 2);
    check(answer().broken_after(BEFORE_TEXT), "ok", 2);
    check(answer().closed_after(BEFORE_TEXT), "ok", 2);
    check(answer().silent_after(BEFORE_TEXT), "ok", 2);
    check(Response::new(200, ""), "ok", 2);
    check(Response::streamed(&[]), "ok", 2);
    check(Response::new(200, "data: {\"error\": {\"message\": \"engine died\"}}\n\n"), "ok", 2);
    // Never after text was shown.
    check(answer().broken_after(AFTER_TEXT), "llm.cors_or_network", 1);
    check(answer().closed_after(AFTER_TEXT), "llm.incomplete", 1);
    check(answer().silent_after(AFTER_TEXT), "llm.timeout", 1);
    // Never when it would not help.
    check(Response::error(400, "invalid_request_error", "what?"), "llm.bad_request", 1);
    check(Response::error(401, "invalid_api_key", "wrong"), "llm.unauthorized", 1);
    check(Response::error(403, "", "no"), "llm.forbidden", 1);
    check(Response::error(404, "model_not_found", "none"), "llm.not_found", 1);
    check(Response::error(400, "context_length_exceeded", "long"), "llm.context_length", 1);
    check(Response::error(400, "data_inspection_failed", "no"), "llm.refused", 1);
    check(Response::error(429, "insufficient_quota", "check your billing"), "llm.quota", 1);
    check(Response::new(200, "<html>hotel login</html>"), "llm.protocol", 1);
    check(Response::new(200, "data: {\"choices\": [}\n\n"), "llm.protocol", 1);
}

#[test]
fn plain_json_instead_of_a_stream_is_an_answer() {
    let message = json!({ "role": "assistant", "content": ANSWER });
    let body = json!({ "choices": [{ "message": message, "finish_reason": "stop" }] });
    assert_eq!(ask(question(), [Response::json(200, &body)]).reply().text, ANSWER);
}

#[test]
fn a_reply_nobody_watches_is_asked_for_again_even_when_cut_in_the_middle() {
    let request = ChatRequest { stream: false, ..question() };
    let outcome = ask(request, [answer().broken_after(AFTER_TEXT), answer()]);
    assert_eq!((outcome.code(), outcome.requests), ("ok", 2));
    assert!(matches!(outcome.deltas[0], ChatDelta::Retrying { attempt: 1, .. }));
    assert_eq!(outcome.reply().text, ANSWER);
}

#[test]
fn what_happens_after_the_end_does_not_matter() {
    let stop = json!({ "choices": [{ "delta": { "content": "Yes." }, "finish_reason": "stop" }] });
    let reply = format!("data: {stop}\n\n");
    for response in [
        Response::new(200, reply.clone()).broken_after(reply.len()),
        Response::new(200, reply.clone()).silent_after(reply.len()),
        Response::new(200, format!("{reply}data: [DONE]\n\n")).silent_after(reply.len() + 14),
    ] {
        let outcome = ask(question(), [response]);
        assert_eq!((outcome.code(), outcome.reply().text.as_str()), ("ok", "Yes."));
    }
}

#[test]
fn what_was_shown_before_a_break_stays_what_it_was() {
    let outcome = ask(question(), [answer().broken_after(AFTER_TEXT)]);
    assert_eq!(outcome.deltas, [ChatDelta::Text("Three ".into())]);
}

#[test]
fn the_wait_is_what_the_server_asks_for() {
    let refused = Response::error(429, "limit", "slow").with_header("retry-after", "7");
    let outcome = ask(question(), [refused, answer()]);
    let ChatDelta::Retrying { after, attempt, reason } = outcome.deltas[0] else {
        panic!("no retry: {:?}", outcome.deltas)
    };
    assert!(after >= Duration::from_secs(7), "{after:?}");
    assert_eq!((attempt, reason), (1, "llm.rate_limited"));
    assert_eq!(outcome.took, after);
}

#[test]
fn a_dead_server_is_given_up_after_five_tries() {
    let outcome = ask(question(), []);
    assert_eq!((outcome.code(), outcome.requests), ("llm.cors_or_network", 5));
    assert!(outcome.took < Duration::from_secs(16), "{:?}", outcome.took);
}

#[test]
fn a_silent_server_is_given_up_after_the_time_out() {
    let outcome = ask(question(), [answer().silent_after(AFTER_TEXT)]);
    assert_eq!((outcome.code(), outcome.took), ("llm.timeout", Duration::from_secs(90)));
}

#[test]
fn dropping_the_stream_closes_the_connection() {
    for response in [Response::silent(), answer().silent_after(AFTER_TEXT)] {
        let (clock, transport) = (ManualClock::default(), ScriptedTransport::new([response]));
        let client = client(&transport, &clock);
        let mut stream = client.chat(question());
        while clock.poll(pin!(stream.next())).is_ready() {}
        assert_eq!(transport.open(), 1);
        drop(stream);
        assert_eq!(transport.open(), 0);
    }
}

#[test]
fn nothing_is_sent_before_the_stream_is_polled() {
    let (clock, transport) = (ManualClock::default(), ScriptedTransport::new([answer()]));
    let client = client(&transport, &clock);
    drop(client.chat(question()));
    assert!(transport.requests().is_empty());
}

#[test]
fn requests_beyond_the_limit_wait() {
    let silence = (0..10).map(|_| Response::silent());
    let (clock, transport) = (ManualClock::default(), ScriptedTransport::new(silence));
    let client = client(&transport, &clock);
    let mut runs: Vec<_> = (0..10).map(|_| client.chat(question())).collect();
    let all = future::join_all(runs.iter_mut().map(StreamExt::next));
    assert!(clock.poll(pin!(all)).is_pending());
    assert_eq!(transport.requests().len(), 4);
}

#[test]
fn no_secret_is_printed() {
    let (clock, transport) = (ManualClock::default(), ScriptedTransport::new([]));
    let client = client(&transport, &clock);
    let quoting = Response::error(401, "", "the key 'sk-very-secret-key' is wrong");
    let outcome = ask(question(), [quoting]);
    let error = outcome.result.unwrap_err();
    clock.run(client.chat(question()).next());
    let request = transport.requests().remove(0);
    for printed in
        [format!("{client:?}"), format!("{error:?}"), format!("{error}"), format!("{request:?}")]
    {
        assert!(!printed.contains("very-secret"), "{printed}");
        assert!(printed.contains("<redacted>"), "{printed}");
    }
}

/// A token that is new each time.
struct Tokens(std::cell::Cell<u32>);

impl HeaderSource for Tokens {
    fn headers(&self) -> LocalBoxFuture<'_, Result<Vec<(String, String)>, TransportError>> {
        self.0.set(self.0.get() + 1);
        let value = format!("Bearer fresh-token-{}", self.0.get());
        future::ready(Ok(vec![("authorization".to_owned(), value)])).boxed_local()
    }
}

#[test]
fn headers_may_be_made_anew_for_each_attempt() {
    let clock = ManualClock::default();
    let transport = ScriptedTransport::new([
        Response::error(500, "", "boom"),
        Response::error(401, "", "fresh-token-2 has expired"),
    ]);
    let endpoint = Endpoint::new("/api").with_key("stale").with_source(Rc::new(Tokens(0.into())));
    let client = LlmClient::new(transport.clone(), clock.clone(), endpoint, Throttle::default());
    let error = clock.run(client.chat(question()).try_collect::<Vec<_>>()).unwrap_err();
    assert_eq!(error.message(), "<redacted> has expired");
    let sent: Vec<_> =
        transport.requests().iter().map(|request| request.headers[0].1.clone()).collect();
    assert_eq!(sent, ["Bearer fresh-token-1", "Bearer fresh-token-2"]);
}

proptest! {
    /// Wherever a reply is cut, the reader sees a beginning of the answer, and an error unless it
    /// saw all of it.
    #[test]
    fn a_cut_reply_is_never_taken_for_a_whole_one(cut in 0_usize..600) {
        let outcome = ask(question(), [answer().closed_after(cut)]);
        let text = outcome.reply().text;
        prop_assert!(ANSWER.starts_with(&text));
        prop_assert!(outcome.result.is_err() || text == ANSWER);
    }
}
