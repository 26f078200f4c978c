//! Small changes to inputs, the same ones each time.

/// Makes mutations by a generator of its own (`SplitMix64`), so that no library's next version
/// makes others.
pub(crate) struct Mutator(u64);

impl Mutator {
    /// A mutator whose mutations follow from the name alone.
    pub(crate) fn new(name: &str) -> Self {
        Self(name.bytes().fold(1, |seed: u64, byte| seed.wrapping_mul(31) ^ u64::from(byte)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number below another.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    /// An input with one to four changes, some of them taken from another input.
    pub(crate) fn mutate(&mut self, input: &[u8], other: &[u8]) -> Vec<u8> {
        let mut bytes = input.to_vec();
        for _ in 0..=self.below(4) {
            self.change(&mut bytes, other);
        }
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        /// Numbers at the borders of what fields hold.
        const EDGES: [u64; 6] = [0, 1, 0x7f, 0x7fff_ffff, 0xffff_ffff, u64::MAX];
        /// A stretch that is taken out, doubled or replaced.
        const LONGEST: usize = 64;
        let at = self.below(bytes.len() + 1);
        let length = self.below(LONGEST).min(bytes.len() - at);
        match self.below(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
            1 if at < bytes.len() => bytes[at] = self.next() as u8,
            2 => drop(bytes.drain(at..at + length)),
            3 => {
                let doubled = bytes[at..at + length].to_vec();
                bytes.splice(at..at, doubled);
            }
            4 => bytes.truncate(at),
            5 => {
                let edge = EDGES[self.below(EDGES.len())].to_le_bytes();
                let width = 1 << self.below(4);
                for (byte, new) in bytes.iter_mut().skip(at).zip(&edge[..width]) {
                    *byte = *new;
                }
            }
            _ => {
                let from = self.below(other.len() + 1);
                let taken = self.below(LONGEST).min(other.len() - from);
                let stretch = other[from..from + taken].to_vec();
                bytes.splice(at..at + length, stretch);
            }
        }
    }
}
