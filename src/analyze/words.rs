//! Scripts that put spaces between words: the word, its four-letter pieces, Vietnamese pairs.

use super::class::{Class, class};
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
