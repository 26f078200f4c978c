//! Level 3: the model asks questions of its own, in each way of calling tools.

use std::cell::RefCell;
use std::rc::Rc;

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use qwen_agent_wasm::agent::{
    Agent, AgentConfig, AgentEvent, Level, Strategy, ToolProtocol, Tools,
};
use qwen_agent_wasm::corpus::{DocumentFilter, Snapshot};
use qwen_agent_wasm::llm::scripted::{ManualClock, ScriptedModel, Turn};
use qwen_agent_wasm::llm::{
    ChatDelta, ChatModel, ChatRequest, FinishReason, LlmError, LlmErrorKind, ResponseFormat, Role,
    ToolCall, ToolSpec,
};
use qwen_agent_wasm::tokens::EstimatedTokens;
use serde_json::{Value, json};

use super::support::{Outcome, ask, ask_model, documents, drive, haystack, small_window};

const QUESTION: &str =
    "In which year was the town founded where the author of The Glass Orchard was born?";
const HOPS: [(&str, &str); 3] = [
    ("Who wrote The Glass Orchard?", "The Glass Orchard was written by Teodor Vance."),
    ("Where was Teodor Vance born?", "Teodor Vance was born in the river town of Hallenbeck."),
    ("When was Hallenbeck founded?", "Hallenbeck was founded in 1683 by salt traders."),
];
const ANSWER: &str = "Hallenbeck was founded in 1683";

/// Three documents, each with one of the facts among forty chunks about gardens.
fn library() -> Snapshot {
    let texts: Vec<String> = HOPS.iter().map(|(_, fact)| haystack(fact)).collect();
    let names = ["books.txt", "people.txt", "towns.txt"];
    let documents_of: Vec<(&str, &str)> =
        names.iter().copied().zip(texts.iter().map(String::as_str)).collect();
    documents(&documents_of)
}

fn is_reading(request: &ChatRequest) -> bool {
    matches!(request.response_format, ResponseFormat::JsonSchema { name: "reading", .. })
}

fn said(request: &ChatRequest) -> String {
    request.messages.iter().map(|message| message.content.as_str()).collect::<Vec<_>>().join("\n")
}

fn is_conversation(request: &ChatRequest) -> bool {
    said(request).contains("with the help of tools")
}

/// Quotes the fact that a sub-question asks for, where it stands; answers sub-questions by it.
fn reader(request: &ChatRequest) -> Turn {
    let text = said(request);
    let hop = HOPS.iter().find(|(question, _)| text.contains(question));
    let found = hop.filter(|(_, fact)| text.contains(fact)).map(|(_, fact)| *fact);
    if is_reading(request) {
        let quotes: Vec<&str> = found.into_iter().collect();
        return Turn::json(json!({ "relevant": !quotes.is_empty(), "quotes": quotes }));
    }
    Turn::text(found.unwrap_or("Not found."))
}

/// The next sub-question whose fact is not in the conversation yet.
fn next_hop(request: &ChatRequest) -> Option<&'static str> {
    let text = said(request);
    HOPS.iter().find(|(_, fact)| !text.contains(fact)).map(|(question, _)| *question)
}

/// A model that asks for one fact after another, by calls that `call` writes.
fn detective(
    call: impl Fn(&str) -> Turn + 'static,
    answer: impl Fn(&str) -> Turn + 'static,
) -> ScriptedModel {
    ScriptedModel::answering(move |request| {
        if !is_conversation(request) {
            return reader(request);
        }
        match next_hop(request) {
            Some(question) => call(question),
            None => answer(&solution(request)),
        }
    })
}

/// The answer, citing the passage that the last fact was shown in.
fn solution(request: &ChatRequest) -> String {
    let text = said(request);
    let shown = &text[..text.rfind(HOPS[2].1).unwrap()];
    let number = shown.rsplit("]\n~~~~~").nth(1).unwrap().rsplit('[').next().unwrap();
    format!("{ANSWER} [{number}].")
}

fn native(question: &str) -> Turn {
    Turn::tool_call("ask_documents", json!({ "question": question }))
}

fn config() -> AgentConfig {
    AgentConfig { context_tokens: 8192, ..small_window(Level::Reason) }
}

fn with(protocol: ToolProtocol) -> AgentConfig {
    AgentConfig { protocol, ..config() }
}

fn conversations(outcome: &Outcome) -> Vec<&ChatRequest> {
    outcome.requests.iter().filter(|request| is_conversation(request)).collect()
}

fn check_answer(outcome: &Outcome) {
    let answer = outcome.answer();
    assert_eq!(answer.strategy, Strategy::Reason);
    assert!(answer.text.starts_with(ANSWER), "{}", answer.text);
    assert_eq!(answer.citations.len(), 1);
    assert!(answer.citations[0].verified);
    assert_eq!(answer.citations[0].document.as_str(), "towns.txt");
}

#[test]
fn facts_that_lead_to_each_other_are_found_one_after_another() {
    let outcome =
        ask_model(library(), QUESTION, config(), detective(native, |text| Turn::text(text)));
    check_answer(&outcome);
    let talk = conversations(&outcome);
    assert_eq!(talk.len(), 4);
    assert_eq!(talk[0].tools[0].name, "ask_documents");
    let roles: Vec<Role> = talk[3].messages.iter().map(|message| message.role).collect();
    let hop = [Role::Assistant, Role::Tool];
    assert_eq!(roles, [&[Role::System, Role::User][..], &hop, &hop, &hop].concat());
    let called =
        outcome.events.iter().filter(|event| matches!(event, AgentEvent::ToolCalled { .. }));
    assert_eq!(called.count(), 3);
    let chunks = library().chunks(&DocumentFilter::All).len();
    assert!(outcome.answer().usage.requests < chunks, "reading ends early");
}

#[test]
fn models_without_tools_call_them_in_the_text() {
    let call = |question: &str| {
        let object = json!({ "name": "ask_documents", "arguments": { "question": question } });
        Turn::text(format!("<tool_call>\n{object}\n</tool_call>"))
    };
    let model = detective(call, |text| Turn::text(text));
    let outcome = ask_model(library(), QUESTION, with(ToolProtocol::Nous), model);
    check_answer(&outcome);
    let talk = conversations(&outcome);
    assert!(talk.iter().all(|request| request.tools.is_empty()));
    assert!(talk[0].messages[0].content.contains("\"name\":\"ask_documents\""));
    assert!(talk[1].messages.last().unwrap().content.starts_with("<tool_response>"));
}

#[test]
fn thoughts_actions_and_observations_do_as_well() {
    let call = |question: &str| {
        let input = json!({ "question": question });
        Turn::text(format!(
            "Thought: I ask.\nAction: ask_documents\nAction Input: {input}\nObservation: made up"
        ))
    };
    let answer = |text: &str| Turn::text(format!("Thought: I know.\nFinal Answer: {text}"));
    let model = detective(call, answer);
    let outcome = ask_model(library(), QUESTION, with(ToolProtocol::React), model);
    check_answer(&outcome);
    let talk = conversations(&outcome);
    assert_eq!(talk[0].extra["stop"], json!(["Observation:"]));
    assert!(talk[1].messages.last().unwrap().content.starts_with("Observation: "));
    assert!(!said(talk[1]).contains("made up"));
}

#[test]
fn a_server_that_refuses_tools_is_asked_in_the_text() {
    let model = ScriptedModel::answering(|request| {
        if !request.tools.is_empty() {
            return Turn::error(LlmError::new(LlmErrorKind::BadRequest, "tools: unknown field"));
        }
        if !is_conversation(request) {
            return reader(request);
        }
        match next_hop(request) {
            Some(question) => {
                let object =
                    json!({ "name": "ask_documents", "arguments": { "question": question } });
                Turn::text(format!("<tool_call>{object}</tool_call>"))
            }
            None => Turn::text(solution(request)),
        }
    });
    check_answer(&ask_model(library(), QUESTION, config(), model));
}

#[test]
fn independent_facts_are_asked_for_at_the_same_time() {
    let mut asked = false;
    let model = ScriptedModel::answering(move |request| {
        if !is_conversation(request) {
            return reader(request);
        }
        if std::mem::replace(&mut asked, true) {
            return Turn::text("Vance [1], of Hallenbeck [2].");
        }
        let call = |index: usize, question: &str| ChatDelta::ToolCall {
            index,
            id: Some(format!("c{index}")),
            name: Some("ask_documents".into()),
            arguments: json!({ "question": question }).to_string(),
        };
        let end = ChatDelta::Finished(FinishReason::ToolCalls);
        Turn::deltas([call(0, HOPS[0].0), call(1, HOPS[1].0), end])
    });
    let outcome = ask_model(library(), QUESTION, config(), model);
    let talk = conversations(&outcome);
    let ids: Vec<&str> =
        talk[1].messages.iter().filter_map(|message| message.tool_call_id.as_deref()).collect();
    assert_eq!(ids, ["c0", "c1"]);
    assert!(outcome.result.is_ok());
}

#[test]
fn the_documents_can_be_listed_searched_and_read() {
    let turns = vec![
        Turn::tool_call("list_documents", json!({})),
        Turn::tool_call("search_documents", json!({ "query": "Hallenbeck" })),
        Turn::tool_call("read_page", json!({ "document": "towns.txt", "page": "1" })),
        Turn::tool_call("read_page", json!({ "document": "towns.txt", "page": 7 })),
        Turn::tool_call("read_page", json!({ "document": "moons.txt", "page": 1 })),
        Turn::tool_call("search_documents", json!({ "words": "x" })),
        Turn::tool_call("fly", json!({})),
        Turn::text("Hallenbeck was founded in 1683 by salt traders."),
    ];
    let outcome = ask(library(), "When was Hallenbeck founded?", config(), turns);
    let results: Vec<(&str, bool)> = outcome
        .events
        .iter()
        .filter_map(|event| match event {
            AgentEvent::ToolAnswered { content, failed, .. } => Some((content.as_str(), *failed)),
            _ => None,
        })
        .collect();
    let expect = |at: usize, part: &str, failed: bool| {
        assert!(results[at].0.contains(part) && results[at].1 == failed, "{:?}", results[at]);
    };
    expect(0, "towns.txt: 1 pages, about ", false);
    expect(1, "[1]\n~~~~~", false);
    expect(1, "was founded in 1683", false);
    expect(2, "Section 0 of the garden rules", false);
    expect(3, "the document has 1 pages, and no page 7", true);
    expect(4, "there is no document \"moons.txt\"", true);
    expect(5, "the argument \"query\" is missing", true);
    expect(6, "there is no tool \"fly\"", true);
    assert!(outcome.answer().citations[0].verified);
}

#[test]
fn the_last_turn_must_answer() {
    let model = ScriptedModel::answering(|request| {
        if !is_conversation(request) {
            return reader(request);
        }
        if request.tools_allowed {
            native(HOPS[0].0)
        } else {
            Turn::text("As far as I know: Vance.")
        }
    });
    let config = AgentConfig { max_turns: 3, ..config() };
    let outcome = ask_model(library(), QUESTION, config, model);
    assert!(outcome.answer().text.starts_with("As far as I know"));
    let talk = conversations(&outcome);
    assert_eq!(talk.len(), 3);
    let last = talk[2].messages.last().unwrap();
    assert_eq!((last.role, last.content.contains("Answer the question now")), (Role::User, true));
    // The second call is the first one again: nothing is read for it.
    let read_for = |text: &str| {
        outcome.requests.iter().filter(|r| is_reading(r) && said(r).contains(text)).count()
    };
    assert!(read_for(HOPS[0].0) <= 60, "{}", read_for(HOPS[0].0));
}

#[test]
fn words_before_a_call_do_not_become_part_of_the_answer() {
    let call = |question: &str| native(question).after([ChatDelta::Text("Let me look. ".into())]);
    let outcome =
        ask_model(library(), QUESTION, config(), detective(call, |text| Turn::text(text)));
    check_answer(&outcome);
}

#[test]
fn requests_are_counted_over_all_steps() {
    let config = AgentConfig { max_requests: 20, ..config() };
    let model = ScriptedModel::answering(|request| {
        if is_conversation(request) {
            return native(&format!("Question {}?", request.messages.len()));
        }
        if is_reading(request) {
            return Turn::json(json!({ "relevant": false, "quotes": [] }));
        }
        Turn::text("Not found.")
    });
    let outcome = ask_model(library(), QUESTION, config, model);
    assert!(outcome.requests.len() <= 20, "{}", outcome.requests.len());
    assert!(outcome.warnings().contains(&"reading.limited"));
}

#[test]
fn a_wrong_key_ends_the_run_wherever_it_shows() {
    let mut requests = 0;
    let model = ScriptedModel::answering(move |request| {
        requests += 1;
        if requests > 3 {
            return Turn::error(LlmError::new(LlmErrorKind::Unauthorized, "expired"));
        }
        if is_conversation(request) { native(HOPS[0].0) } else { reader(request) }
    });
    let outcome = ask_model(library(), QUESTION, config(), model);
    assert_eq!(outcome.error().code(), "llm.unauthorized");
}

/// A tool of the page's that notes what it is asked.
struct Rate {
    asked: Rc<RefCell<Vec<Value>>>,
}

impl Tools for Rate {
    fn specs(&self) -> Vec<ToolSpec> {
        let parameters = json!({ "type": "object", "properties": { "to": { "type": "string" } } });
        vec![ToolSpec { name: "rate".into(), description: "Exchange rates.".into(), parameters }]
    }

    fn call<'a>(&'a self, call: &'a ToolCall) -> LocalBoxFuture<'a, Result<String, String>> {
        let arguments: Value = serde_json::from_str(&call.arguments).unwrap();
        self.asked.borrow_mut().push(arguments.clone());
        let result = match arguments["to"].as_str() {
            Some("EUR") => Ok("1.25".to_owned()),
            _ => Err("Error: no such currency.".to_owned()),
        };
        futures::future::ready(result).boxed_local()
    }
}

#[test]
fn tools_of_the_page_are_called_and_their_failures_told() {
    let asked = Rc::new(RefCell::new(Vec::new()));
    let turns = [
        // With a comma too many, as models write it.
        Turn::deltas([
            ChatDelta::ToolCall {
                index: 0,
                id: None,
                name: Some("rate".into()),
                arguments: "{\"to\": \"EUR\",}".into(),
            },
            ChatDelta::Finished(FinishReason::ToolCalls),
        ]),
        Turn::tool_call("rate", json!({ "to": "XXX" })),
        Turn::text("It is 1.25."),
    ];
    let model = Rc::new(ScriptedModel::new(turns));
    let agent = Agent::new(Rc::clone(&model) as Rc<dyn ChatModel>, Rc::new(EstimatedTokens))
        .with_tools(Rc::new(Rate { asked: Rc::clone(&asked) }));
    // No document is needed.
    let clock = ManualClock::default();
    let (events, result) =
        drive(&clock, &agent, Snapshot::default(), "What is the rate?", config());
    assert_eq!(result.unwrap().text, "It is 1.25.");
    assert_eq!(*asked.borrow(), [json!({ "to": "EUR" }), json!({ "to": "XXX" })]);
    let told: Vec<bool> = events
        .iter()
        .filter_map(|event| match event {
            AgentEvent::ToolAnswered { failed, .. } => Some(*failed),
            _ => None,
        })
        .collect();
    assert_eq!(told, [false, true]);
    let last = model.requests().pop().unwrap();
    assert_eq!(last.messages.last().unwrap().content, "Error: no such currency.");
    assert!(last.tools.iter().any(|tool| tool.name == "rate"));
}

#[test]
fn what_a_long_conversation_says_is_cut_to_the_window() {
    let config = AgentConfig { context_tokens: 2600, max_turns: 6, ..config() };
    let model = ScriptedModel::answering(|request| {
        if !request.tools_allowed {
            return Turn::text("Enough.");
        }
        let query = format!("garden {}", request.messages.len());
        Turn::tool_call("search_documents", json!({ "query": query }))
    });
    let outcome = ask_model(library(), QUESTION, config, model);
    assert!(outcome.result.is_ok());
    let last = outcome.requests.last().unwrap();
    assert!(said(last).contains("(shortened)"));
    assert!(said(last).contains(QUESTION));
}
