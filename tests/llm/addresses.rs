//! Several addresses of one service, and what an endpoint tells of its window.

use std::rc::Rc;
use std::time::Duration;

use futures::TryStreamExt;
use qwen_agent_wasm::llm::scripted::{ManualClock, Response, ScriptedTransport};
use qwen_agent_wasm::llm::throttle::Throttle;
use qwen_agent_wasm::llm::window::Windows;
use qwen_agent_wasm::llm::{
    ChatModel, Clock, Endpoint, HttpRequest, LlmClient, LlmError, Timeouts,
};
use serde_json::json;

use crate::{ANSWER, question};

/// Asks twice by way of two addresses; gives where the requests went, and the second's outcome.
fn ask_twice(
    script: impl FnMut(&HttpRequest) -> Response + 'static,
) -> (Vec<String>, Result<(), LlmError>, Duration) {
    let (clock, transport) = (ManualClock::default(), ScriptedTransport::answering(script));
    let endpoint = Endpoint::new("https://a.example/v1").with_fallback("https://b.example/v1/");
    let client = LlmClient::new(transport.clone(), clock.clone(), endpoint, Throttle::default())
        .with_throttle(Throttle::default());
    let ask = || clock.run(client.chat(question()).try_collect::<Vec<_>>()).map(|_| ());
    ask().ok();
    let result = ask();
    let host = |request: HttpRequest| request.url[8..9].to_owned();
    (transport.requests().into_iter().map(host).collect(), result, clock.now())
}

fn answer() -> Response {
    Response::streamed(&[ANSWER])
}

#[test]
fn the_next_address_is_used_when_one_does_not_serve() {
    let check = |fault: fn() -> Response, expected: &[&str]| {
        let (hosts, result, took) =
            ask_twice(move |request| if request.url.contains("//a.") { fault() } else { answer() });
        assert_eq!(hosts, expected);
        assert_eq!(result.is_ok(), expected.contains(&"b"));
        assert!(took < Duration::from_secs(121), "{took:?}");
    };
    check(Response::unreachable, &["a", "b", "b"]);
    check(|| Response::error(503, "overloaded", "full"), &["a", "b", "b"]);
    check(
        || Response::error(429, "limit", "slow").with_header("Retry-After", "50"),
        &["a", "b", "b"],
    );
    check(Response::silent, &["a", "b", "b"]);
    // Another address would say the same.
    check(|| Response::error(401, "invalid_api_key", "no"), &["a", "a"]);
    check(|| Response::error(400, "context_length_exceeded", "long"), &["a", "a"]);
}

#[test]
fn addresses_that_all_fail_are_tried_in_turn_as_often_as_one() {
    let (hosts, result, _) = ask_twice(|_| Response::unreachable());
    assert!(result.is_err());
    assert_eq!(hosts.concat(), "ababababab");
}

fn window_at(base_url: &str, model: &str, list: Response) -> (Option<usize>, Vec<HttpRequest>) {
    let (clock, transport) = (ManualClock::default(), ScriptedTransport::new([list]));
    let endpoint = Endpoint::new(base_url).with_key("secret-key");
    let windows = Rc::new(Windows::default());
    let client = LlmClient::new(transport.clone(), clock.clone(), endpoint, Throttle::default())
        .with_windows(Rc::clone(&windows));
    let window = clock.run(client.window(model));
    assert_eq!(clock.run(client.window(model)), window, "asked once, it is known");
    assert!(clock.now() <= Duration::from_secs(5), "{:?}", clock.now());
    assert_eq!(windows.known(model), window);
    (window, transport.requests())
}

#[test]
fn the_server_is_asked_once_for_its_models() {
    let list = json!({ "data": [{ "id": "Qwen/Qwen2.5-7B-Instruct", "max_model_len": 4096 }] });
    let (window, requests) =
        window_at("http://h/v1", "Qwen/Qwen2.5-7B-Instruct", Response::json(200, &list));
    assert_eq!(window, Some(4096), "the server knows better than the table");
    let sent: Vec<_> =
        requests.iter().map(|request| (request.url.as_str(), request.body.len())).collect();
    assert_eq!(sent, [("http://h/v1/models", 0)]);
    assert!(requests[0].headers.iter().any(|(_, value)| value == "Bearer secret-key"));
}

#[test]
fn a_server_without_a_list_leaves_the_table() {
    for list in [
        Response::error(404, "not_found", "no"),
        Response::unreachable(),
        Response::silent(),
        Response::new(200, "<html>"),
        Response::json(200, &json!({ "data": [{ "id": "qwen3-max" }] })),
    ] {
        assert_eq!(window_at("http://h/v1", "qwen3-max", list).0, Some(262_144));
    }
    let none = || Response::error(404, "not_found", "no");
    assert_eq!(window_at("http://h/v1", "another", none()).0, None);
    let hosted = "https://dashscope.aliyuncs.com/compatible-mode/v1";
    let (window, requests) = window_at(hosted, "qwen3-max", none());
    assert_eq!((window, requests.len()), (Some(262_144), 0), "it is known to tell nothing");
}

#[test]
fn a_refusal_for_length_tells_the_window_to_later_questions() {
    let long = "This model's maximum context length is 4096 tokens. However, you requested 9000";
    let clock = ManualClock::default();
    let transport = ScriptedTransport::new([Response::error(400, "context_length_exceeded", long)]);
    let windows = Rc::new(Windows::default());
    let client =
        LlmClient::new(transport, clock.clone(), Endpoint::new("/v1"), Throttle::default())
            .with_windows(Rc::clone(&windows));
    clock.run(client.chat(question()).try_collect::<Vec<_>>()).unwrap_err();
    assert_eq!(windows.known("qwen-plus"), Some(4096));
}

#[test]
fn the_first_byte_and_the_next_have_times_of_their_own() {
    let timeouts = Timeouts { first_byte: Duration::from_secs(7), stall: Duration::from_secs(3) };
    let took = |response: Response| {
        let clock = ManualClock::default();
        let transport = ScriptedTransport::new([response]);
        let client = LlmClient::new(
            transport.clone(),
            clock.clone(),
            Endpoint::new("/v1"),
            Throttle::default(),
        )
        .with_timeouts(timeouts)
        .with_policy(qwen_agent_wasm::llm::retry::RetryPolicy {
            attempts: 1,
            ..Default::default()
        });
        let error = clock.run(client.chat(question()).try_collect::<Vec<_>>()).unwrap_err();
        assert_eq!(error.code(), "llm.timeout");
        assert_eq!(transport.open(), 0);
        clock.now().as_secs()
    };
    assert_eq!(took(Response::silent()), 7);
    assert_eq!(took(answer().silent_after(0)), 7);
    assert_eq!(took(answer().silent_after(80)), 3);
}
