//! `fetch` and `setTimeout` as the core's transport and clock.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::{FutureExt, LocalBoxFuture};
use futures::stream::{StreamExt, unfold};
use gloo_net::http::{Headers, Request, RequestBuilder, Response};
use js_sys::{Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader, RequestRedirect};

use super::clock;
use crate::llm::{Clock, HttpRequest, HttpResponse, Transport, TransportError};

/// Sends requests by `fetch`, or by a function of the page's in its place: it is given a `Request`
/// and gives a `Response`.
#[derive(Default)]
pub(super) struct FetchTransport {
    pub(super) hook: Option<Function>,
}

impl Transport for FetchTransport {
    fn send(
        &self,
        request: HttpRequest,
    ) -> LocalBoxFuture<'_, Result<HttpResponse, TransportError>> {
        async move {
            let controller = AbortController::new().map_err(|error| invalid(&error))?;
            let request: web_sys::Request = build(&request, &controller)?.into();
            let abort = AbortOnDrop { controller, _request: Clone::clone(&request) };
            let response = match &self.hook {
                None => Request::from(request).send().await.map_err(|error| network(&error))?,
                Some(hook) => fetch_by(hook, &request).await?,
            };
            Ok(answer(&response, abort))
        }
        .boxed_local()
    }
}

async fn fetch_by(hook: &Function, request: &web_sys::Request) -> Result<Response, TransportError> {
    // What the page's function throws may hold a key, so it is not repeated.
    let failed = |_: JsValue| TransportError::Network {
        message: "the fetch() function of the page failed".to_owned(),
    };
    let promise = Promise::resolve(&hook.call1(&JsValue::NULL, request).map_err(failed)?);
    let response = JsFuture::from(promise).await.map_err(failed)?;
    response.dyn_into::<web_sys::Response>().map(Response::from).map_err(failed)
}

/// Ends the request when it is dropped, and so closes its socket. It gives no reason: a reason
/// that is not an `Error` would come back as a rejection that gloo-net does not expect.
struct AbortOnDrop {
    controller: AbortController,
    /// Once a request is collected as garbage, Node's fetch no longer hears its signal.
    _request: web_sys::Request,
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.controller.abort();
    }
}

fn build(request: &HttpRequest, abort: &AbortController) -> Result<Request, TransportError> {
    let headers = Headers::new();
    for (name, value) in &request.headers {
        // A value that no header can hold, such as one with a line break, would throw.
        if !value.chars().all(|c| c == '\t' || (' '..='\u{ff}').contains(&c)) {
            let message = format!("the value of header {name} has characters that headers cannot");
            return Err(TransportError::Invalid { message });
        }
        headers.append(name, value);
    }
    let builder = RequestBuilder::new(&request.url)
        .headers(headers)
        // To another host a browser would take the key along.
        .redirect(RequestRedirect::Manual)
        .abort_signal(Some(&abort.signal()));
    let built = if request.body.is_empty() {
        builder.build()
    } else {
        let body = Uint8Array::from(request.body.as_slice());
        builder.method(gloo_net::http::Method::POST).body(body)
    };
    built.map_err(|error| TransportError::Invalid { message: error.to_string() })
}

fn answer(response: &Response, abort: AbortOnDrop) -> HttpResponse {
    let reader = response.body().map(|body| body.get_reader().unchecked_into());
    let state: (Option<ReadableStreamDefaultReader>, AbortOnDrop) = (reader, abort);
    let body = unfold(state, |(reader, abort)| async move {
        let open = reader?;
        match read(&open).await {
            Ok(Some(bytes)) => Some((Ok(bytes), (Some(open), abort))),
            Ok(None) => None,
            Err(error) => Some((Err(error), (None, abort))),
        }
    });
    let mut headers: Vec<(String, String)> = response.headers().entries().collect();
    headers.extend(wait_until_date(&headers));
    HttpResponse { status: response.status(), headers, body: body.boxed_local() }
}

/// The time to wait until the date that a server asks to wait for. It is measured by the server's
/// own clock; where that is hidden by the page's, which may be wrong, but not by more than a minute.
fn wait_until_date(headers: &[(String, String)]) -> Option<(String, String)> {
    // Names of headers come in small letters here.
    let date = |name: &str| {
        let (_, date) = headers.iter().find(|(known, _)| known == name)?;
        date.contains(':').then(|| js_sys::Date::parse(date))
    };
    let until = date("retry-after")?;
    let wait = match date("date") {
        Some(now) => until - now,
        None => (until - js_sys::Date::now()).min(60_000.0),
    };
    (wait > 0.0).then(|| ("retry-after-ms".to_owned(), (wait as u32).to_string()))
}

/// The next bytes of a body; nothing at its end.
async fn read(reader: &ReadableStreamDefaultReader) -> Result<Option<Vec<u8>>, TransportError> {
    let result = JsFuture::from(reader.read()).await.map_err(|e| network_js(&e))?;
    let field = |name: &str| Reflect::get(&result, &name.into()).unwrap_or(JsValue::UNDEFINED);
    if field("done").is_truthy() {
        return Ok(None);
    }
    Ok(field("value").dyn_ref::<Uint8Array>().map(Uint8Array::to_vec))
}

fn network(error: &gloo_net::Error) -> TransportError {
    TransportError::Network { message: error.to_string() }
}

fn network_js(error: &JsValue) -> TransportError {
    TransportError::Network { message: describe(error) }
}

fn invalid(error: &JsValue) -> TransportError {
    TransportError::Invalid { message: describe(error) }
}

fn describe(error: &JsValue) -> String {
    let message = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    message.or_else(|| error.as_string()).unwrap_or_else(|| "unknown".to_owned())
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(handler: &Function, milliseconds: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
}

/// A timer for longer than 31 bits of milliseconds would end at once.
const LONGEST_SLEEP: Duration = Duration::from_hours(500);

/// The host's clock.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct BrowserClock;

impl Clock for BrowserClock {
    fn now(&self) -> Duration {
        Duration::from_secs_f64(clock::milliseconds().max(0.0) / 1000.0)
    }

    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'_, ()> {
        Sleep::new(duration.min(LONGEST_SLEEP)).boxed_local()
    }

    fn jitter(&self) -> f64 {
        js_sys::Math::random()
    }
}

/// A timer that is cleared when it is dropped.
struct Sleep {
    promise: JsFuture,
    timer: JsValue,
    /// Ends the promise.
    resolve: Option<Function>,
}

impl Sleep {
    fn new(duration: Duration) -> Self {
        let (mut timer, mut end) = (JsValue::UNDEFINED, None);
        let promise = Promise::new(&mut |resolve, _| {
            timer = set_timeout(&resolve, duration.as_secs_f64() * 1000.0);
            end = Some(resolve);
        });
        Self { promise: JsFuture::from(promise), timer, resolve: end }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.promise.poll_unpin(context).map(|_| ())
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        clear_timeout(&self.timer);
        // What waits for a promise is held until it is settled: for good, if it never is.
        let _ = self.resolve.as_ref().map(|resolve| resolve.call0(&JsValue::UNDEFINED));
    }
}
