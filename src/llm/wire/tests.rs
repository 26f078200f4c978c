#![expect(clippy::needless_pass_by_value, reason = "made for json!(…) as the argument")]

use std::time::Duration;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::llm::error::{LlmError, LlmErrorKind as Kind};
use crate::llm::message::{ChatDelta, FinishReason, Reply, ToolCall, Usage};

fn decode(bytes: &[u8]) -> Result<Reply, LlmError> {
    let mut decoder = ReplyDecoder::default();
    let mut deltas = decoder.push(bytes)?;
    deltas.extend(decoder.finish()?);
    Ok(deltas.into_iter().collect())
}

fn events(events: &[Value]) -> Vec<u8> {
    let events: Vec<String> = events.iter().map(|event| format!("data: {event}\n\n")).collect();
    events.concat().into_bytes()
}

fn delta(delta: Value) -> Value {
    json!({ "choices": [{ "delta": delta, "finish_reason": null }], "usage": null })
}

fn stop() -> Value {
    json!({ "choices": [{ "delta": {}, "finish_reason": "stop" }] })
}

#[test]
fn a_request_has_all_its_parts() {
    let mut request = ChatRequest::new(
        "qwen-plus",
        vec![
            Message::system("Be brief."),
            Message {
                tool_calls: vec![ToolCall {
                    id: "1".into(),
                    name: "find".into(),
                    arguments: "{}".into(),
                }],
                ..Message::assistant("")
            },
            Message::tool("1", "found"),
        ],
    );
    request.max_tokens = Some(7);
    request.response_format =
        ResponseFormat::JsonSchema { name: "plan", schema: json!({ "type": "object" }) };
    request.extra.insert("temperature".into(), json!(0.1));
    request.extra.insert("model".into(), json!("another"));
    let body: Value = serde_json::from_slice(&request_body(&request, Dialect::OpenAi)).unwrap();
    let call = json!({
        "id": "1", "type": "function", "function": { "name": "find", "arguments": "{}" }
    });
    let schema = json!({ "name": "plan", "schema": { "type": "object" }, "strict": true });
    assert_eq!(
        body,
        json!({
            "model": "qwen-plus",
            "messages": [
                { "role": "system", "content": "Be brief." },
                { "role": "assistant", "content": "", "tool_calls": [call] },
                { "role": "tool", "content": "found", "tool_call_id": "1" },
            ],
            "max_tokens": 7,
            "response_format": { "type": "json_schema", "json_schema": schema },
            "temperature": 0.1,
            "stream": true,
            "stream_options": { "include_usage": true },
        })
    );
}

#[test]
fn null_fields_empty_choices_and_repeated_usage_are_taken() {
    let usage = |completion: u64| {
        json!({
            "choices": [],
            "usage": { "prompt_tokens": 9, "completion_tokens": completion, "details": null },
        })
    };
    let first = delta(json!({
        "role": "assistant", "content": null, "reasoning_content": null, "tool_calls": null
    }));
    let stream = events(&[first, delta(json!({ "content": "Hi" })), usage(1), stop(), usage(2)]);
    let reply = decode(&stream).unwrap();
    assert_eq!(reply.text, "Hi");
    assert_eq!(reply.finish, Some(FinishReason::Stop));
    assert_eq!(reply.usage, Some(Usage { prompt_tokens: 9, completion_tokens: 2 }));
}

#[test]
fn thinking_has_two_names() {
    for name in ["reasoning", "reasoning_content"] {
        let stream =
            events(&[delta(json!({ name: "hm" })), delta(json!({ "content": "a" })), stop()]);
        assert_eq!(decode(&stream).unwrap().reasoning, "hm");
    }
}

#[test]
fn thinking_in_the_text_is_told_apart() {
    let pieces = ["<thi", "nk>hm</thi", "nk>\n\nYes", "."];
    let deltas: Vec<Value> =
        pieces.iter().map(|piece| delta(json!({ "content": piece }))).chain([stop()]).collect();
    let reply = decode(&events(&deltas)).unwrap();
    assert_eq!((reply.reasoning.as_str(), reply.text.as_str()), ("hm", "Yes."));
    let only_thoughts = decode(&events(&[delta(json!({ "content": "<think>hm" })), stop()]));
    assert_eq!(only_thoughts.unwrap_err().kind(), Kind::Incomplete);
}

#[test]
fn a_reply_that_was_not_streamed_is_taken() {
    let call = json!({ "id": "1", "function": { "name": "find", "arguments": { "q": 1 } } });
    let message = json!({ "content": "Hi", "reasoning": "hm", "tool_calls": [call] });
    let body = json!({
        "choices": [{ "message": message, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 3, "completion_tokens": 1 },
    });
    let reply = decode(format!("\n {body}").as_bytes()).unwrap();
    assert_eq!((reply.text.as_str(), reply.reasoning.as_str()), ("Hi", "hm"));
    let call = ToolCall { id: "1".into(), name: "find".into(), arguments: "{\"q\":1}".into() };
    assert_eq!(reply.tool_calls, [call]);
    assert!(reply.usage.is_some());
}

#[test]
fn a_reply_is_over_at_its_finish_reason_or_at_done() {
    let text = events(&[delta(json!({ "content": "Hi" }))]);
    let check = |end: &str, expected: Option<Kind>| {
        let result = decode(&[&text, end.as_bytes()].concat());
        assert_eq!(result.err().map(|error| error.kind()), expected, "{end:?}");
    };
    check("data: [DONE]\n\n", None);
    check("data: [DONE]", None);
    check(&format!("data: {}", stop()), None);
    check("", Some(Kind::Incomplete));
    check("data: {\"choi", Some(Kind::Incomplete));
    check(": ping\n\n", Some(Kind::Incomplete));
}

#[test]
fn what_is_no_reply_is_told_apart() {
    let check = |body: &str, expected: Kind| {
        assert_eq!(decode(body.as_bytes()).unwrap_err().kind(), expected, "{body}");
    };
    check("", Kind::Incomplete);
    check("data: [DONE]\n\n", Kind::Incomplete);
    check("<!DOCTYPE html><html>", Kind::Protocol);
    check("data: {\"choices\": [}\n\n", Kind::Protocol);
    check("{\"hello\": 1}", Kind::Protocol);
    check("{\"choices\": [", Kind::Incomplete);
    check("{\"choices\": ]", Kind::Protocol);
    check("data: {\"error\": {\"message\": \"no\", \"code\": 502}}\n\n", Kind::Server);
    check("event: error\ndata: {\"code\": 400, \"message\": \"no\"}\n\n", Kind::BadRequest);
    check("event: error\ndata: overloaded\n\n", Kind::Server);
    check("{\"code\": \"Throttling.RateQuota\", \"message\": \"slow\"}", Kind::RateLimited);
    let filtered = json!({ "choices": [{ "delta": {}, "finish_reason": "content_filter" }] });
    check(&format!("data: {filtered}\n\n"), Kind::Refused);
}

#[test]
fn a_reply_that_was_all_thinking_is_not_asked_for_again() {
    let length = json!({ "choices": [{ "delta": {}, "finish_reason": "length" }] });
    let error = decode(&events(&[delta(json!({ "reasoning": "hm" })), length])).unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (Kind::Incomplete, false));
}

#[test]
fn deltas_of_dashscope_continue_calls_with_empty_ids() {
    let call = |id: &str, name: &str, arguments: &str| {
        let function = json!({ "name": name, "arguments": arguments });
        delta(json!({ "tool_calls": [{ "index": 0, "id": id, "function": function }] }))
    };
    let stream = events(&[call("x", "find", ""), call("", "", "{}"), stop()]);
    let calls = decode(&stream).unwrap().tool_calls;
    assert_eq!(calls, [ToolCall { id: "x".into(), name: "find".into(), arguments: "{}".into() }]);
}

#[test]
fn every_dialect_of_failure_is_understood() {
    let check = |status: u16, body: Value, kind: Kind, message: &str| {
        let error = failure(status, &[], body.to_string().as_bytes());
        assert_eq!((error.kind(), error.message()), (kind, message), "{status} {body}");
        assert_eq!(error.status(), Some(status));
    };
    let openai =
        |code: &str, message: &str| json!({ "error": { "message": message, "code": code } });
    check(401, openai("invalid_api_key", "bad"), Kind::Unauthorized, "bad");
    check(403, openai("AccessDenied", "no"), Kind::Forbidden, "no");
    check(404, openai("model_not_found", "none"), Kind::NotFound, "none");
    check(400, openai("context_length_exceeded", "long"), Kind::ContextLength, "long");
    check(400, openai("data_inspection_failed", "bad words"), Kind::Refused, "bad words");
    check(400, openai("Arrearage", "pay"), Kind::Quota, "pay");
    check(429, openai("insufficient_quota", "pay"), Kind::Quota, "pay");
    check(429, openai("rate_limit_exceeded", "slow"), Kind::RateLimited, "slow");
    check(503, json!({ "error": { "message": "Loading model" } }), Kind::Server, "Loading model");
    // vLLM and SGLang: flat.
    let long = "This model's maximum context length is 4096 tokens";
    check(
        400,
        json!({ "object": "error", "message": long, "code": 400 }),
        Kind::ContextLength,
        long,
    );
    check(503, json!({ "message": "queue is full", "code": 503 }), Kind::Server, "queue is full");
    // FastAPI, Ollama, ModelScope, Google.
    check(422, json!({ "detail": "missing" }), Kind::BadRequest, "missing");
    check(500, json!({ "error": "boom" }), Kind::Server, "boom");
    check(400, json!({ "errors": { "message": "what" } }), Kind::BadRequest, "what");
    check(400, json!([{ "error": { "message": "list" } }]), Kind::BadRequest, "list");
    check(418, json!({}), Kind::BadRequest, "the endpoint answered with status 418");
}

#[test]
fn dashscopes_quota_is_one_of_a_minute() {
    let body = json!({
        "error": { "code": "insufficient_quota", "message": "exceeded" }, "request_id": "r"
    });
    let error = failure(429, &[], body.to_string().as_bytes());
    assert_eq!(error.kind(), Kind::RateLimited);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(20)));
}

#[test]
fn the_time_to_wait_is_read_from_headers() {
    let check = |name: &str, value: &str, expected: Option<u64>| {
        let error = failure(429, &[(name.to_owned(), value.to_owned())], b"");
        assert_eq!(error.retry_after(), expected.map(Duration::from_millis), "{name}: {value}");
    };
    check("Retry-After", "2", Some(2000));
    check("retry-after", "0.5", Some(500));
    check("retry-after", "020.125", Some(20_125));
    check("retry-after", ".25", Some(250));
    check("retry-after", "1.2.3", None);
    check("retry-after", "123456789012345678901", None);
    check("retry-after", "0.25000000000000000000", Some(250));
    check("retry-after", "0.2500000é", None);
    check("retry-after-ms", "250", Some(250));
    check("retry-after", "-1", None);
    check("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT", None);
}

#[test]
fn the_time_to_wait_may_stand_in_the_message() {
    let check = |message: &str, expected: Option<u64>| {
        let body = json!({ "error": { "message": message } }).to_string();
        let error = failure(429, &[], body.as_bytes());
        assert_eq!(error.retry_after(), expected.map(Duration::from_millis), "{message}");
    };
    check("Rate limit reached. Please try again in 1.5s. Visit …", Some(1500));
    check("Please try again in 250ms.", Some(250));
    check("Please try again in 6m0s.", Some(360_000));
    check("Please try again in a moment.", None);
    check("Please try again in 3", None);
}

#[test]
fn a_web_page_is_not_a_message() {
    let error = failure(502, &[], b"<html>Bad Gateway</html>");
    assert_eq!(error.message(), "the endpoint answered with status 502");
    assert_eq!(failure(429, &[], b"slow down").message(), "slow down");
}

#[test]
fn deltas_of_one_event_keep_their_order() {
    let mut decoder = ReplyDecoder::default();
    let event = json!({
        "choices": [{ "delta": { "content": "a", "reasoning": "b" }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 1 },
    });
    assert_eq!(
        decoder.push(&events(&[event])).unwrap(),
        [
            ChatDelta::Reasoning("b".into()),
            ChatDelta::Text("a".into()),
            ChatDelta::Finished(FinishReason::Stop),
            ChatDelta::Usage(Usage { prompt_tokens: 1, completion_tokens: 0 }),
        ]
    );
}

/// Pieces of which replies are made, whole and broken.
fn replies() -> impl Strategy<Value = Vec<u8>> {
    let parts = prop::sample::select(vec![
        "data: {\"choices\":[{\"delta\":{\"content\":\"中文\"}}]}\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"<think>\"}}]}\n\n",
        "data: {\"choices\":[{\"delta\":{\"reasoning\":\"é\"},\"finish_reason\":\"stop\"}]}\n\n",
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\n\n",
        "data: {\"error\":{\"code\":500}}\n\n",
        "data: [DONE]\n\n",
        ": ping\n\n",
        "{\"choices\":[{\"message\":{\"content\":\"a\"}}]}",
        "<html>",
        " \n",
        "data: {",
        "null",
    ]);
    prop::collection::vec(parts, 0..8).prop_map(|parts| parts.concat().into_bytes())
}

proptest! {
    #[test]
    fn any_cut_gives_the_same_reply(bytes in replies(), cut in any::<prop::sample::Index>()) {
        let (before, after) = bytes.split_at(cut.index(bytes.len() + 1));
        let pieces = || {
            let mut decoder = ReplyDecoder::default();
            let mut deltas = decoder.push(before)?;
            deltas.extend(decoder.push(after)?);
            deltas.extend(decoder.finish()?);
            Ok(deltas.into_iter().collect())
        };
        prop_assert_eq!(decode(&bytes), pieces());
    }

    #[test]
    fn no_bytes_do_harm(bytes in prop::collection::vec(any::<u8>(), 0..200), status in 0_u16..600) {
        let mut decoder = ReplyDecoder::default();
        if decoder.push(&bytes).is_ok() {
            decoder.finish().ok();
        }
        let error = failure(status, &[], &bytes);
        prop_assert_eq!(error.status(), Some(status));
    }
}
