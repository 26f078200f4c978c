//! Replies of status 200: a stream of events, or one JSON object when the server does not stream.

use serde_json::Value;

use super::failure::failure_of;
use super::thinking::Thinking;
use crate::llm::error::{LlmError, LlmErrorKind};
use crate::llm::message::{ChatDelta, FinishReason, Usage};
use crate::llm::sse::{SseDecoder, SseError, SseEvent};

/// As much as a stream's event may have.
const MAX_JSON_BYTES: usize = 8 << 20;
/// A reply of 32,768 tokens has a tenth of this. A model that goes on repeats itself, or the server
/// never ends; what came is the reply then, and it counts as cut by length.
const MAX_SAID_BYTES: usize = 1 << 20;
/// Each token comes in an event of some hundred bytes. What is longer than this says nothing.
const MAX_STREAM_BYTES: usize = 64 << 20;

/// Takes a reply's bytes as they come, and gives its deltas.
#[derive(Debug, Default)]
pub struct ReplyDecoder {
    form: Form,
    progress: Progress,
    thinking: Thinking,
    has_content: bool,
    cut_by_length: bool,
    bytes: usize,
    said_bytes: usize,
    /// Whether any chunk was of the protocol.
    understood: bool,
    damage: Option<LlmError>,
    cumulative: Option<Cumulative>,
}

/// How far the reply is.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Progress {
    #[default]
    Begun,
    /// It has a finish reason.
    Ended,
    /// It said that nothing follows.
    Done,
}

/// What the reply turned out to be, told by its first byte that is not white space.
#[derive(Debug, Default)]
enum Form {
    #[default]
    Unknown,
    Events(SseDecoder),
    Json(Vec<u8>),
}

impl ReplyDecoder {
    /// A decoder for a reply, whose events may each repeat all that was said before.
    pub fn new(cumulative: bool) -> Self {
        Self { cumulative: cumulative.then(Cumulative::default), ..Self::default() }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    ///
    /// If the server reports a failure, or the bytes are not of the protocol.
    pub fn push(&mut self, mut bytes: &[u8]) -> Result<Vec<ChatDelta>, LlmError> {
        self.bytes += bytes.len();
        if self.bytes > MAX_STREAM_BYTES {
            return Err(protocol("the endpoint's reply does not end"));
        }
        if let Form::Unknown = self.form {
            bytes = bytes.trim_ascii_start();
            let Some(&first) = bytes.first() else { return Ok(Vec::new()) };
            self.form = match first {
                b'{' | b'[' => Form::Json(Vec::new()),
                b'<' => return Err(protocol("the endpoint answered with a web page")),
                _ => Form::Events(SseDecoder::default()),
            };
        }
        match &mut self.form {
            Form::Unknown => Ok(Vec::new()),
            Form::Events(decoder) => {
                let events = decoder.push(bytes)?;
                self.read_events(&events)
            }
            Form::Json(json) if json.len() + bytes.len() > MAX_JSON_BYTES => {
                Err(protocol("the endpoint's reply is too long"))
            }
            Form::Json(json) => {
                json.extend_from_slice(bytes);
                Ok(Vec::new())
            }
        }
    }

    /// How much was heard of the server: it grows with each line of a stream, comments included,
    /// and with each byte of anything else.
    pub fn heard(&self) -> usize {
        match &self.form {
            Form::Events(decoder) => decoder.lines(),
            Form::Unknown | Form::Json(_) => self.bytes,
        }
    }

    /// What is wrong with the reply, if it can be read and yet is not what was sent.
    pub fn damage(&self) -> Option<LlmError> {
        self.damage.clone()
    }

    /// Whether the answer is over; its cost may still follow.
    pub fn has_ended(&self) -> bool {
        self.progress >= Progress::Ended
    }

    /// Whether nothing follows. Some servers leave the connection open then.
    pub fn is_done(&self) -> bool {
        self.progress == Progress::Done
    }

    /// Takes the end of the bytes.
    ///
    /// # Errors
    ///
    /// If the reply is not complete, or holds nothing.
    pub fn finish(mut self) -> Result<Vec<ChatDelta>, LlmError> {
        let mut deltas = match std::mem::take(&mut self.form) {
            Form::Unknown => Vec::new(),
            // What does not parse here was cut, which `complete` reports.
            Form::Events(decoder) => match decoder.finish()? {
                Some(event) if is_whole(&event) => self.read_events(&[event])?,
                _ => Vec::new(),
            },
            Form::Json(json) => match serde_json::from_slice::<Value>(&json) {
                Ok(value) => self.read_complete(&value)?,
                Err(error) if error.is_eof() => Vec::new(),
                Err(error) => return Err(protocol(&format!("the reply is not JSON: {error}"))),
            },
        };
        let held = self.thinking.finish();
        self.take_text(held, &mut deltas);
        self.complete()?;
        Ok(deltas)
    }

    /// Whether the server said that the reply is over; what comes then can only be its cost.
    fn complete(&self) -> Result<(), LlmError> {
        let incomplete = |message| LlmError::new(LlmErrorKind::Incomplete, message);
        if !self.has_ended() {
            return Err(incomplete("the reply broke off before its end"));
        }
        if self.has_content {
            return Ok(());
        }
        if self.cut_by_length {
            let message = "the model used up all the tokens of its reply before the answer began";
            return Err(incomplete(message).permanent());
        }
        Err(incomplete("the reply is empty"))
    }

    fn read_events(&mut self, events: &[SseEvent]) -> Result<Vec<ChatDelta>, LlmError> {
        let mut deltas = Vec::new();
        for event in events {
            let data = event.data.trim();
            if event.damaged {
                self.damage = Some(protocol("the reply has bytes that are not UTF-8").passing());
            }
            if self.is_done() {
                break;
            }
            if data == "[DONE]" {
                self.progress = Progress::Done;
            } else if !data.is_empty() {
                self.read_event(event, data, &mut deltas)?;
            }
        }
        Ok(deltas)
    }

    fn read_event(
        &mut self,
        event: &SseEvent,
        data: &str,
        deltas: &mut Vec<ChatDelta>,
    ) -> Result<(), LlmError> {
        let value: Value = match serde_json::from_str(data) {
            Ok(value) => value,
            Err(_) if event.event == "error" => return Err(failure_of(&Value::from(data))),
            Err(error) => {
                let error = protocol(&format!("an event is not JSON: {error}"));
                // Whoever spoke the protocol until now may do so again.
                return Err(if self.understood { error.passing() } else { error });
            }
        };
        if event.event == "error" {
            return Err(failure_of(&value));
        }
        self.read_chunk(&value, "delta", deltas)
    }

    /// A reply that was not streamed is a chunk whose delta is called message.
    fn read_complete(&mut self, value: &Value) -> Result<Vec<ChatDelta>, LlmError> {
        let mut deltas = Vec::new();
        self.read_chunk(value, "message", &mut deltas)?;
        // JSON that parses is not cut, whether it has a finish reason or not.
        self.progress = Progress::Done;
        Ok(deltas)
    }

    fn read_chunk(
        &mut self,
        chunk: &Value,
        part: &str,
        deltas: &mut Vec<ChatDelta>,
    ) -> Result<(), LlmError> {
        if chunk.get("error").is_some_and(|error| !error.is_null()) {
            return Err(failure_of(chunk));
        }
        // DashScope's own protocol wraps the choices, which have messages in streams too.
        let (chunk_body, part) = match chunk.get("output") {
            Some(output) if output.is_object() => (output, "message"),
            _ => (chunk, part),
        };
        let choices = chunk_body.get("choices").and_then(Value::as_array);
        if choices.is_none() && chunk.get("usage").is_none() {
            return Err(unknown_chunk(chunk));
        }
        self.understood = true;
        // Some servers send the cost in a chunk of its own, whose choices are empty.
        if let Some(choice) = choices.and_then(|choices| choices.first()) {
            let is_last = finish_reason(choice).is_some();
            self.read_delta(choice.get(part).unwrap_or(&Value::Null), is_last, deltas);
            self.read_finish(choice, deltas)?;
        }
        deltas.extend(chunk.get("usage").and_then(usage).map(ChatDelta::Usage));
        if self.said_bytes > MAX_SAID_BYTES && !self.has_ended() {
            self.cut_by_length = true;
            self.progress = Progress::Done;
            deltas.push(ChatDelta::Finished(FinishReason::Length));
        }
        Ok(())
    }

    fn read_delta(&mut self, delta: &Value, is_last: bool, deltas: &mut Vec<ChatDelta>) {
        let mut reasoning = text(delta, "reasoning_content").or_else(|| text(delta, "reasoning"));
        let mut content = text(delta, "content");
        if let Some(cumulative) = &mut self.cumulative {
            reasoning = reasoning.and_then(|all| news(&mut cumulative.reasoning, all));
            content = content.and_then(|all| news(&mut cumulative.content, all));
        }
        self.said_bytes += reasoning.as_ref().map_or(0, String::len);
        deltas.extend(reasoning.map(ChatDelta::Reasoning));
        if let Some(content) = content {
            self.said_bytes += content.len();
            let parts = self.thinking.split(&content);
            self.take_text(parts, deltas);
        }
        // Calls that are repeated are complete in the last event.
        if self.cumulative.is_some() && !is_last {
            return;
        }
        let calls = delta.get("tool_calls").and_then(Value::as_array);
        for (position, call) in calls.into_iter().flatten().enumerate() {
            self.has_content = true;
            let call = tool_call(position, call);
            if let ChatDelta::ToolCall { arguments, .. } = &call {
                self.said_bytes += arguments.len();
            }
            deltas.push(call);
        }
    }

    fn take_text(
        &mut self,
        parts: impl IntoIterator<Item = ChatDelta>,
        deltas: &mut Vec<ChatDelta>,
    ) {
        for part in parts {
            self.has_content |= matches!(&part, ChatDelta::Text(text) if !text.trim().is_empty());
            deltas.push(part);
        }
    }

    fn read_finish(&mut self, choice: &Value, deltas: &mut Vec<ChatDelta>) -> Result<(), LlmError> {
        let Some(reason) = finish_reason(choice) else { return Ok(()) };
        self.progress = self.progress.max(Progress::Ended);
        self.cut_by_length |= reason == "length";
        let held = self.thinking.finish();
        self.take_text(held, deltas);
        let reason = match reason.as_str() {
            "stop" => FinishReason::Stop,
            "length" => FinishReason::Length,
            "tool_calls" | "function_call" => FinishReason::ToolCalls,
            "content_filter" if !self.has_content => {
                let message = "the endpoint's content filter held the reply back";
                return Err(LlmError::new(LlmErrorKind::Refused, message));
            }
            "content_filter" => FinishReason::ContentFilter,
            _ => FinishReason::Other(reason),
        };
        deltas.push(ChatDelta::Finished(reason));
        Ok(())
    }
}

/// What was said until now, where each event repeats it.
#[derive(Debug, Default)]
struct Cumulative {
    content: String,
    reasoning: String,
}

/// What a text has beyond what was known of it.
fn news(known: &mut String, all: String) -> Option<String> {
    let news = all.strip_prefix(known.as_str()).unwrap_or(&all).to_owned();
    *known = all;
    (!news.is_empty()).then_some(news)
}

/// Why the model ended; DashScope writes "null" while it has not.
fn finish_reason(choice: &Value) -> Option<String> {
    text(choice, "finish_reason").filter(|reason| reason != "null")
}

fn tool_call(position: usize, call: &Value) -> ChatDelta {
    let function = call.get("function").unwrap_or(&Value::Null);
    // Arguments should be a string of JSON; some servers send the JSON itself.
    let arguments = match function.get("arguments") {
        Some(Value::String(arguments)) => arguments.clone(),
        Some(Value::Null) | None => String::new(),
        Some(arguments) => arguments.to_string(),
    };
    let index = call.get("index").and_then(Value::as_u64);
    ChatDelta::ToolCall {
        index: index.map_or(position, |index| index as usize),
        id: text(call, "id"),
        name: text(function, "name"),
        arguments,
    }
}

fn usage(usage: &Value) -> Option<Usage> {
    let count = |name: &str| usage.get(name).and_then(Value::as_u64);
    let prompt_tokens = count("prompt_tokens").or_else(|| count("input_tokens"))?;
    let completion_tokens = count("completion_tokens").or_else(|| count("output_tokens"));
    Some(Usage { prompt_tokens, completion_tokens: completion_tokens.unwrap_or(0) })
}

/// A field that holds a text; null and empty are as if absent.
fn text(object: &Value, field: &str) -> Option<String> {
    let text = object.get(field)?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

fn is_whole(event: &SseEvent) -> bool {
    let data = event.data.trim();
    data == "[DONE]" || event.event == "error" || serde_json::from_str::<Value>(data).is_ok()
}

/// A chunk without choices: an error in a flat dialect, or another protocol.
fn unknown_chunk(chunk: &Value) -> LlmError {
    let known = ["code", "message", "detail", "errors"];
    if known.iter().any(|field| chunk.get(field).is_some()) {
        return failure_of(chunk);
    }
    protocol("the reply has no choices; is this an OpenAI-compatible chat endpoint?")
}

fn protocol(message: &str) -> LlmError {
    LlmError::new(LlmErrorKind::Protocol, message)
}

impl From<SseError> for LlmError {
    fn from(error: SseError) -> Self {
        protocol(&error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(content: &str) -> String {
        format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{content}\"}}}}]}}\n\n")
    }

    #[test]
    fn a_reply_in_one_piece_has_a_most() {
        let mut decoder = ReplyDecoder::default();
        assert!(decoder.push(b"{").is_ok());
        assert!(decoder.push(&vec![b' '; MAX_JSON_BYTES - 1]).is_ok());
        assert_eq!(decoder.push(b" ").unwrap_err().kind(), LlmErrorKind::Protocol);
    }

    #[test]
    fn what_is_said_has_a_most_and_is_cut_there() {
        let mut decoder = ReplyDecoder::default();
        let half = event(&"a".repeat(MAX_SAID_BYTES / 2));
        for _ in 0..2 {
            assert!(decoder.push(half.as_bytes()).is_ok() && !decoder.has_ended());
        }
        let deltas = decoder.push(event("a").as_bytes()).unwrap();
        assert_eq!(deltas.last(), Some(&ChatDelta::Finished(FinishReason::Length)));
        assert!(decoder.is_done());
    }

    #[test]
    fn a_stream_that_says_nothing_has_a_most() {
        let mut decoder = ReplyDecoder::default();
        let comments = ":\n".repeat(1 << 19);
        for _ in 0..MAX_STREAM_BYTES >> 20 {
            assert!(decoder.push(comments.as_bytes()).is_ok());
        }
        assert_eq!(decoder.push(b":").unwrap_err().kind(), LlmErrorKind::Protocol);
    }
}
