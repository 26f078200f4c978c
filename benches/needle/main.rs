//! `cargo xtask needle`: needles in haystacks of 8,000 to a million tokens, by each way of
//! answering.
//!
//! A haystack is real text with one to three sentences planted; the model is an honest reader
//! (`tests/needle/oracle.rs`), so what is measured is whether the right text reaches it, and for
//! how many requests. `--quick` leaves out lengths above 128,000 and every second depth;
//! `--record` writes the figures into `docs/benchmarks`; `node benches/plots/main.mjs needle` draws
//! them.

#![allow(clippy::unwrap_used, reason = "a measurement may panic")]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "its table is what a measurement is for"
)]

#[path = "../../tests/needle/cell.rs"]
mod cell;
#[path = "../../tests/needle/haystack.rs"]
mod haystack;
#[path = "../../tests/needle/oracle.rs"]
mod oracle;

use std::fmt::Write as _;
use std::fs;

use cell::{Way, ask};
use haystack::{Kind, Language, haystack, needle, paragraphs};
use serde_json::json;

const LENGTHS: [usize; 5] = [8_000, 32_000, 128_000, 256_000, 1_000_000];

/// One cell of the grid.
pub(crate) struct Cell {
    pub(crate) language: Language,
    pub(crate) kind: Kind,
    pub(crate) tokens: usize,
    /// In percent.
    pub(crate) depth: usize,
    pub(crate) way: Way,
    pub(crate) found: bool,
    pub(crate) requests: usize,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    let quick = has("--quick");
    let cells: Vec<Cell> = std::thread::scope(|scope| {
        let halves = [&Language::ALL[..1], &Language::ALL[1..]];
        let threads = halves.map(|languages| scope.spawn(move || measure(languages, quick)));
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let table = table(&cells);
    print!("{table}");
    for cell in cells.iter().filter(|cell| cell.way != Way::Search && !cell.found) {
        let Cell { language, kind, tokens, depth, way, .. } = cell;
        let (language, kind, way) = (language.name(), kind.name(), way.name());
        println!("not found: {language}, {kind}, {tokens} tokens at {depth} %, {way}");
    }
    if has("--record") {
        record(&cells, &table);
    }
}

fn measure(languages: &[Language], quick: bool) -> Vec<Cell> {
    let longest = if quick { 128_000 } else { usize::MAX };
    let mut cells = Vec::new();
    for &language in languages {
        let paragraphs = paragraphs(language);
        for kind in Kind::ALL {
            let needle = needle(kind, language);
            for tokens in LENGTHS.into_iter().filter(|tokens| *tokens <= longest) {
                for depth in (0..=100).step_by(if quick { 20 } else { 10 }) {
                    let share = depth as f64 / 100.0;
                    let snapshot = haystack(&paragraphs, &needle, tokens, share);
                    for way in Way::ALL {
                        let outcome = ask(snapshot.clone(), &needle, way);
                        let (found, requests) = (outcome.found, outcome.requests);
                        cells.push(Cell { language, kind, tokens, depth, way, found, requests });
                    }
                }
            }
            eprintln!("{}, {}: done", language.name(), kind.name());
        }
    }
    cells
}

/// For each way: the share of cells found by length, and its requests beside those of reading
/// everything.
fn table(cells: &[Cell]) -> String {
    let mut text = String::from("| tokens |");
    for way in Way::ALL {
        write!(text, " {} | requests |", way.name()).unwrap();
    }
    text.push_str("\n| --- |");
    text.push_str(&" --- | --- |".repeat(Way::ALL.len()));
    let lengths = LENGTHS.into_iter().map(Some).chain([None]);
    for length in lengths {
        let of = |way: Way| {
            let here = |cell: &&Cell| cell.way == way && length.is_none_or(|n| n == cell.tokens);
            cells.iter().filter(here).collect::<Vec<_>>()
        };
        let requests = |way: Way| of(way).iter().map(|cell| cell.requests).sum::<usize>();
        if of(Way::Read).is_empty() {
            continue;
        }
        let name = length.map_or_else(|| "all".to_owned(), |length| length.to_string());
        write!(text, "\n| {name} |").unwrap();
        for way in Way::ALL {
            let cells = of(way);
            let found = cells.iter().filter(|cell| cell.found).count();
            let share = requests(way) as f64 / requests(Way::Read) as f64 * 100.0;
            write!(text, " {found} of {} | {share:.1} % |", cells.len()).unwrap();
        }
    }
    text.push('\n');
    text
}

fn record(cells: &[Cell], table: &str) {
    let rows: Vec<_> = cells
        .iter()
        .map(|cell| {
            json!({
                "language": cell.language.name(),
                "kind": cell.kind.name(),
                "tokens": cell.tokens,
                "depth": cell.depth,
                "way": cell.way.name(),
                "found": cell.found,
                "requests": cell.requests,
            })
        })
        .collect();
    let lines: Vec<String> = rows.iter().map(ToString::to_string).collect();
    let json = format!("[\n{}\n]\n", lines.join(",\n"));
    fs::write("docs/benchmarks/needle.json", json).unwrap();
    let text = format!(
        "# Needles in haystacks\n\n\
         Written by `cargo xtask needle --record`; what is measured is told in \
         [evaluation.md](../evaluation.md). Cells found, and requests to the model beside those of \
         reading everything (level 2), over English, Chinese and mixed haystacks, one to three \
         needles, and depths from 0 to 100 %, in a window of 8,192 tokens.\n\n\
         {table}\n![Found or not, by length and depth](needle.svg)\n"
    );
    fs::write("docs/benchmarks/needle.md", text).unwrap();
}
