//! The two things this module needs from outside: something that sends, and something that waits.
//!
//! In the browser they are `fetch` and `setTimeout`; in tests they are scripts.

use std::fmt;
use std::time::Duration;

use futures::future::LocalBoxFuture;
use futures::stream::LocalBoxStream;

/// Sends one request: by POST, or by GET if it has no body. Dropping the future, or the body of the response, cancels it.
pub trait Transport {
    /// Sends a request; the response is there as soon as its headers are.
    fn send(
        &self,
        request: HttpRequest,
    ) -> LocalBoxFuture<'_, Result<HttpResponse, TransportError>>;
}

/// Time and chance.
pub trait Clock {
    /// The time since some fixed moment; it never runs backwards.
    fn now(&self) -> Duration;

    /// Waits. Dropping the future ends the waiting.
    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'_, ()>;

    /// A random number from 0 up to 1, by which retries are spread.
    fn jitter(&self) -> f64;
}

/// A request.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// Where to.
    pub url: String,
    /// Names and values of headers; they may hold a key.
    pub headers: Vec<(String, String)>,
    /// The body, of JSON; empty if there is none.
    pub body: Vec<u8>,
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("url", &self.url)
            .field("headers", &Redacted(&self.headers))
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

/// Headers, of which only the names are shown.
pub(super) struct Redacted<'h>(pub(super) &'h [(String, String)]);

impl fmt::Debug for Redacted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.0.iter().map(|(name, _)| (name, format_args!("<redacted>"))))
            .finish()
    }
}

/// A response whose body is still arriving.
pub struct HttpResponse {
    /// The status.
    pub status: u16,
    /// Names and values of headers, as far as the browser shows them.
    pub headers: Vec<(String, String)>,
    /// The body, cut anywhere.
    pub body: LocalBoxStream<'static, Result<Vec<u8>, TransportError>>,
}

impl HttpResponse {
    /// The value of a header, whatever the case of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("headers", &Redacted(&self.headers))
            .finish_non_exhaustive()
    }
}

/// Why no response came, or not all of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The server was not reached, the connection broke, or the browser kept the reply from us;
    /// a page cannot tell these apart.
    #[error(
        "the endpoint could not be reached, the connection broke, or the endpoint does not allow \
         this page (CORS): {message}"
    )]
    Network {
        /// What the platform says of it.
        message: String,
    },
    /// Nothing came for too long.
    #[error("the endpoint sent nothing for too long")]
    Timeout,
    /// The request could not be sent at all, as when its address is not one.
    #[error("the request could not be sent: {message}")]
    Invalid {
        /// What the platform says of it.
        message: String,
    },
}
