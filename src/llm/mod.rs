//! A chat model behind HTTP, whatever the server's dialect and however the bytes are cut.
//!
//! A [`ChatRequest`] goes in, a stream of [`ChatDelta`]s comes out. On the way [`client`] waits
//! for a place in the [`throttle`], sends the request through a [`Transport`], decodes the reply
//! with [`wire`] and [`sse`], and repeats what may be repeated as [`retry`] says. All waiting
//! goes through a [`Clock`], all bytes through the transport: nothing here touches a network or
//! a clock of its own, and nothing knows of documents.
//!
//! Dropping the stream cancels the request.
//!
//! ```
//! use qwen_agent_wasm::llm::{ChatDelta, FinishReason, Reply};
//!
//! let deltas = [ChatDelta::Text("Three ".into()), ChatDelta::Text("months.".into())];
//! let reply: Reply = deltas.into_iter().collect();
//! assert_eq!(reply.text, "Three months.");
//! ```

pub mod assemble;
pub mod client;
pub mod emit;
mod endpoint;
mod error;
pub mod message;
pub mod retry;
#[cfg(any(test, feature = "test-support"))]
pub mod scripted;
pub mod sse;
pub mod throttle;
pub mod transport;
pub mod window;
pub mod wire;

use futures::future::{FutureExt, LocalBoxFuture, ready};
use futures::stream::LocalBoxStream;

pub use client::{LlmClient, Timeouts};
pub use endpoint::{Dialect, Endpoint, HeaderSource};
pub use error::{LlmError, LlmErrorKind};
pub use message::{
    ChatDelta, ChatRequest, FinishReason, Message, Reply, ResponseFormat, Role, ToolCall, ToolSpec,
    Usage,
};
pub use transport::{Clock, HttpRequest, HttpResponse, Transport, TransportError};

/// What agents talk to.
pub trait ChatModel {
    /// Sends the request when the stream is first polled; dropping the stream cancels it.
    fn chat(&self, request: ChatRequest) -> LocalBoxStream<'_, Result<ChatDelta, LlmError>>;

    /// How many tokens a prompt and its reply may have together, if that can be known.
    fn window<'a>(&'a self, _model: &'a str) -> LocalBoxFuture<'a, Option<usize>> {
        ready(None).boxed_local()
    }
}
