//! Number formats: which cells hold dates, times or percentages.
//!
//! A cell names a style, a style names a format by its id. Some ids are built in; the others have
//! a code, such as `yyyy\-mm\-dd;@`, of which only the role of its letters matters here.

use std::collections::BTreeMap;

use crate::read::office::xml::Xml;

/// How a number is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Format {
    /// As it is.
    #[default]
    General,
    /// As a date.
    Date,
    /// As a time of day.
    Time,
    /// As both.
    DateTime,
    /// As hours and minutes that may exceed a day.
    Elapsed,
    /// In hundredths, with this many decimals.
    Percent(u8),
}

/// The formats of a workbook's cell styles.
#[derive(Debug, Default)]
pub(super) struct Styles {
    formats: Vec<Format>,
}

impl Styles {
    pub(super) fn format(&self, style: usize) -> Format {
        self.formats.get(style).copied().unwrap_or_default()
    }
}

/// Reads the part with the styles.
pub(super) fn read(xml: &mut Xml) -> Styles {
    let mut codes: BTreeMap<u32, Format> = BTreeMap::new();
    let mut formats = Vec::new();
    while let Some(element) = xml.next_in(0) {
        match element.name() {
            "numFmt" => {
                let code = element.attr("formatCode").unwrap_or_default();
                codes.extend(element.number("numFmtId").map(|id| (id, by_code(&code))));
            }
            "cellXfs" => {
                let depth = xml.depth();
                while let Some(element) = xml.next_in(depth) {
                    if element.name() == "xf" {
                        let id = element.number("numFmtId").unwrap_or(0);
                        formats.push(codes.get(&id).copied().unwrap_or_else(|| built_in(id)));
                    }
                }
            }
            _ => {}
        }
    }
    Styles { formats }
}

/// The formats that have no code in the file (18.8.30); those from 27 on are of East Asia.
fn built_in(id: u32) -> Format {
    match id {
        9 => Format::Percent(0),
        10 => Format::Percent(2),
        14..=17 | 27..=31 | 36 | 50..=54 | 57 | 58 => Format::Date,
        18..=21 | 32..=35 | 45 | 47 | 55 | 56 => Format::Time,
        46 => Format::Elapsed,
        22 => Format::DateTime,
        _ => Format::General,
    }
}

/// What a code shows, by its first section, which is for positive numbers.
pub(super) fn by_code(code: &str) -> Format {
    let (letters, is_elapsed) = letters(code);
    let has = |wanted: &[char]| letters.contains(wanted);
    let has_digits = has(&['0', '#', '?']);
    let has_time = has(&['h', 's']);
    let has_date = has(&['y', 'd']) || (has(&['m']) && !has_time && !has_digits);
    if is_elapsed {
        Format::Elapsed
    } else if letters.contains('%') {
        let decimals = letters.split_once('.').map_or("", |(_, decimals)| decimals);
        Format::Percent(decimals.chars().take_while(|c| matches!(c, '0' | '#')).count() as u8)
    } else if letters.contains("general") {
        Format::General
    } else {
        match (has_date, has_time) {
            (true, true) => Format::DateTime,
            (true, false) => Format::Date,
            (false, true) => Format::Time,
            (false, false) => Format::General,
        }
    }
}

/// The first section of a code without quoted text, escaped characters, colours and locales;
/// and whether it counts hours, minutes or seconds beyond their usual end, as in `[h]:mm`.
fn letters(code: &str) -> (String, bool) {
    let mut letters = String::new();
    let mut is_elapsed = false;
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            ';' => break,
            '"' => drop(chars.by_ref().find(|c| *c == '"')),
            '\\' | '_' | '*' => drop(chars.next()),
            '[' => {
                let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                let inside = inside.to_ascii_lowercase();
                is_elapsed |= !inside.is_empty()
                    && ['h', 'm', 's'].iter().any(|unit| inside.chars().all(|c| c == *unit));
            }
            c => letters.extend(c.to_lowercase()),
        }
    }
    (letters.replace("am/pm", "h").replace("a/p", "h"), is_elapsed)
}
