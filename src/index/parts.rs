//! A file of which only parts are there: what is missing is noted, to be fetched and given.
//!
//! Nothing is fetched here. Whoever needs a stretch of a section asks for it again and again;
//! in between, [`Parts::wanted`] tells which ranges of the file to fetch, and [`Parts::give`] takes
//! them. Pieces are smaller than those that the head has checksums of, since most of what a search
//! looks at is a few hundred bytes; a section of their own has checksums of these.

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
    let mut checks = Vec::new();
    for (_, body) in sections {
        for piece in body.chunks(PIECE) {
            checks.extend_from_slice(&sum(piece).to_le_bytes());
        }
    }
    checks
}

fn sum(piece: &[u8]) -> u32 {
    xxh64(piece, 0) as u32
}

/// Pieces of a file.
#[derive(Debug)]
pub struct Parts {
    /// The checked sections, in the order of the file.
    sections: Vec<Section>,
}

#[derive(Debug)]
struct Section {
    kind: u64,
    range: Range<usize>,
    pieces: Vec<Piece>,
}

#[derive(Debug)]
struct Piece {
    check: u32,
    is_wanted: bool,
    /// Empty if it is not there.
    bytes: Vec<u8>,
}

impl Parts {
    /// The parts of a file with this head and these checksums; none are there yet. Nothing if
    /// there are not as many checksums as there are pieces.
    pub fn new(head: &Head, checks: &[u8]) -> Option<Self> {
        let (mut checks, []) = checks.as_chunks() else { return None };
        let mut sections = Vec::new();
        for (kind, range) in head.sections() {
            if kind == Kind::Checks as u64 {
                continue;
            }
            let (own, rest) = checks.split_at_checked(range.len().div_ceil(PIECE))?;
            checks = rest;
            let mut pieces = Vec::with_capacity(own.len());
            for check in own {
                let check = u32::from_le_bytes(*check);
                pieces.push(Piece { check, is_wanted: false, bytes: Vec::new() });
            }
            sections.push(Section { kind, range, pieces });
        }
        checks.is_empty().then_some(Self { sections })
    }

    /// A stretch of a section, if all of it is there; what is not is noted as wanted. A stretch
    /// that is not in the section is empty.
    pub fn get(&mut self, kind: Kind, range: Range<usize>) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let Some(section) = self.section(kind) else { return Some(bytes) };
        if range.is_empty() || range.end > section.range.len() {
            return Some(bytes);
        }
        let first = range.start / PIECE;
        let mut is_there = true;
        for piece in &mut section.pieces[first..range.end.div_ceil(PIECE)] {
            piece.is_wanted |= piece.bytes.is_empty();
            is_there &= !piece.is_wanted;
            if is_there {
                bytes.extend_from_slice(&piece.bytes);
            }
        }
        if !is_there {
            return None;
        }
        bytes.truncate(range.end - first * PIECE);
        bytes.drain(..range.start - first * PIECE);
        Some(bytes)
    }

    /// All of a section.
    pub fn all(&mut self, kind: Kind) -> Option<Vec<u8>> {
        let length = self.section(kind).map_or(0, |section| section.range.len());
        self.get(kind, 0..length)
    }

    fn section(&mut self, kind: Kind) -> Option<&mut Section> {
        self.sections.iter_mut().find(|section| section.kind == kind as u64)
    }

    /// The ranges of the file to fetch; none if nothing is missing.
    pub fn wanted(&mut self) -> Vec<Range<usize>> {
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for section in &mut self.sections {
            let mut is_first = true;
            for (at, piece) in section.pieces.iter_mut().enumerate() {
                if !std::mem::take(&mut piece.is_wanted) {
                    continue;
                }
                let start = section.range.start + at * PIECE;
                let end = (start + PIECE).min(section.range.end);
                match ranges.last_mut() {
                    Some(last) if !is_first && start - last.end <= GAP * PIECE => last.end = end,
                    _ => ranges.push(start..end),
                }
                is_first = false;
            }
        }
        ranges
    }

    /// Takes what was fetched from a place of the file, as [`Parts::wanted`] named it.
    ///
    /// # Errors
    ///
    /// If it is not what the file had there when it was made.
    pub fn give(&mut self, start: usize, bytes: &[u8]) -> Result<(), IndexError> {
        const DAMAGED: IndexError =
            IndexError::Damaged { detail: "a part does not match its checksum" };
        let mut sections = self.sections.iter_mut();
        let section = sections.find(|section| section.range.contains(&start)).ok_or(DAMAGED)?;
        let first = (start - section.range.start) / PIECE;
        for (at, bytes) in (first..).zip(bytes.chunks(PIECE)) {
            let piece = section.pieces.get_mut(at).filter(|piece| piece.check == sum(bytes));
            piece.ok_or(DAMAGED)?.bytes = bytes.to_vec();
        }
        Ok(())
    }

    /// Lets go of the pieces of a section, whose content was taken out.
    pub fn forget(&mut self, kind: Kind) {
        let Some(section) = self.section(kind) else { return };
        for piece in &mut section.pieces {
            piece.bytes = Vec::new();
        }
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
