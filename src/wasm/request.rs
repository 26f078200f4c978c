//! What a page asks for, turned into the core's terms.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use futures::future::{FutureExt, LocalBoxFuture};
use js_sys::{Function, JsString, Promise, Reflect};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::error::{self, to_js};
use super::fetch::{BrowserClock, FetchTransport};
use super::library::filter;
use super::opened::PageIndex;
use super::readings::PageReadings;
use super::run::WasmRun;
use super::tokens;
use super::tools::{PageTools, ToolInfo};
use crate::agent::{
    Agent, AgentConfig, Estimate, Level, ToolProtocol, estimate as estimate_with, window_unasked,
};
use crate::corpus::Snapshot;
use crate::llm::throttle::Throttle;
use crate::llm::window::Windows;
use crate::llm::{Dialect, Endpoint, HeaderSource, LlmClient, Message, Timeouts, TransportError};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AskRequest {
    question: String,
    level: Option<String>,
    documents: Option<Vec<String>>,
    system: Option<String>,
    #[serde(default)]
    images: Vec<String>,
    #[serde(default)]
    history: Vec<Turn>,
    endpoint: Option<EndpointInfo>,
    context_tokens: Option<usize>,
    max_output_tokens: Option<usize>,
    max_requests: Option<usize>,
    max_tokens: Option<u64>,
    adaptive: Option<bool>,
    protocol: Option<String>,
    max_turns: Option<usize>,
    #[serde(default)]
    tools: Vec<ToolInfo>,
    concurrency: Option<usize>,
    /// Whether the answer comes with the conversation that gave it.
    #[serde(default)]
    transcript: bool,
    #[serde(default)]
    generation: Map<String, Value>,
}

#[derive(Deserialize)]
struct Turn {
    role: String,
    content: String,
}

/// The key is in it, so it has no `Debug`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EndpointInfo {
    base_url: String,
    /// Other addresses, for when that one does not serve.
    #[serde(default)]
    fallbacks: Vec<String>,
    dialect: Option<String>,
    model: String,
    #[serde(default)]
    headers: Map<String, Value>,
    api_key: Option<String>,
    first_byte_ms: Option<f64>,
    stall_ms: Option<f64>,
    /// Whether there is no server, but a function of the page's that only answers.
    #[serde(default)]
    local: bool,
}

/// What all runs of a library share of an address: one throttle, and what its models can hold.
#[derive(Default)]
pub(super) struct Throttles {
    known: RefCell<Vec<Shared>>,
}

#[derive(Clone)]
struct Shared {
    base_url: String,
    cap: usize,
    throttle: Throttle,
    windows: Rc<Windows>,
}

impl Throttles {
    fn of(&self, base_url: &str, cap: usize) -> Shared {
        let mut known = self.known.borrow_mut();
        let of_url = || known.iter().filter(|shared| shared.base_url == base_url);
        if let Some(found) = of_url().find(|shared| shared.cap == cap) {
            return found.clone();
        }
        let windows = of_url().next().map(|shared| Rc::clone(&shared.windows)).unwrap_or_default();
        let base_url = base_url.to_owned();
        known.push(Shared { base_url, cap, throttle: Throttle::new(cap), windows });
        known[known.len() - 1].clone()
    }

    /// A client of what an endpoint tells.
    fn client(
        &self,
        info: EndpointInfo,
        cap: usize,
        hooks: Hooks,
    ) -> Result<LlmClient<FetchTransport, BrowserClock>, JsValue> {
        let Shared { throttle, windows, .. } = self.of(&info.base_url, cap);
        let fallbacks: Vec<Shared> = info.fallbacks.iter().map(|url| self.of(url, cap)).collect();
        let is_local = info.local;
        let timeouts = timeouts(&info);
        let endpoint = endpoint(info, hooks.headers)?;
        let transport = FetchTransport { hook: hooks.fetch };
        let client = LlmClient::new(transport, BrowserClock, endpoint, throttle);
        let mut client = client.with_timeouts(timeouts);
        for shared in fallbacks {
            client = client.with_throttle(shared.throttle);
        }
        Ok(if is_local { client } else { client.with_windows(windows) })
    }
}

/// Functions of an endpoint, which no deserializer carries.
struct Hooks {
    headers: Option<Function>,
    fetch: Option<Function>,
}

impl Hooks {
    fn of(request: &JsValue) -> Self {
        let endpoint = Reflect::get(request, &"endpoint".into()).ok().filter(JsValue::is_object);
        let hook = |name| function(endpoint.as_ref()?, name);
        Self { headers: hook("headersHook"), fetch: hook("fetchHook") }
    }
}

/// Begins a run for a request object.
pub(super) fn ask(
    snapshot: Snapshot,
    throttles: &Throttles,
    index: Option<Rc<PageIndex>>,
    request: &JsValue,
) -> Result<WasmRun, JsValue> {
    let hooks = Hooks::of(request);
    let tools_hook = function(request, "toolsHook");
    let readings = Reflect::get(request, &"readingsHook".into()).ok();
    let readings = readings.and_then(|object| PageReadings::from_js(&object));
    let request: AskRequest = serde_wasm_bindgen::from_value(request.clone())
        .map_err(|e| error::invalid("question", &e))?;
    let question = composed(&request.question);
    let mut config = config(&request)?;
    let model = request.endpoint.as_ref().map_or("", |info| &info.model);
    let counter = tokens::counter(model);
    let agent = match request.endpoint {
        None => Agent::without_model(counter),
        Some(info) => {
            config.model.clone_from(&info.model);
            let client = throttles.client(info, config.concurrency, hooks)?;
            Agent::new(Rc::new(client), counter)
        }
    };
    let agent = match tools_hook {
        Some(hook) if !request.tools.is_empty() => {
            agent.with_tools(Rc::new(PageTools::new(request.tools, hook)))
        }
        _ => agent,
    };
    let agent = match readings {
        Some(readings) => agent.with_readings(Rc::new(readings)),
        None => agent,
    };
    let agent = match index {
        Some(index) => agent.with_loader(index),
        None => agent,
    };
    let run = agent.ask(snapshot.clone(), &question, config).map_err(|e| error::agent(&e))?;
    Ok(WasmRun::new(run, snapshot, request.transcript))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EstimateInfo {
    requests: usize,
    prompt_tokens: u64,
    completion_tokens: u64,
    at_most: bool,
}

/// What a request would cost.
pub(super) fn estimate(
    snapshot: &Snapshot,
    throttles: &Throttles,
    request: JsValue,
) -> Result<JsValue, JsValue> {
    let request: AskRequest =
        serde_wasm_bindgen::from_value(request).map_err(|e| error::invalid("question", &e))?;
    let mut config = config(&request)?;
    let estimate = match &request.endpoint {
        None => Estimate::default(),
        Some(info) => {
            let counter = tokens::counter(&info.model);
            let shared = throttles.of(&info.base_url, config.concurrency);
            // The server is not asked for an estimate: what it told before, or the table, must do.
            if let (true, Some(window)) = (config.find_window, shared.windows.known(&info.model)) {
                config.context_tokens = window_unasked(window);
            }
            estimate_with(snapshot, &composed(&request.question), &config, &*counter)
        }
    };
    let Estimate { requests, prompt_tokens, completion_tokens, at_most } = estimate;
    Ok(to_js(&EstimateInfo { requests, prompt_tokens, completion_tokens, at_most }))
}

fn config(request: &AskRequest) -> Result<AgentConfig, JsValue> {
    let defaults = AgentConfig::default();
    let name = request.level.as_deref().unwrap_or("auto");
    let level = Level::from_name(name).ok_or_else(|| error::invalid("unknown level", &name))?;
    let name = request.protocol.as_deref().unwrap_or("auto");
    let protocol =
        ToolProtocol::from_name(name).ok_or_else(|| error::invalid("unknown protocol", &name))?;
    let turn = |turn: &Turn| match turn.role.as_str() {
        "user" => Ok(Message::user(turn.content.as_str())),
        "assistant" => Ok(Message::assistant(turn.content.as_str())),
        other => Err(error::invalid("unknown role in history", &other)),
    };
    Ok(AgentConfig {
        level,
        documents: filter(request.documents.clone()),
        system: request.system.clone(),
        images: request.images.clone(),
        history: request.history.iter().map(turn).collect::<Result<_, _>>()?,
        context_tokens: request.context_tokens.unwrap_or(defaults.context_tokens),
        find_window: request.context_tokens.is_none(),
        max_output_tokens: request.max_output_tokens.unwrap_or(defaults.max_output_tokens),
        max_requests: request.max_requests.unwrap_or(defaults.max_requests),
        max_tokens: request.max_tokens,
        adaptive: request.adaptive.unwrap_or(defaults.adaptive),
        protocol,
        max_turns: request.max_turns.unwrap_or(defaults.max_turns).max(1),
        concurrency: request.concurrency.unwrap_or(defaults.concurrency).max(1),
        generation: request.generation.clone(),
        ..defaults
    })
}

fn timeouts(info: &EndpointInfo) -> Timeouts {
    let defaults = Timeouts::default();
    let time = |ms: Option<f64>, default| {
        ms.and_then(|ms| Duration::try_from_secs_f64(ms / 1000.0).ok()).unwrap_or(default)
    };
    Timeouts {
        first_byte: time(info.first_byte_ms, defaults.first_byte),
        stall: time(info.stall_ms, defaults.stall),
    }
}

fn endpoint(info: EndpointInfo, hook: Option<Function>) -> Result<Endpoint, JsValue> {
    let mut endpoint = Endpoint::new(&info.base_url);
    for url in &info.fallbacks {
        endpoint = endpoint.with_fallback(url);
    }
    if let Some(name) = info.dialect {
        let dialect = Dialect::from_name(&name);
        let dialect = dialect.ok_or_else(|| error::invalid("unknown dialect", &name))?;
        endpoint = endpoint.with_dialect(dialect);
    }
    if let Some(key) = info.api_key {
        endpoint = endpoint.with_key(&key);
    }
    let headers = texts(info.headers).ok_or_else(|| error::invalid("question", &NO_TEXTS))?;
    for (name, value) in headers {
        endpoint = endpoint.with_header(name, value);
    }
    Ok(match hook {
        Some(hook) => endpoint.with_source(Rc::new(HeadersHook(hook))),
        None => endpoint,
    })
}

const NO_TEXTS: &str = "a header is not a text";

/// Headers, if all are texts. A map of texts would be built anew, at four kilobytes; one of any
/// values is there already.
fn texts(headers: Map<String, Value>) -> Option<Vec<(String, String)>> {
    let mut texts = Vec::new();
    for (name, value) in headers {
        let Value::String(value) = value else { return None };
        texts.push((name, value));
    }
    Some(texts)
}

fn function(object: &JsValue, name: &str) -> Option<Function> {
    Reflect::get(object, &name.into()).ok()?.dyn_into().ok()
}

/// A function of the page's that is asked for headers before each request.
struct HeadersHook(Function);

impl HeaderSource for HeadersHook {
    fn headers(&self) -> LocalBoxFuture<'_, Result<Vec<(String, String)>, TransportError>> {
        async move {
            // What the page's function throws may hold a token, so it is not repeated.
            let failed = |_: JsValue| TransportError::Invalid {
                message: "the headers() function of the page failed".to_owned(),
            };
            let promise: Promise = Promise::resolve(&self.0.call0(&JsValue::NULL).map_err(failed)?);
            let value = JsFuture::from(promise).await.map_err(failed)?;
            let headers = serde_wasm_bindgen::from_value(value).ok().and_then(texts);
            headers.ok_or_else(|| TransportError::Invalid {
                message: "the headers() function must give an object of strings".to_owned(),
            })
        }
        .boxed_local()
    }
}

/// A text in NFC, as documents are; the host normalizes for free.
pub(super) fn composed(text: &str) -> String {
    String::from(JsString::from(text).normalize("NFC"))
}
