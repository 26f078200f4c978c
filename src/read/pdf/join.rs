//! Joins the lines of a paragraph: words that were hyphenated at a line's end become whole, and
//! scripts without spaces get none.

use super::characters::{is_cjk, is_hangul, is_unspaced_alphabet};

/// Appends a line to the text of the lines before it.
pub(super) fn append_line(text: &mut String, line: &str) {
    let line = line.trim_start();
    let had_space = text.ends_with(char::is_whitespace);
    text.truncate(text.trim_end().len());
    let (Some(last), Some(first)) = (text.chars().next_back(), line.chars().next()) else {
        text.push_str(line);
        return;
    };
    match seam(text, line) {
        Seam::Whole => {
            text.pop();
        }
        Seam::Close => {}
        Seam::SpaceIfDrawn if !had_space => {}
        Seam::SpaceIfDrawn | Seam::Space => text.push(' '),
    }
    text.push_str(line);
}

/// How two lines meet.
enum Seam {
    /// A hyphen was put in to break a word; it goes.
    Whole,
    /// Nothing stands between them.
    Close,
    /// A space, if the file has one there.
    SpaceIfDrawn,
    Space,
}

fn seam(text: &str, line: &str) -> Option<Seam> {
    let (last, first) = (text.chars().next_back()?, line.chars().next()?);
    const SOFT_HYPHEN: char = '\u{ad}';
    if last == SOFT_HYPHEN {
        return Seam::Whole;
    }
    if matches!(last, '-' | '\u{2010}') {
        let before = text.chars().rev().nth(1);
        let is_in_word = before.is_some_and(char::is_alphanumeric);
        return match is_in_word && first.is_alphanumeric() {
            // "orang-orang": Malay and its like double words around a hyphen.
            true if is_doubled(text, line) => Seam::Close,
            true if first.is_lowercase() && before.is_some_and(char::is_alphabetic) => Seam::Whole,
            // A name ("Jean-\nPaul") or a number keeps its hyphen.
            true => Seam::Close,
            false => Seam::Space,
        };
    }
    if is_cjk(last) && is_cjk(first) {
        return Seam::Close;
    }
    let in_one = |class: fn(char) -> bool| class(last) && class(first);
    // Programs that break Korean lines between words draw the space there; browsers and TeX break
    // them anywhere. Thai and its like have spaces between phrases only.
    if in_one(is_hangul) || in_one(is_unspaced_alphabet) {
        return Seam::SpaceIfDrawn;
    }
    Seam::Space
}

#[cfg(test)]
mod tests {
    use super::append_line;

    fn check(lines: &[&str], expected: &str) {
        let mut text = String::new();
        for line in lines {
            append_line(&mut text, line);
        }
        assert_eq!(text, expected);
    }

    #[test]
    fn lines_are_joined_with_one_space() {
        check(&["one", "two ", " three"], "one two three");
        check(&["end.", "Begin"], "end. Begin");
    }

    #[test]
    fn hyphenated_words_become_whole() {
        check(&["an exam-", "ple"], "an example");
        check(&["an exam\u{ad}", "ple"], "an example");
        check(&["Über\u{2010}", "schuß"], "Überschuß");
    }

    #[test]
    fn other_hyphens_stay() {
        check(&["Jean-", "Paul"], "Jean-Paul");
        check(&["COVID-", "19"], "COVID-19");
        check(&["one -", "two"], "one - two");
        check(&["10-", "fold"], "10-fold");
    }

    #[test]
    fn scripts_without_spaces_get_none() {
        check(&["人人生而", "自由，", "平等"], "人人生而自由，平等");
        check(&["中文", "word"], "中文 word");
        check(&["ภาษา", "ไทย"], "ภาษาไทย");
        check(&["ภาษา ", "ไทย"], "ภาษา ไทย");
    }

    #[test]
    fn korean_lines_break_within_words_unless_a_space_is_drawn() {
        check(&["모든 ", "사람은 태어", "날"], "모든 사람은 태어날");
        check(&["모든 사", "람은"], "모든 사람은");
    }
}
