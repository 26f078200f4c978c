//! Tools of the page's, which its own thread runs.

use futures::future::{FutureExt, LocalBoxFuture};
use js_sys::{Function, Promise};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::error::to_js;
use crate::agent::Tools;
use crate::llm::{ToolCall, ToolSpec};

/// A tool as the page tells of it.
#[derive(Deserialize)]
pub(super) struct ToolInfo {
    name: String,
    description: String,
    parameters: Value,
}

/// Tools behind one function, `(call: { id, name, arguments }) => Promise<Reply>`, where a reply
/// is `{ content }` or `{ error: { code, message } }`.
pub(super) struct PageTools {
    specs: Vec<ToolSpec>,
    hook: Function,
}

impl PageTools {
    pub(super) fn new(tools: Vec<ToolInfo>, hook: Function) -> Self {
        let spec = |tool: ToolInfo| {
            let ToolInfo { name, description, parameters } = tool;
            ToolSpec { name, description, parameters }
        };
        Self { specs: tools.into_iter().map(spec).collect(), hook }
    }

    async fn make(&self, call: &ToolCall) -> Result<String, String> {
        // What the page's function throws may hold anything; the model is only told that it did.
        let failed = |_: JsValue| "Error: the tool failed.".to_owned();
        let call = to_js(&Call { id: &call.id, name: &call.name, arguments: &call.arguments });
        let promise = Promise::resolve(&self.hook.call1(&JsValue::NULL, &call).map_err(failed)?);
        let value = JsFuture::from(promise).await.map_err(failed)?;
        match serde_wasm_bindgen::from_value(value) {
            Ok(Reply { content: Some(content), .. }) => Ok(content),
            Ok(Reply { error: Some(Failure { message, .. }), .. }) => {
                Err(format!("Error: {message}"))
            }
            _ => Err("Error: the tool gave no result.".to_owned()),
        }
    }
}

/// The arguments are a text of JSON, as the model wrote it.
#[derive(Serialize)]
struct Call<'c> {
    id: &'c str,
    name: &'c str,
    arguments: &'c str,
}

#[derive(Deserialize)]
struct Reply {
    content: Option<String>,
    error: Option<Failure>,
}

#[derive(Deserialize)]
struct Failure {
    message: String,
}

impl Tools for PageTools {
    fn specs(&self) -> Vec<ToolSpec> {
        self.specs.clone()
    }

    fn call<'a>(&'a self, call: &'a ToolCall) -> LocalBoxFuture<'a, Result<String, String>> {
        self.make(call).boxed_local()
    }
}
