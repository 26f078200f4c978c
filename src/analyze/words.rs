//! Scripts that put spaces between words: the word, its four-letter pieces, Vietnamese pairs.

use super::class::{Class, class};
use super::fold::lower;
use super::{Analysis, Letters, Term, Token, TokenKind, fold, hash, hash_pair};

/// Length of the pieces, borders of the word included. Three and five are worse in every set that
/// was measured; pieces stand for stems, and find the parts of compounds.
const GRAM: usize = 4;

/// A word's border in its pieces.
const BORDER: char = '_';

/// Walks over the words of a text, and remembers the one before.
pub(super) struct Words<'l> {
    letters: &'l Letters,
    analysis: Analysis,
    before: Option<Word>,
    exact: Vec<char>,
    folded: Vec<(char, usize)>,
}

/// What is known of a word beside its terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordTerm {
    /// The term of the whole word.
    pub term: Term,
    /// Whether it has a letter that is written in Vietnamese alone.
    pub vietnamese: bool,
}

/// Makes the terms of single words, without their places.
#[derive(Debug)]
pub struct WordAnalyzer {
    analysis: Analysis,
    exact: Vec<char>,
    folded: Vec<char>,
}

impl WordAnalyzer {
    pub(super) fn new(analysis: Analysis) -> Self {
        Self { analysis, exact: Vec::new(), folded: Vec::new() }
    }

    /// Calls `emit` with each term of a word as it is written, its own first.
    pub fn terms(&mut self, written: &str, mut emit: impl FnMut(Term)) -> Option<WordTerm> {
        self.exact.clear();
        self.folded.clear();
        self.folded.push(BORDER);
        for c in written.chars() {
            if c.is_ascii_alphanumeric() {
                let lower = c.to_ascii_lowercase();
                self.exact.push(lower);
                self.folded.push(lower);
                continue;
            }
            for lower in lower(c).filter(|c| !is_apostrophe(*c)) {
                self.exact.extend(fold::exact(lower));
                self.folded.extend(fold::loose(lower));
            }
        }
        self.folded.push(BORDER);
        if self.exact.is_empty() {
            return None;
        }
        let term = hash(TokenKind::Word, self.exact.iter().copied());
        emit(term);
        if self.analysis == Analysis::Full {
            // A word shorter than a piece is a piece as a whole.
            for piece in self.folded.windows(GRAM.min(self.folded.len())) {
                emit(hash(TokenKind::Gram, piece.iter().copied()));
            }
        }
        let vietnamese = self.exact.iter().any(|c| fold::is_vietnamese(*c));
        Some(WordTerm { term, vietnamese })
    }
}

#[derive(Clone, Copy)]
struct Word {
    term: Term,
    start: usize,
    vietnamese: bool,
}

impl<'l> Words<'l> {
    pub(super) fn new(letters: &'l Letters, analysis: Analysis) -> Self {
        Self { letters, analysis, before: None, exact: Vec::new(), folded: Vec::new() }
    }

    /// A pair of syllables goes over a space and nothing else.
    pub(super) fn interrupted_by(&mut self, c: char) {
        if c != ' ' {
            self.forget();
        }
    }

    pub(super) fn forget(&mut self) {
        self.before = None;
    }

    /// Emits the terms of the word that begins here; gives its end.
    pub(super) fn word(&mut self, start: usize, emit: &mut impl FnMut(Token)) -> usize {
        let end = self.end(start);
        let chars = &self.letters.chars[start..end];
        let spoken = || chars.iter().copied().enumerate().filter(|(_, c)| !is_apostrophe(*c));
        self.exact.clear();
        self.exact.extend(spoken().filter_map(|(_, c)| fold::exact(c)));
        if self.exact.is_empty() {
            return end;
        }
        let word = Word {
            term: hash(TokenKind::Word, self.exact.iter().copied()),
            start,
            vietnamese: self.exact.iter().any(|c| fold::is_vietnamese(*c)),
        };
        emit(self.letters.token(TokenKind::Word, word.term, start, end));
        if let Some(before) = self.before
            && (before.vietnamese || word.vietnamese)
        {
            let term = hash_pair(before.term, word.term);
            emit(self.letters.token(TokenKind::SyllablePair, term, before.start, end));
        }
        self.before = Some(word);
        if self.analysis == Analysis::Words {
            return end;
        }
        self.folded.clear();
        self.folded.push((BORDER, start));
        self.folded.extend(spoken().filter_map(|(i, c)| Some((fold::loose(c)?, start + i))));
        self.folded.push((BORDER, end));
        self.grams(end, emit);
        end
    }

    fn grams(&self, word_end: usize, emit: &mut impl FnMut(Token)) {
        let pieces = self.folded.len().saturating_sub(GRAM - 1).max(1);
        for at in 0..pieces {
            let piece = &self.folded[at..self.folded.len().min(at + GRAM)];
            let term = hash(TokenKind::Gram, piece.iter().map(|(c, _)| *c));
            let end = self.folded.get(at + GRAM).map_or(word_end, |(_, start)| *start);
            emit(self.letters.token(TokenKind::Gram, term, piece[0].1, end));
        }
    }

    /// A word goes on over an apostrophe or full stop between two letters.
    fn end(&self, start: usize) -> usize {
        let chars = &self.letters.chars;
        let is_letter = |at: usize| chars.get(at).is_some_and(|c| class(*c) == Class::Letter);
        let mut end = start;
        loop {
            while is_letter(end) {
                end += 1;
            }
            let joined = chars.get(end).is_some_and(|c| class(*c) == Class::Joiner);
            if !(joined && is_letter(end + 1)) {
                return end;
            }
            end += 1;
        }
    }
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}')
}
