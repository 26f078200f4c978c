//! Cuts a conversation to a model's window, in this order:
//!
//! 1. earlier turns, before the question, are left out, the oldest first;
//! 2. results of tools are shortened to their first lines, the oldest first, those of the last
//!    turn not yet;
//! 3. the results of the last turn are shortened, the longest first, to halves of themselves.
//!
//! The system message and the question stay, and a call is never parted from its result: nothing
//! between the question and the end is left out. What does not fit even so is sent as it is, and
//! the server says so.

use crate::agent::budget::bound;
use crate::llm::{Message, Role};
use crate::tokens::TokenCounter;

/// What is left of an old result: enough to see what it was about.
const KEPT_CHARACTERS: usize = 300;
const SHORTENED: &str = " … (shortened)";

/// The messages that fit. `history` is how many of the turns stand before the question.
pub(super) fn fit(
    system: Message,
    history: usize,
    turns: Vec<Message>,
    tokens: usize,
    counter: &dyn TokenCounter,
) -> Vec<Message> {
    let mut window = Window { counter, tokens, system, turns };
    window.drop_history(history);
    window.shorten_old_results();
    window.halve_last_results();
    let mut messages = vec![window.system];
    messages.extend(window.turns);
    messages
}

struct Window<'c> {
    counter: &'c dyn TokenCounter,
    tokens: usize,
    system: Message,
    turns: Vec<Message>,
}

impl Window<'_> {
    fn fits(&self) -> bool {
        let all = self.turns.iter().chain([&self.system]);
        all.map(|message| bound(message, self.counter)).sum::<usize>() <= self.tokens
    }

    /// Takes whole exchanges, so that the first turn left is one of the user.
    fn drop_history(&mut self, mut history: usize) {
        while history > 0 && !self.fits() {
            let next = self.turns[1..history].iter().position(|turn| turn.role == Role::User);
            let dropped = next.map_or(history, |at| at + 1);
            self.turns.drain(..dropped);
            history -= dropped;
        }
    }

    fn shorten_old_results(&mut self) {
        let last = self.last_results();
        for at in 1..last {
            if self.fits() {
                return;
            }
            if is_result(&self.turns, at) {
                shorten(&mut self.turns[at].content, KEPT_CHARACTERS);
            }
        }
    }

    fn halve_last_results(&mut self) {
        let last = self.last_results();
        while !self.fits() {
            let longest = (last..self.turns.len())
                .filter(|at| is_result(&self.turns, *at))
                .max_by_key(|at| self.turns[*at].content.len());
            let Some(longest) = longest else { return };
            let content = &mut self.turns[longest].content;
            let length = content.chars().count();
            if length <= KEPT_CHARACTERS {
                return;
            }
            shorten(content, length / 2);
        }
    }

    /// Where the results of the last turn with calls begin.
    fn last_results(&self) -> usize {
        let last = self.turns.iter().rposition(|turn| turn.role == Role::Assistant);
        last.map_or(self.turns.len(), |at| at + 1)
    }
}

/// Whether the turn tells what tools gave: by its role, or as the user's turn after a turn of the
/// model that is not the first.
fn is_result(turns: &[Message], at: usize) -> bool {
    match turns[at].role {
        Role::Tool => true,
        Role::User => at > 0 && turns[at - 1].role == Role::Assistant,
        Role::System | Role::Assistant => false,
    }
}

fn shorten(content: &mut String, characters: usize) {
    if let Some((end, _)) = content.char_indices().nth(characters) {
        let kept = content[..end].trim_end_matches(SHORTENED).to_owned();
        *content = kept + SHORTENED;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::llm::ToolCall;
    use crate::tokens::EstimatedTokens;

    fn called(id: &str) -> Message {
        let call = ToolCall { id: id.into(), name: "find".into(), arguments: "{}".into() };
        Message { tool_calls: vec![call], ..Message::assistant("") }
    }

    fn conversation(results: &[usize]) -> Vec<Message> {
        let mut turns = vec![
            Message::user("An earlier question. ".repeat(20)),
            Message::assistant("An earlier answer. ".repeat(20)),
            Message::user("The question?"),
        ];
        for (number, words) in results.iter().enumerate() {
            turns.push(called(&number.to_string()));
            turns.push(Message::tool(number.to_string(), "word ".repeat(*words)));
        }
        turns
    }

    fn cut(turns: &[Message], tokens: usize) -> Vec<Message> {
        fit(Message::system("Rules."), 2, turns.to_vec(), tokens, &EstimatedTokens)
    }

    #[test]
    fn what_fits_is_left_alone() {
        let turns = conversation(&[10]);
        assert_eq!(cut(&turns, 10_000)[1..], turns);
    }

    #[test]
    fn history_goes_first_then_old_results_then_the_last_ones() {
        let turns = conversation(&[400, 400]);
        let without_history = cut(&turns, 1_200);
        assert_eq!(without_history[1..], turns[2..]);
        let shortened = cut(&turns, 800);
        assert!(shortened[3].content.ends_with(SHORTENED) && shortened[3].content.len() < 400);
        assert_eq!(shortened[5], turns[6]);
        let halved = cut(&turns, 400);
        assert!(halved[5].content.ends_with(SHORTENED));
        assert_eq!(halved[1], turns[2]);
    }

    proptest! {
        #[test]
        fn the_question_stays_and_calls_keep_their_results(
            results in prop::collection::vec(0..300_usize, 0..6),
            tokens in 0..3_000_usize,
        ) {
            let messages = cut(&conversation(&results), tokens);
            prop_assert_eq!(messages[0].role, Role::System);
            prop_assert!(messages.iter().any(|message| message.content == "The question?"));
            let made = messages.iter().flat_map(|m| &m.tool_calls).map(|call| call.id.clone());
            let told = messages.iter().filter_map(|message| message.tool_call_id.clone());
            prop_assert_eq!(made.collect::<Vec<_>>(), told.collect::<Vec<_>>());
        }
    }
}
