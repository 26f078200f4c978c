//! Posting lists: the chunks that hold a term, and how often.
//!
//! A list is the number of its entries, then for each entry the distance from the chunk before
//! (from -1 for the first, less one) shifted left by one, with the low bit set if the term occurs
//! once; if it does not, the frequency less two follows. Every number is a LEB128 varint.
//!
//! A list of more than [`BLOCK`] entries has a table after its number of entries, so that a reader
//! can pass over what it does not need: the table's bytes, then for each block of so many entries
//! how far its last chunk is from the last of the block before, and its bytes.

/// Entries of a block.
pub(super) const BLOCK: usize = 128;

/// One entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Posting {
    pub(super) chunk: u32,
    pub(super) frequency: u32,
}

/// Writes a list whose chunks rise.
#[inline]
pub(super) fn encode(list: &[Posting], out: &mut Vec<u8>) {
    put_varint(out, list.len() as u32);
    if list.len() <= BLOCK {
        encode_block(list, 0, out);
    } else {
        encode_blocks(list, out);
    }
}

/// Writes entries that follow the chunk before `next`; gives the chunk after the last.
#[inline]
fn encode_block(list: &[Posting], mut next: u32, out: &mut Vec<u8>) -> u32 {
    for posting in list {
        let gap = posting.chunk - next;
        next = posting.chunk + 1;
        put_varint(out, gap << 1 | u32::from(posting.frequency == 1));
        if posting.frequency > 1 {
            put_varint(out, posting.frequency - 2);
        }
    }
    next
}

fn encode_blocks(list: &[Posting], out: &mut Vec<u8>) {
    let (mut table, mut blocks) = (Vec::new(), Vec::new());
    let mut next = 0;
    for block in list.chunks(BLOCK) {
        let (before, start) = (next, blocks.len());
        next = encode_block(block, before, &mut blocks);
        put_varint(&mut table, next - before);
        put_varint(&mut table, (blocks.len() - start) as u32);
    }
    put_varint(out, table.len() as u32);
    out.extend_from_slice(&table);
    out.extend_from_slice(&blocks);
}

/// A list of entries. Bytes that end too early end the list; no bytes make it panic.
#[derive(Debug, Clone)]
pub(super) struct Postings<'b> {
    /// Pairs for each block; empty if there is but one.
    table: &'b [u8],
    /// Entries not read yet of the blocks that were begun.
    bytes: &'b [u8],
    count: u32,
    left: u32,
    next: u32,
}

impl<'b> Postings<'b> {
    #[inline]
    pub(super) fn new(mut bytes: &'b [u8]) -> Self {
        let count = varint(&mut bytes).unwrap_or(0);
        let mut table = &bytes[..0];
        if count as usize > BLOCK {
            let length = varint(&mut bytes).unwrap_or(0) as usize;
            (table, bytes) = bytes.split_at_checked(length).unwrap_or_default();
        }
        Self { table, bytes, count, left: count, next: 0 }
    }

    /// How many chunks are in the list.
    pub(super) fn len(&self) -> u32 {
        self.count
    }

    /// Calls `take` with each entry, in no order. As fast as it can be told: almost all of a query's
    /// time is spent here. Where an entry begins is known once the one before was read, which is
    /// what reading waits for; so two blocks are read side by side.
    #[inline(always)]
    pub(super) fn each(&self, mut take: impl FnMut(u32, u32)) {
        let mut blocks = self.blocks();
        while let Some((.., one)) = blocks.next() {
            let mut one = one.reader();
            let mut both = 0;
            if let Some((.., other)) = blocks.next() {
                both = other.count;
                let mut other = other.reader();
                for _ in 0..both {
                    one.read(&mut take);
                    other.read(&mut take);
                }
            }
            for _ in both..BLOCK as u32 {
                one.read(&mut take);
            }
        }
    }

    fn blocks(&self) -> Blocks<'_, 'b> {
        Blocks { list: self, table: self.table, bytes: self.bytes, next: 0, left: self.count }
    }

    fn reader(&self) -> Reader<'b> {
        Reader { bytes: self.bytes, at: 0, next: self.next }
    }

    /// Entries of the chunks asked for, which must rise: blocks without one are passed over.
    pub(super) fn among(&self, chunks: &[u32], mut take: impl FnMut(usize, u32)) {
        let mut blocks = self.blocks();
        let mut asked = 0;
        while let Some((first, last, block)) = blocks.next() {
            // The first asked for that can be in this block.
            let rest = chunks.get(asked..).unwrap_or_default();
            asked += rest.partition_point(|chunk| *chunk < first);
            if chunks.get(asked).is_none_or(|chunk| *chunk > last) {
                if asked >= chunks.len() {
                    return;
                }
                continue;
            }
            let mut wanted = chunks[asked];
            let mut reader = block.reader();
            let mut look = |chunk, frequency| {
                if chunk < wanted {
                    return;
                }
                while wanted < chunk {
                    asked += 1;
                    wanted = chunks.get(asked).copied().unwrap_or(u32::MAX);
                }
                if wanted == chunk {
                    take(asked, frequency);
                    asked += 1;
                    wanted = chunks.get(asked).copied().unwrap_or(u32::MAX);
                }
            };
            for _ in 0..block.count {
                reader.read(&mut look);
            }
        }
    }
}

impl Iterator for Postings<'_> {
    type Item = Posting;

    fn next(&mut self) -> Option<Posting> {
        self.left = self.left.checked_sub(1)?;
        let head = varint(&mut self.bytes)?;
        let frequency = if head & 1 == 1 { 1 } else { varint(&mut self.bytes)?.saturating_add(2) };
        let chunk = self.next.checked_add(head >> 1)?;
        self.next = chunk.checked_add(1)?;
        Some(Posting { chunk, frequency })
    }
}

/// Reads entries from front to back; once the bytes end or make no sense, nothing.
struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
    next: u32,
}

impl Reader<'_> {
    #[inline(always)]
    fn read(&mut self, take: &mut impl FnMut(u32, u32)) {
        let Some(&byte) = self.bytes.get(self.at) else { return };
        self.at += 1;
        let mut head = u32::from(byte);
        if byte >= 0x80 {
            let Some(value) = self.long(head) else { return };
            head = value;
        }
        // Whether a frequency follows is told by no branch: nobody could foresee it.
        let follows = usize::from(head & 1 == 0);
        let byte = u32::from(self.bytes.get(self.at).copied().unwrap_or(0));
        let mut frequency = 1 + follows as u32 * (byte + 1);
        self.at += follows;
        if frequency > 0x81 {
            let Some(value) = self.long(byte) else { return };
            frequency = value.saturating_add(2);
        }
        // What wraps around is out of range for whoever takes it, or harmless.
        let chunk = self.next.wrapping_add(head >> 1);
        self.next = chunk.wrapping_add(1);
        take(chunk, frequency);
    }

    /// The number whose first byte was read.
    #[inline(always)]
    fn long(&mut self, first: u32) -> Option<u32> {
        let value = long_varint(self.bytes, &mut self.at, first & 0x7f);
        if value.is_none() {
            self.bytes = &[];
        }
        value
    }
}

/// The blocks of a list: its lowest and highest chunk, and its entries.
struct Blocks<'p, 'b> {
    list: &'p Postings<'b>,
    table: &'b [u8],
    bytes: &'b [u8],
    next: u32,
    left: u32,
}

impl<'b> Blocks<'_, 'b> {
    fn next(&mut self) -> Option<(u32, u32, Postings<'b>)> {
        let count = self.left.min(BLOCK as u32);
        if count == 0 || self.bytes.is_empty() {
            return None;
        }
        self.left -= count;
        let first = self.next;
        let (distance, length) = if self.list.table.is_empty() {
            (u32::MAX - first, self.bytes.len())
        } else {
            (varint(&mut self.table)?, varint(&mut self.table)? as usize)
        };
        self.next = first.checked_add(distance)?;
        let (bytes, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        let table = &bytes[..0];
        Some((
            first,
            self.next.checked_sub(1)?,
            Postings { table, bytes, count, left: count, next: first },
        ))
    }
}

fn varint(bytes: &mut &[u8]) -> Option<u32> {
    let mut at = 0;
    let first = u32::from(*bytes.get(at)?);
    at += 1;
    let value = if first < 0x80 { first } else { long_varint(bytes, &mut at, first & 0x7f)? };
    *bytes = &bytes[at..];
    Some(value)
}

/// The rest of a varint after its first seven bits.
#[inline(always)]
fn long_varint(bytes: &[u8], at: &mut usize, mut value: u32) -> Option<u32> {
    for shift in [7, 14, 21, 28] {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value |= u32::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

#[inline]
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

    fn any_list() -> impl Strategy<Value = Vec<Posting>> {
        let few = prop::collection::btree_map(0_u32..1 << 30, 1_u32..1 << 30, 0..50);
        let many = prop::collection::btree_map(0_u32..3_000, 1_u32..4, 100..600);
        prop_oneof![few, many].prop_map(|entries| {
            entries.into_iter().map(|(chunk, frequency)| Posting { chunk, frequency }).collect()
        })
    }

    proptest! {
        #[test]
        fn lists_survive_coding(list in any_list()) {
            let mut bytes = Vec::new();
            encode(&list, &mut bytes);
            let postings = Postings::new(&bytes);
            prop_assert_eq!(postings.len() as usize, list.len());
            let mut each = Vec::new();
            postings.each(|chunk, frequency| each.push(Posting { chunk, frequency }));
            each.sort_unstable_by_key(|posting| posting.chunk);
            prop_assert_eq!(&each, &list);
            prop_assert_eq!(postings.collect::<Vec<_>>(), list);
        }

        #[test]
        fn chunks_asked_for_are_found(list in any_list(), more in prop::collection::vec(0_u32..3_000, 0..9), every in 1_usize..200) {
            let mut asked: Vec<u32> = list.iter().step_by(every).map(|posting| posting.chunk).collect();
            asked.extend(more);
            asked.sort_unstable();
            asked.dedup();
            let mut bytes = Vec::new();
            encode(&list, &mut bytes);
            let mut found = Vec::new();
            Postings::new(&bytes).among(&asked, |at, frequency| {
                found.push(Posting { chunk: asked[at], frequency });
            });
            let expected: Vec<Posting> =
                list.into_iter().filter(|posting| asked.contains(&posting.chunk)).collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let postings = Postings::new(&bytes);
            postings.each(|_, _| ());
            postings.among(&[1, 70, 5_000], |at, _| assert!(at < 3));
            let chunks: Vec<u32> = postings.map(|posting| posting.chunk).collect();
            prop_assert!(chunks.is_sorted_by(|a, b| a < b));
        }
    }
}
