//! Claims that are known to be right or wrong, made of texts without any choice of ours.
//!
//! Right ones say what a sentence of the passage says: in its own words, without its end, or with
//! its halves exchanged. Wrong ones have a number changed or a name of another passage in them, or
//! are sentences from elsewhere.

use std::collections::BTreeMap;

use unicode_segmentation::UnicodeSegmentation;

/// How a claim was made of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Copied,
    Trimmed,
    Reordered,
    /// One number is another.
    Number,
    /// A word that only this passage has is one that only another has; most of them are names.
    Name,
    Elsewhere,
}

impl Kind {
    pub(crate) fn is_right(self) -> bool {
        matches!(self, Self::Copied | Self::Trimmed | Self::Reordered)
    }
}

/// A claim about a passage.
#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) kind: Kind,
    pub(crate) text: String,
    /// The place of the passage that it is said to be from.
    pub(crate) passage: usize,
}

/// So many sentences in a row are a passage.
const SENTENCES: usize = 4;
/// What is taken from elsewhere comes from so many passages on, which is another article.
const FAR: usize = 17;
/// Shorter words are rarely names.
const LEAST_NAME: usize = 4;
/// In a number, so much is added to the last digit.
const ADDED: u32 = 5;
/// The zeros of the scripts that write numbers with digits of their own.
const ZEROS: [char; 7] = ['0', '٠', '۰', '०', '๐', '໐', '၀'];
const STOPS: [char; 9] = ['.', '!', '?', '。', '।', '။', '؟', '۔', ' '];
const COMMAS: [char; 5] = [',', '،', '、', '，', '၊'];

/// Passages of neighboring sentences, and all claims about them.
pub(crate) fn claims(sentences: &[&str]) -> (Vec<String>, Vec<Claim>) {
    let groups: Vec<&[&str]> = sentences.chunks_exact(SENTENCES).collect();
    let passages: Vec<String> = groups.iter().map(|group| group.join(" ")).collect();
    let names = names(&groups);
    let mut claims = Vec::new();
    for (passage, group) in groups.iter().enumerate() {
        // Now the first sentence, now another.
        let sentence = group[passage % SENTENCES].trim_end_matches(STOPS);
        let other = (passage + FAR) % groups.len();
        let elsewhere = groups[other][passage % SENTENCES].trim_end_matches(STOPS);
        let made = [
            (Kind::Copied, Some(sentence.to_owned())),
            (Kind::Trimmed, Some(trimmed(sentence))),
            (Kind::Reordered, Some(reordered(sentence))),
            (Kind::Number, with_another_number(sentence, &passages[passage])),
            (Kind::Name, with_another_name(sentence, &names[passage], &names[other])),
            (Kind::Elsewhere, Some(elsewhere.to_owned())),
        ];
        for (kind, text) in made {
            claims.extend(text.map(|text| Claim { kind, text, passage }));
        }
    }
    (passages, claims)
}

/// Where words have spaces between them a place between words, otherwise one between graphemes.
fn borders(sentence: &str) -> Vec<usize> {
    let words: Vec<usize> = sentence.match_indices(' ').map(|(at, _)| at).collect();
    if words.len() >= 6 {
        return words;
    }
    sentence.grapheme_indices(true).map(|(at, _)| at).collect()
}

fn nearest(places: &[usize], wanted: usize) -> Option<usize> {
    places.iter().copied().min_by_key(|place| place.abs_diff(wanted))
}

/// Without the last quarter.
fn trimmed(sentence: &str) -> String {
    let end = nearest(&borders(sentence), sentence.len() * 3 / 4).unwrap_or(sentence.len());
    sentence[..end].trim_end_matches(COMMAS).to_owned()
}

/// The second half first; the halves end at a comma near the middle, or at any word's end.
fn reordered(sentence: &str) -> String {
    let middle = sentence.len() / 2;
    let commas: Vec<usize> = sentence.match_indices(COMMAS).map(|(at, _)| at).collect();
    let comma = nearest(&commas, middle).filter(|at| at.abs_diff(middle) < sentence.len() / 4);
    let at = comma.or_else(|| nearest(&borders(sentence), middle)).unwrap_or(0);
    let (first, second) = sentence.split_at(at);
    format!("{} {first}", second.trim_start_matches(COMMAS).trim_start())
}

/// The first number whose last digit can be another without giving one of the passage.
fn with_another_number(sentence: &str, passage: &str) -> Option<String> {
    let runs = sentence.split(|c: char| zero_of(c).is_none()).filter(|run| !run.is_empty());
    for run in runs {
        let start = run.as_ptr() as usize - sentence.as_ptr() as usize;
        let mut digits: Vec<char> = run.chars().collect();
        let last = digits.last_mut()?;
        let zero = zero_of(*last)?;
        let value = (*last as u32 - zero as u32 + ADDED) % 10;
        *last = char::from_u32(zero as u32 + value)?;
        let changed: String = digits.into_iter().collect();
        if !passage.contains(&changed) {
            let (before, after) = (&sentence[..start], &sentence[start + run.len()..]);
            return Some(format!("{before}{changed}{after}"));
        }
    }
    None
}

fn zero_of(c: char) -> Option<char> {
    ZEROS.into_iter().find(|zero| (*zero as u32..*zero as u32 + 10).contains(&(c as u32)))
}

/// The sentence with its first name exchanged, if it has one and the other passage has, too.
fn with_another_name(sentence: &str, own: &[String], other: &[String]) -> Option<String> {
    let name = own.iter().find(|name| sentence.unicode_words().skip(1).any(|w| w == *name))?;
    Some(sentence.replacen(name.as_str(), other.first()?, 1))
}

/// The words of each passage that no other has, without those that begin a sentence. Capitals come
/// first: they are names where a script has them. Scripts without spaces have no words here.
fn names(groups: &[&[&str]]) -> Vec<Vec<String>> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for word in groups.concat().iter().flat_map(|sentence| sentence.unicode_words()) {
        *counts.entry(word.to_lowercase()).or_default() += 1;
    }
    let names_of = |group: &&[&str]| {
        let is_name = |word: &&str| {
            word.chars().count() >= LEAST_NAME
                && word.chars().all(|c| c.is_alphabetic() && zero_of(c).is_none())
                && counts[&word.to_lowercase()] == 1
        };
        let words = group.iter().flat_map(|sentence| sentence.unicode_words().skip(1));
        let mut names: Vec<String> = words.filter(is_name).map(str::to_owned).collect();
        names.sort_by_key(|word| !word.starts_with(char::is_uppercase));
        names
    };
    groups.iter().map(names_of).collect()
}
