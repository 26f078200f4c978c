//! The marks that begin list items and captions.

/// Longer numbers are years and quantities.
const MOST_DIGITS: usize = 3;

/// Whether a text begins with the marker of a list item: a bullet or dash, a number or letter
/// with a bracket or full stop, and white space after it.
pub(super) fn starts_list_item(text: &str) -> bool {
    let text = text.trim_start();
    if is_ideographic_number(text) {
        return true;
    }
    let Some((marker, rest)) = text.split_once(char::is_whitespace) else { return false };
    !rest.trim().is_empty() && (is_bullet(marker) || is_number(marker))
}

fn is_bullet(marker: &str) -> bool {
    matches!(
        marker,
        "•" | "‣"
            | "◦"
            | "▪"
            | "▫"
            | "■"
            | "□"
            | "●"
            | "○"
            | "◆"
            | "◇"
            | "►"
            | "➢"
            | "➤"
            | "✓"
            | "✔"
            | "∙"
            | "·"
            | "*"
            | "-"
            | "–"
            | "—"
            | "−"
    )
}

/// `1、`, `12．`: Chinese and Japanese put no space after them.
fn is_ideographic_number(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = text.len() - rest.len();
    (1..=MOST_DIGITS).contains(&digits) && rest.starts_with(['、', '．'])
}

/// `1.`, `12)`, `(3)`, `a)`, `(b)`, `iv.`; not `A.`, which begins names, nor `1990.`, a year.
fn is_number(marker: &str) -> bool {
    const MOST_LETTERS: usize = 4;

    let (is_bracketed, inner) = match marker.strip_prefix('(') {
        Some(inner) => (true, inner),
        None => (false, marker),
    };
    let (closes, inner) = match inner.strip_suffix(')') {
        Some(inner) => (true, inner),
        None => (false, inner.strip_suffix('.').unwrap_or_default()),
    };
    if inner.is_empty() || (is_bracketed && !closes) {
        return false;
    }
    let is_digits = inner.len() <= MOST_DIGITS && inner.bytes().all(|b| b.is_ascii_digit());
    let is_roman = inner.len() <= MOST_LETTERS && inner.bytes().all(|b| b"ivx".contains(&b));
    let is_letter = inner.len() == 1 && inner.bytes().all(|b| b.is_ascii_alphabetic());
    is_digits || is_roman || (is_letter && closes)
}

/// Dots that lead the eye from an entry of contents to its page number: fewer are an ellipsis.
const LEAST_LEADERS: usize = 4;

/// Whether a line is an entry of contents: dots, then a page number.
pub(super) fn is_contents_entry(line: &str) -> bool {
    let before =
        line.trim_end().trim_end_matches(|c: char| c.is_ascii_digit() || "ivxlc".contains(c));
    before.len() < line.trim_end().len()
        && before.chars().rev().filter(|c| !c.is_whitespace()).take_while(|c| *c == '.').count()
            >= LEAST_LEADERS
}

/// Puts one ellipsis in the place of leading dots, which say nothing.
pub(super) fn without_leaders(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let is_dots = |c: char| matches!(c, '.' | ' ');
    let mut rest = line;
    while let Some(start) = rest.find('.') {
        let end = rest[start..].find(|c| !is_dots(c)).map_or(rest.len(), |end| start + end);
        let dots = &rest[start..end];
        text.push_str(&rest[..start]);
        match dots.matches('.').count() {
            LEAST_LEADERS.. => text.push_str(" … "),
            _ => text.push_str(dots),
        }
        rest = &rest[end..];
    }
    text + rest
}

/// Whether a text begins like the words under a figure or over a table: "Figure 3:", "Table 2."
pub(super) fn starts_caption(text: &str) -> bool {
    const NAMES: [&str; 17] = [
        "Figure",
        "Fig.",
        "Table",
        "Abbildung",
        "Abb.",
        "Tabelle",
        "Tableau",
        "Tabla",
        "Figura",
        "Tabela",
        "Tabella",
        "Рисунок",
        "Рис.",
        "Таблица",
        "图",
        "表",
        "図",
    ];
    let number = NAMES.iter().find_map(|name| text.strip_prefix(name)).map(str::trim_start);
    let Some(number) = number else { return false };
    let after = number.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-'));
    let label = &number[..number.len() - after.len()];
    let is_numbered = label.starts_with(|c: char| c.is_ascii_digit());
    is_numbered && (label.ends_with('.') || after.trim_start().starts_with([':', '：', '–', '—']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_need_text_after_them() {
        for text in ["• one", "- one", "1. one", "12) one", "(a) one", "b) one", "iv. one", "1、一"]
        {
            assert!(starts_list_item(text), "{text}");
        }
        for text in
            ["•", "-5 degrees", "1990. It", "A. Smith", "1.2 Scope", "(see) it", "a. b", "v"]
        {
            assert!(!starts_list_item(text), "{text}");
        }
    }

    #[test]
    fn leading_dots_end_in_a_page_number() {
        assert!(is_contents_entry("1.1 Scope . . . . . 12"));
        assert!(is_contents_entry("Preface ....... iv "));
        assert!(!is_contents_entry("and so on ..."));
        assert!(!is_contents_entry("Chapter 12"));
        assert_eq!(without_leaders("1.1 Scope . . . . . 12"), "1.1 Scope  … 12");
        assert_eq!(without_leaders("Scope .....\t....12"), "Scope  … \t … 12");
        assert_eq!(without_leaders("wait... 1.5 a.b."), "wait... 1.5 a.b.");
    }

    #[test]
    fn captions_have_a_name_and_a_number() {
        for text in ["Figure 1: a", "Fig. 2. b", "Table 3.1 – c", "图 1：d", "表2: e"] {
            assert!(starts_caption(text), "{text}");
        }
        for text in ["Figure 3 shows it", "Figures: a", "Table of contents", "表"] {
            assert!(!starts_caption(text), "{text}");
        }
    }
}
