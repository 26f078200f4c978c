//! Why a model did not answer.
//!
//! One kind for each thing a caller may do about it. The messages come from servers, so they are
//! cut to a sensible length, and what looks like a key is taken out of them.

use std::time::Duration;

use super::transport::TransportError;

/// Longer messages are usually a whole page of HTML.
const MESSAGE_CHARACTERS: usize = 400;

/// What went wrong, by what can be done about it.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LlmErrorKind {
    /// The server was not reached, the connection broke, or the browser kept the reply from us.
    Network,
    /// Nothing came for too long.
    Timeout,
    /// The key is missing or wrong.
    Unauthorized,
    /// The key may not do this.
    Forbidden,
    /// There is no such model or address.
    NotFound,
    /// Too many requests or tokens at once.
    RateLimited,
    /// The account has nothing left.
    Quota,
    /// The server failed or is overloaded.
    Server,
    /// The server does not understand the request.
    BadRequest,
    /// The prompt does not fit the model's window.
    ContextLength,
    /// The reply ended before it was complete.
    Incomplete,
    /// The server's content inspection refused the prompt or the reply.
    Refused,
    /// The server speaks something that is not the OpenAI protocol.
    Protocol,
    /// The run has used up the tokens it may cost.
    Budget,
}

impl LlmErrorKind {
    /// Every kind, for documentation.
    pub const ALL: [Self; 14] = [
        Self::Network,
        Self::Timeout,
        Self::Unauthorized,
        Self::Forbidden,
        Self::NotFound,
        Self::RateLimited,
        Self::Quota,
        Self::Server,
        Self::BadRequest,
        Self::ContextLength,
        Self::Incomplete,
        Self::Refused,
        Self::Protocol,
        Self::Budget,
    ];

    /// The stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Network => "llm.cors_or_network",
            Self::Timeout => "llm.timeout",
            Self::Unauthorized => "llm.unauthorized",
            Self::Forbidden => "llm.forbidden",
            Self::NotFound => "llm.not_found",
            Self::RateLimited => "llm.rate_limited",
            Self::Quota => "llm.quota",
            Self::Server => "llm.server",
            Self::BadRequest => "llm.bad_request",
            Self::ContextLength => "llm.context_length",
            Self::Incomplete => "llm.incomplete",
            Self::Refused => "llm.refused",
            Self::Protocol => "llm.protocol",
            Self::Budget => "budget.tokens",
        }
    }

    /// Whether every other request to the same endpoint would fail, too, until someone acts.
    pub fn concerns_all_requests(self) -> bool {
        matches!(
            self,
            Self::Unauthorized | Self::Forbidden | Self::NotFound | Self::Quota | Self::Budget
        )
    }

    fn is_retryable(self) -> bool {
        matches!(
            self,
            Self::Network | Self::Timeout | Self::RateLimited | Self::Server | Self::Incomplete
        )
    }
}

/// A failed request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct LlmError {
    kind: LlmErrorKind,
    message: String,
    status: Option<u16>,
    retry_after: Option<Duration>,
    retryable: bool,
}

impl LlmError {
    /// An error of a kind, with what happened in words.
    pub fn new(kind: LlmErrorKind, message: impl AsRef<str>) -> Self {
        let message = redact(message.as_ref().trim());
        Self { kind, message, status: None, retry_after: None, retryable: kind.is_retryable() }
    }

    /// With the HTTP status it came with.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }

    /// With the time the server asks to wait.
    #[must_use]
    pub fn with_retry_after(self, retry_after: Option<Duration>) -> Self {
        Self { retry_after, ..self }
    }

    /// The same error, of which it is known that trying again would not help.
    #[must_use]
    pub fn permanent(self) -> Self {
        Self { retryable: false, ..self }
    }

    /// The same error, of which it is known that it may pass.
    #[must_use]
    pub fn passing(self) -> Self {
        Self { retryable: true, ..self }
    }

    /// What can be done about it.
    pub fn kind(&self) -> LlmErrorKind {
        self.kind
    }

    /// A name that never changes, such as `llm.rate_limited`.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// What happened, in words.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The HTTP status, if a reply came.
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// How long the server asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Whether the same request may succeed later.
    pub fn is_retryable(&self) -> bool {
        self.retryable
    }

    /// The same error with secrets taken out of its message, which is cut only then: cut before,
    /// it could end in the beginning of one.
    pub(super) fn without(mut self, secrets: &[String]) -> Self {
        for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
            self.message = self.message.replace(secret.as_str(), REDACTED);
        }
        if let Some((end, _)) = self.message.char_indices().nth(MESSAGE_CHARACTERS) {
            self.message.truncate(end);
            self.message.push('…');
        }
        self
    }
}

impl From<TransportError> for LlmError {
    fn from(error: TransportError) -> Self {
        let kind = match error {
            TransportError::Network { .. } => LlmErrorKind::Network,
            TransportError::Timeout => LlmErrorKind::Timeout,
            TransportError::Invalid { .. } => LlmErrorKind::BadRequest,
        };
        Self::new(kind, error.to_string())
    }
}

const REDACTED: &str = "<redacted>";

/// Takes out what looks like a key. Servers quote the key they refuse, and headers may come from
/// a hook that this error never saw.
fn redact(message: &str) -> String {
    let is_key = |word: &str| {
        let word = word.trim_start_matches(|c: char| !c.is_alphanumeric());
        ["sk-", "st-"].iter().any(|prefix| word.starts_with(prefix)) && word.len() > 8
    };
    let mut after_bearer = false;
    let mut clean = String::with_capacity(message.len());
    for part in message.split_inclusive(char::is_whitespace) {
        let word = part.trim_end();
        if is_key(word) || (after_bearer && !word.is_empty()) {
            clean.push_str(REDACTED);
            clean.push_str(&part[word.len()..]);
        } else {
            clean.push_str(part);
        }
        after_bearer = word.eq_ignore_ascii_case("bearer");
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_taken_out_of_messages() {
        let check = |message: &str, expected: &str| {
            assert_eq!(LlmError::new(LlmErrorKind::Unauthorized, message).message(), expected);
        };
        check("wrong key sk-abcdef123456.", "wrong key <redacted>");
        check("wrong key: 'sk-abcdef123456'", "wrong key: <redacted>");
        check("sent Bearer abc with it", "sent Bearer <redacted> with it");
        check("the risk-free st-art", "the risk-free st-art");
    }

    #[test]
    fn a_key_that_the_end_of_a_message_cuts_is_taken_out() {
        let secrets = ["key-of-a-server".to_owned()];
        for length in MESSAGE_CHARACTERS - 20..=MESSAGE_CHARACTERS {
            let message = format!("{}{}", ".".repeat(length), secrets[0]);
            let error = LlmError::new(LlmErrorKind::Unauthorized, message).without(&secrets);
            assert!(!error.message().contains('k'), "{}", error.message());
        }
    }

    #[test]
    fn long_messages_are_cut_at_a_character() {
        let error = LlmError::new(LlmErrorKind::Server, "服".repeat(1000)).without(&[]);
        assert_eq!(error.message().chars().count(), MESSAGE_CHARACTERS + 1);
    }
}
