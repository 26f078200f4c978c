//! What an endpoint can do wrong, each fault by its name, met once with its outcome.

use std::time::Duration;

use qwen_agent_wasm::llm::scripted::{ManualClock, Response};
use qwen_agent_wasm::llm::{ChatRequest, FinishReason, Message, Reply};
use serde_json::{Value, json};

use crate::{ANSWER, Outcome, ask, ask_at, question};

/// What should come of a question whose first reply is faulty, and whose second is good.
#[derive(Clone, Copy)]
enum Expect {
    /// The first reply is an answer nevertheless.
    Answered,
    /// It is asked for again.
    Retried,
    /// It is an error at once, with what was said until then.
    Failed(&'static str, &'static str),
}
use Expect::{Answered, Failed, Retried};

const BROKEN_JSON: &str = "data: {\"choices\":[{\"delta\":{\"content\":\"oo\n\n";
const NO_PREFIX: &str =
    "{\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\ndata\n\n\ndata:\n\nretry: abc\n\n";
const NOT_UTF8: &[u8] = b"data: {\"choices\":[{\"delta\":{\"content\":\"\xff\xfe\xe4\"}}]}\n\n";

fn event(event: &Value) -> String {
    format!("data: {event}\n\n")
}

#[expect(clippy::needless_pass_by_value, reason = "made for json!(…) as the argument")]
fn delta(delta: Value) -> String {
    event(&json!({ "choices": [{ "index": 0, "delta": delta, "finish_reason": null }] }))
}

fn said(text: &str) -> String {
    delta(json!({ "content": text }))
}

fn end(reason: &str) -> String {
    event(&json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": reason }] }))
        + &event(&json!({
            "choices": [], "usage": { "prompt_tokens": 10, "completion_tokens": 5 },
        }))
        + "data: [DONE]\n\n"
}

/// Names and arguments.
type Calls = Vec<(&'static str, &'static str)>;

/// A good stream with something in its middle.
fn around(middle: impl AsRef<[u8]>) -> Response {
    let role = delta(json!({ "role": "assistant", "content": "" }));
    let (before, after) = ANSWER.split_at(6);
    let pieces = [
        (role + &said(before)).into_bytes(),
        middle.as_ref().to_vec(),
        (said(after) + &end("stop")).into_bytes(),
    ];
    Response::pieces(200, pieces)
}

/// A stream of these events.
fn stream(events: &[String]) -> Response {
    Response::new(200, events.concat())
}

/// Where the first text of [`around`] has come.
fn middle() -> usize {
    (delta(json!({ "role": "assistant", "content": "" })) + &said("Three ")).len()
}

fn error(status: u16, code: &str) -> Response {
    Response::error(status, code, "it is so")
}

/// A page that is not allowed to see a reply sees a broken connection.
fn hidden() -> Response {
    Response::unreachable()
}

fn call(index: Option<u64>, id: &str, name: Option<&str>, arguments: &str) -> String {
    let mut call = json!({ "id": id, "function": { "name": name, "arguments": arguments } });
    if let Some(index) = index {
        call["index"] = json!(index);
    }
    delta(json!({ "tool_calls": [call] }))
}

#[expect(clippy::too_many_lines, reason = "it is a table")]
fn table(clock: &ManualClock) -> Vec<(&'static str, Response, Expect)> {
    let error_event = event(&json!({ "error": { "message": "broke", "code": "internal_error" } }));
    let native_error = "event: error\ndata: {\"code\":\"InternalError\",\"message\":\"broke\"}\n\n";
    let whole =
        json!({ "choices": [{ "message": { "content": ANSWER }, "finish_reason": "stop" }] });
    let usage = event(&json!({ "choices": [], "usage": { "prompt_tokens": 10 } }));
    vec![
        ("429", error(429, "limit_requests").with_header("Retry-After", "1"), Retried),
        ("429_nohdr", error(429, "limit_burst_rate"), Retried),
        (
            "429_date",
            error(429, "limit_requests")
                .with_header("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT"),
            Retried,
        ),
        ("quota", error(429, "insufficient_quota"), Failed("llm.quota", "")),
        ("500", error(500, "internal_error"), Retried),
        ("502_html", Response::new(502, "<html>Bad Gateway</html>"), Retried),
        ("503", error(503, "overloaded"), Retried),
        ("504", error(504, "late"), Retried),
        ("401", error(401, "invalid_api_key"), Failed("llm.unauthorized", "")),
        ("403", error(403, "access_denied"), Failed("llm.forbidden", "")),
        ("404_model", error(404, "model_not_found"), Failed("llm.not_found", "")),
        ("ctx", error(400, "context_length_exceeded"), Failed("llm.context_length", "")),
        ("inspect", error(400, "data_inspection_failed"), Failed("llm.refused", "")),
        (
            "redirect",
            Response::new(307, "").with_header("Location", "https://else.example/"),
            Failed("llm.protocol", ""),
        ),
        ("drop_before", Response::unreachable(), Retried),
        ("rst", Response::unreachable(), Retried),
        ("drop_mid", around("").closed_after(middle()), Failed("llm.incomplete", "Three ")),
        ("rst_mid", around("").broken_after(middle()), Failed("llm.cors_or_network", "Three ")),
        ("slow_headers", around("").late_by(clock, Duration::from_secs(3)), Answered),
        ("stall_headers", around("").late_by(clock, Duration::from_hours(1)), Retried),
        (
            "slow_loris",
            around("").in_single_bytes().paced(clock, Duration::from_millis(200)),
            Answered,
        ),
        ("stall", around("").silent_after(middle()), Failed("llm.timeout", "Three ")),
        ("err_mid", around(error_event), Failed("llm.server", "Three ")),
        ("err_mid_native", around(native_error), Failed("llm.server", "Three ")),
        ("malformed_json", around(BROKEN_JSON), Failed("llm.protocol", "Three ")),
        ("malformed_sse", around(NO_PREFIX), Answered),
        (
            "no_done",
            stream(&[
                said(ANSWER),
                event(&json!({ "choices": [
            { "delta": {}, "finish_reason": "stop" }] })),
            ]),
            Answered,
        ),
        ("no_finish", stream(&[said(ANSWER)]), Failed("llm.incomplete", ANSWER)),
        ("dup_usage", around(usage.repeat(2)), Answered),
        ("empty", stream(&[said(""), end("stop")]), Retried),
        (
            "think_only",
            stream(&[delta(json!({ "reasoning_content": "hm" })), end("length")]),
            Failed("llm.incomplete", ""),
        ),
        ("html200", Response::new(200, "<!doctype html>Sign in"), Failed("llm.protocol", "")),
        ("json200_on_stream", Response::json(200, &whole), Answered),
        ("empty200", Response::new(200, ""), Retried),
        ("wrong_ct", around("").with_header("Content-Type", "text/plain"), Answered),
        ("nocors", hidden(), Retried),
        ("nocors_429", hidden(), Retried),
    ]
}

#[test]
fn every_fault_has_its_outcome() {
    let clock = ManualClock::default();
    for (name, first, expected) in table(&clock) {
        let good = Response::streamed(&["Three ", "months – ", "三个月。"]);
        let outcome = ask_at(&clock, question(), [first, good]);
        let (requests, code) = match expected {
            Answered => (1, "ok"),
            Retried => (2, "ok"),
            Failed(code, _) => (1, code),
        };
        let text = if let Failed(_, partial) = expected { partial } else { ANSWER };
        assert_eq!((outcome.code(), outcome.requests), (code, requests), "{name}");
        assert_eq!(outcome.reply().text, text, "{name}");
    }
}

#[test]
fn what_breaks_in_the_middle_is_asked_for_again_while_nobody_watches() {
    let clock = ManualClock::default();
    let unseen = || ChatRequest { stream: false, ..question() };
    let broken: Vec<_> = table(&clock)
        .into_iter()
        .filter(|(.., expected)| matches!(expected, Failed(_, text) if !text.is_empty()))
        .map(|(name, first, _)| (name, first))
        .chain([("bad_utf8", around(NOT_UTF8))])
        .collect();
    assert_eq!(broken.len(), 8);
    for (name, first) in broken {
        let good = Response::streamed(&["Three ", "months – ", "三个月。"]);
        let outcome = ask_at(&clock, unseen(), [first, good]);
        assert_eq!((outcome.code(), outcome.requests), ("ok", 2), "{name}");
        assert_eq!(outcome.reply().text, ANSWER, "{name}");
    }
}

#[test]
fn bad_utf8_in_a_text_that_is_being_read_spoils_a_character_and_no_more() {
    let outcome = ask(question(), [around(NOT_UTF8)]);
    let text = outcome.reply().text;
    assert_eq!(text.replace('\u{fffd}', ""), ANSWER);
    assert!(text.contains('\u{fffd}'), "{text}");
}

/// The reply to a stream of this content, and whether it was cut.
fn cut(events: &[String]) -> (Reply, Outcome) {
    let outcome = ask(question(), [stream(events)]);
    (outcome.reply(), outcome)
}

#[test]
fn replies_without_end_are_cut() {
    let again = "the same words again and again ".repeat(4000);
    let (reply, outcome) = cut(&[said(&again), end("length")]);
    // "loop": the server's own limit ends it.
    assert_eq!((outcome.code(), reply.finish), ("ok", Some(FinishReason::Length)));
    // "huge": two megabytes, in pieces and in one line.
    let piece = said(&"0123456789abcdef".repeat(32));
    let (reply, outcome) = cut(&[piece.repeat(4000), end("stop")]);
    assert_eq!((outcome.code(), reply.finish), ("ok", Some(FinishReason::Length)));
    assert!((1 << 20..(1 << 20) + 1024).contains(&reply.text.len()), "{}", reply.text.len());
    let (reply, _) = cut(&[said(&"0123456789abcdef".repeat(125_000)), end("stop")]);
    // "huge_line": it is all there when it is known to be too long.
    assert_eq!((reply.text.len(), reply.finish), (2_000_000, Some(FinishReason::Length)));
    // Events that say nothing.
    let outcome = ask(question(), [Response::new(200, delta(json!({})).repeat(1_200_000))]);
    assert_eq!(outcome.code(), "llm.protocol");
}

#[test]
fn a_server_that_sends_byte_by_byte_is_as_good_as_silent() {
    let clock = ManualClock::default();
    let slow = || around("").in_single_bytes().paced(&clock, Duration::from_secs(10));
    let outcome = ask_at(&clock, question(), [slow(), slow(), slow(), slow(), slow()]);
    assert_eq!((outcome.code(), outcome.requests), ("llm.timeout", 5));
}

#[test]
fn comments_say_that_a_server_is_at_work() {
    let clock = ManualClock::default();
    let comments = (0..40).map(|_| b": OPENROUTER PROCESSING\n\n".to_vec());
    let pieces = comments.chain([(said(ANSWER) + &end("stop")).into_bytes()]);
    let patient = Response::pieces(200, pieces).paced(&clock, Duration::from_secs(15));
    let outcome = ask_at(&clock, question(), [patient]);
    assert_eq!((outcome.code(), outcome.requests), ("ok", 1));
    assert!(outcome.took > Duration::from_mins(10));
}

#[test]
fn calls_of_tools_are_put_together_however_they_come() {
    let find = Some("find");
    let table: Vec<(&str, Vec<String>, Calls)> = vec![
        (
            "tool_bad_json",
            vec![call(Some(0), "a", find, ""), call(Some(0), "", None, "{\"q\":")],
            vec![("find", "{\"q\":")],
        ),
        (
            "tool_noindex",
            vec![
                call(None, "a", find, ""),
                call(None, "", None, "{}"),
                call(None, "b", Some("list"), ""),
                call(None, "", None, "[]"),
            ],
            vec![("find", "{}"), ("list", "[]")],
        ),
        (
            "tool_noid",
            vec![
                call(Some(0), "", find, ""),
                call(Some(0), "", None, "{}"),
                call(Some(1), "", Some("list"), "[]"),
            ],
            vec![("find", "{}"), ("list", "[]")],
        ),
        (
            "tool_name_split",
            vec![
                call(Some(0), "a", Some("fin"), ""),
                call(Some(0), "", Some("d"), ""),
                call(Some(0), "", None, "{}"),
            ],
            vec![("find", "{}")],
        ),
    ];
    for (name, mut events, expected) in table {
        events.push(end("tool_calls"));
        let reply = ask(question(), [stream(&events)]).reply();
        let calls: Vec<_> =
            reply.tool_calls.iter().map(|c| (c.name.as_str(), c.arguments.as_str())).collect();
        assert_eq!(calls, expected, "{name}");
    }
}

#[test]
fn a_dead_server_is_not_knocked_at_for_hours() {
    let clock = ManualClock::default();
    let transport = qwen_agent_wasm::llm::scripted::ScriptedTransport::new([]);
    let client = crate::client(&transport, &clock);
    let request = || ChatRequest::new("qwen", vec![Message::user("?")]);
    for _ in 0..100 {
        let reply = clock.run(crate::deltas_of(&client, request()));
        assert!(reply.1.is_err());
    }
    // Five tries each at first, then one each.
    assert!(transport.requests().len() < 124, "{}", transport.requests().len());
}
