//! Words as they are written, and the numbers of their terms.
//!
//! The table is what building an index spends its time in, so a slot has all that a word needs and
//! fills half a cache line: one miss a word.

use crate::analyze::{Term, WordTerm};

/// Words that were met, and how often each occurs in the chunk at hand.
#[derive(Debug)]
pub(super) struct WordTable {
    slots: Vec<Slot>,
    words: usize,
    /// The numbers of the words' terms, one word after the other.
    numbers: Vec<u32>,
    /// The chunk's words: where in `numbers`, how many, how often.
    met: Vec<Met>,
    chunk: u32,
}

#[derive(Debug, Clone, Copy)]
struct Met {
    first: u32,
    terms: u32,
    count: u32,
}

#[derive(Debug, Clone, Copy)]
#[repr(C, align(32))]
struct Slot {
    /// The word's bytes, or their hash if they are more than seven; 0 if there is no word.
    key: u64,
    /// The term of the whole word.
    term: Term,
    first: u32,
    /// How many terms, and above them [`VIETNAMESE`]. A word of marks that count for nothing has none.
    terms: u32,
    /// The chunk that it was last met in, from 1, and its place there.
    chunk: u32,
    at: u32,
}

/// Set in a slot's `terms` if the word has a letter that is written in Vietnamese alone. Texts are
/// shorter than 2³¹ bytes, and so are words.
const VIETNAMESE: u32 = 1 << 31;

const NO_WORD: Slot = Slot { key: 0, term: 0, first: 0, terms: 0, chunk: 0, at: 0 };

impl WordTable {
    pub(super) fn new() -> Self {
        Self {
            slots: vec![NO_WORD; 1 << 8],
            words: 0,
            numbers: Vec::new(),
            met: Vec::new(),
            chunk: 1,
        }
    }

    /// Counts a word; `analyze` gives the numbers of its terms if it is new.
    #[inline(always)]
    pub(super) fn count(
        &mut self,
        written: &str,
        times: u32,
        analyze: impl FnOnce(&mut Vec<u32>) -> Option<WordTerm>,
    ) -> Option<WordTerm> {
        let key = key(written.as_bytes());
        let mut at = self.find(key);
        if self.slots[at].key == 0 {
            self.insert(at, key, analyze);
            at = self.find(key);
        }
        let slot = &mut self.slots[at];
        if slot.chunk == self.chunk {
            self.met[slot.at as usize].count += times;
        } else {
            slot.chunk = self.chunk;
            slot.at = self.met.len() as u32;
            self.met.push(Met { first: slot.first, terms: slot.terms & !VIETNAMESE, count: times });
        }
        let vietnamese = slot.terms & VIETNAMESE != 0;
        (slot.terms != 0).then_some(WordTerm { term: slot.term, vietnamese })
    }

    #[inline(always)]
    fn find(&self, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        // Fibonacci hashing: the product's upper half depends on all bytes of a short word.
        let mut at = (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize;
        loop {
            let slot = &self.slots[at & mask];
            if slot.key == key || slot.key == 0 {
                return at & mask;
            }
            at += 1;
        }
    }

    #[cold]
    #[inline(never)]
    fn insert(
        &mut self,
        at: usize,
        key: u64,
        analyze: impl FnOnce(&mut Vec<u32>) -> Option<WordTerm>,
    ) {
        let first = self.numbers.len();
        let whole = analyze(&mut self.numbers);
        let mut slot = Slot { key, first: first as u32, ..NO_WORD };
        if let Some(WordTerm { term, vietnamese }) = whole {
            let flag = if vietnamese { VIETNAMESE } else { 0 };
            (slot.term, slot.terms) = (term, (self.numbers.len() - first) as u32 | flag);
        }
        self.slots[at] = slot;
        self.words += 1;
        if self.words * 2 > self.slots.len() {
            let larger = vec![NO_WORD; self.slots.len() * 4];
            for slot in std::mem::replace(&mut self.slots, larger) {
                if slot.key != 0 {
                    let at = self.find(slot.key);
                    self.slots[at] = slot;
                }
            }
        }
    }

    /// Gives the terms of each word of the chunk with the word's count, and begins the next chunk.
    #[inline]
    pub(super) fn drain(&mut self, mut each: impl FnMut(&[u32], u32)) {
        for Met { first, terms, count } in self.met.drain(..) {
            let first = first as usize;
            each(&self.numbers[first..first + terms as usize], count);
        }
        self.chunk += 1;
    }
}

/// Never 0. A word of at most seven bytes is its own key; longer ones share theirs with another
/// about as often as two terms are the same by chance.
#[inline(always)]
fn key(word: &[u8]) -> u64 {
    let mut key = 0_u64;
    if word.len() < 8 {
        for byte in word.iter().rev() {
            key = key << 8 | u64::from(*byte);
        }
        return key;
    }
    let (blocks, rest) = word.as_chunks::<8>();
    for block in blocks {
        key = mix(key, u64::from_le_bytes(*block));
    }
    if let Some(tail) = word.last_chunk::<8>()
        && !rest.is_empty()
    {
        key = mix(key, u64::from_le_bytes(*tail));
    }
    mix(key, word.len() as u64) | 1 << 63
}

#[inline(always)]
fn mix(hash: u64, value: u64) -> u64 {
    let product = (hash ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    product ^ product >> 29
}
