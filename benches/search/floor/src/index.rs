//! The dictionary, the postings and their scores.

use crate::words::{Sink, words};

const K1: f32 = 1.5;
const B: f32 = 0.75;
/// Frequencies above this are not told apart.
const MOST_OFTEN: u32 = 255;

/// All that a build has to know of a term, in one half of a cache line. The hash stands for the
/// word: among millions of words two of 64 bits do not meet.
#[derive(Clone, Copy, Default)]
#[repr(C, align(32))]
struct Slot {
    hash: u64,
    /// From 1; 0 is an empty slot.
    term: u32,
    /// The last text with it, from 1, and where its entry is.
    text: u32,
    entry: u32,
    texts: u32,
}

/// Collects texts, one after the other.
pub struct Builder {
    slots: Vec<Slot>,
    terms: u32,
    /// The words themselves, which a saved dictionary would need.
    spelled: Vec<u8>,
    /// Term and frequency of every word of every text.
    entries: Vec<u64>,
    ends: Vec<usize>,
    lengths: Vec<u32>,
    room: Vec<u8>,
}

impl Builder {
    pub fn new(texts: usize) -> Self {
        let (ends, lengths) = (Vec::with_capacity(texts), Vec::with_capacity(texts));
        let slots = vec![Slot::default(); 1 << 15];
        Self {
            slots,
            terms: 0,
            spelled: Vec::new(),
            entries: Vec::new(),
            ends,
            lengths,
            room: Vec::new(),
        }
    }

    pub fn add(&mut self, text: &[u8]) {
        let mut room = std::mem::take(&mut self.room);
        self.lengths.push(0);
        words(text, &mut room, self);
        self.ends.push(self.entries.len());
        self.room = room;
    }

    pub fn finish(self) -> Index {
        let mut counts = vec![0u32; self.terms as usize];
        let mut terms = Dictionary::new(self.terms);
        for slot in self.slots.iter().filter(|slot| slot.term != 0) {
            counts[slot.term as usize - 1] = slot.texts;
            terms.put(slot.hash, slot.term);
        }
        let inverted = invert(&counts, &self.entries, &self.ends);
        let (postings, starts) = packed(&counts, &inverted);
        let texts = self.lengths.len() as f32;
        let mean = self.lengths.iter().map(|length| *length as f32).sum::<f32>() / texts.max(1.0);
        let norms =
            self.lengths.iter().map(|length| K1 * (1.0 - B + B * *length as f32 / mean)).collect();
        Index { terms, counts, starts, postings, norms, scores: Vec::new(), _spelled: self.spelled }
    }

    #[cold]
    fn grow(&mut self) {
        let mask = self.slots.len() * 2 - 1;
        let mut slots = vec![Slot::default(); mask + 1];
        for slot in self.slots.iter().filter(|slot| slot.term != 0) {
            let mut at = slot.hash as usize & mask;
            while slots[at].term != 0 {
                at = (at + 1) & mask;
            }
            slots[at] = *slot;
        }
        self.slots = slots;
    }
}

impl Sink for Builder {
    fn word(&mut self, bytes: &[u8], hash: u64) {
        let text = self.lengths.len() as u32;
        if let Some(length) = self.lengths.last_mut() {
            *length += 1;
        }
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while self.slots[at].term != 0 && self.slots[at].hash != hash {
            at = (at + 1) & mask;
        }
        let slot = &mut self.slots[at];
        if slot.term != 0 && slot.text == text {
            self.entries[slot.entry as usize] += 1;
            return;
        }
        let is_new = slot.term == 0;
        if is_new {
            self.terms += 1;
            *slot = Slot { hash, term: self.terms, ..Slot::default() };
            self.spelled.extend_from_slice(bytes);
        }
        slot.text = text;
        slot.entry = self.entries.len() as u32;
        slot.texts += 1;
        self.entries.push(u64::from(slot.term - 1) << 32 | 1);
        if is_new && self.terms as usize * 2 > self.slots.len() {
            self.grow();
        }
    }
}

/// Entries by text become entries by term: `(text, frequency)`, in the order of texts.
fn invert(counts: &[u32], entries: &[u64], ends: &[usize]) -> Vec<(u32, u32)> {
    let mut next = Vec::with_capacity(counts.len());
    let mut sum = 0;
    for count in counts {
        next.push(sum);
        sum += *count as usize;
    }
    let mut inverted = vec![(0, 0); entries.len()];
    let mut start = 0;
    for (text, end) in ends.iter().enumerate() {
        for entry in &entries[start..*end] {
            let place = &mut next[(entry >> 32) as usize];
            inverted[*place] = (text as u32, *entry as u32);
            *place += 1;
        }
        start = *end;
    }
    inverted
}

/// Gaps and frequencies by sevens of bits; a frequency of 1 takes no byte.
fn packed(counts: &[u32], inverted: &[(u32, u32)]) -> (Vec<u8>, Vec<u32>) {
    let mut postings = Vec::with_capacity(inverted.len() * 2);
    let mut starts = Vec::with_capacity(counts.len());
    let mut rest = inverted;
    for count in counts {
        starts.push(postings.len() as u32);
        let (own, others) = rest.split_at(*count as usize);
        rest = others;
        let mut last = 0;
        for (text, frequency) in own {
            let mut gap = (text - last) << 1 | u32::from(*frequency > 1);
            last = *text;
            while gap >= 0x80 {
                postings.push(gap as u8 | 0x80);
                gap >>= 7;
            }
            postings.push(gap as u8);
            if *frequency > 1 {
                postings.push((*frequency).min(MOST_OFTEN) as u8);
            }
        }
    }
    (postings, starts)
}

/// Terms by their hashes.
struct Dictionary {
    slots: Vec<(u64, u32)>,
}

impl Dictionary {
    fn new(terms: u32) -> Self {
        Self { slots: vec![(0, 0); (terms as usize * 2).next_power_of_two()] }
    }

    fn put(&mut self, hash: u64, term: u32) {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while self.slots[at].1 != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = (hash, term);
    }

    fn get(&self, hash: u64) -> Option<usize> {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while self.slots[at].1 != 0 {
            if self.slots[at].0 == hash {
                return Some(self.slots[at].1 as usize - 1);
            }
            at = (at + 1) & mask;
        }
        None
    }
}

/// What answers.
pub struct Index {
    terms: Dictionary,
    counts: Vec<u32>,
    starts: Vec<u32>,
    postings: Vec<u8>,
    norms: Vec<f32>,
    scores: Vec<f32>,
    _spelled: Vec<u8>,
}

impl Index {
    pub fn terms(&self) -> usize {
        self.counts.len()
    }

    /// The best texts, best first: every posting of every term of the query is read once.
    pub fn search(&mut self, query: &[u8], limit: usize) -> Vec<u32> {
        let mut asked = Asked(&self.terms, Vec::new());
        words(query, &mut Vec::new(), &mut asked);
        let mut terms = asked.1;
        terms.sort_unstable();
        terms.dedup();
        let mut scores = std::mem::take(&mut self.scores);
        scores.clear();
        scores.resize(self.norms.len(), 0.0);
        for term in terms {
            self.score(term, &mut scores);
        }
        let best = best(&scores, limit);
        self.scores = scores;
        best
    }

    fn score(&self, term: usize, scores: &mut [f32]) {
        let (texts, count) = (self.norms.len() as f32, self.counts[term] as f32);
        let weight = (1.0 + (texts - count + 0.5) / (count + 0.5)).ln() * (K1 + 1.0);
        let mut bytes = self.postings[self.starts[term] as usize..].iter().copied();
        let mut text = 0;
        for _ in 0..self.counts[term] {
            let mut gap = 0;
            let mut shift = 0;
            for byte in bytes.by_ref() {
                gap |= u32::from(byte & 0x7f) << shift;
                shift += 7;
                if byte < 0x80 {
                    break;
                }
            }
            text += (gap >> 1) as usize;
            let frequency = if gap & 1 == 0 { 1.0 } else { f32::from(bytes.next().unwrap_or(1)) };
            scores[text] += weight * frequency / (frequency + self.norms[text]);
        }
    }
}

/// The terms of a query that the index knows.
struct Asked<'a>(&'a Dictionary, Vec<usize>);

impl Sink for Asked<'_> {
    fn word(&mut self, _bytes: &[u8], hash: u64) {
        self.1.extend(self.0.get(hash));
    }
}

fn best(scores: &[f32], limit: usize) -> Vec<u32> {
    let mut best: Vec<(f32, u32)> = Vec::with_capacity(limit + 1);
    let mut least = 0.0;
    for (text, score) in scores.iter().enumerate().filter(|(_, score)| **score > 0.0) {
        if *score > least {
            let place = best.partition_point(|(other, _)| other >= score);
            best.insert(place, (*score, text as u32));
            best.truncate(limit);
            if best.len() == limit {
                least = best[limit - 1].0;
            }
        }
    }
    best.into_iter().map(|(_, text)| text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_words_and_short_texts_come_first() {
        let texts = [
            "the cat and the dog",
            "the dog",
            "the the the",
            "a cat, a cat, a cat",
            "the end of it",
        ];
        let mut builder = Builder::new(texts.len());
        for text in texts {
            builder.add(text.as_bytes());
        }
        let mut index = builder.finish();
        assert_eq!(index.search(b"Dog", 10), [1, 0]);
        assert_eq!(index.search(b"cat", 1), [3]);
        assert_eq!(index.search(b"nothing", 10), []);
    }

    #[test]
    fn many_terms_and_texts_are_found_again() {
        let mut builder = Builder::new(3000);
        for text in 0..3000 {
            builder.add(format!("word{text} common{} all", text % 300).as_bytes());
            builder.add(format!("其他文字{text}").as_bytes());
        }
        let mut index = builder.finish();
        for text in [0, 1, 777, 2999] {
            assert_eq!(index.search(format!("word{text}").as_bytes(), 10), [2 * text]);
        }
        assert_eq!(
            index.search(b"common7", 20),
            (0..10).map(|group| 2 * (7 + 300 * group)).collect::<Vec<_>>()
        );
    }
}
