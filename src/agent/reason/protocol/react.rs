//! Calls by lines of the text: Yao et al., "ReAct: Synergizing Reasoning and Acting in Language
//! Models" (2023).
//!
//! ```text
//! Thought: I need the year.
//! Action: search
//! Action Input: {"query": "…"}
//! ```
//!
//! The reply ends there, since `Observation:` is a stop word; a model behind a server that does
//! not stop goes on and invents the result, which is cut away.

use super::ToolResult;
use crate::llm::ToolCall;

/// Where a server should stop.
pub(in crate::agent::reason) const STOP: &str = "Observation:";
const ACTION: &str = "Action:";
const INPUT: &str = "Action Input:";
/// After this comes the answer.
pub(in crate::agent::reason) const ANSWER: &str = "Final Answer:";

/// The call in a text, if it asks for a tool.
pub(super) fn call(text: &str) -> Option<ToolCall> {
    let text = without_invention(text);
    let (before, action) = text.rsplit_once(ACTION)?;
    if before.contains(ANSWER) {
        return None;
    }
    let (name, arguments) = action.split_once(INPUT).unwrap_or((action, "{}"));
    let name = name.trim().trim_matches(['`', '[', ']', '"', '*']).trim();
    let arguments = arguments.trim().trim_matches('`').trim();
    let arguments = arguments.strip_prefix("json").unwrap_or(arguments).trim();
    Some(ToolCall { id: String::new(), name: name.to_owned(), arguments: arguments.to_owned() })
}

/// A text up to the result that the model made up itself.
pub(super) fn without_invention(text: &str) -> &str {
    text.split(STOP).next().unwrap_or(text).trim_end()
}

/// The answer in a text: what comes after its mark, or all of it.
pub(in crate::agent::reason) fn answer(text: &str) -> &str {
    let text = without_invention(text);
    match text.split_once(ANSWER) {
        Some((_, answer)) => answer.trim_start(),
        None => text.trim_start().strip_prefix("Thought:").unwrap_or(text).trim_start(),
    }
}

/// The results as one turn of the user.
pub(super) fn observations(results: &[ToolResult]) -> String {
    let told: Vec<String> =
        results.iter().map(|result| format!("{STOP} {}", result.content)).collect();
    told.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, &str)>) {
        let call = call(text);
        let found = call.as_ref().map(|call| (call.name.as_str(), call.arguments.as_str()));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn the_last_action_is_the_call() {
        check(
            "Thought: I look.\nAction: find\nAction Input: {\"q\": 1}",
            Some(("find", r#"{"q": 1}"#)),
        );
        check("Action: `find`\nAction Input:\n```json\n{}\n```", Some(("find", "{}")));
        check("Action: list", Some(("list", "{}")));
        check(
            "Action: find\nAction Input: {}\nObservation: made up\nFinal Answer: 3",
            Some(("find", "{}")),
        );
        check("Thought: I know.\nFinal Answer: Action: none is needed.", None);
        check("Just an answer.", None);
    }

    #[test]
    fn the_answer_is_what_follows_its_mark() {
        assert_eq!(answer("Thought: I know.\nFinal Answer: Three."), "Three.");
        assert_eq!(answer("Three."), "Three.");
        assert_eq!(answer("Thought: Three."), "Three.");
    }
}
