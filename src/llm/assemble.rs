//! Puts the deltas of a reply together.
//!
//! Tool calls come in fragments that servers number in their own ways: later fragments may carry
//! an empty id, and some servers give several calls the same index. So a fragment continues the
//! call at its index unless it names another one.

use super::message::{ChatDelta, Reply, ToolCall};

/// The most calls of one reply; more are left out. No model makes so many, but a hostile server
/// could make each fragment a call, and every fragment looks at the calls before it.
const MAX_CALLS: usize = 256;

/// Collects deltas; [`Reply`] can also be collected from an iterator of them.
#[derive(Debug, Default)]
pub struct Assembler {
    reply: Reply,
    /// For each call of the reply, the index that the server gave it.
    indexes: Vec<usize>,
}

impl Assembler {
    /// Adds the next delta. A retry voids what came before it.
    pub fn push(&mut self, delta: ChatDelta) {
        match delta {
            ChatDelta::Text(text) => self.reply.text.push_str(&text),
            ChatDelta::Reasoning(text) => self.reply.reasoning.push_str(&text),
            ChatDelta::Usage(usage) => self.reply.usage = Some(usage),
            ChatDelta::Finished(reason) => self.reply.finish = Some(reason),
            ChatDelta::Retrying { .. } => *self = Self::default(),
            ChatDelta::ToolCall { index, id, name, arguments } => {
                let Some(call) = self.call(index, id.unwrap_or_default()) else { return };
                // Some servers cut the name, too, and some repeat it in each fragment.
                if let Some(name) = name.filter(|name| *name != call.name)
                    && call.arguments.is_empty()
                {
                    call.name.push_str(&name);
                }
                call.arguments.push_str(&arguments);
            }
        }
    }

    /// The call that a fragment belongs to; a new one if it continues none, while there is room.
    fn call(&mut self, index: usize, id: String) -> Option<&mut ToolCall> {
        let calls = &mut self.reply.tool_calls;
        let position = self.indexes.iter().rposition(|&at| at == index);
        let position = position.filter(|&position| {
            let known = &calls[position].id;
            id.is_empty() || known.is_empty() || *known == id
        });
        let position = match position {
            Some(position) => position,
            None if calls.len() == MAX_CALLS => return None,
            None => {
                calls.push(ToolCall::default());
                self.indexes.push(index);
                calls.len() - 1
            }
        };
        let call = &mut calls[position];
        if call.id.is_empty() {
            call.id = id;
        }
        Some(call)
    }

    /// The reply as far as it came.
    pub fn finish(self) -> Reply {
        self.reply
    }
}

impl FromIterator<ChatDelta> for Reply {
    fn from_iter<I: IntoIterator<Item = ChatDelta>>(deltas: I) -> Self {
        let mut assembler = Assembler::default();
        deltas.into_iter().for_each(|delta| assembler.push(delta));
        assembler.finish()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn fragment(index: usize, id: &str, name: &str, arguments: &str) -> ChatDelta {
        ChatDelta::ToolCall {
            index,
            id: Some(id.to_owned()),
            name: Some(name.to_owned()),
            arguments: arguments.to_owned(),
        }
    }

    fn calls(deltas: Vec<ChatDelta>) -> Vec<(String, String, String)> {
        let reply: Reply = deltas.into_iter().collect();
        reply.tool_calls.into_iter().map(|call| (call.id, call.name, call.arguments)).collect()
    }

    fn call(id: &str, name: &str, arguments: &str) -> (String, String, String) {
        (id.to_owned(), name.to_owned(), arguments.to_owned())
    }

    #[test]
    fn an_empty_id_continues_the_call_at_its_index() {
        let deltas = vec![fragment(0, "a", "find", "{\"q\""), fragment(0, "", "", ":1}")];
        assert_eq!(calls(deltas), [call("a", "find", "{\"q\":1}")]);
    }

    #[test]
    fn a_name_may_be_cut_or_repeated() {
        let deltas = vec![
            fragment(0, "a", "fi", ""),
            fragment(0, "", "nd", ""),
            fragment(0, "", "find", "{"),
            fragment(0, "", "find", "}"),
        ];
        assert_eq!(calls(deltas), [call("a", "find", "{}")]);
    }

    #[test]
    fn a_new_id_at_the_same_index_is_a_new_call() {
        let deltas = vec![
            fragment(0, "a", "find", "{}"),
            fragment(0, "b", "list", "{"),
            fragment(0, "", "", "}"),
        ];
        assert_eq!(calls(deltas), [call("a", "find", "{}"), call("b", "list", "{}")]);
    }

    #[test]
    fn fragments_of_two_calls_may_come_by_turns() {
        let deltas = vec![
            fragment(0, "a", "find", "1"),
            fragment(1, "b", "list", "2"),
            fragment(0, "a", "find", "1"),
            fragment(1, "", "", "2"),
        ];
        assert_eq!(calls(deltas), [call("a", "find", "11"), call("b", "list", "22")]);
    }

    #[test]
    fn calls_beyond_the_limit_are_left_out() {
        let of =
            |count: usize| calls((0..count).map(|at| fragment(at, "", "find", "{}")).collect());
        assert_eq!(of(MAX_CALLS).len(), MAX_CALLS);
        assert_eq!(of(MAX_CALLS + 3), of(MAX_CALLS));
    }

    #[test]
    fn a_retry_voids_what_came_before() {
        let retry = ChatDelta::Retrying {
            after: Duration::from_secs(1),
            attempt: 1,
            reason: "llm.incomplete",
        };
        let deltas = [ChatDelta::Reasoning("hm".into()), retry, ChatDelta::Text("yes".into())];
        let reply: Reply = deltas.into_iter().collect();
        assert_eq!(reply, Reply { text: "yes".into(), ..Reply::default() });
    }
}
