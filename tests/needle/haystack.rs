//! Long documents of real text with sentences planted in them, and questions for these.
//!
//! The text is that of the retrieval sets. A language that has less than is needed begins anew.

use std::fs;
use std::path::Path;

use qwen_agent_wasm::corpus::{Corpus, Ingest, Snapshot};
use qwen_agent_wasm::read::{Limits, Source, read};
use qwen_agent_wasm::tokens::{EstimatedTokens, TokenCounter};
use serde_json::Value;

use crate::oracle::Needle;

/// The languages of a haystack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Chinese,
    /// All that there are, by turns; the needles are in English.
    Mixed,
}

impl Language {
    pub(crate) const ALL: [Self; 3] = [Self::English, Self::Chinese, Self::Mixed];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Chinese => "Chinese",
            Self::Mixed => "18 languages",
        }
    }
}

/// How many facts an answer takes, and how they hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    One,
    /// Three facts of the same kind, all asked for at once.
    Several,
    /// The first fact leads to the second.
    TwoHops,
    ThreeHops,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::One, Self::Several, Self::TwoHops, Self::ThreeHops];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::One => "one needle",
            Self::Several => "three needles",
            Self::TwoHops => "two hops",
            Self::ThreeHops => "three hops",
        }
    }
}

/// The needle of a kind.
pub(crate) fn needle(kind: Kind, language: Language) -> Needle {
    match language {
        Language::Chinese => chinese(kind),
        Language::English | Language::Mixed => english(kind),
    }
}

fn chinese(kind: Kind) -> Needle {
    match kind {
        Kind::One => Needle::new(
            "青云大桥的总工程师是谁？",
            "陆知远",
            &[("青云大桥的总工程师是陆知远。", "青云大桥的总工程师是谁？")],
        ),
        Kind::Several => Needle::new(
            "苍梧天文台的三位台长都是谁？",
            "沈砚秋",
            &[
                ("苍梧天文台的第一任台长是顾怀川。", "苍梧天文台的第一任台长是谁？"),
                ("苍梧天文台的第二任台长是程若溪。", "苍梧天文台的第二任台长是谁？"),
                ("苍梧天文台的第三任台长是沈砚秋。", "苍梧天文台的第三任台长是谁？"),
            ],
        ),
        Kind::TwoHops => Needle::new(
            "《琉璃果园》的作者出生在哪个镇？",
            "临溪镇",
            &[
                ("《琉璃果园》是万泰多写的小说。", "《琉璃果园》是谁写的？"),
                ("万泰多出生在河边的临溪镇。", "万泰多出生在哪里？"),
            ],
        ),
        Kind::ThreeHops => Needle::new(
            "《琉璃果园》作者出生的那个镇建于哪一年？",
            "1683",
            &[
                ("《琉璃果园》是万泰多写的小说。", "《琉璃果园》是谁写的？"),
                ("万泰多出生在河边的临溪镇。", "万泰多出生在哪里？"),
                ("临溪镇由盐商建于1683年。", "临溪镇建于哪一年？"),
            ],
        ),
    }
}

fn english(kind: Kind) -> Needle {
    match kind {
        Kind::One => Needle::new(
            "What is the access code of the Albatross vault?",
            "7431-KX",
            &[(
                "The access code of the Albatross vault is 7431-KX.",
                "What is the access code of the Albatross vault?",
            )],
        ),
        Kind::Several => Needle::new(
            "Who were the three keepers of the Morrow lighthouse?",
            "Calloway",
            &[
                (
                    "The first keeper of the Morrow lighthouse was Josiah Penrose.",
                    "Who was the first keeper of the Morrow lighthouse?",
                ),
                (
                    "The second keeper of the Morrow lighthouse was Adaeze Lund.",
                    "Who was the second keeper of the Morrow lighthouse?",
                ),
                (
                    "The third keeper of the Morrow lighthouse was Ines Calloway.",
                    "Who was the third keeper of the Morrow lighthouse?",
                ),
            ],
        ),
        Kind::TwoHops => Needle::new(
            "In which town was the author of The Glass Orchard born?",
            "Hallenbeck",
            &[
                ("The Glass Orchard was written by Teodor Vance.", "Who wrote The Glass Orchard?"),
                (
                    "Teodor Vance was born in the river town of Hallenbeck.",
                    "Where was Teodor Vance born?",
                ),
            ],
        ),
        Kind::ThreeHops => Needle::new(
            "In which year was the town founded where the author of The Glass Orchard was born?",
            "1683",
            &[
                ("The Glass Orchard was written by Teodor Vance.", "Who wrote The Glass Orchard?"),
                (
                    "Teodor Vance was born in the river town of Hallenbeck.",
                    "Where was Teodor Vance born?",
                ),
                ("Hallenbeck was founded in 1683 by salt traders.", "When was Hallenbeck founded?"),
            ],
        ),
    }
}

/// The paragraphs of a language, in the order in which a haystack has them.
pub(crate) fn paragraphs(language: Language) -> Vec<String> {
    let folder = Path::new("tests/retrieval/sets");
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let wanted = |name: &str| match language {
        Language::English => name.starts_with("en."),
        Language::Chinese => name.starts_with("zh."),
        Language::Mixed => !name.ends_with(".flores.passages.jsonl"),
    };
    let mut by_file: Vec<Vec<String>> = Vec::new();
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        if name.ends_with(".passages.jsonl") && wanted(&name) {
            let text = fs::read_to_string(&file).unwrap();
            let row = |line: &str| serde_json::from_str::<Value>(line).unwrap();
            let passages = text.lines().map(|line| row(line)["text"].as_str().unwrap().to_owned());
            by_file.push(passages.collect());
        }
    }
    // By turns, so that languages and subjects mix.
    let longest = by_file.iter().map(Vec::len).max().unwrap_or(0);
    let turn = |at: usize| by_file.iter().filter_map(move |file| file.get(at).cloned());
    (0..longest).flat_map(turn).collect()
}

/// A document of about so many tokens, with a needle's facts planted: the first at this depth,
/// from 0 to 1, the others evenly behind it, around the end.
pub(crate) fn haystack(
    paragraphs: &[String],
    needle: &Needle,
    tokens: usize,
    depth: f64,
) -> Snapshot {
    let mut chosen: Vec<&str> = Vec::new();
    let mut left = tokens;
    for paragraph in paragraphs.iter().cycle() {
        let cost = EstimatedTokens.count(paragraph);
        if cost > left {
            break;
        }
        left -= cost;
        chosen.push(paragraph);
    }
    let mut text: Vec<String> = chosen.into_iter().map(str::to_owned).collect();
    let count = needle.facts.len() as f64;
    for (number, fact) in needle.facts.iter().enumerate() {
        let depth = (depth + number as f64 / count) % 1.000_001;
        let at = (depth * (text.len() - 1) as f64).round() as usize;
        let space = if fact.sentence.is_ascii() { " " } else { "" };
        text[at] = format!("{}{space}{}", text[at], fact.sentence);
    }
    let source = Source::new("haystack.txt", text.join("\n\n"));
    let document = read(source, &Limits::default()).unwrap();
    let mut corpus = Corpus::new();
    corpus.insert(Ingest::new(document).run());
    corpus.snapshot()
}
