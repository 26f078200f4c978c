//! Text into terms, the same way for documents and for questions, in every language.
//!
//! There is no dictionary, no stemmer, no list of stop words and no language detection. Scripts
//! decide: words and their four-letter pieces where words stand apart, one and two characters in
//! Chinese, Japanese and Korean, one and two orthographic clusters in Thai, Lao, Burmese and
//! Khmer, pairs of syllables in Vietnamese. Measured on question sets in 29 languages this ranks
//! better than stemmers and segmenters do, and it has nothing that could be out of date.
//!
//! A term is a 64-bit hash: an index of terms needs no strings, and a term's text is found again
//! by its place in the chunk. Texts are expected in NFC, as readers give them.
//!
//! ```
//! use qwen_agent_wasm::analyze::Analyzer;
//!
//! let analyzer = Analyzer::new();
//! let shared = |a: &str, b: &str| {
//!     let b = analyzer.terms(b);
//!     analyzer.terms(a).into_iter().filter(|term| b.contains(term)).count()
//! };
//! assert!(shared("Kündigungsfrist", "die Frist") > 0); // inside a compound
//! assert!(shared("数据库", "关系数据") > 0);
//! assert_eq!(shared("apple", "中文"), 0);
//! ```

pub mod class;
pub mod cluster;
pub mod fold;
mod forms;
mod scan;
mod set;
mod words;

use class::{Class, class};
use fold::lower_into;
pub use scan::{Scanner, Sink};
pub(crate) use set::TermSet;
pub use words::{WordAnalyzer, WordTerm};

/// A term: a hash of its kind and its folded characters.
pub type Term = u64;

/// One term of a text, and the bytes it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// The term.
    pub term: Term,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// What it was made of.
    pub kind: TokenKind,
}

/// What a term was made of. Kinds never share terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// One Han, kana or Hangul character.
    Character = 1,
    /// Two of them in a row.
    CharacterPair = 2,
    /// One orthographic cluster of a Southeast Asian script.
    Cluster = 3,
    /// Two of them in a row.
    ClusterPair = 4,
    /// A whole word, with its accents.
    Word = 5,
    /// Two words in a row, one of which has a Vietnamese letter.
    SyllablePair = 6,
    /// Four characters of a word, or a short word whole, without accents.
    Gram = 7,
}

impl TokenKind {
    /// Whether it stands for something that a reader would call a word or a character, and not
    /// for a piece of one.
    pub fn is_whole(self) -> bool {
        matches!(self, Self::Character | Self::Cluster | Self::Word)
    }
}

/// Names the rules below; an index made by other rules cannot be searched with these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(pub u64);

/// Which terms are made of words that stand apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Analysis {
    /// Each word, and its four-letter pieces: finds other forms of a word and parts of compounds.
    #[default]
    Full,
    /// Each word alone: about a quarter of the index, for whoever searches by exact words. Scripts
    /// without spaces keep their characters and pairs, since nothing would be found otherwise.
    Words,
}

/// Turns texts into terms.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Analyzer {
    analysis: Analysis,
}

impl Analyzer {
    /// The analyzer for questions about documents.
    pub fn new() -> Self {
        Self::default()
    }

    /// The analyzer that makes these terms.
    pub fn of(analysis: Analysis) -> Self {
        Self { analysis }
    }

    /// The analyzer of a fingerprint, if it is one of these.
    pub fn by_fingerprint(fingerprint: Fingerprint) -> Option<Self> {
        let known = [Analysis::Full, Analysis::Words].map(Self::of);
        known.into_iter().find(|analyzer| analyzer.fingerprint() == fingerprint)
    }

    /// Which terms it makes.
    pub fn analysis(self) -> Analysis {
        self.analysis
    }

    /// Two analyzers with one fingerprint give the same terms for the same text. To be raised
    /// with every change to the terms.
    pub fn fingerprint(self) -> Fingerprint {
        let name = match self.analysis {
            Analysis::Full => {
                "scripts: words+4-grams, 1+2 characters, 1+2 clusters, syllable pairs; rev 2"
            }
            Analysis::Words => {
                "scripts: words, 1+2 characters, 1+2 clusters, syllable pairs; rev 2"
            }
        };
        Fingerprint(name.bytes().fold(SEED, |hash, byte| mix(hash, u32::from(byte))))
    }

    /// Calls `emit` with each term of a text, in the order of the text.
    pub fn tokens(self, text: &str, mut emit: impl FnMut(Token)) {
        let mut letters = Letters::default();
        lower_into(text, &mut letters);
        let mut walk = words::Words::new(&letters, self.analysis);
        let mut at = 0;
        while at < letters.chars.len() {
            at = match class(letters.chars[at]) {
                Class::Other => {
                    walk.interrupted_by(letters.chars[at]);
                    at + 1
                }
                Class::Joiner => at + 1,
                Class::Ideograph => {
                    walk.forget();
                    let end = letters.run(at, Class::Ideograph);
                    emit_units(&letters, &each(at, end), CHARACTERS, &mut emit);
                    end
                }
                Class::Cluster => {
                    walk.forget();
                    let end = letters.run(at, Class::Cluster);
                    for units in cluster::clusters(&letters.chars, at..end) {
                        emit_units(&letters, &units, CLUSTERS, &mut emit);
                    }
                    end
                }
                Class::Letter => walk.word(at, &mut emit),
            };
        }
    }

    /// The terms of a text, repeated as often as they occur.
    pub fn terms(self, text: &str) -> Vec<Term> {
        let mut terms = Vec::new();
        self.tokens(text, |token| terms.push(token.term));
        terms
    }
}

/// Lower-cased characters, and where each began in the text.
#[derive(Debug, Default)]
pub(crate) struct Letters {
    pub(crate) chars: Vec<char>,
    pub(crate) starts: Vec<u32>,
    /// Length of the text in bytes.
    pub(crate) len: u32,
}

impl Letters {
    /// The end of the run of one class that begins here.
    fn run(&self, from: usize, wanted: Class) -> usize {
        let rest = self.chars[from..].iter();
        from + rest.take_while(|c| class(**c) == wanted).count()
    }

    /// The byte at which a character begins; for one past the last, the end of the text.
    fn byte(&self, at: usize) -> u32 {
        self.starts.get(at).copied().unwrap_or(self.len)
    }

    pub(crate) fn token(&self, kind: TokenKind, term: Term, start: usize, end: usize) -> Token {
        // Several characters may come from one (İ); its bytes are then counted as a whole.
        let mut after = end;
        while after < self.starts.len() && after > 0 && self.starts[after] == self.starts[after - 1]
        {
            after += 1;
        }
        Token { term, start: self.byte(start), end: self.byte(after), kind }
    }
}

const CHARACTERS: [TokenKind; 2] = [TokenKind::Character, TokenKind::CharacterPair];
const CLUSTERS: [TokenKind; 2] = [TokenKind::Cluster, TokenKind::ClusterPair];

/// Borders of units of one character each.
fn each(start: usize, end: usize) -> Vec<usize> {
    (start..=end).collect()
}

/// Emits each unit, and each pair of neighbours; `borders` are the units' starts and the last end.
fn emit_units(
    letters: &Letters,
    borders: &[usize],
    kinds: [TokenKind; 2],
    emit: &mut impl FnMut(Token),
) {
    for at in 0..borders.len().saturating_sub(1) {
        for (length, kind) in (1..).zip(kinds) {
            let Some(&end) = borders.get(at + length) else { continue };
            let folded = letters.chars[borders[at]..end].iter().filter_map(|c| fold::exact(*c));
            emit(letters.token(kind, hash(kind, folded), borders[at], end));
        }
    }
}

const SEED: u64 = 0xcbf2_9ce4_8422_2325;

#[inline]
fn mix(hash: u64, value: u32) -> u64 {
    // The multiplier is FNV's 64-bit prime; the rotation lets high bits reach low ones.
    (hash ^ u64::from(value)).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(17)
}

#[inline]
pub(crate) fn hash(kind: TokenKind, chars: impl IntoIterator<Item = char>) -> Term {
    finish(chars.into_iter().fold(mix(SEED, kind as u32), |hash, c| mix(hash, c as u32)))
}

pub(crate) fn hash_pair(first: Term, second: Term) -> Term {
    finish(mix(SEED, TokenKind::SyllablePair as u32) ^ first.rotate_left(13) ^ second)
}

/// Spreads differences over all bits, as `SplitMix64` does.
#[inline]
fn finish(mut hash: u64) -> Term {
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests;
