//! One segment out of several, or out of parts of them.

use std::ops::Range;

use super::builder::SegmentWriter;
use super::postings::Posting;
use super::segment::Segment;
use crate::analyze::Term;

/// A stretch of a segment's chunks that goes into a merged one.
#[derive(Debug, Clone)]
pub struct Part<'s> {
    /// The segment.
    pub segment: &'s Segment,
    /// Its chunks that are kept.
    pub chunks: Range<u32>,
}

impl Segment {
    /// The segment of all the parts' chunks, in the order of the parts. It is the same, byte for
    /// byte, as one built from those chunks at once.
    pub fn merge(parts: &[Part<'_>]) -> Segment {
        let mut offset = 0;
        let mut offsets = Vec::new();
        let mut lengths = Vec::new();
        for part in parts {
            offsets.push(offset);
            offset += part.chunks.len() as u32;
            lengths.extend(part.chunks.clone().filter_map(|chunk| part.segment.length(chunk)));
        }
        let terms = terms_by_part(parts);
        let runs = || terms.chunk_by(|a, b| a.0 == b.0);
        // Room for all at once: growing would copy it again and again, and leave holes in memory.
        let count = runs().count();
        let postings = parts.iter().map(share).sum::<usize>().saturating_sub(count);
        let mut writer = SegmentWriter::with_capacity(count, postings);
        let mut list = Vec::new();
        for run in runs() {
            list.clear();
            for (_, part, ordinal) in run {
                let Part { segment, chunks } = &parts[*part];
                let kept = segment.postings_at(*ordinal).filter(|p| chunks.contains(&p.chunk));
                list.extend(kept.map(|posting| Posting {
                    chunk: posting.chunk - chunks.start + offsets[*part],
                    ..posting
                }));
            }
            if !list.is_empty() {
                writer.push(run[0].0, &list);
            }
        }
        writer.finish(&lengths)
    }
}

/// About how many bytes of a part's segment are of the part.
fn share(Part { segment, chunks }: &Part<'_>) -> usize {
    let share = chunks.len() as f64 / segment.chunk_count().max(1) as f64;
    (segment.postings_bytes() as f64 * share) as usize
}

/// The first of the last segments that are about as small as each other, by their sizes. A segment
/// is merged only with ones that together reach an eighth of its size, so that adding to an index
/// costs about `n log n`, not `n²`.
pub fn merge_from(sizes: &[usize]) -> usize {
    const SHARE: usize = 8;
    let mut from = sizes.len().saturating_sub(1);
    let mut behind = sizes.get(from).copied().unwrap_or(0);
    while from > 0 && sizes[from - 1] <= behind * SHARE {
        from -= 1;
        behind += sizes[from];
    }
    // Sizes that fall steeply leave nothing to merge but the last two.
    from.min(sizes.len().saturating_sub(2))
}

/// A term, the part that has it, and the term's place in the part's segment.
type Place = (Term, usize, usize);

/// Every term of every part, in rising order.
fn terms_by_part(parts: &[Part<'_>]) -> Vec<Place> {
    let mut lists = Vec::new();
    for (part, Part { segment, .. }) in parts.iter().enumerate() {
        lists.push((0..).zip(segment.terms()).map(|(at, term)| (term, part, at)).collect());
    }
    // Neighbors are merged until one list is left. A sort would find the same runs, and merge them
    // no faster with five kilobytes more of code.
    while lists.len() > 1 {
        lists = lists.chunks(2).map(merged).collect();
    }
    lists.pop().unwrap_or_default()
}

/// Two lists in rising order as one; or the only one.
fn merged(lists: &[Vec<Place>]) -> Vec<Place> {
    let [left, right] = lists else { return lists.concat() };
    let mut all = Vec::with_capacity(left.len() + right.len());
    let mut left = left.iter().copied().peekable();
    for place in right {
        while let Some(before) = left.next_if(|before| before < place) {
            all.push(before);
        }
        all.push(*place);
    }
    all.extend(left);
    all
}
