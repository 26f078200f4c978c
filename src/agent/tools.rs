//! Tools that a page adds to an agent's own.

use futures::future::LocalBoxFuture;

use crate::llm::{ToolCall, ToolSpec};

/// Tools outside of this library. The agent calls them at level 3 when the model asks for them.
pub trait Tools {
    /// What there is. Names differ from each other; one of the agent's own tools is replaced by
    /// one of the same name.
    fn specs(&self) -> Vec<ToolSpec>;

    /// Makes a call whose tool is one of these and whose arguments are a JSON object. The result
    /// and the reason for a failure are both told to the model; a failure does not end the run.
    /// Dropping the future cancels the call.
    fn call<'a>(&'a self, call: &'a ToolCall) -> LocalBoxFuture<'a, Result<String, String>>;
}
