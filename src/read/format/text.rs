//! Which kind of text a text is: a web page, Markdown, a table, data, or just text.

use super::{Format, SNIFF_BYTES, has_ending};
use crate::read::txt;

/// Tags that a piece of a web page begins with.
const OPENING_TAGS: [&str; 24] = [
    "a",
    "article",
    "b",
    "blockquote",
    "br",
    "center",
    "div",
    "font",
    "h1",
    "h2",
    "h3",
    "header",
    "img",
    "link",
    "main",
    "meta",
    "nav",
    "ol",
    "p",
    "section",
    "span",
    "table",
    "title",
    "ul",
];

/// A piece of a page that does not end with a tag has many of them: one to so many bytes.
const BYTES_PER_TAG: usize = 60;

/// Tells the kind of a text.
pub(super) fn kind(head: &[u8], name: &str, media_type: Option<&str>) -> Format {
    let text = decode_head(head);
    let start = after_prologue(&text);
    if is_page(start) {
        return Format::Html;
    }
    let named = by_media_type(media_type).or_else(|| by_ending(name));
    if is_json(start, head.len() >= SNIFF_BYTES) {
        return Format::Json;
    }
    match named {
        Some(Format::Html) if has_tags(&text) => Format::Html,
        Some(Format::Html) | None if is_piece_of_page(start) => Format::Html,
        Some(Format::Html) | None => Format::Text,
        Some(format) => format,
    }
}

fn decode_head(head: &[u8]) -> String {
    if txt::utf16_by_content(head).is_some()
        && let Some(text) = txt::decode(head)
    {
        return text;
    }
    String::from_utf8_lossy(head).into_owned()
}

/// What follows a byte order mark, an XML declaration and comments.
fn after_prologue(text: &str) -> &str {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = if rest.starts_with("<!--") {
            rest.find("-->").map(|at| at + 3)
        } else if rest.starts_with("<?xml") {
            rest.find('>').map(|at| at + 1)
        } else {
            None
        };
        match end {
            Some(end) => rest = rest[end..].trim_start(),
            None => return rest,
        }
    }
}

fn is_page(start: &str) -> bool {
    const STARTS: [&str; 4] = ["<!doctype html", "<html", "<head", "<body"];
    STARTS.iter().any(|expected| {
        let found = start.get(..expected.len());
        let next = start.as_bytes().get(expected.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(expected))
            // `<header>` is not `<head>`.
            && next.is_none_or(|byte| !byte.is_ascii_alphanumeric())
    })
}

/// The name of the HTML element whose tag a text begins with, if it does.
fn tag_name(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('<')?;
    let inside = inside.strip_prefix('/').unwrap_or(inside);
    let end = inside.find(|c: char| !c.is_ascii_alphanumeric())?;
    let is_tag = matches!(inside.as_bytes()[end], b'>' | b'/' | b' ' | b'\n' | b'\r' | b'\t');
    is_tag.then_some(&inside[..end])
}

fn is_opening(name: &str) -> bool {
    OPENING_TAGS.iter().any(|tag| tag.eq_ignore_ascii_case(name))
}

fn count_tags(text: &str) -> usize {
    let tags = text.match_indices('<').filter_map(|(at, _)| tag_name(&text[at..]));
    tags.filter(|name| is_opening(name)).count()
}

fn has_tags(text: &str) -> bool {
    count_tags(text) > 0 || text.match_indices('<').any(|(at, _)| is_page(&text[at..]))
}

/// Begins with a tag and ends with one, or has many more.
fn is_piece_of_page(start: &str) -> bool {
    tag_name(start).is_some_and(is_opening)
        && start.contains("</")
        && (start.trim_end().ends_with('>') || count_tags(start) * BYTES_PER_TAG >= start.len())
}

/// Begins as JSON does, and ends so if the end is there.
fn is_json(start: &str, is_cut: bool) -> bool {
    let (open, inside) = match start.chars().next() {
        Some(open @ ('{' | '[')) => (open, start[1..].trim_start()),
        _ => return false,
    };
    let close = if open == '{' { '}' } else { ']' };
    // A list of numbers looks like a reference, "[1] …", until its end is seen.
    let begins = match inside.chars().next() {
        Some('"' | '}') if open == '{' => true,
        Some('{' | '[' | '"') if open == '[' => true,
        Some(c) if open == '[' => !is_cut && (c.is_ascii_digit() || "-tfn]".contains(c)),
        _ => false,
    };
    begins && (is_cut || start.trim_end().ends_with(close))
}

fn by_media_type(media_type: Option<&str>) -> Option<Format> {
    let essence = media_type?.split(';').next()?.trim().to_ascii_lowercase();
    match essence.as_str() {
        "text/html" | "application/xhtml+xml" => Some(Format::Html),
        "text/markdown" | "text/x-markdown" => Some(Format::Markdown),
        "text/csv" | "text/tab-separated-values" => Some(Format::Csv),
        "application/json" | "application/jsonl" | "application/x-ndjson" => Some(Format::Json),
        _ => None,
    }
}

fn by_ending(name: &str) -> Option<Format> {
    const ENDINGS: [(&[&str], Format); 4] = [
        (&["html", "htm", "xhtml", "xht", "shtml"], Format::Html),
        (&["md", "markdown", "mdown", "mkd"], Format::Markdown),
        (&["csv", "tsv", "tab"], Format::Csv),
        (&["json", "jsonl", "ndjson", "geojson"], Format::Json),
    ];
    let is_named = |endings: &[&str]| endings.iter().any(|ending| has_ending(name, ending));
    ENDINGS.iter().find(|(endings, _)| is_named(endings)).map(|(_, format)| *format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_tells_first_then_the_media_type_then_the_name() {
        use Format::{Csv, Html, Json, Markdown, Text};
        for (text, name, media_type, expected) in [
            ("<!DOCTYPE html><p>a", "a.txt", None, Html),
            ("\u{feff}\n<!-- made by hand --><HTML lang=en>", "a", Some("text/plain"), Html),
            ("<?xml version='1.0'?>\n<html xmlns='x'>", "a", None, Html),
            ("<div><p>one</p><p>two</p></div>", "a", None, Html),
            ("<header>x</header>", "a", None, Html),
            ("a text with <path> in it", "a.html", Some("text/html"), Text),
            ("a text with <div> in the middle", "a.txt", None, Text),
            ("a text with <div> in the middle", "a.HTM", None, Html),
            ("a text with <div> in the middle", "a", Some("text/html; charset=x"), Html),
            (
                "<b>Note:</b> x < y, and much more text than tags, for a long time, and then some \
              more that nobody would take for a page, since it is not one, as one can see.",
                "a",
                None,
                Text,
            ),
            ("<svg><path/></svg>", "a.svg", None, Text),
            ("<h1 align=center>x</h1>\n\n# x", "README.md", None, Markdown),
            ("# x", "a", Some("text/markdown"), Markdown),
            ("# x", "a.txt", None, Text),
            ("a;b\n1;2", "a.CSV", None, Csv),
            ("a\tb", "a.tsv", None, Csv),
            ("a,b", "a.txt", Some("text/csv"), Csv),
            ("a,b\n1,2", "a.txt", None, Text),
            ("{\"a\": 1}\n", "a.txt", None, Json),
            ("{\"a\": 1}\n{\"a\": 2}\n", "a", None, Json),
            ("[1, 2]", "a", None, Json),
            ("[1] Smith, J. (2020)", "a", None, Text),
            ("{note} to {self}", "a", None, Text),
            ("{\"a\": 1", "a.json", None, Json),
            ("", "a.json", None, Json),
        ] {
            assert_eq!(kind(text.as_bytes(), name, media_type), expected, "{text:?} as {name}");
        }
    }

    #[test]
    fn a_page_in_utf16_is_a_page() {
        let bytes: Vec<u8> = "<html><body>x".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(kind(&bytes, "a", None), Format::Html);
    }
}
