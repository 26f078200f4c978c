//! Joins the lines of a paragraph: words that were hyphenated at a line's end become whole, and
//! scripts without spaces get none.

use super::characters::{is_cjk, is_hangul, is_unspaced_alphabet};

/// Appends a line to the text of the lines before it.
pub(super) fn append_line(text: &mut String, line: &str) {
    let line = line.trim_start();
    let had_space = text.ends_with(char::is_whitespace);
    text.truncate(text.trim_end().len());
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

fn seam(text: &str, line: &str) -> Seam {
    const SOFT_HYPHEN: char = '\u{ad}';

    let (Some(last), Some(first)) = (text.chars().next_back(), line.chars().next()) else {
        return Seam::Close;
    };
    if last == SOFT_HYPHEN {
        return Seam::Whole;
    }
    if let Some(before) = text.strip_suffix(['-', '\u{2010}']) {
        return seam_at_hyphen(before, line);
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

fn seam_at_hyphen(before: &str, line: &str) -> Seam {
    if !before.ends_with(char::is_alphanumeric) || !line.starts_with(char::is_alphanumeric) {
        return Seam::Space;
    }
    let is_broken_word =
        before.ends_with(char::is_alphabetic) && line.starts_with(char::is_lowercase);
    // A name ("Jean-\nPaul") or a number keeps its hyphen, and so does a doubled word.
    if is_broken_word && !is_doubled(before, line) { Seam::Whole } else { Seam::Close }
}

/// Whether the same word stands on both sides: Malay and its like form plurals so
/// ("orang-orang").
fn is_doubled(before: &str, line: &str) -> bool {
    let separates = |c: char| !c.is_alphabetic();
    let left = before.rsplit(separates).next().unwrap_or_default();
    let right = line.split(separates).next().unwrap_or_default();
    left.to_lowercase() == right.to_lowercase()
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
        check(&["bagi Orang-", "orang itu"], "bagi Orang-orang itu");
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
