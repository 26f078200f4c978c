//! A transport that answers with the bytes of the script.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use futures::future::LocalBoxFuture;
use futures::stream::{self, LocalBoxStream};
use futures::{FutureExt, StreamExt};
use serde_json::{Value, json};

use super::clock::ManualClock;
use crate::llm::transport::{Clock, HttpRequest, HttpResponse, Transport, TransportError};

/// What happens to one request.
#[derive(Debug, Clone)]
pub struct Response {
    status: u16,
    headers: Vec<(String, String)>,
    /// The body, piece by piece; none if the connection fails before a response.
    body: Option<Vec<Vec<u8>>>,
    end: End,
    late: Option<(ManualClock, Duration)>,
    pace: Option<(ManualClock, Duration)>,
}

/// How a body, or a connection without one, ends.
#[derive(Debug, Clone, Copy)]
enum End {
    Closed,
    Broken,
    Silent,
}

impl Response {
    /// A complete response.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        let body = Some(vec![body.into()]);
        Self { status, headers: Vec::new(), body, end: End::Closed, late: None, pace: None }
    }

    /// A complete response whose body comes in these pieces.
    pub fn pieces(status: u16, pieces: impl IntoIterator<Item = Vec<u8>>) -> Self {
        Self { body: Some(pieces.into_iter().collect()), ..Self::new(status, "") }
    }

    /// A streamed reply with this text, one event for each piece.
    pub fn streamed(pieces: &[&str]) -> Self {
        let deltas =
            pieces.iter().map(|piece| json!({ "choices": [{ "delta": { "content": piece } }] }));
        let stop = json!({ "choices": [{ "delta": {}, "finish_reason": "stop" }] });
        let usage = json!({
            "choices": [], "usage": { "prompt_tokens": 10, "completion_tokens": 5 },
        });
        let events = deltas.chain([stop, usage]).map(|event| format!("data: {event}\n\n"));
        let body: String = events.chain(["data: [DONE]\n\n".to_owned()]).collect();
        Self::new(200, body)
    }

    /// An error in OpenAI's form.
    pub fn error(status: u16, code: &str, message: &str) -> Self {
        Self::json(status, &json!({ "error": { "code": code, "message": message } }))
    }

    /// A JSON body.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::new(status, body.to_string())
    }

    /// A connection that fails before there is a response.
    pub fn unreachable() -> Self {
        Self { body: None, end: End::Broken, ..Self::new(0, "") }
    }

    /// A server that never responds.
    pub fn silent() -> Self {
        Self { body: None, end: End::Silent, ..Self::new(0, "") }
    }

    /// With a header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// After a while.
    #[must_use]
    pub fn late_by(self, clock: &ManualClock, delay: Duration) -> Self {
        Self { late: Some((clock.clone(), delay)), ..self }
    }

    /// With a pause before each piece of its body.
    #[must_use]
    pub fn paced(self, clock: &ManualClock, pause: Duration) -> Self {
        Self { pace: Some((clock.clone(), pause)), ..self }
    }

    /// Delivered one byte at a time.
    #[must_use]
    pub fn in_single_bytes(mut self) -> Self {
        self.body = self.body.map(|body| body.concat().chunks(1).map(<[u8]>::to_vec).collect());
        self
    }

    /// Only the first bytes, and then a broken connection.
    #[must_use]
    pub fn broken_after(self, bytes: usize) -> Self {
        self.ending_after(bytes, End::Broken)
    }

    /// Only the first bytes, and then a regular end.
    #[must_use]
    pub fn closed_after(self, bytes: usize) -> Self {
        self.ending_after(bytes, End::Closed)
    }

    /// Only the first bytes, and then nothing for ever.
    #[must_use]
    pub fn silent_after(self, bytes: usize) -> Self {
        self.ending_after(bytes, End::Silent)
    }

    fn ending_after(self, bytes: usize, end: End) -> Self {
        let body = self.body.map(|body| {
            let mut body = body.concat();
            body.truncate(bytes);
            vec![body]
        });
        Self { body, end, ..self }
    }

    fn into_http(self, open: Open) -> HttpResponse {
        let end: LocalBoxStream<'static, _> = match self.end {
            End::Closed => stream::empty().boxed_local(),
            End::Broken => stream::iter([Err(broken())]).boxed_local(),
            End::Silent => stream::pending().boxed_local(),
        };
        let pieces = stream::iter(self.body.unwrap_or_default()).map(Ok).chain(end);
        // The connection is part of the body, and closed with it.
        let state = (pieces.boxed_local(), self.pace, open);
        let body = stream::unfold(state, |(mut pieces, pace, open)| async {
            if let Some((clock, pause)) = &pace {
                clock.sleep(*pause).await;
            }
            pieces.next().await.map(|piece| (piece, (pieces, pace, open)))
        });
        let body = body.boxed_local();
        HttpResponse { status: self.status, headers: self.headers, body }
    }
}

fn broken() -> TransportError {
    TransportError::Network { message: "the script breaks the connection".to_owned() }
}

type Script = dyn FnMut(&HttpRequest) -> Response;

/// Follows a script of responses, and remembers the requests; clones are the same transport.
#[derive(Clone)]
pub struct ScriptedTransport {
    state: Rc<State>,
}

struct State {
    script: RefCell<Box<Script>>,
    requests: RefCell<Vec<HttpRequest>>,
    open: Cell<usize>,
}

impl ScriptedTransport {
    /// A transport with one response for each request; a request too many cannot connect.
    pub fn new(responses: impl IntoIterator<Item = Response>) -> Self {
        let mut responses: VecDeque<Response> = responses.into_iter().collect();
        Self::answering(move |_| responses.pop_front().unwrap_or_else(Response::unreachable))
    }

    /// A transport whose response depends on the request.
    pub fn answering(script: impl FnMut(&HttpRequest) -> Response + 'static) -> Self {
        let script = RefCell::new(Box::new(script) as Box<Script>);
        let state = State { script, requests: RefCell::default(), open: Cell::new(0) };
        Self { state: Rc::new(state) }
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<HttpRequest> {
        self.state.requests.borrow().clone()
    }

    /// The bodies of the requests so far.
    pub fn bodies(&self) -> Vec<Value> {
        let requests = self.requests();
        requests.iter().map(|request| json_of(&request.body)).collect()
    }

    /// How many connections are open: sent and not answered, or answered and not read to the end.
    pub fn open(&self) -> usize {
        self.state.open.get()
    }
}

fn json_of(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or(Value::Null)
}

impl Transport for ScriptedTransport {
    fn send(
        &self,
        request: HttpRequest,
    ) -> LocalBoxFuture<'_, Result<HttpResponse, TransportError>> {
        let response = (self.state.script.borrow_mut())(&request);
        self.state.requests.borrow_mut().push(request);
        let open = Open::new(&self.state);
        async move {
            if let Some((clock, delay)) = &response.late {
                clock.sleep(*delay).await;
            }
            match (&response.body, response.end) {
                (Some(_), _) => Ok(response.into_http(open)),
                (None, End::Silent) => std::future::pending().await,
                (None, _) => Err(broken()),
            }
        }
        .boxed_local()
    }
}

impl fmt::Debug for ScriptedTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptedTransport").field("open", &self.open()).finish_non_exhaustive()
    }
}

/// Counts as an open connection for as long as it lives.
struct Open(Rc<State>);

impl Open {
    fn new(state: &Rc<State>) -> Self {
        state.open.set(state.open.get() + 1);
        Self(Rc::clone(state))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.set(self.0.open.get() - 1);
    }
}
