//! The JSON of the OpenAI protocol and of DashScope's own, and how far servers stray from them.
//!
//! [`request_body`] writes a request; [`ReplyDecoder`] reads a reply of status 200, streamed or
//! not; [`failure()`] reads any other. Nothing here waits: bytes in, deltas out, so every dialect
//! is a line in a table of tests.

mod decode;
mod failure;
mod thinking;

use serde_json::{Map, Value, json};

use super::endpoint::Dialect;
use super::message::{ChatRequest, Message, ResponseFormat, ToolSpec};

pub use decode::ReplyDecoder;
pub use failure::failure;

/// The body of a request.
///
/// ```
/// use qwen_agent_wasm::llm::{ChatRequest, Dialect, Message, wire::request_body};
///
/// let request = ChatRequest::new("qwen-plus", vec![Message::user("Hello")]);
/// let body = request_body(&request, Dialect::OpenAi);
/// let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
/// assert_eq!(body["messages"][0]["content"], "Hello");
/// assert_eq!(body["stream"], true);
/// ```
pub fn request_body(request: &ChatRequest, dialect: Dialect) -> Vec<u8> {
    let mut body = request.extra.clone();
    if let Some(max_tokens) = request.max_tokens {
        body.insert("max_tokens".into(), json!(max_tokens));
    }
    if !request.tools.is_empty() {
        body.insert("tools".into(), request.tools.iter().map(tool).collect());
        if !request.tools_allowed {
            body.insert("tool_choice".into(), json!("none"));
        }
    }
    if let Some(format) = response_format(&request.response_format) {
        body.insert("response_format".into(), format);
    }
    let messages: Value = request.messages.iter().map(message).collect();
    if dialect == Dialect::DashScope {
        let mut inner = std::mem::take(&mut body);
        inner.insert("result_format".into(), "message".into());
        inner.entry(INCREMENTAL).or_insert(Value::Bool(true));
        body.insert("parameters".into(), Value::Object(inner));
        let mut input = Map::new();
        input.insert("messages".into(), messages);
        body.insert("input".into(), Value::Object(input));
    } else {
        body.insert("messages".into(), messages);
        body.insert("stream".into(), Value::Bool(true));
        // Without this DashScope and vLLM do not tell what a streamed reply costs.
        body.insert("stream_options".into(), json!({ "include_usage": true }));
    }
    body.insert("model".into(), request.model.as_str().into());
    Value::Object(body).to_string().into_bytes()
}

/// DashScope's switch between events that go on and events that repeat all before them.
const INCREMENTAL: &str = "incremental_output";

/// Whether the events of the reply will repeat what was said before: only if that is asked for.
pub fn is_cumulative(request: &ChatRequest) -> bool {
    request.extra.get(INCREMENTAL).and_then(Value::as_bool) == Some(false)
}

/// A message as the protocol writes it.
pub fn message(message: &Message) -> Value {
    let mut object = Map::new();
    object.insert("role".into(), json!(message.role.as_str()));
    object.insert("content".into(), content(message));
    // What the model thought is not sent back: servers ignore it or count it as a prompt.
    if !message.tool_calls.is_empty() {
        let calls = message.tool_calls.iter().map(|call| {
            let function = json!({ "name": call.name, "arguments": call.arguments });
            json!({ "id": call.id, "type": "function", "function": function })
        });
        object.insert("tool_calls".into(), calls.collect());
    }
    if let Some(id) = &message.tool_call_id {
        object.insert("tool_call_id".into(), json!(id));
    }
    Value::Object(object)
}

/// Text alone is a string, since many servers know nothing else.
fn content(message: &Message) -> Value {
    if message.images.is_empty() {
        return json!(message.content);
    }
    let images = message
        .images
        .iter()
        .map(|address| json!({ "type": "image_url", "image_url": { "url": address } }));
    images.chain([json!({ "type": "text", "text": message.content })]).collect()
}

fn tool(tool: &ToolSpec) -> Value {
    let ToolSpec { name, description, parameters } = tool;
    let function = json!({ "name": name, "description": description, "parameters": parameters });
    json!({ "type": "function", "function": function })
}

fn response_format(format: &ResponseFormat) -> Option<Value> {
    match format {
        ResponseFormat::Text => None,
        ResponseFormat::JsonObject => Some(json!({ "type": "json_object" })),
        ResponseFormat::JsonSchema { name, schema } => Some(json!({
            "type": "json_schema",
            "json_schema": { "name": name, "schema": schema, "strict": true },
        })),
    }
}

#[cfg(test)]
mod tests;
