//! A file of which only parts are there: what is missing is noted, to be fetched and given.
//!
//! Nothing is fetched here. Whoever needs a stretch of a section asks for it again and again;
//! in between, [`Parts::wanted`] tells which ranges of the file to fetch, and [`Parts::give`] takes
//! them. Pieces are smaller than those that the head has checksums of, since most of what a search
//! looks at is a few hundred bytes; a section of their own has checksums of these.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use xxhash_rust::xxh64::xxh64;

use super::container::{Head, Kind};
use super::format::IndexError;

/// Bytes of a piece.
pub const PIECE: usize = 1 << 12;

/// Pieces that nobody asked for are fetched, too, if they are no more than this between two that
/// are wanted: another request costs more than they do.
const GAP: usize = 6;

/// The section of checksums of these sections: the low half of the XXH64 of each piece.
pub fn checks(sections: &[(Kind, &[u8])]) -> Vec<u8> {
    let pieces = sections.iter().flat_map(|(_, body)| body.chunks(PIECE));
    pieces.flat_map(|piece| sum(piece).to_le_bytes()).collect()
}

fn sum(piece: &[u8]) -> u32 {
    xxh64(piece, 0) as u32
}

/// Pieces of a file.
#[derive(Debug)]
pub struct Parts {
    /// The checked sections, in the order of the file.
    sections: Vec<Section>,
    /// By section and place in it.
    pieces: BTreeMap<(usize, usize), Vec<u8>>,
    wanted: BTreeSet<(usize, usize)>,
}

#[derive(Debug)]
struct Section {
    kind: u64,
    range: Range<usize>,
    checks: Vec<u32>,
}

impl Parts {
    /// The parts of a file with this head and these checksums; none are there yet. Nothing if
    /// there are not as many checksums as there are pieces.
    pub fn new(head: &Head, checks: &[u8]) -> Option<Self> {
        let (checks, []) = checks.as_chunks() else { return None };
        let mut left = checks.iter().map(|sum| u32::from_le_bytes(*sum));
        let mut sections = Vec::new();
        for (kind, range) in head.sections() {
            if kind == Kind::Checks as u64 {
                continue;
            }
            let count = range.len().div_ceil(PIECE);
            let checks: Vec<u32> = left.by_ref().take(count).collect();
            if checks.len() < count {
                return None;
            }
            sections.push(Section { kind, range, checks });
        }
        let is_all = left.next().is_none();
        is_all.then_some(Self { sections, pieces: BTreeMap::new(), wanted: BTreeSet::new() })
    }

    /// A stretch of a section, if all of it is there; what is not is noted as wanted. A stretch
    /// beyond the section's end is empty.
    pub fn get(&mut self, kind: Kind, range: Range<usize>) -> Option<Vec<u8>> {
        let at = self.sections.iter().position(|section| section.kind == kind as u64);
        let at = at.filter(|at| range.end <= self.sections[*at].range.len());
        let (Some(at), false) = (at, range.is_empty()) else { return Some(Vec::new()) };
        let pieces = range.start / PIECE..range.end.div_ceil(PIECE);
        let mut is_there = true;
        for piece in pieces.clone() {
            if !self.pieces.contains_key(&(at, piece)) {
                self.wanted.insert((at, piece));
                is_there = false;
            }
        }
        if !is_there {
            return None;
        }
        let mut bytes = Vec::with_capacity(range.len());
        for piece in pieces {
            let start = piece * PIECE;
            let body = &self.pieces[&(at, piece)];
            let end = (range.end - start).min(body.len());
            bytes.extend_from_slice(&body[range.start.saturating_sub(start)..end]);
        }
        Some(bytes)
    }

    /// The ranges of the file to fetch; none if nothing is missing.
    pub fn wanted(&mut self) -> Vec<Range<usize>> {
        let mut ranges: Vec<(usize, Range<usize>)> = Vec::new();
        for (at, piece) in std::mem::take(&mut self.wanted) {
            match ranges.last_mut() {
                Some((same, run)) if *same == at && piece - run.end <= GAP => run.end = piece + 1,
                _ => ranges.push((at, piece..piece + 1)),
            }
        }
        let in_file = |(at, run): (usize, Range<usize>)| {
            let Range { start, end } = self.sections[at].range;
            start + run.start * PIECE..(start + run.end * PIECE).min(end)
        };
        ranges.into_iter().map(in_file).collect()
    }

    /// Takes what was fetched from a place of the file, as [`Parts::wanted`] named it.
    ///
    /// # Errors
    ///
    /// If it is not what the file had there when it was made.
    pub fn give(&mut self, start: usize, bytes: &[u8]) -> Result<(), IndexError> {
        let damaged = IndexError::Damaged { detail: "a part does not match its checksum" };
        let at = self.sections.iter().position(|section| section.range.contains(&start));
        let at = at.ok_or(damaged.clone())?;
        let section = &self.sections[at];
        let first = (start - section.range.start) / PIECE;
        for (piece, body) in (first..).zip(bytes.chunks(PIECE)) {
            if section.checks.get(piece) != Some(&sum(body)) {
                return Err(damaged);
            }
            self.pieces.insert((at, piece), body.to_vec());
        }
        Ok(())
    }

    /// Lets go of the pieces of a section, whose content was taken out.
    pub fn forget(&mut self, kind: Kind) {
        let sections = &self.sections;
        self.pieces.retain(|(at, _), _| sections[*at].kind != kind as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::Analyzer;
    use crate::index::container::{Read, write};

    fn file() -> (Vec<u8>, Vec<u8>, Parts) {
        let body: Vec<u8> = (0..40 * PIECE as u32 + 5).map(|at| (at * 7 / 3) as u8).collect();
        let mut sections = vec![(Kind::Terms, &body[..9]), (Kind::Postings, body.as_slice())];
        let checks = checks(&sections);
        sections.push((Kind::Checks, &checks));
        let file = write(Analyzer::new(), &sections);
        let Ok(Read::Head(head)) = Head::read(&file) else { panic!("the head is there") };
        let parts = Parts::new(&head, &checks).unwrap();
        assert!(Parts::new(&head, &checks[4..]).is_none());
        (file, body, parts)
    }

    #[test]
    fn what_is_wanted_is_had_once_it_was_given() {
        let (file, body, mut parts) = file();
        let asked = [
            (5, 10),
            (3 * PIECE - 1, 3 * PIECE + 1),
            (20 * PIECE, 20 * PIECE + 1),
            (body.len() - 1, body.len()),
        ];
        for (start, end) in asked {
            assert_eq!(parts.get(Kind::Postings, start..end), None);
        }
        assert_eq!(parts.get(Kind::Terms, 0..9), None);
        let wanted = parts.wanted();
        assert_eq!(wanted.len(), 4, "near ones are joined: {wanted:?}");
        assert_eq!(parts.wanted(), []);
        for range in wanted {
            parts.give(range.start, &file[range]).unwrap();
        }
        for (start, end) in asked {
            assert_eq!(parts.get(Kind::Postings, start..end).as_deref(), Some(&body[start..end]));
        }
        assert_eq!(parts.get(Kind::Terms, 0..9).as_deref(), Some(&body[..9]));
        assert_eq!(parts.get(Kind::Terms, 0..10).as_deref(), Some(&[][..]), "beyond the end");
        parts.forget(Kind::Postings);
        assert_eq!(parts.get(Kind::Postings, 5..10), None);
    }

    #[test]
    fn what_is_not_the_file_s_is_refused() {
        let (mut file, _, mut parts) = file();
        parts.get(Kind::Postings, 5..10);
        let wanted = parts.wanted().remove(0);
        assert!(parts.give(wanted.start, &file[wanted.start..wanted.end - 1]).is_err());
        assert!(parts.give(0, &file[wanted.clone()]).is_err());
        file[wanted.start + 70] ^= 1;
        assert!(parts.give(wanted.start, &file[wanted.clone()]).is_err());
        assert_eq!(parts.get(Kind::Postings, 5..10), None);
    }
}
