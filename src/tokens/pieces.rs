//! The pieces of a text inside which tokens are: words, digits, runs of signs and of spaces.
//!
//! The rules are those of Qwen's tokenizer, which has them as one regular expression:
//!
//! ```text
//! (?i:'s|'t|'re|'ve|'m|'ll|'d) | [^\r\n\p{L}\p{N}]?\p{L}+ | \p{N} | ?[^\s\p{L}\p{N}]+[\r\n]*
//!   | \s*[\r\n]+ | \s+(?!\S) | \s+
//! ```
//!
//! By hand, since a regular expression engine with Unicode's classes would weigh as much as the
//! rest of this crate.

/// The pieces of a text, in order; together they are the text.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, after) = rest.split_at(first(rest));
        rest = after;
        Some(piece)
    })
}

/// The length of the first piece of a text that is not empty.
fn first(text: &str) -> usize {
    let mut chars = text.chars();
    let (Some(c), next) = (chars.next(), chars.next()) else { return 0 };
    let length = c.len_utf8();
    if c == '\''
        && let Some(length) = contraction(text)
    {
        return length;
    }
    if is_letter(c) {
        return length + run(&text[length..], is_letter);
    }
    if is_number(c) {
        return length;
    }
    // A space or a sign leans on the word behind it.
    if !matches!(c, '\r' | '\n') && next.is_some_and(is_letter) {
        return length + run(&text[length..], is_letter);
    }
    let signs = if c == ' ' && next.is_some_and(is_sign) { length } else { 0 };
    if signs > 0 || is_sign(c) {
        let end = signs + run(&text[signs..], is_sign);
        return end + run(&text[end..], |c| matches!(c, '\r' | '\n'));
    }
    spaces(text)
}

/// The length of an English contraction. The expression ignores case, by which ſ is an s.
fn contraction(text: &str) -> Option<usize> {
    const ENDINGS: [&str; 7] = ["s", "t", "re", "ve", "m", "ll", "d"];
    let behind = &text[1..];
    let same = |ending: &&str| {
        behind.get(..ending.len()).is_some_and(|start| start.eq_ignore_ascii_case(ending))
    };
    match ENDINGS.iter().find(|ending| same(ending)) {
        Some(ending) => Some(1 + ending.len()),
        None if behind.starts_with('ſ') => Some(1 + 'ſ'.len_utf8()),
        None => None,
    }
}

/// The first piece of a text that begins with white space: up to the last line's end; or all
/// but the last space before a word; or all.
fn spaces(text: &str) -> usize {
    let (mut end, mut line_end, mut last) = (0, 0, 0);
    for c in text.chars().take_while(|c| c.is_whitespace()) {
        last = end;
        end += c.len_utf8();
        if matches!(c, '\r' | '\n') {
            line_end = end;
        }
    }
    match (line_end, last) {
        (1.., _) => line_end,
        (_, 1..) if end < text.len() => last,
        _ => end,
    }
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// Neither white space, letter, nor number.
fn is_sign(c: char) -> bool {
    !c.is_whitespace() && !is_letter(c) && !is_number(c)
}

/// The general category L.
fn is_letter(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphabetic() } else { c.is_alphabetic() && !is_mark(c) }
}

/// The general category N, but for the numbers that came with Unicode 17.
fn is_number(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_digit()
    } else {
        c.is_numeric() && !matches!(c, '\u{11de0}'..='\u{11de9}' | '\u{16ff4}'..='\u{16ff6}')
    }
}

/// Whether a character counts as alphabetic to Unicode without being a letter: vowel signs and
/// other marks, Roman numerals, circled letters.
fn is_mark(c: char) -> bool {
    let at = MARKS.partition_point(|(first, _)| *first <= c as u32);
    at.checked_sub(1).is_some_and(|at| c as u32 <= MARKS[at].1)
}

/// Ranges of characters, first and last; what they are is checked by a test.
const MARKS: &[(u32, u32)] = &include!("marks.in");

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        pieces(text).collect()
    }

    #[test]
    fn words_take_the_sign_before_them_and_digits_stand_alone() {
        assert_eq!(
            cut("Hello world, it's 2026!"),
            ["Hello", " world", ",", " it", "'s", " ", "2", "0", "2", "6", "!"]
        );
        assert_eq!(cut("a (b)"), ["a", " (", "b", ")"]);
        assert_eq!(cut("(b"), ["(b"]);
        assert_eq!(cut("DON'T"), ["DON", "'T"]);
    }

    #[test]
    fn spaces_are_cut_before_the_word_and_after_the_line() {
        assert_eq!(cut("a   b"), ["a", "  ", " b"]);
        assert_eq!(cut("a  \n  b"), ["a", "  \n", " ", " b"]);
        assert_eq!(cut("a  "), ["a", "  "]);
        assert_eq!(cut("!\n\n?"), ["!\n\n", "?"]);
    }

    #[test]
    fn vowel_signs_are_no_letters() {
        assert_eq!(cut("कि"), ["क", "ि"]);
    }

    /// Against the tables that the reference tokenizer cuts by. A newer Rust may know new letters:
    /// then they are to be added to `marks.in`.
    #[test]
    fn classes_are_those_of_the_reference() {
        use regex_syntax::hir::{Class, HirKind};
        let class = |pattern: &str| {
            let hir = regex_syntax::parse(pattern).unwrap();
            let HirKind::Class(Class::Unicode(class)) = hir.into_kind() else { panic!("a class") };
            class
        };
        let (letters, numbers) = (class(r"\p{L}"), class(r"\p{N}"));
        let holds = |class: &regex_syntax::hir::ClassUnicode, c: char| {
            let at = class.ranges().partition_point(|range| range.end() < c);
            class.ranges().get(at).is_some_and(|range| range.start() <= c)
        };
        let wrong: Vec<char> = ('\0'..=char::MAX)
            .filter(|c| {
                is_letter(*c) != holds(&letters, *c) || is_number(*c) != holds(&numbers, *c)
            })
            .collect();
        assert_eq!(wrong, []);
    }
}
