//! What is said to the model: one function for each prompt, plain parts in, messages out.
//!
//! The words are in `templates/`, in English and Chinese; here they are filled in. Text of
//! documents is not to be trusted: it stands in a [`fence`] that it cannot close, and each prompt
//! tells the model that what stands there is data. Nothing here knows of agents.
//!
//! Prompts begin with what never changes, so that servers which keep the beginnings of prompts
//! can use them again.

pub mod fence;
mod language;
mod template;

use serde_json::{Value, json};

use crate::llm::{Message, ResponseFormat, ToolSpec};
pub use fence::{Excerpt, Place};
pub use language::PromptLanguage;
use template::{Template, fill};

/// Messages, and the form in which the model is to reply to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// The conversation.
    pub messages: Vec<Message>,
    /// The form of the reply.
    pub response_format: ResponseFormat,
}

/// Asks what to search for: information and instruction apart, keywords in several languages.
///
/// The samples are beginnings of documents, from which the model sees their languages.
pub fn plan(history: &[Message], samples: &[Excerpt<'_>], question: &str) -> Prompt {
    let language = PromptLanguage::of(question);
    let samples = fence::fenced_all(samples);
    let request =
        fill(language.text(Template::Search), &[("samples", &samples), ("question", question)]);
    let mut messages = vec![Message::system(language.text(Template::Plan))];
    messages.extend_from_slice(history);
    messages.push(Message::user(request));
    let response_format = ResponseFormat::JsonSchema { name: "plan", schema: plan_schema() };
    Prompt { messages, response_format }
}

/// Asks the question, with the passages that may answer it.
///
/// The persona takes the place of this library's own words about who answers; the rules stay.
pub fn answer(
    persona: Option<&str>,
    history: &[Message],
    passages: &[Excerpt<'_>],
    question: &str,
) -> Prompt {
    let language = PromptLanguage::of(question);
    let persona = persona.unwrap_or(language.text(Template::Persona));
    let passages = match passages {
        [] => language.text(Template::NoPassages).to_owned(),
        passages => fence::fenced_all(passages),
    };
    let request =
        fill(language.text(Template::Question), &[("passages", &passages), ("question", question)]);
    let rules = fill(language.text(Template::Answer), &[("persona", persona)]);
    let mut messages = vec![Message::system(rules)];
    messages.extend_from_slice(history);
    messages.push(Message::user(request));
    Prompt { messages, response_format: ResponseFormat::Text }
}

/// Asks whether one chunk helps to answer the question, and for its sentences that do.
///
/// The question stands before the chunk: then all readings for one question begin alike.
pub fn read(question: &str, chunk: &Excerpt<'_>) -> Prompt {
    let language = PromptLanguage::of(question);
    let passage = fence::fenced_all(std::slice::from_ref(chunk));
    let request =
        fill(language.text(Template::Chunk), &[("passage", &passage), ("question", question)]);
    let messages = vec![Message::system(language.text(Template::Read)), Message::user(request)];
    let response_format = ResponseFormat::JsonSchema { name: "reading", schema: read_schema() };
    Prompt { messages, response_format }
}

/// The standing instructions of a conversation with tools. How tools are called is told in the
/// text for models that do not get them by the protocol.
pub fn reason(persona: Option<&str>, question: &str, tools: ToolsInText<'_>) -> Message {
    let language = PromptLanguage::of(question);
    let persona = persona.unwrap_or(language.text(Template::Persona));
    let rules = fill(language.text(Template::Reason), &[("persona", persona)]);
    Message::system(match tools {
        ToolsInText::No => rules,
        ToolsInText::Nous(tools) => {
            let lines: Vec<String> = tools.iter().map(nous_line).collect();
            let told = fill(language.text(Template::Nous), &[("tools", &lines.join("\n"))]);
            format!("{rules}\n\n{told}")
        }
        ToolsInText::React(tools) => {
            let lines: Vec<String> = tools.iter().map(react_line).collect();
            let names: Vec<&str> = tools.iter().map(|tool| tool.name.as_str()).collect();
            let values = [("tools", &*lines.join("\n")), ("names", &names.join(", "))];
            format!("{rules}\n\n{}", fill(language.text(Template::React), &values))
        }
    })
}

/// Whether a system message tells of tools, and how.
#[derive(Debug, Clone, Copy)]
pub enum ToolsInText<'t> {
    /// The protocol does.
    No,
    /// As Qwen's chat template does.
    Nous(&'t [ToolSpec]),
    /// As the ReAct paper does.
    React(&'t [ToolSpec]),
}

fn nous_line(tool: &ToolSpec) -> String {
    let ToolSpec { name, description, parameters } = tool;
    let function = json!({ "name": name, "description": description, "parameters": parameters });
    json!({ "type": "function", "function": function }).to_string()
}

fn react_line(tool: &ToolSpec) -> String {
    format!("{}: {} Arguments: {}", tool.name, tool.description, tool.parameters)
}

/// What a model is told that may ask for no more tools.
pub fn last_turn(question: &str) -> &'static str {
    PromptLanguage::of(question).text(Template::LastTurn)
}

/// What is said without a model when the documents have nothing on the question.
pub fn nothing_found(question: &str) -> &'static str {
    PromptLanguage::of(question).text(Template::NothingFound)
}

fn plan_schema() -> Value {
    let text = json!({ "type": "string" });
    let keywords = object(&json!({ "language": text, "words": list_of(&text) }));
    object(&json!({
        "information": text,
        "instruction": text,
        "language": text,
        "keywords": list_of(&keywords),
        "effort": { "type": "string", "enum": ["search", "read", "steps"] },
    }))
}

fn read_schema() -> Value {
    let quotes = list_of(&json!({ "type": "string" }));
    object(&json!({ "relevant": { "type": "boolean" }, "quotes": quotes }))
}

fn list_of(items: &Value) -> Value {
    json!({ "type": "array", "items": items })
}

/// Servers that are strict about schemas want every field required and no others.
fn object(properties: &Value) -> Value {
    let names: Vec<&String> =
        properties.as_object().into_iter().flat_map(|map| map.keys()).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": names,
        "additionalProperties": false,
    })
}

#[cfg(test)]
mod tests;
