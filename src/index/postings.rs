//! Posting lists: the chunks that hold a term, and how often.
//!
//! A list is the number of its entries, then for each entry the distance from the chunk before
//! (from -1 for the first, less one) shifted left by one, with the low bit set if the term occurs
//! once; if it does not, the frequency less two follows. Every number is a LEB128 varint.

/// One entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Posting {
    pub(super) chunk: u32,
    pub(super) frequency: u32,
}

/// Writes a list whose chunks rise.
pub(super) fn encode(list: &[Posting], out: &mut Vec<u8>) {
    put_varint(out, list.len() as u32);
    let mut next = 0;
    for posting in list {
        let gap = posting.chunk - next;
        next = posting.chunk + 1;
        put_varint(out, gap << 1 | u32::from(posting.frequency == 1));
        if posting.frequency > 1 {
            put_varint(out, posting.frequency - 2);
        }
    }
}

/// Reads a list. Bytes that end too early end the list; no bytes make it panic.
#[derive(Debug, Clone)]
pub(super) struct Postings<'b> {
    bytes: &'b [u8],
    left: u32,
    next: u32,
}

impl<'b> Postings<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        let mut postings = Self { bytes, left: 0, next: 0 };
        postings.left = postings.varint().unwrap_or(0);
        postings
    }

    /// How many chunks are in the list that are not read yet.
    pub(super) fn len(&self) -> u32 {
        self.left
    }

    fn varint(&mut self) -> Option<u32> {
        let mut value = 0_u32;
        for shift in (0..32).step_by(7) {
            let (&byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            value |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }
}

impl Iterator for Postings<'_> {
    type Item = Posting;

    fn next(&mut self) -> Option<Posting> {
        self.left = self.left.checked_sub(1)?;
        let head = self.varint()?;
        let frequency = if head & 1 == 1 { 1 } else { self.varint()?.saturating_add(2) };
        let chunk = self.next.checked_add(head >> 1)?;
        self.next = chunk.checked_add(1)?;
        Some(Posting { chunk, frequency })
    }
}

fn put_varint(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lists_survive_coding(entries in prop::collection::btree_map(0_u32..1 << 30, 1_u32..1 << 30, 0..50)) {
            let list: Vec<Posting> = entries.into_iter().map(|(chunk, frequency)| Posting { chunk, frequency }).collect();
            let mut bytes = Vec::new();
            encode(&list, &mut bytes);
            prop_assert_eq!(Postings::new(&bytes).len() as usize, list.len());
            prop_assert_eq!(Postings::new(&bytes).collect::<Vec<_>>(), list);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let chunks: Vec<u32> = Postings::new(&bytes).map(|posting| posting.chunk).collect();
            prop_assert!(chunks.is_sorted_by(|a, b| a < b));
        }
    }
}
