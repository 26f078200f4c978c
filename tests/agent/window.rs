//! The window that a server tells of takes the place of the default, unless one was asked for.

use std::rc::Rc;

use qwen_agent_wasm::agent::{Agent, AgentConfig, Level};
use qwen_agent_wasm::llm::scripted::{ManualClock, Response, ScriptedTransport};
use qwen_agent_wasm::llm::throttle::Throttle;
use qwen_agent_wasm::llm::window::Windows;
use qwen_agent_wasm::llm::{ChatModel, Endpoint, LlmClient};
use qwen_agent_wasm::tokens::{EstimatedTokens, TokenCounter};
use serde_json::json;

use super::support::{documents, drive, haystack};

/// About how many tokens the prompt for the answer has, from more text than fits any window here.
fn prompt_tokens(window: Option<usize>, config: AgentConfig) -> usize {
    let transport = ScriptedTransport::answering(move |request| {
        if request.body.is_empty() {
            assert_eq!(request.url, "/api/models");
            return match window {
                Some(window) => Response::json(
                    200,
                    &json!({ "data": [{ "id": "m", "max_model_len": window }] }),
                ),
                None => Response::error(404, "not_found", "no list"),
            };
        }
        Response::streamed(&["Nobody knows."])
    });
    let clock = ManualClock::default();
    let (endpoint, throttle) = (Endpoint::new("/api"), Throttle::default());
    let client = LlmClient::new(transport.clone(), clock.clone(), endpoint, throttle)
        .with_windows(Rc::new(Windows::default()));
    let agent = Agent::new(Rc::new(client) as Rc<dyn ChatModel>, Rc::new(EstimatedTokens));
    let texts: Vec<String> = (0..8).map(|n| haystack(&format!("Gate {n} is shut."))).collect();
    let names = ["a.txt", "b.txt", "c.txt", "d.txt", "e.txt", "f.txt", "g.txt", "h.txt"];
    let pairs: Vec<_> = names.iter().copied().zip(texts.iter().map(String::as_str)).collect();
    let (_, answer) = drive(&clock, &agent, documents(&pairs), "Who sweeps the path?", config);
    answer.unwrap();
    let last = transport.bodies().pop().unwrap();
    let messages = last["messages"].as_array().unwrap().iter();
    messages.map(|message| EstimatedTokens.count(message["content"].as_str().unwrap())).sum()
}

fn finding() -> AgentConfig {
    let model = "m".to_owned();
    AgentConfig { model, level: Level::Retrieve, find_window: true, ..AgentConfig::default() }
}

#[test]
fn prompts_fit_the_window_that_the_server_tells() {
    let between = |tokens: usize, least: usize, most: usize| {
        assert!((least..=most).contains(&tokens), "{tokens} not from {least} to {most}");
    };
    between(prompt_tokens(Some(4096), finding()), 1500, 4096 - 1024);
    between(prompt_tokens(Some(16_384), finding()), 9000, 16_384 - 1024);
    // Nobody told.
    between(prompt_tokens(None, finding()), 3500, 8192 - 1024);
    // More than this is only used if it is asked for.
    between(prompt_tokens(Some(131_072), finding()), 17_000, 32_768 - 1024);
    let asked = AgentConfig { context_tokens: 8192, find_window: false, ..finding() };
    between(prompt_tokens(Some(131_072), asked), 3500, 8192 - 1024);
}
