//! The ways in which a model asks for tools and is told their results.
//!
//! Each is two plain functions: a reply → the calls in it, and results → messages. The
//! conversation does not know which one is in use.

pub(super) mod nous;
pub(super) mod react;

use crate::llm::{Message, Reply, Role, ToolCall, ToolSpec};
use crate::prompt::ToolsInText;

/// More calls at a time are a model that repeats itself.
const MAX_CALLS: usize = 8;

/// A way to call tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// By fields of the request and the reply.
    Native,
    /// By tags in the text.
    Nous,
    /// By lines of the text.
    React,
}

/// What a model said in one turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Turn {
    /// What stays of it in the conversation.
    pub(super) message: Message,
    /// The tools it asks for; none if it answers.
    pub(super) calls: Vec<ToolCall>,
}

/// What a tool gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ToolResult {
    /// The call.
    pub(super) id: String,
    /// The tool.
    pub(super) name: String,
    /// What the model is told.
    pub(super) content: String,
    /// Whether it failed.
    pub(super) failed: bool,
}

impl Protocol {
    /// How the system message tells of the tools.
    pub(super) fn told(self, tools: &[ToolSpec]) -> ToolsInText<'_> {
        match self {
            _ if tools.is_empty() => ToolsInText::No,
            Self::Native => ToolsInText::No,
            Self::Nous => ToolsInText::Nous(tools),
            Self::React => ToolsInText::React(tools),
        }
    }

    /// Reads a reply. Calls are numbered from `first` where the server gave them no name.
    pub(super) fn turn(self, reply: Reply, tools: &[ToolSpec], first: usize) -> Turn {
        let Reply { text, tool_calls, .. } = reply;
        let mut calls = match self {
            // Small models write their calls into the text however they are told of tools.
            Self::Native | Self::Nous if tool_calls.is_empty() => nous::calls(&text, tools),
            Self::React if tool_calls.is_empty() => react::call(&text).into_iter().collect(),
            _ => tool_calls,
        };
        calls.truncate(MAX_CALLS);
        for (call, number) in calls.iter_mut().zip(first..) {
            if call.id.is_empty() {
                call.id = format!("call_{number}");
            }
        }
        let mut message = Message::assistant(match self {
            Self::React => react::without_invention(&text).to_owned(),
            // A call that was written into the text is told in the field.
            Self::Native if !calls.is_empty() => nous::before_calls(&text).to_owned(),
            _ => text,
        });
        if self == Self::Native {
            message.tool_calls.clone_from(&calls);
        }
        Turn { message, calls }
    }

    /// The messages that tell the results of one turn's calls, in the order of the calls.
    pub(super) fn results(self, results: &[ToolResult]) -> Vec<Message> {
        match self {
            Self::Native => {
                results.iter().map(|result| Message::tool(&result.id, &result.content)).collect()
            }
            Self::Nous => vec![Message::user(nous::responses(results))],
            Self::React => vec![Message::user(react::observations(results))],
        }
    }

    /// Adds a sentence of the user's side to the end of a conversation, without two turns of the
    /// user in a row.
    pub(super) fn remind(messages: &mut Vec<Message>, sentence: &str) {
        match messages.last_mut() {
            Some(last) if last.role == Role::User => {
                last.content = format!("{}\n\n{sentence}", last.content);
            }
            _ => messages.push(Message::user(sentence)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tools() -> Vec<ToolSpec> {
        let name = "find".to_owned();
        vec![ToolSpec { name, description: String::new(), parameters: json!({}) }]
    }

    fn reply(text: &str) -> Reply {
        Reply { text: text.to_owned(), ..Reply::default() }
    }

    fn result(content: &str) -> ToolResult {
        let (id, name) = ("call_0".to_owned(), "find".to_owned());
        ToolResult { id, name, content: content.to_owned(), failed: false }
    }

    #[test]
    fn native_calls_are_in_the_field_and_get_a_name_if_they_have_none() {
        let call = ToolCall { name: "find".into(), arguments: "{}".into(), ..ToolCall::default() };
        let reply = Reply { tool_calls: vec![call.clone(), call], ..Reply::default() };
        let turn = Protocol::Native.turn(reply, &tools(), 3);
        let ids: Vec<&str> = turn.calls.iter().map(|call| call.id.as_str()).collect();
        assert_eq!(ids, ["call_3", "call_4"]);
        assert_eq!(turn.message.tool_calls, turn.calls);
        let told = Protocol::Native.results(&[result("a"), result("b")]);
        assert_eq!(told.len(), 2);
        assert_eq!(told[0].tool_call_id.as_deref(), Some("call_0"));
    }

    #[test]
    fn a_call_in_the_text_is_understood_though_the_server_knows_of_tools() {
        let text =
            "I look.\n<tool_call>\n{\"name\": \"find\", \"arguments\": {\"q\": 1}}\n</tool_call>";
        let turn = Protocol::Native.turn(reply(text), &tools(), 0);
        assert_eq!(turn.calls[0].arguments, r#"{"q":1}"#);
        assert_eq!(turn.message.content, "I look.");
    }

    #[test]
    fn a_turn_has_so_many_calls_and_no_more() {
        let call = ToolCall { name: "find".into(), arguments: "{}".into(), ..ToolCall::default() };
        for (asked, made) in [(MAX_CALLS, MAX_CALLS), (MAX_CALLS + 1, MAX_CALLS)] {
            let reply = Reply { tool_calls: vec![call.clone(); asked], ..Reply::default() };
            assert_eq!(Protocol::Native.turn(reply, &tools(), 0).calls.len(), made);
        }
    }

    #[test]
    fn results_in_the_text_are_one_turn_of_the_user() {
        let told = Protocol::Nous.results(&[result("a"), result("b")]);
        assert_eq!(
            told[0].content,
            "<tool_response>\na\n</tool_response>\n<tool_response>\nb\n</tool_response>"
        );
        assert_eq!(Protocol::React.results(&[result("a")])[0].content, "Observation: a");
    }

    #[test]
    fn a_reminder_joins_the_last_turn_of_the_user() {
        let mut messages = vec![Message::user("a")];
        Protocol::remind(&mut messages, "b");
        assert_eq!(messages, [Message::user("a\n\nb")]);
        let mut messages = vec![Message::tool("1", "a")];
        Protocol::remind(&mut messages, "b");
        assert_eq!(messages[1], Message::user("b"));
    }
}
