//! Servers as they are: the same answer in the words of each.

use qwen_agent_wasm::llm::scripted::{ManualClock, Response, ScriptedTransport};
use qwen_agent_wasm::llm::throttle::Throttle;
use qwen_agent_wasm::llm::{
    ChatRequest, Dialect, Endpoint, FinishReason, LlmClient, ResponseFormat, Usage,
};
use serde_json::{Value, json};

use crate::{ANSWER, deltas_of, question};

const NATIVE: &str = "https://h/api/v1/services/aigc/text-generation/generation";

/// Streams of the same reply, as each server writes them. (Events, whether it thinks aloud.)
fn streams() -> Vec<(&'static str, String, bool)> {
    let chunk = |delta: Value, finish: Value| json!({ "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }] });
    let data = |value: Value| format!("data: {value}\n\n");
    let text = |text: &str| data(chunk(json!({ "content": text }), Value::Null));
    let think = |field: &str| data(chunk(json!({ field: "hm" }), Value::Null));
    let stop = data(chunk(json!({}), json!("stop")));
    let cost = data(json!({
        "choices": [],
        "usage": { "prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15 },
    }));
    let done = "data: [DONE]\n\n";
    let (one, two) = ANSWER.split_at(6);
    let plain = format!("{}{}{stop}{cost}{done}", text(one), text(two));
    let null = |content: &str| {
        let delta = json!({
            "content": content, "reasoning_content": null, "role": null, "tool_calls": null,
        });
        data(chunk(delta, Value::Null))
    };
    let native = |id: u8, content: &str, finish: &str| {
        let event = json!({
            "output": { "choices": [
                { "message": { "role": "assistant", "content": content }, "finish_reason": finish }
            ] },
            "usage": { "input_tokens": 10, "output_tokens": 5, "total_tokens": 15 },
            "request_id": "r",
        });
        format!("id:{id}\nevent:result\n:HTTP_STATUS/200\ndata:{event}\n\n")
    };
    vec![
        ("OpenAI", plain.clone(), false),
        ("DashScope", format!("{}{}{stop}{cost}{done}", null(one), null(two)), false),
        (
            "DashScope native",
            [native(1, one, "null"), native(2, two, "null"), native(3, "", "stop")].concat(),
            false,
        ),
        ("vLLM", format!("{}{plain}", think("reasoning")), true),
        ("SGLang", format!("{}{plain}", think("reasoning_content")), true),
        ("Ollama", format!("{}{}{stop}{done}{cost}", text(one), text(two)), false),
        ("LM Studio", plain.replace("data: ", "data:").replace('\n', "\r\n"), false),
        ("llama.cpp", format!(":\n\n:\n\n{}:\n\n{plain}", think("reasoning_content")), true),
        ("OpenRouter", format!(": OPENROUTER PROCESSING\n\n{plain}{cost}"), false),
    ]
}

#[test]
fn every_server_gives_the_same_answer() {
    for (server, body, thinks) in streams() {
        let (clock, response) = (ManualClock::default(), Response::new(200, body));
        for response in [response.clone(), response.in_single_bytes()] {
            let transport = ScriptedTransport::new([response]);
            let client = crate::client(&transport, &clock);
            let (deltas, result) = clock.run(deltas_of(&client, question()));
            assert!(result.is_ok(), "{server}: {result:?}");
            let reply: qwen_agent_wasm::llm::Reply = deltas.into_iter().collect();
            assert_eq!(reply.text, ANSWER, "{server}");
            assert_eq!(reply.finish, Some(FinishReason::Stop), "{server}");
            assert_eq!(!reply.reasoning.is_empty(), thinks, "{server}");
            // What Ollama says after it has said that all is said is not waited for.
            let told =
                (server != "Ollama").then_some(Usage { prompt_tokens: 10, completion_tokens: 5 });
            assert_eq!(reply.usage, told, "{server}");
        }
    }
}

#[expect(clippy::too_many_lines, reason = "it is a table")]
#[test]
fn every_server_refuses_in_its_own_words() {
    let nested = |status: u16, code: Value, kind: &str, message: &str| {
        let error = json!({ "message": message, "type": kind, "param": null, "code": code });
        Response::json(status, &json!({ "error": error }))
    };
    let native = |status: u16, code: &str| {
        let body = json!({ "code": code, "message": "it is so", "request_id": "r" });
        Response::json(status, &body)
    };
    let table = [
        (
            "vLLM",
            nested(
                400,
                json!(400),
                "BadRequestError",
                "This model's maximum context length is 4096 tokens.",
            ),
            "llm.context_length",
        ),
        (
            "SGLang",
            Response::json(
                400,
                &json!({ "object": "error", "message": "The input (9000 tokens) is longer than the model's context length (8192 tokens).", "code": 400 }),
            ),
            "llm.context_length",
        ),
        (
            "llama.cpp",
            nested(
                400,
                json!(400),
                "exceed_context_size_error",
                "request (9000 tokens) exceeds the available context size (4096 tokens), try increasing it",
            ),
            "llm.context_length",
        ),
        (
            "DashScope",
            nested(
                400,
                json!("invalid_parameter_error"),
                "invalid_request_error",
                "<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 30720]",
            ),
            "llm.context_length",
        ),
        ("OpenRouter", nested(402, json!(402), "", "Insufficient credits"), "llm.quota"),
        (
            "Ollama",
            Response::json(404, &json!({ "error": "model 'qwen' not found" })),
            "llm.not_found",
        ),
        ("native", native(401, "InvalidApiKey"), "llm.unauthorized"),
        ("native", native(400, "InvalidParameter"), "llm.bad_request"),
        ("native", native(400, "DataInspectionFailed"), "llm.refused"),
        ("native", native(404, "ModelNotFound"), "llm.not_found"),
        ("native", native(400, "Arrearage"), "llm.quota"),
    ];
    for (server, response, code) in table {
        let (clock, transport) = (ManualClock::default(), ScriptedTransport::new([response]));
        let client = crate::client(&transport, &clock);
        let (_, result) = clock.run(deltas_of(&client, question()));
        assert_eq!(result.unwrap_err().code(), code, "{server}");
        assert_eq!(transport.requests().len(), 1, "{server}");
    }
    let passing = [
        ("llama.cpp", nested(503, json!(503), "unavailable_error", "Loading model")),
        ("SGLang", Response::json(503, &json!({ "message": "queue is full", "code": 503 }))),
        (
            "DashScope",
            nested(429, json!("limit_burst_rate"), "", "Request rate increased too quickly"),
        ),
        ("native", native(429, "Throttling.RateQuota")),
        ("native", native(429, "Throttling.AllocationQuota")),
        ("native", native(500, "InternalError")),
    ];
    for (server, response) in passing {
        let answer = Response::streamed(&[ANSWER]);
        let (clock, transport) =
            (ManualClock::default(), ScriptedTransport::new([response, answer]));
        let client = crate::client(&transport, &clock);
        let (_, result) = clock.run(deltas_of(&client, question()));
        assert!(result.is_ok(), "{server}: {result:?}");
    }
}

fn ask_native(request: ChatRequest, body: &str) -> (ScriptedTransport, String, Vec<String>) {
    let clock = ManualClock::default();
    let transport = ScriptedTransport::new([Response::new(200, body)]);
    let endpoint = Endpoint::new("https://h/api/v1").with_dialect(Dialect::DashScope);
    let client = LlmClient::new(transport.clone(), clock.clone(), endpoint, Throttle::default());
    let (deltas, result) = clock.run(deltas_of(&client, request));
    result.unwrap();
    let reply: qwen_agent_wasm::llm::Reply = deltas.into_iter().collect();
    let calls = reply.tool_calls.iter().map(|call| format!("{}{}", call.name, call.arguments));
    (transport, reply.reasoning.clone() + &reply.text, calls.collect())
}

#[test]
fn dashscope_is_asked_in_its_own_protocol() {
    let mut request = question();
    request.max_tokens = Some(7);
    request.response_format = ResponseFormat::JsonObject;
    request.extra.insert("temperature".into(), json!(0.1));
    let body = json!({
        "output": { "choices": [{ "message": { "content": "{}" }, "finish_reason": "stop" }] },
    });
    let (transport, text, _) = ask_native(request, &body.to_string());
    assert_eq!(text, "{}");
    let sent = transport.requests().remove(0);
    assert_eq!(sent.url, NATIVE);
    assert!(sent.headers.contains(&("X-DashScope-SSE".to_owned(), "enable".to_owned())));
    assert_eq!(
        transport.bodies(),
        [json!({
            "model": "qwen-plus",
            "input": { "messages": [{ "role": "user", "content": "How long is the notice?" }] },
            "parameters": {
                "result_format": "message",
                "incremental_output": true,
                "max_tokens": 7,
                "response_format": { "type": "json_object" },
                "temperature": 0.1,
            },
        })]
    );
}

#[test]
fn events_that_repeat_what_was_said_are_taken_if_they_were_asked_for() {
    let event = |message: Value, finish: &str| {
        let choices = json!([{ "message": message, "finish_reason": finish }]);
        format!("data:{}\n\n", json!({ "output": { "choices": choices } }))
    };
    let call = |arguments: &str| json!([{ "index": 0, "id": "a", "function": { "name": "find", "arguments": arguments } }]);
    let repeated = [
        event(json!({ "content": "", "reasoning_content": "h" }), "null"),
        event(json!({ "content": "", "reasoning_content": "hm. " }), "null"),
        event(json!({ "content": "10", "reasoning_content": "hm. " }), "null"),
        event(json!({ "content": "1010", "tool_calls": call("{\"q\"") }), "null"),
        event(json!({ "content": "1010!", "tool_calls": call("{\"q\":1}") }), "tool_calls"),
    ];
    let mut request = question();
    request.extra.insert("incremental_output".into(), json!(false));
    let (transport, text, calls) = ask_native(request, &repeated.concat());
    assert_eq!((text.as_str(), calls), ("hm. 1010!", vec!["find{\"q\":1}".to_owned()]));
    assert_eq!(transport.bodies()[0]["parameters"]["incremental_output"], false);
    let pieces = [
        event(json!({ "content": "10" }), "null"),
        event(json!({ "content": "10" }), "null"),
        event(json!({ "content": "!" }), "stop"),
    ];
    assert_eq!(ask_native(question(), &pieces.concat()).1, "1010!");
}
