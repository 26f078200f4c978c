//! What a server says when it refuses, in the dialects there are.
//!
//! Status codes alone do not tell enough: a prompt that is too long is 400 here and 500 there, and
//! `insufficient_quota` is a dead account at one provider and a busy minute at another.

use std::time::Duration;

use serde_json::Value;

use crate::llm::error::{LlmError, LlmErrorKind as Kind};

/// DashScope's quota is one of tokens per minute; it is full again within that minute.
const TOKEN_QUOTA_WAIT: Duration = Duration::from_secs(20);

const REDIRECTED: &str = "the endpoint sends to another address, where the key must not go \
                          unasked; give that address as the base URL";

/// Reads a reply whose status is not 200. Header names are those of the response.
pub fn failure(status: u16, headers: &[(String, String)], body: &[u8]) -> LlmError {
    let text = String::from_utf8_lossy(body);
    let report = match serde_json::from_str::<Value>(&text) {
        Ok(value) => Report::of(&value),
        Err(_) => Report { message: plain_message(&text), ..Report::default() },
    };
    let error = report.into_error(Some(status)).with_status(status);
    match retry_after(headers) {
        None => error,
        asked => error.with_retry_after(asked),
    }
}

/// Reads an error that came inside a reply of status 200.
pub(super) fn failure_of(value: &Value) -> LlmError {
    let report = Report::of(value);
    let status = report.code.parse().ok().filter(|status| (400..600).contains(status));
    let error = report.into_error(status);
    match status {
        Some(status) => error.with_status(status),
        None => error,
    }
}

/// What the dialects have in common.
#[derive(Debug, Default)]
struct Report {
    code: String,
    kind: String,
    message: String,
    /// DashScope names each request beside the error; at OpenAI the name is in a header.
    has_request_id: bool,
}

impl Report {
    fn of(value: &Value) -> Self {
        let outer = match value {
            Value::Array(list) => list.first().unwrap_or(&Value::Null),
            value => value,
        };
        let inner = ["error", "errors"].iter().find_map(|field| outer.get(field));
        let inner = inner.filter(|inner| !inner.is_null()).unwrap_or(outer);
        let message = match inner {
            Value::String(message) => message.clone(),
            inner => ["message", "detail", "msg"]
                .iter()
                .map(|field| plain(inner, field))
                .find(|message| !message.is_empty())
                .unwrap_or_default(),
        };
        Self {
            code: plain(inner, "code"),
            kind: plain(inner, "type"),
            message,
            has_request_id: outer.get("request_id").is_some(),
        }
    }

    fn into_error(self, status: Option<u16>) -> LlmError {
        let kind = self.kind_of_error(status);
        let wait = match kind {
            Kind::RateLimited if self.is_token_quota() => Some(TOKEN_QUOTA_WAIT),
            Kind::RateLimited => asked_in_words(&self.message),
            _ => None,
        };
        let message = match (self.message.is_empty(), status) {
            (false, _) => self.message,
            // A browser shows of a redirection only that there is one. Following it could take the
            // key to another host.
            (true, Some(0 | 300..=399)) => REDIRECTED.to_owned(),
            (true, Some(status)) => format!("the endpoint answered with status {status}"),
            (true, None) => "the endpoint reported a failure without a message".to_owned(),
        };
        LlmError::new(kind, message).with_retry_after(wait)
    }

    fn kind_of_error(&self, status: Option<u16>) -> Kind {
        let text = format!("{} {} {}", self.code, self.kind, self.message).to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if status != Some(429) && says(CONTEXT_LENGTH) {
            return Kind::ContextLength;
        }
        if says(INSPECTION) {
            return Kind::Refused;
        }
        if says(DEAD_ACCOUNT) || (says(QUOTA) && !self.has_request_id) {
            return Kind::Quota;
        }
        match status {
            Some(401) => Kind::Unauthorized,
            Some(402) => Kind::Quota,
            Some(403) => Kind::Forbidden,
            Some(404) => Kind::NotFound,
            Some(408) => Kind::Timeout,
            Some(409 | 500..) => Kind::Server,
            Some(413) => Kind::ContextLength,
            Some(429) => Kind::RateLimited,
            Some(0..=399) => Kind::Protocol,
            _ if says(WRONG_KEY) => Kind::Unauthorized,
            _ if says(NO_MODEL) => Kind::NotFound,
            _ if says(QUOTA) || says(RATE) => Kind::RateLimited,
            Some(_) => Kind::BadRequest,
            None if says(BAD_REQUEST) => Kind::BadRequest,
            None => Kind::Server,
        }
    }

    fn is_token_quota(&self) -> bool {
        let code = self.code.to_lowercase();
        QUOTA.iter().any(|word| code.contains(word))
    }
}

const CONTEXT_LENGTH: &[&str] = &[
    "context_length",
    "context length",
    "context window",
    "exceed_context_size",
    "exceeds the available context",
    "range of input length",
    "prompt is too long",
    "prompt too long",
];
const INSPECTION: &[&str] = &[
    "data_inspection",
    "datainspection",
    "content_filter",
    "content_policy",
    "inappropriate content",
];
const DEAD_ACCOUNT: &[&str] = &["arrearage", "freetieronly", "account is not in good standing"];
const QUOTA: &[&str] = &["insufficient_quota", "allocationquota"];
const WRONG_KEY: &[&str] = &["invalid_api_key", "invalidapikey", "incorrect api key"];
const NO_MODEL: &[&str] = &["model_not_found", "modelnotfound"];
const RATE: &[&str] = &["rate limit", "rate_limit", "throttling", "too many requests"];
const BAD_REQUEST: &[&str] = &["invalid_request", "badrequest", "invalidparameter"];

/// A field as text, whatever it is in JSON.
fn plain(object: &Value, field: &str) -> String {
    match object.get(field) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    }
}

/// A body that is not JSON says something only if it is not a web page.
fn plain_message(body: &str) -> String {
    let body = body.trim();
    if body.starts_with('<') { String::new() } else { body.to_owned() }
}

/// The time that the server asks to wait, in numbers. Dates are the transport's to compare, since
/// there is no calendar here.
fn retry_after(headers: &[(String, String)]) -> Option<Duration> {
    let number = |name: &str| {
        let (_, value) = headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        decimal(value.trim())
    };
    let seconds =
        number("retry-after-ms").map(|millis| millis / 1000.0).or_else(|| number("retry-after"))?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// The time in "please try again in 1.5s": pages are not shown the header unless the server
/// exposes it, which few do.
fn asked_in_words(message: &str) -> Option<Duration> {
    let (_, after) = message.split_once("try again in ")?;
    let (amount, unit) = after.split_at(after.find(|c: char| !c.is_ascii_digit() && c != '.')?);
    let amount = decimal(amount)?;
    let seconds = match unit.as_bytes() {
        [b'm', b's', ..] => amount / 1000.0,
        [b's', ..] => amount,
        [b'm', ..] => amount * 60.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(seconds).ok()
}

/// A number without a sign or an exponent. The standard library's parser of floats needs tables of
/// ten kilobytes for those that nobody asks to wait for.
fn decimal(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    // No duration is told apart by more than nanoseconds.
    let fraction = fraction.get(..9).unwrap_or(fraction);
    let digits: u64 = [whole, fraction].concat().parse().ok()?;
    let scale = 10_u64.checked_pow(fraction.len() as u32)?;
    Some(digits as f64 / scale as f64)
}
