//! The client: one request from its place in the throttle to its last delta.
//!
//! What it decides is little and stands elsewhere: [`super::wire`] reads the bytes,
//! [`super::retry`] says whether to go on, [`super::throttle`] says when. Here is the sequence.

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use futures::future::{Either, FutureExt, LocalBoxFuture, select};
use futures::stream::LocalBoxStream;
use futures::{StreamExt, TryStreamExt};
use serde_json::Value;

use super::emit::{Emitter, emitting};
use super::endpoint::{Endpoint, secrets};
use super::error::{LlmError, LlmErrorKind};
use super::message::{ChatDelta, ChatRequest};
use super::retry::RetryPolicy;
use super::throttle::{Outcome, Place, Throttle};
use super::transport::{Clock, HttpRequest, HttpResponse, Transport, TransportError};
use super::window::{self, Windows};
use super::{ChatModel, wire};

/// A list of models is a convenience; nobody should wait long for it.
const LIST_TIMEOUT: Duration = Duration::from_secs(5);
/// So many failures without one success between them are more than bad luck: nothing is tried
/// again then, so that a run of a thousand requests does not knock at a dead server for hours.
const MOST_FAILURES_IN_A_ROW: u32 = 24;
/// More than any error report has.
const MAX_FAILURE_BYTES: usize = 64 << 10;
/// A router of many providers lists some hundred models, with a kilobyte for each.
const MAX_LIST_BYTES: usize = 4 << 20;

/// How long a silent server is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until its headers come, and from these to the first byte of the reply.
    pub first_byte: Duration,
    /// Between two lines of the reply. Comments count: they say that the server is at work.
    pub stall: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        // Thinking models may be silent for a minute, and a long prompt takes a local server
        // longer than that to read; gateways cut off after one or two.
        Self { first_byte: Duration::from_mins(2), stall: Duration::from_secs(90) }
    }
}

/// A [`ChatModel`] behind an endpoint.
pub struct LlmClient<T, C> {
    transport: T,
    clock: C,
    endpoint: Endpoint,
    /// One for each address of the endpoint; the last is for all that are left.
    throttles: Vec<Throttle>,
    policy: RetryPolicy,
    timeouts: Timeouts,
    windows: Option<Rc<Windows>>,
    /// The address that is used, until it fails.
    address: Cell<usize>,
    failures_in_a_row: Cell<u32>,
}

impl<T: Transport, C: Clock> LlmClient<T, C> {
    /// A client of an endpoint. Clients of one host should share a throttle.
    pub fn new(transport: T, clock: C, endpoint: Endpoint, throttle: Throttle) -> Self {
        Self {
            transport,
            clock,
            endpoint,
            throttles: vec![throttle],
            policy: RetryPolicy::default(),
            timeouts: Timeouts::default(),
            windows: None,
            address: Cell::new(0),
            failures_in_a_row: Cell::new(0),
        }
    }

    /// With another way to retry.
    #[must_use]
    pub fn with_policy(self, policy: RetryPolicy) -> Self {
        Self { policy, ..self }
    }

    /// With other times after which a silent server is given up.
    #[must_use]
    pub fn with_timeouts(self, timeouts: Timeouts) -> Self {
        Self { timeouts, ..self }
    }

    /// With a throttle of its own for the next address of the endpoint.
    #[must_use]
    pub fn with_throttle(mut self, throttle: Throttle) -> Self {
        self.throttles.push(throttle);
        self
    }

    /// Asking the server for the windows of its models, and remembering what it tells.
    #[must_use]
    pub fn with_windows(self, windows: Rc<Windows>) -> Self {
        Self { windows: Some(windows), ..self }
    }

    async fn run(
        &self,
        request: ChatRequest,
        emitter: &Emitter<ChatDelta>,
    ) -> Result<(), LlmError> {
        let body = wire::request_body(&request, self.endpoint.dialect());
        for attempt in 1.. {
            let address = self.address.get();
            let sink = Sink::new(emitter, &request);
            let place = self.throttle(address).acquire(&self.clock).await;
            let result = self.attempt(address, &body, &sink).await;
            self.give_back(place, &result);
            self.learn(&request.model, address, &result);
            let Err(error) = result else { break };
            let Some(after) = self.delay(attempt, &error, &sink) else { return Err(error) };
            emitter.emit(ChatDelta::Retrying { after, attempt, reason: error.code() });
            self.clock.sleep(after).await;
        }
        Ok(())
    }

    fn throttle(&self, address: usize) -> &Throttle {
        &self.throttles[address.min(self.throttles.len() - 1)]
    }

    /// What a result tells about later requests: where to send them, and how long they may be.
    fn learn(&self, model: &str, address: usize, result: &Result<(), LlmError>) {
        let Err(error) = result else { return self.failures_in_a_row.set(0) };
        self.failures_in_a_row.set(self.failures_in_a_row.get() + 1);
        // Requests that were under way together fail together, and should move on once.
        if error.is_retryable() && self.address.get() == address {
            self.address.set((address + 1) % self.endpoint.addresses());
        }
        let window = window::in_message(error.message());
        if let (LlmErrorKind::ContextLength, Some(windows), Some(_)) =
            (error.kind(), &self.windows, window)
        {
            windows.learn(model, window);
        }
    }

    fn delay(&self, attempt: u32, error: &LlmError, sink: &Sink<'_>) -> Option<Duration> {
        // Text that was read cannot be taken back.
        if sink.has_shown_text() || self.failures_in_a_row.get() >= MOST_FAILURES_IN_A_ROW {
            return None;
        }
        let addresses = self.endpoint.addresses() as u32;
        let others_left = !attempt.is_multiple_of(addresses);
        if others_left && attempt < self.policy.attempts && error.is_retryable() {
            // Another address is not to blame for this one.
            return Some(Duration::ZERO);
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
    async fn attempt(&self, address: usize, body: &[u8], sink: &Sink<'_>) -> Result<(), LlmError> {
        let headers = self.endpoint.next_headers().await?;
        let secrets = secrets(&headers);
        let url = self.endpoint.url(address);
        let request = HttpRequest { url, headers, body: body.to_vec() };
        let first_byte = self.timeouts.first_byte;
        let reply = async {
            let response = self.within(first_byte, self.transport.send(request)).await??;
            match response.status {
                200..300 => self.read_reply(response, sink).await,
                _ => Err(self.read_failure(response).await),
            }
        };
        reply.await.map_err(|error| error.without(&secrets))
    }

    async fn read_reply(&self, response: HttpResponse, sink: &Sink<'_>) -> Result<(), LlmError> {
        let mut body = response.body;
        let mut decoder = sink.decoder();
        let mut deadline = self.clock.now() + self.timeouts.first_byte;
        while !decoder.is_done() {
            let left = deadline.saturating_sub(self.clock.now());
            match self.within(left, body.try_next()).await.and_then(|read| read) {
                Ok(Some(bytes)) => {
                    let heard = decoder.heard();
                    let deltas = decoder.push(&bytes)?;
                    if let Some(damage) = decoder.damage().filter(|_| !sink.has_shown_text()) {
                        return Err(damage);
                    }
                    sink.take(deltas);
                    // A server that sends byte by byte is as good as silent.
                    if decoder.heard() > heard {
                        deadline = self.clock.now() + self.timeouts.stall;
                    }
                }
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
        let (status, headers) = (response.status, response.headers.clone());
        let bytes = self.read_all(response, MAX_FAILURE_BYTES).await;
        wire::failure(status, &headers, &bytes)
    }

    /// The bytes of a body that is not streamed, as far as it comes and no more than about so many.
    async fn read_all(&self, mut response: HttpResponse, most: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        // A report that breaks off still has a status.
        while let Ok(Ok(Some(more))) =
            self.within(self.timeouts.stall, response.body.try_next()).await
        {
            bytes.extend(more);
            if bytes.len() > most {
                break;
            }
        }
        bytes
    }

    async fn within<F: Future>(
        &self,
        time: Duration,
        future: F,
    ) -> Result<F::Output, TransportError> {
        let future = std::pin::pin!(future);
        match select(future, self.clock.sleep(time)).await {
            Either::Left((output, _)) => Ok(output),
            Either::Right(_) => Err(TransportError::Timeout),
        }
    }

    /// The server's list of models; nothing if it has none, or lets nobody see it.
    async fn list_of_models(&self) -> Option<Value> {
        let url = self.endpoint.models_url()?;
        let headers = self.endpoint.next_headers().await.ok()?;
        let request = HttpRequest { url, headers, body: Vec::new() };
        let response = self.within(LIST_TIMEOUT, self.transport.send(request)).await.ok()?.ok()?;
        serde_json::from_slice(&self.read_all(response, MAX_LIST_BYTES).await).ok()
    }

    async fn find_window(&self, model: &str) -> Option<usize> {
        let windows = self.windows.as_ref()?;
        if !windows.was_asked(model) {
            let list = self.list_of_models().await;
            windows.learn(model, list.and_then(|list| window::in_list(&list, model)));
        }
        windows.known(model)
    }
}

impl<T: Transport, C: Clock> ChatModel for LlmClient<T, C> {
    fn chat(&self, request: ChatRequest) -> LocalBoxStream<'_, Result<ChatDelta, LlmError>> {
        emitting(move |emitter| async move { self.run(request, &emitter).await }).boxed_local()
    }

    fn window<'a>(&'a self, model: &'a str) -> LocalBoxFuture<'a, Option<usize>> {
        self.find_window(model).boxed_local()
    }
}

impl<T, C> fmt::Debug for LlmClient<T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LlmClient")
            .field("endpoint", &self.endpoint)
            .field("policy", &self.policy)
            .field("timeouts", &self.timeouts)
            .finish_non_exhaustive()
    }
}

/// Where the deltas of one attempt go: on to the reader, or aside until the reply is complete.
struct Sink<'e> {
    emitter: &'e Emitter<ChatDelta>,
    stream: bool,
    /// Whether each event repeats all that was said before.
    cumulative: bool,
    held: Cell<Vec<ChatDelta>>,
    shown: Cell<bool>,
}

impl<'e> Sink<'e> {
    fn new(emitter: &'e Emitter<ChatDelta>, request: &ChatRequest) -> Self {
        let cumulative = wire::is_cumulative(request);
        let shown = Cell::new(false);
        Self { emitter, stream: request.stream, cumulative, held: Cell::default(), shown }
    }

    fn decoder(&self) -> wire::ReplyDecoder {
        wire::ReplyDecoder::new(self.cumulative)
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
