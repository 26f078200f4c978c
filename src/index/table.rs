//! Terms to small numbers: open addressing, one slot of 16 bytes a term.
//!
//! Terms are hashes and need no other. A term's home is given by its highest bits, so that the
//! table read from the front is nearly sorted: [`TermTable::sorted`] has only to put runs of
//! neighbours in order.

use crate::analyze::Term;

/// Terms with numbers from 0, in the order in which they were first met.
#[derive(Debug, Clone)]
pub(super) struct TermTable {
    slots: Vec<Slot>,
    /// How far a term is shifted to the right for its home.
    shift: u32,
    terms: u32,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    term: Term,
    /// Its number; [`FREE`] if there is no term.
    number: u32,
}

const FREE: u32 = u32::MAX;

const NO_TERM: Slot = Slot { term: 0, number: FREE };

impl Default for TermTable {
    fn default() -> Self {
        Self::new()
    }
}

impl TermTable {
    /// A table without terms, with room for a few.
    pub(super) fn new() -> Self {
        const FIRST_BITS: u32 = 8;
        Self { slots: vec![NO_TERM; 1 << FIRST_BITS], shift: 64 - FIRST_BITS, terms: 0 }
    }

    /// How many terms it has.
    pub(super) fn len(&self) -> u32 {
        self.terms
    }

    /// The number of a term, a new one if it was not met before.
    #[inline]
    pub(super) fn number(&mut self, term: Term) -> u32 {
        let at = self.find(term);
        let slot = &mut self.slots[at];
        if slot.number != FREE {
            return slot.number;
        }
        let number = self.terms;
        *slot = Slot { term, number };
        self.terms += 1;
        // Half full: above that, runs of full slots grow long.
        if self.terms as usize * 2 > self.slots.len() {
            self.grow();
        }
        number
    }

    /// The slot of a term, or the free one where it belongs.
    #[inline]
    fn find(&self, term: Term) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = (term >> self.shift) as usize & mask;
        loop {
            let slot = &self.slots[at & mask];
            if slot.number == FREE || slot.term == term {
                return at & mask;
            }
            at += 1;
        }
    }

    #[cold]
    fn grow(&mut self) {
        // Four times: each growth touches every slot once more.
        let larger = vec![NO_TERM; self.slots.len() * 4];
        let slots = std::mem::replace(&mut self.slots, larger);
        self.shift -= 2;
        for slot in slots.into_iter().filter(|slot| slot.number != FREE) {
            let at = self.find(slot.term);
            self.slots[at] = slot;
        }
    }

    /// The numbers of its terms, in nearly rising order of terms.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> {
        self.slots.iter().map(|slot| slot.number).filter(|number| *number != FREE)
    }

    /// Terms and their numbers, in rising order of terms.
    pub(super) fn sorted(self) -> Vec<(Term, u32)> {
        let shift = self.shift;
        let mut sorted = Vec::with_capacity(self.terms as usize);
        let mut wrapped = Vec::new();
        let mut run = 0;
        for (at, slot) in self.slots.iter().enumerate() {
            if slot.number == FREE {
                sort_run(&mut sorted[run..]);
                run = sorted.len();
            } else if (slot.term >> shift) as usize > at {
                // Its home was full to the table's end, so it went to the front.
                wrapped.push((slot.term, slot.number));
            } else {
                sorted.push((slot.term, slot.number));
            }
        }
        sorted.append(&mut wrapped);
        sort_run(&mut sorted[run..]);
        sorted
    }
}

fn sort_run(run: &mut [(Term, u32)]) {
    if run.len() > 1 {
        run.sort_unstable();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn terms_get_numbers_and_come_out_sorted(
            terms in prop::collection::vec(prop_oneof![any::<u64>(), 0_u64..9, u64::MAX - 9..=u64::MAX], 0..900)
        ) {
            let mut table = TermTable::new();
            let mut met: Vec<u64> = Vec::new();
            for term in &terms {
                let expected = met.iter().position(|other| other == term).unwrap_or(met.len());
                if expected == met.len() {
                    met.push(*term);
                }
                prop_assert_eq!(table.number(*term) as usize, expected);
            }
            let mut expected: Vec<(u64, u32)> = met.into_iter().zip(0..).collect();
            expected.sort_unstable();
            prop_assert_eq!(table.sorted(), expected);
        }
    }
}
