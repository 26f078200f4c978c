//! Finds citation markers in a text: `[1]`, `【1】`, `[1, 3]`, `[1-3]`, `[^1]`.

use std::ops::Range;

/// A marker, and the passages that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// Its bytes, brackets included.
    pub at: Range<usize>,
    /// The numbers, in the order in which they are written.
    pub numbers: Vec<u32>,
}

/// Beyond it a bracket is prose, not a marker.
const MAX_MARKER_BYTES: usize = 40;

/// More passages than a window of a million tokens holds; `[1-999999]` is not expanded.
const MAX_NUMBER: u32 = 5_000;

/// All markers of a text, in order. `[text](link)` and `array[0]` are none.
///
/// ```
/// use qwen_agent_wasm::cite::marker::markers;
///
/// let found = markers("Yes [2], and no【1】[3-5].");
/// let numbers: Vec<_> = found.into_iter().map(|marker| marker.numbers).collect();
/// assert_eq!(numbers, [vec![2], vec![1], vec![3, 4, 5]]);
/// ```
pub fn markers(text: &str) -> Vec<Marker> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(offset) = text[at..].find(['[', '【']) {
        let start = at + offset;
        match marker_at(text, start) {
            Some(marker) => {
                at = marker.at.end;
                found.push(marker);
            }
            None => at = start + text[start..].chars().next().map_or(1, char::len_utf8),
        }
    }
    found
}

fn marker_at(text: &str, start: usize) -> Option<Marker> {
    let (open, close) = if text[start..].starts_with('[') { ('[', ']') } else { ('【', '】') };
    let inside = &text[start + open.len_utf8()..];
    let length = inside.find(close).filter(|length| *length <= MAX_MARKER_BYTES)?;
    let end = start + open.len_utf8() + length + close.len_utf8();
    let is_link = text[end..].starts_with('(');
    let is_subscript = text[..start].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && inside[..length].starts_with('0');
    if is_link || is_subscript {
        return None;
    }
    let numbers = numbers(inside[..length].trim_start_matches('^'))?;
    Some(Marker { at: start..end, numbers })
}

/// The numbers in a list such as `1, 3-5`; nothing if anything else is in it.
fn numbers(inside: &str) -> Option<Vec<u32>> {
    let mut numbers = Vec::new();
    for item in inside.split([',', '，', '、', ';']) {
        let mut ends = item.splitn(2, ['-', '–', '—']).map(|end| number(end.trim()));
        let first = ends.next()??;
        let last = ends.next().unwrap_or(Some(first))?;
        if last < first {
            return None;
        }
        numbers.extend(first..=last);
    }
    Some(numbers)
}

fn number(digits: &str) -> Option<u32> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = is_number.then(|| digits.parse().ok()).flatten()?;
    (1..=MAX_NUMBER).contains(&number).then_some(number)
}
