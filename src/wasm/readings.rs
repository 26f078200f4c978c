//! Replies of chunks that were read, kept by the page.

use futures::future::{FutureExt, LocalBoxFuture};
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::agent::Readings;

/// Two functions, `get(name) => Promise<string | undefined>` and `put(name, reply) => Promise`.
/// What they throw is as if they had nothing: the model is asked again.
pub(super) struct PageReadings {
    get: Function,
    put: Function,
}

impl PageReadings {
    /// From an object with both functions.
    pub(super) fn from_js(object: &JsValue) -> Option<Self> {
        let function = |name: &str| Reflect::get(object, &name.into()).ok()?.dyn_into().ok();
        Some(Self { get: function("get")?, put: function("put")? })
    }
}

impl Readings for PageReadings {
    fn get<'a>(&'a self, name: &'a str) -> LocalBoxFuture<'a, Option<String>> {
        async move {
            let promise = self.get.call1(&JsValue::NULL, &name.into()).ok()?;
            JsFuture::from(Promise::resolve(&promise)).await.ok()?.as_string()
        }
        .boxed_local()
    }

    fn put<'a>(&'a self, name: &'a str, reply: &'a str) -> LocalBoxFuture<'a, ()> {
        async move {
            if let Ok(promise) = self.put.call2(&JsValue::NULL, &name.into(), &reply.into()) {
                // Not kept is not lost: it can be asked for again.
                let _ = JsFuture::from(Promise::resolve(&promise)).await;
            }
        }
        .boxed_local()
    }
}
