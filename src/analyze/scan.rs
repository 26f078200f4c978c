//! The same terms as [`Analyzer::tokens`], faster, and without their places: for building an index.
//!
//! A word is found by the classes of its bytes and handed over as it is written; whoever builds an
//! index has met most words before, and knows their terms. Only a word that is new is folded and
//! cut into pieces. A test compares the terms of both ways.

use super::class::{Class, class};
use super::fold::{self, usual_width};
use super::words::{WordAnalyzer, WordTerm};
use super::{Analyzer, CHARACTERS, CLUSTERS, Term, TokenKind, cluster, hash, hash_pair};

/// What takes the terms of a text.
pub trait Sink {
    /// Takes a word as it is written, and tells what the analyzer says of it.
    fn word(&mut self, written: &str, analyzer: &mut WordAnalyzer) -> Option<WordTerm>;

    /// Takes a term that is not of a word alone.
    fn term(&mut self, term: Term, kind: TokenKind);
}

/// Walks over texts. Keep it for many of them: it remembers the classes of characters.
#[derive(Debug)]
pub struct Scanner {
    words: WordAnalyzer,
    classes: Classes,
    /// Characters of the run of clusters at hand.
    run: Vec<char>,
}

impl Scanner {
    /// A scanner that makes the terms of this analyzer.
    pub fn new(analyzer: Analyzer) -> Self {
        let words = WordAnalyzer::new(analyzer.analysis());
        Self { words, classes: Classes { pages: vec![None; 256] }, run: Vec::new() }
    }

    /// Hands all terms of a text to a sink.
    #[inline(always)]
    pub fn scan(&mut self, text: &str, sink: &mut impl Sink) {
        let bytes = text.as_bytes();
        let mut before: Option<WordTerm> = None;
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let (class, width) = match ASCII[usize::from(byte)] {
                NOT_ASCII => self.classes.of(text, at),
                Class::Other => {
                    // A pair of syllables goes over a space and nothing else.
                    if byte != b' ' {
                        before = None;
                    }
                    at += 1;
                    continue;
                }
                class => (class, 1),
            };
            match class {
                Class::Letter => {
                    let end = self.classes.word_end(text, at + width);
                    let written = text.get(at..end).unwrap_or_default();
                    if let Some(word) = sink.word(written, &mut self.words) {
                        if let Some(before) = before
                            && (before.vietnamese || word.vietnamese)
                        {
                            let pair = hash_pair(before.term, word.term);
                            sink.term(pair, TokenKind::SyllablePair);
                        }
                        before = Some(word);
                    }
                    at = end;
                }
                Class::Joiner => at += width,
                Class::Other => {
                    if !(width == 3 && char_at(text, at) == '\u{3000}') {
                        before = None;
                    }
                    at += width;
                }
                Class::Ideograph => {
                    before = None;
                    at = self.ideographs(text, at, sink);
                }
                Class::Cluster => {
                    before = None;
                    at = self.clusters(text, at, sink);
                }
            }
        }
    }

    /// Characters and pairs of the run that begins here; gives its end.
    #[inline(always)]
    fn ideographs(&mut self, text: &str, from: usize, sink: &mut impl Sink) -> usize {
        let [single, pair] = CHARACTERS;
        let mut before = None;
        let mut at = from;
        loop {
            let (class, width) = self.classes.of(text, at);
            if class != Class::Ideograph {
                return at;
            }
            let c = usual_width(char_at(text, at));
            sink.term(hash(single, [c]), single);
            if let Some(before) = before {
                sink.term(hash(pair, [before, c]), pair);
            }
            before = Some(c);
            at += width;
        }
    }

    /// Clusters and pairs of the run that begins here; gives its end.
    fn clusters(&mut self, text: &str, from: usize, sink: &mut impl Sink) -> usize {
        self.run.clear();
        let mut at = from;
        loop {
            let (class, width) = self.classes.of(text, at);
            if class != Class::Cluster {
                break;
            }
            self.run.push(char_at(text, at));
            at += width;
        }
        for borders in cluster::clusters(&self.run, 0..self.run.len()) {
            for (length, kind) in (1..).zip(CLUSTERS) {
                for unit in borders.windows(length + 1) {
                    let chars = self.run[unit[0]..unit[length]].iter();
                    sink.term(hash(kind, chars.filter_map(|c| fold::exact(*c))), kind);
                }
            }
        }
        at
    }
}

/// Stands in the table for what takes a look at the whole character.
const NOT_ASCII: Class = Class::Cluster;

const ASCII: [Class; 256] = {
    let mut table = [NOT_ASCII; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = match byte as u8 {
            b'0'..=b'9' | b'_' | b'a'..=b'z' | b'A'..=b'Z' => Class::Letter,
            b'\'' | b'.' => Class::Joiner,
            _ => Class::Other,
        };
        byte += 1;
    }
    table
};

/// Classes of characters as they are written: before they become lower-case and of usual width.
#[derive(Debug)]
struct Classes {
    /// For each 256 characters of the Basic Multilingual Plane, once one of them was met.
    pages: Vec<Option<Box<[Class; 256]>>>,
}

impl Classes {
    /// The class of the character that begins here, and its bytes; [`Class::Other`] at the end.
    #[inline(always)]
    fn of(&mut self, text: &str, at: usize) -> (Class, usize) {
        let bytes = text.as_bytes();
        match bytes.get(at..) {
            Some([byte @ 0..0x80, ..]) => (ASCII[usize::from(*byte)], 1),
            Some([a @ 0xc0..0xe0, b, ..]) => (self.in_plane(u32::from(a & 31) << 6 | low(*b)), 2),
            Some([a @ 0xe0..0xf0, b, c, ..]) => {
                let code = u32::from(a & 15) << 12 | low(*b) << 6 | low(*c);
                (self.in_plane(code), 3)
            }
            Some([_, ..]) => (as_written(char_at(text, at)), 4),
            _ => (Class::Other, 0),
        }
    }

    #[inline(always)]
    fn in_plane(&mut self, code: u32) -> Class {
        // Most of Chinese, and needs no table.
        if matches!(code, 0x4e00..=0x9fff) {
            return Class::Ideograph;
        }
        let page = &mut self.pages[code as usize >> 8 & 0xff];
        if let Some(page) = page {
            return page[code as usize & 0xff];
        }
        let first = code & 0xff00;
        let of = |low: usize| char::from_u32(first + low as u32).map_or(Class::Other, as_written);
        page.insert(Box::new(std::array::from_fn(of)))[code as usize & 0xff]
    }

    /// Where the word ends whose letters reach to here: it goes on over an apostrophe or full stop
    /// between two letters.
    #[inline(always)]
    fn word_end(&mut self, text: &str, mut at: usize) -> usize {
        let bytes = text.as_bytes();
        loop {
            while let Some(&byte) = bytes.get(at) {
                match ASCII[usize::from(byte)] {
                    Class::Letter => at += 1,
                    NOT_ASCII => match self.of(text, at) {
                        (Class::Letter, width) => at += width,
                        _ => break,
                    },
                    _ => break,
                }
            }
            let (Class::Joiner, joiner) = self.of(text, at) else { return at };
            let (Class::Letter, letter) = self.of(text, at + joiner) else { return at };
            at += joiner + letter;
        }
    }
}

#[inline]
fn low(byte: u8) -> u32 {
    u32::from(byte & 63)
}

fn char_at(text: &str, at: usize) -> char {
    text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or_default()
}

/// The class of a character that may be upper-case or of unusual width.
fn as_written(c: char) -> Class {
    usual_width(c).to_lowercase().next().map_or(Class::Other, class)
}
