//! The language of a document: the one in which most of its text is marked.
//!
//! Runs name up to three languages, for Latin, East Asian and right-to-left text, and which one
//! counts depends on the characters of the run.

use std::collections::BTreeMap;

/// Languages by class of script: of Latin and most others, East Asian, right-to-left.
type ByScript = [Option<String>; 3];

/// Counts characters by language.
#[derive(Debug)]
pub(super) struct Languages {
    default: ByScript,
    counts: BTreeMap<String, usize>,
}

impl Languages {
    /// With the languages of runs that name none.
    pub(super) fn new(default: Option<ByScript>) -> Self {
        Self { default: default.unwrap_or_default(), counts: BTreeMap::new() }
    }

    /// Counts a run's text.
    pub(super) fn count(&mut self, run: &ByScript, text: &str) {
        for c in text.chars().filter(|c| c.is_alphabetic()) {
            let script = script(c);
            if let Some(language) = run[script].as_ref().or(self.default[script].as_ref()) {
                if let Some(count) = self.counts.get_mut(language) {
                    *count += 1;
                } else {
                    self.counts.insert(language.clone(), 1);
                }
            }
        }
    }

    /// The most frequent one.
    pub(super) fn most(self) -> Option<String> {
        let is_tag = |tag: &str| tag != "x-none" && tag != "none" && tag.len() >= 2;
        let counts = self.counts.into_iter().filter(|(language, _)| is_tag(language));
        counts.max_by_key(|(_, count)| *count).map(|(language, _)| language)
    }
}

fn script(c: char) -> usize {
    match c {
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' => 2,
        // Word takes the scripts of South and South-East Asia as "complex", like these.
        '\u{900}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' => 2,
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' => 1,
        '\u{20000}'..='\u{3ffff}' => 1,
        _ => 0,
    }
}
