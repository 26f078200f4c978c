//! The client: one request from its place in the throttle to its last delta.
//!
//! What it decides is little and stands elsewhere: [`super::wire`] reads the bytes,
//! [`super::retry`] says whether to go on, [`super::throttle`] says when. Here is the sequence.

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use futures::future::{Either, LocalBoxFuture, select};
use futures::stream::LocalBoxStream;
use futures::{StreamExt, TryStreamExt};

use super::emit::{Emitter, emitting};
use super::error::{LlmError, LlmErrorKind};
use super::message::{ChatDelta, ChatRequest};
use super::retry::RetryPolicy;
use super::throttle::{Outcome, Place, Throttle};
use super::transport::{Clock, HttpRequest, HttpResponse, Redacted, Transport, TransportError};
use super::{ChatModel, wire};

/// Thinking models may be silent for a minute, gateways cut off after one or two.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(90);
/// More than any error report has.
const MAX_FAILURE_BYTES: usize = 64 << 10;

/// Headers that are made anew for each request, such as a short-lived token.
pub trait HeaderSource {
    /// The headers of the next request.
    fn headers(&self) -> LocalBoxFuture<'_, Result<Vec<(String, String)>, TransportError>>;
}

/// Where a model is, and what opens the door.
#[derive(Clone)]
pub struct Endpoint {
    url: String,
    headers: Vec<(String, String)>,
    source: Option<Rc<dyn HeaderSource>>,
}

impl Endpoint {
    /// An endpoint by its address up to and without `/chat/completions`.
    pub fn new(base_url: &str) -> Self {
        let url = format!("{}/chat/completions", base_url.trim_end_matches('/'));
        Self { url, headers: Vec::new(), source: None }
    }

    /// With a key, sent as `Authorization: Bearer`.
    #[must_use]
    pub fn with_key(self, key: &str) -> Self {
        self.with_header("Authorization", format!("Bearer {key}"))
    }

    /// With a header.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// With headers made anew for each request; they replace others of the same name.
    #[must_use]
    pub fn with_source(self, source: Rc<dyn HeaderSource>) -> Self {
        Self { source: Some(source), ..self }
    }

    /// All headers of the next request.
    async fn next_headers(&self) -> Result<Vec<(String, String)>, TransportError> {
        let mut headers = self.headers.clone();
        if let Some(source) = &self.source {
            let fresh = source.headers().await?;
            headers
                .retain(|(name, _)| !fresh.iter().any(|(new, _)| new.eq_ignore_ascii_case(name)));
            headers.extend(fresh);
        }
        // Some gateways allow no header but this one and Authorization in a page's request.
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        }
        Ok(headers)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("url", &self.url)
            .field("headers", &Redacted(&self.headers))
            .field("source", &self.source.as_ref().map(|_| format_args!("<redacted>")))
            .finish()
    }
}

/// A [`ChatModel`] behind an endpoint.
pub struct LlmClient<T, C> {
    transport: T,
    clock: C,
    endpoint: Endpoint,
    throttle: Throttle,
    policy: RetryPolicy,
    timeout: Duration,
}

impl<T: Transport, C: Clock> LlmClient<T, C> {
    /// A client of an endpoint. Clients of one host should share a throttle.
    pub fn new(transport: T, clock: C, endpoint: Endpoint, throttle: Throttle) -> Self {
        let policy = RetryPolicy::default();
        Self { transport, clock, endpoint, throttle, policy, timeout: DEFAULT_TIMEOUT }
    }

    /// With another way to retry.
    #[must_use]
    pub fn with_policy(self, policy: RetryPolicy) -> Self {
        Self { policy, ..self }
    }

    /// With another time after which a silent server is given up: before the first byte, and
    /// between any two pieces of a reply.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    async fn run(
        &self,
        request: ChatRequest,
        emitter: &Emitter<ChatDelta>,
    ) -> Result<(), LlmError> {
        let body = wire::request_body(&request);
        for attempt in 1.. {
            let sink = Sink::new(emitter, request.stream);
            let place = self.throttle.acquire(&self.clock).await;
            let result = self.attempt(&body, &sink).await;
            self.give_back(place, &result);
            let Err(error) = result else { break };
            let Some(after) = self.delay(attempt, &error, &sink) else { return Err(error) };
            emitter.emit(ChatDelta::Retrying { after, attempt, reason: error.code() });
            self.clock.sleep(after).await;
        }
        Ok(())
    }

    fn delay(&self, attempt: u32, error: &LlmError, sink: &Sink<'_>) -> Option<Duration> {
        // Text that was read cannot be taken back.
        if sink.has_shown_text() {
            return None;
        }
        self.policy.delay(attempt, error, self.clock.jitter())
    }

    fn give_back(&self, place: Place, result: &Result<(), LlmError>) {
        let outcome = match result {
            Ok(()) => Outcome::Served,
            Err(error) => load_told_by(error),
        };
        place.end(outcome, self.clock.now());
    }

    /// Sends the request once.
    async fn attempt(&self, body: &[u8], sink: &Sink<'_>) -> Result<(), LlmError> {
        let headers = self.endpoint.next_headers().await?;
        let secrets = secrets(&headers);
        let request = HttpRequest { url: self.endpoint.url.clone(), headers, body: body.to_vec() };
        let reply = async {
            let response = self.in_time(self.transport.send(request)).await??;
            match response.status {
                200..300 => self.read_reply(response, sink).await,
                _ => Err(self.read_failure(response).await),
            }
        };
        reply.await.map_err(|error| error.without(&secrets))
    }

    async fn read_reply(&self, response: HttpResponse, sink: &Sink<'_>) -> Result<(), LlmError> {
        let mut body = response.body;
        let mut decoder = wire::ReplyDecoder::default();
        while !decoder.is_done() {
            match self.in_time(body.try_next()).await.and_then(|read| read) {
                Ok(Some(bytes)) => sink.take(decoder.push(&bytes)?),
                Ok(None) => break,
                // Only the cost may be missing.
                Err(_) if decoder.has_ended() => break,
                Err(error) => return Err(error.into()),
            }
        }
        sink.take(decoder.finish()?);
        sink.release();
        Ok(())
    }

    async fn read_failure(&self, response: HttpResponse) -> LlmError {
        let mut body = response.body;
        let mut bytes = Vec::new();
        // A report that breaks off still has a status.
        while let Ok(Ok(Some(more))) = self.in_time(body.try_next()).await {
            bytes.extend(more);
            if bytes.len() > MAX_FAILURE_BYTES {
                break;
            }
        }
        wire::failure(response.status, &response.headers, &bytes)
    }

    async fn in_time<F: Future>(&self, future: F) -> Result<F::Output, TransportError> {
        let future = std::pin::pin!(future);
        match select(future, self.clock.sleep(self.timeout)).await {
            Either::Left((output, _)) => Ok(output),
            Either::Right(_) => Err(TransportError::Timeout),
        }
    }
}

impl<T: Transport, C: Clock> ChatModel for LlmClient<T, C> {
    fn chat(&self, request: ChatRequest) -> LocalBoxStream<'_, Result<ChatDelta, LlmError>> {
        emitting(move |emitter| async move { self.run(request, &emitter).await }).boxed_local()
    }
}

impl<T, C> fmt::Debug for LlmClient<T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LlmClient")
            .field("endpoint", &self.endpoint)
            .field("policy", &self.policy)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// Where the deltas of one attempt go: on to the reader, or aside until the reply is complete.
struct Sink<'e> {
    emitter: &'e Emitter<ChatDelta>,
    stream: bool,
    held: Cell<Vec<ChatDelta>>,
    shown: Cell<bool>,
}

impl<'e> Sink<'e> {
    fn new(emitter: &'e Emitter<ChatDelta>, stream: bool) -> Self {
        Self { emitter, stream, held: Cell::default(), shown: Cell::new(false) }
    }

    fn take(&self, deltas: Vec<ChatDelta>) {
        let mut held = self.held.take();
        held.extend(deltas);
        self.held.set(held);
        if self.stream {
            self.release();
        }
    }

    fn release(&self) {
        for delta in self.held.take() {
            self.shown.set(self.shown.get() || matches!(delta, ChatDelta::Text(_)));
            self.emitter.emit(delta);
        }
    }

    fn has_shown_text(&self) -> bool {
        self.shown.get()
    }
}

fn load_told_by(error: &LlmError) -> Outcome {
    let overloaded = matches!(error.status(), Some(429 | 503 | 529));
    if overloaded || error.kind() == LlmErrorKind::RateLimited {
        return Outcome::Refused { retry_after: error.retry_after() };
    }
    // A refusal without CORS headers looks like a broken connection, but so does being offline;
    // both are a reason to be gentle.
    match error.kind() {
        LlmErrorKind::Network | LlmErrorKind::Timeout => Outcome::Refused { retry_after: None },
        _ => Outcome::Unknown,
    }
}

/// The parts of header values that must not be quoted in an error.
fn secrets(headers: &[(String, String)]) -> Vec<String> {
    /// Shorter words, such as the `Bearer` before a key, are in ordinary sentences too.
    const SECRET_CHARACTERS: usize = 8;
    let values = headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    let words = values.flat_map(|(_, value)| value.split_whitespace());
    words.filter(|word| word.len() >= SECRET_CHARACTERS).map(str::to_owned).collect()
}
