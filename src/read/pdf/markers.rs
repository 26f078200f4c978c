//! The marks that begin list items and captions.

/// Whether a text begins with the marker of a list item: a bullet or dash, a number or letter
/// with a bracket or full stop, and white space after it.
pub(super) fn starts_list_item(text: &str) -> bool {
    let text = text.trim_start();
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

/// `1.`, `12)`, `(3)`, `a)`, `(b)`, `iv.`; not `A.`, which begins names, nor `1990.`, a year.
fn is_number(marker: &str) -> bool {
    const MOST_DIGITS: usize = 3;
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
        for text in ["• one", "- one", "1. one", "12) one", "(a) one", "b) one", "iv. one"] {
            assert!(starts_list_item(text), "{text}");
        }
        for text in
            ["•", "-5 degrees", "1990. It", "A. Smith", "1.2 Scope", "(see) it", "a. b", "v"]
        {
            assert!(!starts_list_item(text), "{text}");
        }
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
