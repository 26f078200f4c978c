//! The numbers of a segment's texts: runs of consecutive ones, since few texts are taken out.

use std::ops::Range;

/// Rising numbers, one for each chunk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ids {
    /// The first chunk of each run, and its number.
    runs: Vec<(u32, u32)>,
    chunks: u32,
}

impl From<Range<u32>> for Ids {
    fn from(ids: Range<u32>) -> Self {
        Self { runs: vec![(0, ids.start)], chunks: ids.len() as u32 }
    }
}

impl Ids {
    pub(super) fn len(&self) -> usize {
        self.chunks as usize
    }

    pub(super) fn byte_length(&self) -> usize {
        self.runs.len() * size_of::<(u32, u32)>()
    }

    /// The number of a chunk.
    pub(super) fn id(&self, chunk: u32) -> u32 {
        let run = self.runs.partition_point(|(first, _)| *first <= chunk);
        self.runs.get(run.wrapping_sub(1)).map_or(chunk, |(first, id)| id + (chunk - first))
    }

    /// The chunk of a number.
    pub(super) fn chunk(&self, id: u32) -> Option<u32> {
        let run = self.runs.partition_point(|(_, first)| *first <= id).checked_sub(1)?;
        let (first, start) = self.runs[run];
        let end = self.runs.get(run + 1).map_or(self.chunks, |(next, _)| *next);
        let chunk = first + (id - start);
        (chunk < end).then_some(chunk)
    }

    /// Appends the numbers of a stretch of other chunks, all of which are higher.
    pub(super) fn extend(&mut self, others: &Self, chunks: Range<u32>) {
        let mut at = chunks.start;
        while at < chunks.end {
            let run = others.runs.partition_point(|(first, _)| *first <= at);
            let end = others.runs.get(run).map_or(chunks.end, |(next, _)| *next).min(chunks.end);
            let id = others.id(at);
            let follows = self.chunks > 0 && self.id(self.chunks - 1) + 1 == id;
            if !follows {
                self.runs.push((self.chunks, id));
            }
            self.chunks += end - at;
            at = end;
        }
    }

    /// The number of the next text, then the runs.
    pub(super) fn to_bytes(&self, next: u32) -> Vec<u8> {
        let pairs = self.runs.iter().flat_map(|(first, id)| [*first, *id]);
        [next].into_iter().chain(pairs).flat_map(u32::to_le_bytes).collect()
    }

    pub(super) fn from_bytes(bytes: &[u8], chunks: usize) -> Option<(Self, u32)> {
        let (next, rest) = bytes.split_first_chunk::<4>()?;
        let (pairs, []) = rest.as_chunks::<8>() else { return None };
        let runs = pairs.iter().map(|pair| {
            let both = u64::from_le_bytes(*pair);
            (both as u32, (both >> 32) as u32)
        });
        let ids = Self { runs: runs.collect(), chunks: u32::try_from(chunks).ok()? };
        let next = u32::from_le_bytes(*next);
        ids.is_rising(next).then_some((ids, next))
    }

    /// Whether chunks and numbers rise, and no number is beyond the next.
    fn is_rising(&self, next: u32) -> bool {
        let starts = self.runs.first().map(|(first, _)| *first);
        let ends = self.runs.iter().skip(1).copied().chain([(self.chunks, next)]);
        let fits = |((first, id), (end, after)): (&(u32, u32), (u32, u32))| {
            first < &end && u64::from(*id) + u64::from(end - first) <= u64::from(after)
        };
        let begins = if self.chunks == 0 { self.runs.is_empty() } else { starts == Some(0) };
        begins && self.runs.iter().zip(ends).all(fits)
    }
}
