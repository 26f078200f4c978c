//! Limits at their value and beyond, and the table of them in docs/limits.md.
//!
//! Limits whose constants can be met only from inside are tested beside them; the table says where.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;

use qwen_agent_wasm::cite::marker::markers;
use qwen_agent_wasm::corpus::{Corpus, Ingest};
use qwen_agent_wasm::document::{Document, WarningCode};
use qwen_agent_wasm::index::container::{Head, MAGIC, Read};
use qwen_agent_wasm::read::format::{Format, SNIFF_BYTES, sniff};
use qwen_agent_wasm::read::{Limits, Source, read};
use qwen_agent_wasm::retrieve::{MAX_CANDIDATES, TokenBudget, retrieve};
use qwen_agent_wasm::tokens::{EstimatedTokens, QwenTokens};

fn document(name: &str, text: &str) -> Document {
    read(Source::new(name, text), &Limits::default()).unwrap()
}

#[test]
fn a_file_above_the_limit_is_refused() {
    let limits = Limits { bytes: 5, ..Limits::default() };
    assert!(read(Source::new("a.txt", "12345"), &limits).is_ok());
    assert_eq!(read(Source::new("a.txt", "123456"), &limits).unwrap_err().code(), "read.too_large");
}

#[test]
fn a_text_keeps_to_the_limits_of_its_pages() {
    let pages = |text: &str| {
        let limits = Limits { pages: 2, page_text: 8, ..Limits::default() };
        let document = read(Source::new("a.txt", text), &limits).unwrap();
        let texts = document.pages.iter().map(|page| page.text().to_owned());
        let codes = document.warnings.iter().map(|warning| warning.code);
        (texts.collect::<Vec<_>>(), codes.collect::<Vec<_>>())
    };
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    assert_eq!(pages("12345678"), (texts(&["12345678"]), vec![]));
    assert_eq!(pages("123456789"), (texts(&["12345678", "9"]), vec![]));
    assert_eq!(pages("a\u{c}b"), (texts(&["a", "b"]), vec![]));
    let over = vec![WarningCode::LimitReached];
    assert_eq!(pages("a\u{c}b\u{c}c\u{c}d"), (texts(&["a", "b"]), over.clone()));
    assert_eq!(pages("12345678\n\n12345678\n\n9"), (texts(&["12345678", "12345678"]), over));
}

#[test]
fn the_beginning_decides_what_a_file_is() {
    let with_null_at = |at: usize| {
        let mut bytes = vec![b'a'; SNIFF_BYTES + 8];
        bytes[at] = 0;
        sniff(&bytes, "a", None)
    };
    assert_eq!(with_null_at(SNIFF_BYTES), Ok(Format::Text));
    assert!(with_null_at(SNIFF_BYTES - 1).is_err());
}

#[test]
fn deep_pages_lose_no_text() {
    const DEPTH: usize = 512;
    for depth in [DEPTH - 8, DEPTH, DEPTH + 8, 20 * DEPTH] {
        let (open, close) = ("<div>".repeat(depth), "</div>".repeat(depth));
        let page = document("a.html", &format!("<body>{open}deep{close}<p>after"));
        assert_eq!(page.pages[0].text(), "deep\n\nafter", "{depth}");
    }
}

#[test]
fn a_cell_spans_so_many_columns() {
    let columns = |span: usize| {
        let table = format!("<table><tr><td colspan={span}>a<td>b<tr><td>c</table>");
        let document = document("a.html", &table);
        document.pages[0].text().lines().next().unwrap().matches('\t').count()
    };
    assert_eq!([63, 64, 65, 60_000].map(columns), [63, 64, 64, 64]);
}

#[test]
fn records_of_many_fields_are_no_table() {
    let text = |fields: usize| {
        let record: Vec<String> = (0..fields).map(|field| format!("\"f{field}\": 1")).collect();
        let record = record.join(",");
        document("a.json", &format!("[{{{record}}}, {{{record}}}]")).pages[0].text().to_owned()
    };
    assert!(text(64).contains("f0\tf1"));
    assert!(!text(65).contains('\t') && text(65).contains("f64: 1"));
}

#[test]
fn a_file_of_a_million_sections_is_refused() {
    let head = |sections: u32| {
        let mut head = [&MAGIC[..], &1_u32.to_le_bytes(), &sections.to_le_bytes()].concat();
        head.extend([0; 8]);
        Head::read(&head).map(|read| matches!(read, Read::More(_)))
    };
    assert!(matches!(head((1 << 20) - 1), Ok(true)));
    assert_eq!(head(1 << 20).unwrap_err().code(), "index.damaged");
}

#[test]
fn a_search_looks_at_so_many_chunks() {
    let found = |documents: usize| {
        let mut corpus = Corpus::new();
        for number in 0..documents {
            let own = document(&format!("{number}.txt"), &format!("wombat {number}"));
            corpus.insert(Ingest::new(own).run());
        }
        let snapshot = corpus.snapshot();
        let budget = TokenBudget { tokens: 10_000_000, counter: &EstimatedTokens };
        retrieve(&snapshot, &snapshot.question("wombat"), &<_>::default(), budget).len()
    };
    assert_eq!(found(MAX_CANDIDATES), MAX_CANDIDATES);
    assert_eq!(found(MAX_CANDIDATES + 1), MAX_CANDIDATES);
}

#[test]
fn a_vocabulary_has_so_many_merges_of_so_many_bytes() {
    // Each merge joins two tokens, by their numbers.
    let file = |merges: &[(u32, u32)]| {
        let mut file = b"QwenBPE\x01".to_vec();
        file.extend((merges.len() as u32).to_le_bytes());
        file.extend(0..=u8::MAX);
        for byte in 0..3 {
            file.extend(merges.iter().map(|(left, _)| left.to_le_bytes()[byte]));
        }
        for byte in 0..3 {
            file.extend(merges.iter().map(|(_, right)| right.to_le_bytes()[byte]));
        }
        QwenTokens::from_bytes(&file).is_ok()
    };
    // All pairs of bytes, and then each of these with each byte behind it.
    let mut merges: Vec<(u32, u32)> = (0..1 << 20).map(|at| (at >> 8, at & 255)).collect();
    assert!(file(&merges));
    merges.push((1 << 12, 0));
    assert!(!file(&merges));
    // Two, four, … 256 bytes, and then 512.
    let doubled: Vec<(u32, u32)> =
        [97].into_iter().chain(256..264).map(|half| (half, half)).collect();
    assert!(file(&doubled[..8]));
    assert!(!file(&doubled));
    // A million equal tokens would take for ever to tell apart.
    assert!(!file(&vec![(97, 97); 1 << 20]));
}

#[test]
fn numbers_beyond_any_passage_are_prose() {
    let count = |text: &str| markers(text).iter().flat_map(|marker| marker.numbers.clone()).count();
    assert_eq!(["[5000]", "[5001]", "[1-999999]"].map(count), [1, 0, 0]);
}

/// A number as code or as the table writes it.
fn number(text: &str) -> Option<u64> {
    let text = text.replace(['_', ','], "");
    let of = |text: &str| text.trim().parse::<u64>().ok();
    if let Some((number, shift)) = text.split_once("<<") {
        return Some(of(number)? << of(shift)?);
    }
    for (unit, factor) in [("MiB", 1 << 20), ("KiB", 1 << 10)] {
        if let Some(number) = text.strip_suffix(unit) {
            return Some(of(number)? * factor);
        }
    }
    of(&text)
}

/// The value that a file gives to a constant, or to a field of a default.
fn value(source: &str, name: &str) -> Option<u64> {
    let constant = source.lines().find_map(|line| {
        let (_, rest) = line.split_once(&format!("const {name}: "))?;
        number(rest.split_once("= ")?.1.trim_end_matches(';'))
    });
    let defaults = || source.lines().filter(|line| line.trim_start().starts_with("Self {"));
    let field = |line: &str| {
        let (_, rest) = line.split_once(&format!(" {name}: "))?;
        number(rest.split([',', '}']).next()?)
    };
    constant.or_else(|| defaults().find_map(field))
}

/// All Rust text below a folder.
fn all_text(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text += &all_text(&path);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            text += &fs::read_to_string(&path).unwrap();
        }
    }
    text
}

#[test]
fn the_table_says_what_the_code_does() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = fs::read_to_string(root.join("docs/limits.md")).unwrap();
    let code = all_text(&root.join("src")) + &all_text(&root.join("tests"));
    let errors = fs::read_to_string(root.join("docs/errors.md")).unwrap();
    let mut rows = 0;
    for row in table.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [name, file, given, beyond, test] = cells[..] else { panic!("{row}") };
        let (name, file, test) =
            (name.trim_matches('`'), file.trim_matches('`'), test.trim_matches('`'));
        let source = fs::read_to_string(root.join(file)).unwrap();
        assert_eq!(value(&source, name), number(given), "{name} of {file}");
        assert!(code.contains(&format!("fn {test}()")), "there is no test {test}");
        for code in beyond.split('`').skip(1).step_by(2) {
            assert!(errors.contains(&format!("`{code}`")), "docs/errors.md does not know {code}");
        }
        rows += 1;
    }
    assert!(rows > 25, "only {rows} rows were found");
}
