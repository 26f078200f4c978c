//! Counts what was read, and says when to give up.

use super::super::error::AgentError;
use super::super::event::AgentEvent;
use super::quote::Reading;
use crate::llm::LlmError;

/// With a quarter of the documents unread, "not found" would be a lie.
const MAX_FAILED_SHARE: usize = 4;
/// A server that fails so often in a row from the start is down; a thousand more tries, each with
/// its patience, would take hours to say so.
const FAILED_FROM_THE_START: usize = 8;

/// The chunks read so far.
#[derive(Debug)]
pub(super) struct Tally {
    total: usize,
    done: usize,
    failed: usize,
    not_understood: usize,
    invented: usize,
    /// By position, so that the order in which replies come does not matter.
    quotes: Vec<Vec<String>>,
}

impl Tally {
    pub(super) fn of(total: usize) -> Self {
        Self {
            total,
            done: 0,
            failed: 0,
            not_understood: 0,
            invented: 0,
            quotes: vec![Vec::new(); total],
        }
    }

    /// Adds the chunk at a position, and gives the event that tells of it.
    pub(super) fn add(
        &mut self,
        position: usize,
        reading: Result<Reading, LlmError>,
    ) -> Result<AgentEvent, AgentError> {
        self.done += 1;
        let failed = reading.is_err();
        let reading = match reading {
            Ok(reading) => reading,
            Err(error) => self.fail(error)?,
        };
        self.not_understood += usize::from(!failed && !reading.parsed);
        self.invented += reading.invented;
        let relevant = !reading.quotes.is_empty();
        if let Some(quotes) = self.quotes.get_mut(position) {
            *quotes = reading.quotes;
        }
        Ok(AgentEvent::ChunkRead { done: self.done, total: self.total, relevant, failed })
    }

    fn fail(&mut self, source: LlmError) -> Result<Reading, AgentError> {
        self.failed += 1;
        if source.kind().concerns_all_requests() {
            return Err(source.into());
        }
        let too_many = self.failed * MAX_FAILED_SHARE > self.total;
        let is_down = self.failed == self.done && self.failed >= FAILED_FROM_THE_START;
        if too_many || is_down {
            return Err(AgentError::ReadingFailed {
                failed: self.failed,
                total: self.total,
                source,
            });
        }
        Ok(Reading::default())
    }

    /// What was not as it should be, and that a limit left so many chunks unread.
    pub(super) fn warnings(&self, unread: usize) -> Vec<(&'static str, String)> {
        let Self { total, failed, not_understood, invented, .. } = self;
        let mut warnings = Vec::new();
        if unread > 0 {
            let message = format!(
                "{unread} of {total} parts were not read, since no more requests are allowed"
            );
            warnings.push(("reading.limited", message));
        }
        if *failed > 0 {
            let message = format!("{failed} of {total} parts could not be read");
            warnings.push(("reading.failed", message));
        }
        if *not_understood > 0 {
            let message = format!(
                "the model's replies to {not_understood} of {total} parts could not be read"
            );
            warnings.push(("reading.not_understood", message));
        }
        if *invented > 0 {
            let message = format!(
                "{invented} sentences that the model gave as quotes do not stand in the documents, \
                 and were left out"
            );
            warnings.push(("reading.invented", message));
        }
        warnings
    }

    /// All quotes, in the order of the chunks' positions.
    pub(super) fn quotes(&self) -> Vec<String> {
        self.quotes.concat()
    }

    pub(super) fn quote_count(&self) -> usize {
        self.quotes.iter().map(Vec::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::LlmErrorKind;

    fn failure(kind: LlmErrorKind) -> Result<Reading, LlmError> {
        Err(LlmError::new(kind, "down"))
    }

    fn found(quote: &str) -> Reading {
        Reading { quotes: vec![quote.to_owned()], parsed: true, invented: 0 }
    }

    #[test]
    fn quotes_stand_in_the_order_of_their_chunks() {
        let mut tally = Tally::of(3);
        for (position, quote) in [(2, "c"), (0, "a"), (1, "b")] {
            tally.add(position, Ok(found(quote))).unwrap();
        }
        assert_eq!(tally.quotes(), ["a", "b", "c"]);
    }

    #[test]
    fn a_quarter_may_fail_and_no_more() {
        let mut tally = Tally::of(8);
        tally.add(0, failure(LlmErrorKind::Server)).unwrap();
        let event = tally.add(1, failure(LlmErrorKind::Refused)).unwrap();
        let expected = AgentEvent::ChunkRead { done: 2, total: 8, relevant: false, failed: true };
        assert_eq!(event, expected);
        assert_eq!(tally.warnings(0)[0].1, "2 of 8 parts could not be read");
        let error = tally.add(2, failure(LlmErrorKind::Server)).unwrap_err();
        assert_eq!((error.code(), error.is_retryable()), ("agent.reading_failed", true));
    }

    #[test]
    fn a_wrong_key_or_a_dead_server_ends_it_early() {
        let error = Tally::of(1000).add(0, failure(LlmErrorKind::Unauthorized)).unwrap_err();
        assert_eq!(error.code(), "llm.unauthorized");
        let mut tally = Tally::of(1000);
        let tries = (1..1000).find(|_| tally.add(0, failure(LlmErrorKind::Network)).is_err());
        assert_eq!(tries, Some(FAILED_FROM_THE_START));
    }

    #[test]
    fn what_is_not_understood_is_counted() {
        let mut tally = Tally::of(2);
        tally.add(0, Ok(Reading::default())).unwrap();
        assert_eq!(tally.warnings(0)[0].0, "reading.not_understood");
    }
}
