//! Sets of terms, to be made once and compared often.

use super::Term;

/// Different terms, in rising order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TermSet(Vec<Term>);

impl TermSet {
    /// The terms of a list, each once.
    pub(crate) fn of(mut terms: Vec<Term>) -> Self {
        terms.sort_unstable();
        terms.dedup();
        Self(terms)
    }

    /// The terms of several sets.
    pub(crate) fn union<'s>(sets: impl IntoIterator<Item = &'s Self>) -> Self {
        let mut all = Vec::new();
        for set in sets {
            all.extend_from_slice(&set.0);
        }
        Self::of(all)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Term> {
        self.0.iter().copied()
    }

    /// Where a term stands among the others.
    pub(crate) fn position(&self, term: Term) -> Option<usize> {
        self.0.binary_search(&term).ok()
    }

    /// The terms that another set has, too.
    pub(crate) fn shared(&self, other: &Self) -> Self {
        Self(self.iter().filter(|term| other.position(*term).is_some()).collect())
    }

    /// Whether another set has all terms.
    pub(crate) fn is_subset(&self, other: &Self) -> bool {
        self.iter().all(|term| other.position(term).is_some())
    }
}
