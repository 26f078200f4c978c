//! Thinking that a server leaves in the text, between `<think>` and `</think>`.
//!
//! Servers without a parser for it send what the model writes, and it writes its thoughts first.
//! They count as thoughts only at the very beginning: an answer may speak of the tag.

use crate::llm::message::ChatDelta;

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// Parts text that arrives in pieces, tags cut anywhere.
#[derive(Debug, Default)]
pub(super) struct Thinking {
    state: State,
    /// What may be the beginning of a tag.
    held: String,
}

#[derive(Debug, Default, Clone, Copy)]
enum State {
    /// Nothing but white space came yet.
    #[default]
    Before,
    Inside,
    /// Between the thoughts and the first letter of the answer.
    After,
    Over,
}

impl Thinking {
    /// Takes more text, and gives what is certain of it.
    pub(super) fn split(&mut self, text: &str) -> Vec<ChatDelta> {
        let mut deltas = Vec::new();
        let all = std::mem::take(&mut self.held) + text;
        let mut rest = all.as_str();
        if let State::Before = self.state {
            rest = self.begin(rest);
        }
        if let State::Inside = self.state {
            rest = self.think(rest, &mut deltas);
        }
        if let State::After = self.state {
            rest = rest.trim_start();
            self.state = if rest.is_empty() { State::After } else { State::Over };
        }
        if !rest.is_empty() {
            deltas.push(ChatDelta::Text(rest.to_owned()));
        }
        deltas
    }

    /// What was held back, at the end of the text.
    pub(super) fn finish(&mut self) -> Option<ChatDelta> {
        let held = std::mem::take(&mut self.held);
        match self.state {
            _ if held.is_empty() => None,
            State::Inside => Some(ChatDelta::Reasoning(held)),
            State::Before | State::After | State::Over => Some(ChatDelta::Text(held)),
        }
    }

    /// Looks for the opening tag, and gives what is behind it, or all if there is none.
    fn begin<'t>(&mut self, text: &'t str) -> &'t str {
        let start = text.trim_start();
        if let Some(thoughts) = start.strip_prefix(OPEN) {
            self.state = State::Inside;
            return thoughts;
        }
        if OPEN.starts_with(start) {
            self.held.push_str(text);
            return "";
        }
        self.state = State::Over;
        text
    }

    /// Gives the thoughts away, and returns what is behind the closing tag.
    fn think<'t>(&mut self, text: &'t str, deltas: &mut Vec<ChatDelta>) -> &'t str {
        let (thoughts, rest) = if let Some(parts) = text.split_once(CLOSE) {
            self.state = State::After;
            parts
        } else {
            let (certain, open) = text.split_at(text.len() - beginning_of_tag(text));
            self.held.push_str(open);
            (certain, "")
        };
        if !thoughts.is_empty() {
            deltas.push(ChatDelta::Reasoning(thoughts.to_owned()));
        }
        rest
    }
}

/// How many bytes at the end of a text may be the beginning of the closing tag.
fn beginning_of_tag(text: &str) -> usize {
    (1..CLOSE.len()).rev().find(|length| text.ends_with(&CLOSE[..*length])).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::llm::message::Reply;

    fn split(pieces: &[&str]) -> (String, String) {
        let mut thinking = Thinking::default();
        let mut deltas: Vec<_> = pieces.iter().flat_map(|piece| thinking.split(piece)).collect();
        deltas.extend(thinking.finish());
        let reply: Reply = deltas.into_iter().collect();
        (reply.reasoning, reply.text)
    }

    fn check(pieces: &[&str], reasoning: &str, text: &str) {
        assert_eq!(split(pieces), (reasoning.to_owned(), text.to_owned()), "{pieces:?}");
    }

    #[test]
    fn thoughts_are_parted_from_the_answer() {
        check(&["<think>hm</think>\n\nYes."], "hm", "Yes.");
        check(&["\n<thi", "nk>h", "m</", "thi", "nk>\n", "\nYes", "."], "hm", "Yes.");
        check(&["<think>", "</think>", "Yes."], "", "Yes.");
        check(&["<think>a < b </thin air"], "a < b </thin air", "");
    }

    #[test]
    fn only_the_beginning_is_thought() {
        check(&["Use <think>x</think>."], "", "Use <think>x</think>.");
        check(&["<th"], "", "<th");
        check(&["<there>"], "", "<there>");
        check(&["  ", "Yes."], "", "  Yes.");
    }

    proptest! {
        #[test]
        fn any_cut_gives_the_same_parts(
            text in "(<think>)?[a</thinké>\n]{0,20}(</think>)?[a<é\n]{0,5}", cut in any::<prop::sample::Index>(),
        ) {
            let borders: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let (before, after) = text.split_at(borders[cut.index(borders.len())]);
            prop_assert_eq!(split(&[before, after]), split(&[&text]));
        }
    }
}
