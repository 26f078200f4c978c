//! What of a turn's text is shown while it comes.
//!
//! Only the answer should be read, but whether a turn is the answer is known at its end. Models
//! say little before they call a tool, so the beginning of a turn is held back for so long; what
//! is longer is taken for the answer. If a call comes all the same, what was shown stays and the
//! answer goes on below it. Text that looks like a call is never shown.

use super::protocol::{Protocol, react};

/// What models say before a call is shorter.
const HELD_CHARACTERS: usize = 240;
const CALL: &str = "<tool_call>";

/// Shows the text of one turn after another.
#[derive(Debug)]
pub(in crate::agent) struct Gate {
    protocol: Protocol,
    /// All that was shown.
    shown: String,
    /// What came in this turn.
    turn: String,
    /// How much of this turn's answer was shown, in bytes.
    shown_of_turn: usize,
}

impl Gate {
    pub(super) fn new(protocol: Protocol) -> Self {
        Self { protocol, shown: String::new(), turn: String::new(), shown_of_turn: 0 }
    }

    /// All that was shown in all turns.
    pub(in crate::agent) fn shown(&self) -> &str {
        &self.shown
    }

    /// Begins another turn.
    pub(super) fn begin(&mut self, protocol: Protocol) {
        self.protocol = protocol;
        self.turn.clear();
        self.shown_of_turn = 0;
    }

    /// Takes more of the turn; what may be shown now.
    pub(in crate::agent) fn push(&mut self, text: &str) -> Option<String> {
        self.turn.push_str(text);
        let visible = match self.protocol {
            Protocol::Native | Protocol::Nous => prose(&self.turn),
            Protocol::React => final_answer(&self.turn),
        };
        let more = visible.get(self.shown_of_turn..).unwrap_or_default().to_owned();
        self.show(more)
    }

    /// Takes the end of a turn that is the answer; what is still to be shown of it.
    pub(super) fn finish(&mut self, answer: &str) -> Option<String> {
        let more = answer.get(self.shown_of_turn..).unwrap_or_default().to_owned();
        self.show(more)
    }

    /// Takes the end of a turn that calls tools; what parts the next turn from what was shown.
    pub(super) fn part(&mut self) -> Option<String> {
        if self.shown_of_turn == 0 { None } else { self.show("\n\n".to_owned()) }
    }

    fn show(&mut self, text: String) -> Option<String> {
        self.shown_of_turn += text.len();
        self.shown.push_str(&text);
        (!text.is_empty()).then_some(text)
    }
}

/// What of a text is prose that may be shown.
fn prose(turn: &str) -> &str {
    let start = turn.trim_start();
    let may_be_call = start.starts_with(['{', '`', '<']);
    if may_be_call || turn.chars().nth(HELD_CHARACTERS).is_none() {
        return "";
    }
    without_beginning_of(CALL, turn)
}

/// What of a text in lines is the answer.
fn final_answer(turn: &str) -> &str {
    if !turn.contains(react::ANSWER) {
        return "";
    }
    without_beginning_of(react::STOP, react::answer(turn))
}

/// A text without what may be the beginning of a mark at its end, or up to the whole mark.
fn without_beginning_of<'t>(mark: &str, text: &'t str) -> &'t str {
    if let Some((before, _)) = text.split_once(mark) {
        return before.trim_end();
    }
    let ends = |length: &usize| text.ends_with(&mark[..*length]);
    let begun = (1..mark.len()).rev().find(ends).unwrap_or(0);
    text[..text.len() - begun].trim_end()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(protocol: Protocol, pieces: &[&str]) -> String {
        let mut gate = Gate::new(protocol);
        pieces.iter().filter_map(|piece| gate.push(piece)).collect()
    }

    #[test]
    fn short_words_before_a_call_are_not_shown() {
        assert_eq!(shown(Protocol::Native, &["I will look that up."]), "");
        let long = "word ".repeat(60);
        assert_eq!(shown(Protocol::Native, &[&long, "<tool_", "call>{}"]), long.trim_end());
        let call = format!("<tool_call>{long}</tool_call>");
        assert_eq!(shown(Protocol::Nous, &[&call]), "");
    }

    #[test]
    fn of_react_only_the_answer_is_shown() {
        let pieces = ["Thought: I know.\nFinal", " Answer: Th", "ree.", "\nObservation: x"];
        assert_eq!(shown(Protocol::React, &pieces), "Three.");
    }

    #[test]
    fn the_end_shows_the_rest_and_a_call_a_gap() {
        let mut gate = Gate::new(Protocol::Native);
        assert_eq!(gate.push("Short."), None);
        assert_eq!(gate.part(), None);
        gate.begin(Protocol::Native);
        let long = "word ".repeat(60);
        assert!(gate.push(&long).is_some());
        assert_eq!(gate.part().as_deref(), Some("\n\n"));
        gate.begin(Protocol::Native);
        assert_eq!(gate.finish("Three.").as_deref(), Some("Three."));
        assert!(gate.shown().ends_with("word\n\nThree."));
    }

    proptest! {
        /// However a text is cut, all of it is shown once, and in order.
        #[test]
        fn pieces_make_no_difference(
            text in "[a-z .<]{0,400}", cut in 0..400_usize, react in any::<bool>(),
        ) {
            let text = if react { format!("Final Answer: {text}") } else { text };
            let protocol = if react { Protocol::React } else { Protocol::Native };
            let answer = if react { react::answer(&text).to_owned() } else { text.clone() };
            let cut = cut.min(text.len());
            let mut gate = Gate::new(protocol);
            gate.push(&text[..cut]);
            gate.push(&text[cut..]);
            gate.finish(&answer);
            prop_assert_eq!(gate.shown(), answer);
        }
    }
}
