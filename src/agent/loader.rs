//! What an index that is loaded in parts lacks, fetched when a step of a run needs it.

use futures::future::{FutureExt, LocalBoxFuture, ready};

use super::error::AgentError;
use super::session::Session;
use crate::corpus::{DocumentFilter, Need, PassageBudget, Snapshot, Sought};
use crate::retrieve::{MAX_CANDIDATES, PASSAGE_OVERHEAD};

/// The end of a fetch.
pub type Loading<'a> = LocalBoxFuture<'a, Result<(), AgentError>>;

/// Who fetches. See [`crate::corpus::Opened`].
pub trait Loader {
    /// Sees to it that all is there that a need takes.
    fn load<'a>(&'a self, snapshot: &'a Snapshot, need: Need<'a>) -> Loading<'a>;
}

/// A plan is made with these in sight.
const SAMPLES: usize = 4;

impl Session {
    fn load<'a>(&'a self, need: Need<'a>) -> Loading<'a> {
        match &self.loader {
            Some(loader) => loader.load(&self.snapshot, need),
            None => ready(Ok(())).boxed_local(),
        }
    }

    /// What every way to answer takes: the lists of the question's terms, and a few documents.
    pub(super) fn load_first(&self) -> Loading<'_> {
        let (sought, filter) = (Sought::Text(&self.question), &self.config.documents);
        self.load(Need::Passages { sought, filter, limit: SAMPLES, budget: None })
    }

    /// For retrieving the best passages that have so many tokens together.
    pub(super) fn load_passages<'a>(&'a self, sought: Sought<'a>, tokens: usize) -> Loading<'a> {
        let budget = PassageBudget { counter: &*self.counter, tokens, overhead: PASSAGE_OVERHEAD };
        let (filter, budget) = (&self.config.documents, Some(budget));
        self.load(Need::Passages { sought, filter, limit: MAX_CANDIDATES, budget })
    }

    /// For showing documents.
    pub(super) fn load_documents<'a>(&'a self, filter: &'a DocumentFilter) -> Loading<'a> {
        self.load(Need::Documents(filter))
    }

    /// For reading all documents meant, and searching for whatever was read in them.
    pub(super) fn load_all(&self) -> Loading<'_> {
        self.load(Need::All(&self.config.documents))
    }
}
