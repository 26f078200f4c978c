//! How much of the documents fits beside the rest of a prompt.
//!
//! All sizes here are bounds, not counts: a prompt that is too long fails at a good server and is
//! cut without a word at a bad one.

use super::config::AgentConfig;
use super::error::AgentError;
use super::loader::Loading;
use super::session::{Session, excerpts};
use crate::corpus::{ChunkRef, Sought};
use crate::index::Query;
use crate::llm::{Message, Role};
use crate::prompt::{self, Prompt};
use crate::retrieve::{Passage, TokenBudget, retrieve_first, whole};
use crate::tokens::TokenCounter;

/// What chat templates put around each message.
const MESSAGE_TOKENS: usize = 8;
/// What a picture takes: Qwen2-VL and its successors cut it into patches of 28 pixels square, and
/// scale it down to 1,280 of them by default.
const IMAGE_TOKENS: usize = 1_280;
/// A few sentences; with less there is no point in answering from passages.
const MIN_ROOM: usize = 128;
/// The share of the window that earlier turns may take, so that passages keep the most of it.
const HISTORY_SHARE: usize = 4;
/// Passages are chosen by the length of their text, and cost a little more in a prompt. Each
/// round takes that into account, so two are usual; after these, rounds give up more.
const PATIENT_ROUNDS: usize = 3;

/// A larger window is used only if it is asked for: what a prompt costs grows with it, and models
/// find less in very long ones.
const LARGEST_UNASKED: usize = 32_768;

/// The window to use unasked, of a model that has this one.
pub fn window_unasked(window: usize) -> usize {
    window.min(LARGEST_UNASKED)
}

/// What fits into one prompt for an answer.
pub(super) struct Budget<'s> {
    session: &'s Session,
    history: Vec<Message>,
    /// The most tokens that the prompt may have.
    prompt_tokens: usize,
    /// What is left of them for passages.
    room: usize,
}

impl<'s> Budget<'s> {
    /// The budget of a session's answer.
    pub(super) fn of(session: &'s Session) -> Result<Self, AgentError> {
        let AgentConfig { context_tokens, max_output_tokens, .. } = session.config;
        let history =
            recent(&session.config.history, context_tokens / HISTORY_SHARE, &*session.counter);
        let prompt_tokens = context_tokens.saturating_sub(max_output_tokens);
        let mut budget = Self { session, history, prompt_tokens, room: 0 };
        budget.room = prompt_tokens.saturating_sub(budget.bound(&budget.prompt(&[])));
        if budget.room < MIN_ROOM {
            return Err(AgentError::NoRoom { window: context_tokens });
        }
        Ok(budget)
    }

    /// The earlier turns that fit.
    pub(super) fn history(&self) -> &[Message] {
        &self.history
    }

    /// The prompt that puts the question to the model.
    pub(super) fn prompt(&self, passages: &[Passage]) -> Prompt {
        let Session { config, question, .. } = self.session;
        let system = config.system.as_deref();
        let mut prompt = prompt::answer(system, &self.history, &excerpts(passages), question);
        if let Some(last) = prompt.messages.last_mut() {
            last.images.clone_from(&config.images);
        }
        prompt
    }

    /// Whether everything is short enough for a closer look.
    pub(super) fn may_hold_all(&self) -> bool {
        let Session { snapshot, config, .. } = self.session;
        snapshot.tokens(&config.documents) <= self.room as u64
    }

    /// Loads what [`Budget::retrieve`] takes for a query.
    pub(super) fn load<'a>(&'a self, query: &'a Query) -> Loading<'a> {
        self.session.load_passages(Sought::Query(query), self.room)
    }

    /// Everything, if it fits.
    pub(super) fn whole(&self) -> Option<Vec<Passage>> {
        let Session { snapshot, config, .. } = self.session;
        let passages = whole(snapshot, &config.documents, self.tokens(self.room))?;
        self.fits(&passages).then_some(passages)
    }

    /// The best passages for a query that fit, those of some chunks before all others.
    pub(super) fn retrieve(&self, query: &Query, first: &[ChunkRef]) -> Vec<Passage> {
        let Session { snapshot, config, .. } = self.session;
        let mut tokens = self.room;
        let mut rounds = 0;
        loop {
            let budget = self.tokens(tokens);
            let passages = retrieve_first(snapshot, query, &config.documents, budget, first);
            let used = self.bound(&self.prompt(&passages));
            if used <= self.prompt_tokens || passages.is_empty() {
                return passages;
            }
            let over = used - self.prompt_tokens;
            // An estimate of a whole prompt may be well above the sum of its parts, where
            // languages mix. Then taking off what is too much again and again leads nowhere.
            let less = tokens.saturating_sub(over);
            tokens = if rounds < PATIENT_ROUNDS { less } else { less.min(tokens / 4 * 3) };
            rounds += 1;
        }
    }

    /// A budget for half of what these passages take, for a model whose window is smaller than
    /// was said; nothing if that would be too little.
    pub(super) fn halved(mut self, passages: &[Passage]) -> Option<Self> {
        let empty = self.bound(&self.prompt(&[]));
        self.room = self.bound(&self.prompt(passages)).saturating_sub(empty) / 2;
        self.prompt_tokens = empty + self.room;
        (self.room >= MIN_ROOM).then_some(self)
    }

    fn tokens(&self, tokens: usize) -> TokenBudget<'_> {
        TokenBudget { tokens, counter: &*self.session.counter }
    }

    fn fits(&self, passages: &[Passage]) -> bool {
        self.bound(&self.prompt(passages)) <= self.prompt_tokens
    }

    fn bound(&self, prompt: &Prompt) -> usize {
        prompt.messages.iter().map(|message| bound(message, &*self.session.counter)).sum()
    }
}

/// The most tokens that a message takes, with its pictures and calls of tools.
pub(super) fn bound(message: &Message, counter: &dyn TokenCounter) -> usize {
    let calls = message
        .tool_calls
        .iter()
        .map(|call| counter.bound(&call.name) + counter.bound(&call.arguments) + MESSAGE_TOKENS);
    let images = message.images.len() * IMAGE_TOKENS;
    counter.bound(&message.content) + images + calls.sum::<usize>() + MESSAGE_TOKENS
}

/// The last turns that fit, beginning with one of the user: a conversation that begins with an
/// answer is refused by some chat templates.
pub(super) fn recent(
    history: &[Message],
    tokens: usize,
    counter: &dyn TokenCounter,
) -> Vec<Message> {
    let mut left = tokens;
    let fitting = history.iter().rev().take_while(|message| {
        let cost = bound(message, counter);
        let fits = cost <= left;
        left = left.saturating_sub(cost);
        fits
    });
    let turns = &history[history.len() - fitting.count()..];
    let first = turns.iter().position(|message| message.role == Role::User);
    first.map_or_else(Vec::new, |first| turns[first..].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::EstimatedTokens;

    #[test]
    fn only_the_last_turns_are_kept_beginning_with_the_user() {
        let history = [
            Message::user("one"),
            Message::assistant("two"),
            Message::user("three"),
            Message::assistant("four"),
        ];
        let cost = |messages: &[Message]| -> usize {
            messages.iter().map(|message| bound(message, &EstimatedTokens)).sum()
        };
        let check = |tokens: usize, expected: &[Message]| {
            assert_eq!(recent(&history, tokens, &EstimatedTokens), expected, "{tokens}");
        };
        check(cost(&history), &history);
        check(cost(&history) - 1, &history[2..]);
        check(cost(&history[2..]), &history[2..]);
        check(cost(&history[2..]) - 1, &[]);
        check(0, &[]);
    }
}
