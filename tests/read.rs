//! Reads real files and holds the result against laws that every document obeys, then against
//! snapshots of what each says.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::path::{Path, PathBuf};

use qwen_agent_wasm::document::{BlockKind, Document, Page, Rect, WarningCode};
use qwen_agent_wasm::read::format::sniff;
use qwen_agent_wasm::read::{Limits, ReadError, Source, read};
use unicode_normalization::is_nfc;

fn input(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/inputs").join(name);
    std::fs::read(path).unwrap()
}

fn read_bytes(name: &str, bytes: impl Into<Vec<u8>>) -> Result<Document, ReadError> {
    read(Source::new(name, bytes), &Limits::default())
}

/// What holds for every document, whatever was in the file.
fn assert_laws(document: &Document) {
    for page in &document.pages {
        let text = page.text();
        assert!(is_nfc(text));
        let allowed = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
        assert!(text.chars().all(allowed), "control characters on page {}", page.number());
        assert!(!text.contains('\u{fffd}'), "unknown characters on page {}", page.number());
        let mut end = 0;
        for block in page.blocks() {
            assert!(block.start >= end && block.end as usize <= text.len());
            let block_text = page.block_text(block);
            // A table's first cells may be empty.
            let is_table = block.kind == BlockKind::Table;
            let start = if is_table { block_text.trim_start_matches('\t') } else { block_text };
            assert!(!start.is_empty() && start == start.trim() && block_text.ends_with(start));
            end = block.end;
        }
        let blocks: String = page.blocks().iter().map(|block| page.block_text(block)).collect();
        let visible = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        assert_eq!(visible(&blocks), visible(text), "text outside of blocks");
        assert_places(page);
    }
}

/// Boxes lie on their page, in the order of the text, around words; anchors lie in the text.
fn assert_places(page: &Page) {
    let mut end = 0;
    for word in page.boxes() {
        assert!(word.start >= end && word.end > word.start);
        let text = &page.text()[word.start as usize..word.end as usize];
        assert!(!text.contains(char::is_whitespace), "{text:?} is no word");
        let (width, height) = page.size.unwrap();
        let Rect { x, y, width: w, height: h } = word.rect;
        let on_page = x >= -1.0 && y >= -1.0 && x + w <= width + 1.0 && y + h <= height + 1.0;
        assert!(on_page, "{text:?} stands at {:?} on a page of {width} × {height}", word.rect);
        end = word.end;
    }
    assert!(page.anchors().iter().all(|anchor| page.text().get(anchor.at as usize..).is_some()));
}

/// The share of the visible characters of a document that have a place.
fn share_with_places(document: &Document) -> f64 {
    let visible = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count() as f64;
    let all: f64 = document.pages.iter().map(|page| visible(page.text())).sum();
    let words = document.pages.iter().flat_map(|page| {
        page.boxes().iter().map(|word| &page.text()[word.start as usize..word.end as usize])
    });
    words.map(visible).sum::<f64>() / all
}

#[test]
fn nearly_every_character_of_a_pdf_has_a_place() {
    for (name, _) in PDFS {
        let share = share_with_places(&read_bytes(name, input(name)).unwrap());
        assert!(share > 0.98, "{name}: {share}");
    }
}

fn show(document: &Document) -> String {
    let mut lines = vec![format!("title: {}", document.title.as_deref().unwrap_or("none"))];
    for warning in &document.warnings {
        lines.push(format!("warning: {}: {}", warning.code.as_str(), warning.message));
    }
    for page in &document.pages {
        lines.push(format!("\n--- page {} ---", page.number()));
        for block in page.blocks() {
            let kind = match block.kind {
                BlockKind::Heading { level } => format!("heading {level}"),
                kind => kind.name().to_owned(),
            };
            lines.push(format!("[{kind}] {}", page.block_text(block)));
        }
    }
    lines.join("\n")
}

fn check(name: &str, pages: usize) {
    let document = read_bytes(name, input(name)).unwrap();
    assert_laws(&document);
    assert_eq!(document.pages.len(), pages);
    let snapshot = Path::new(name).file_stem().unwrap().to_str().unwrap();
    insta::assert_snapshot!(snapshot, show(&document));
}

const PDFS: [(&str, usize); 8] = [
    ("pdf/sections.pdf", 5),
    ("pdf/inventory-table.pdf", 2),
    ("pdf/poems-zh.pdf", 6),
    ("pdf/vertical-ja.pdf", 3),
    ("pdf/rights-en.pdf", 4),
    ("pdf/rights-de-two-columns.pdf", 3),
    ("pdf/rights-ar.pdf", 3),
    ("pdf/rights-hi.pdf", 3),
];

#[test]
fn pdfs_are_read_as_before() {
    for (name, pages) in PDFS {
        check(name, pages);
    }
}

/// Office files, with the number of their pages.
const OFFICE_FILES: [(&str, usize); 8] = [
    ("docx/features.docx", 1),
    ("docx/equations.docx", 1),
    ("docx/header-footer.docx", 2),
    ("pptx/table.pptx", 3),
    ("pptx/smartart.pptx", 1),
    ("xlsx/dates.xlsx", 1),
    ("xlsx/various.xlsx", 3),
    ("xlsx/strict.xlsx", 3),
];

#[test]
fn office_files_are_read_as_before() {
    for (name, pages) in OFFICE_FILES {
        check(name, pages);
    }
}

#[test]
fn office_files_are_told_by_their_content() {
    for (name, _) in OFFICE_FILES {
        let (kind, _) = name.split_once('/').unwrap();
        let head = &input(name)[..512];
        for other in ["a.bin", "a.zip", "a.docx", "a.pdf"] {
            assert_eq!(
                read_bytes(other, input(name)).unwrap().pages,
                read_bytes(name, input(name)).unwrap().pages
            );
        }
        assert_eq!(sniff(head, name, None).unwrap().name(), kind);
    }
}

#[test]
fn what_is_left_of_a_truncated_office_file_is_read() {
    const CUTS: usize = 40;
    let mut read_somewhat = 0;
    for (name, _) in OFFICE_FILES {
        let bytes = input(name);
        for cut in 1..CUTS {
            if let Ok(document) = read_bytes(name, &bytes[..bytes.len() * cut / CUTS]) {
                assert_laws(&document);
                assert!(!document.warnings.is_empty(), "{name} {cut}");
                read_somewhat += usize::from(document.has_text());
            }
        }
    }
    assert!(read_somewhat > 0);
}

#[test]
fn the_callers_title_wins() {
    let mut source = Source::new("a.pdf", input("pdf/sections.pdf"));
    source.title = Some("Mine".to_owned());
    let document = read(source, &Limits::default()).unwrap();
    assert_eq!(document.title.as_deref(), Some("Mine"));
}

#[test]
fn an_encrypted_pdf_needs_its_password() {
    let open = |password: Option<&str>| {
        let mut source = Source::new("a.pdf", input("pdf/encrypted.pdf"));
        source.password = password.map(str::to_owned);
        read(source, &Limits::default())
    };
    for password in [None, Some("wrong"), Some("")] {
        assert_eq!(open(password).unwrap_err().code(), "read.encrypted");
    }
    let plain = read_bytes("a.pdf", input("pdf/vertical-ja.pdf")).unwrap();
    assert_eq!(open(Some("secret")).unwrap().pages, plain.pages);
    assert_eq!(open(Some("owner")).unwrap().pages, plain.pages);
}

#[test]
fn limits_are_kept_and_reported() {
    let limits = Limits { pages: 2, page_text: 400, ..Limits::default() };
    let document = read(Source::new("a.pdf", input("pdf/rights-en.pdf")), &limits).unwrap();
    assert_laws(&document);
    assert_eq!(document.pages.len(), 2);
    assert!(document.pages.iter().all(|page| page.text().len() <= 400));
    assert!(document.warnings.iter().all(|warning| warning.code == WarningCode::LimitReached));
    assert_eq!(document.warnings.len(), 3);
}

#[test]
fn bytes_that_are_no_pdf_are_refused() {
    for (bytes, code) in [
        (&b""[..], "read.empty"),
        (b"%PDF-", "read.damaged"),
        (b"%PDF-1.7\n%%EOF", "read.damaged"),
        (b"%PDF-1.7\ntrailer<</Root 1 0 R>>\n1 0 obj<</Pages 2 0 R>>endobj", "read.damaged"),
    ] {
        assert_eq!(read_bytes("a.pdf", bytes).unwrap_err().code(), code);
    }
}

#[test]
fn what_is_left_of_a_truncated_pdf_is_read() {
    const CUTS: usize = 40;
    let mut read_somewhat = 0;
    for (name, pages) in PDFS {
        let bytes = input(name);
        for cut in 1..CUTS {
            let Ok(document) = read_bytes(name, &bytes[..bytes.len() * cut / CUTS]) else {
                continue;
            };
            assert_laws(&document);
            assert!(document.pages.len() <= pages);
            let is_told =
                |code: WarningCode| matches!(code, WarningCode::Truncated | WarningCode::Repaired);
            assert!(document.warnings.iter().any(|warning| is_told(warning.code)), "{name} {cut}");
            read_somewhat += usize::from(document.has_text());
        }
    }
    assert!(read_somewhat > 0);
}

#[test]
fn no_damage_makes_a_reader_panic() {
    const DAMAGED: u64 = 300;
    for (name, _) in PDFS.into_iter().chain(OFFICE_FILES) {
        let bytes = input(name);
        for seed in 1..=DAMAGED {
            if let Ok(document) = read_bytes(name, damaged(&bytes, seed)) {
                assert_laws(&document);
            }
        }
    }
}

/// Changes up to eight bytes in places that depend on the seed alone.
fn damaged(bytes: &[u8], seed: u64) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    // Knuth's multiplier, as in his MMIX generator.
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize
    };
    for _ in 0..=seed % 8 {
        let at = next() % bytes.len();
        bytes[at] = next() as u8;
    }
    bytes
}

const TEXTS: [&str; 8] = [
    "html/parsers-overview.html",
    "html/blog.html",
    "md/garden-notes.md",
    "md/setup-de.md",
    "csv/cities.csv",
    "csv/bestellungen.csv",
    "json/station.json",
    "json/tickets.jsonl",
];

#[test]
fn marked_up_texts_are_read_as_before() {
    for name in TEXTS {
        check(name, 1);
    }
}

#[test]
fn what_is_left_of_a_truncated_text_is_read() {
    for name in TEXTS {
        let bytes = input(name);
        for cut in 1..bytes.len().min(400) {
            let end = bytes.len() * cut / bytes.len().min(400);
            if let Ok(document) = read_bytes(name, &bytes[..end]) {
                assert_laws(&document);
            }
        }
    }
}

#[test]
fn no_damage_makes_a_reader_of_texts_panic() {
    const DAMAGED: u64 = 300;
    for name in TEXTS {
        let bytes = input(name);
        for seed in 1..=DAMAGED {
            let Ok(document) = read_bytes(name, damaged(&bytes, seed)) else { continue };
            for page in &document.pages {
                assert!(page.blocks().iter().all(|block| !page.block_text(block).is_empty()));
                assert_places(page);
            }
        }
    }
}

/// The package's tests hold the same pair to what its host composes.
#[test]
fn letters_and_accents_of_every_script_are_composed() {
    let document = read_bytes("a.txt", input("txt/decomposed.txt")).unwrap();
    let composed = String::from_utf8(input("txt/decomposed.txt.truth.txt")).unwrap();
    assert_eq!(document.pages[0].text(), composed.trim());
}

/// A table as rows of cells.
type Table<'t> = Vec<Vec<&'t str>>;

fn rows(text: &str) -> Table<'_> {
    text.lines().map(|row| row.split('\t').map(str::trim).collect()).collect()
}

/// For each cell with text the next one to the right, with its distance, and the one below.
fn neighbors(table: &Table<'_>) -> Vec<(usize, String, String)> {
    let mut found = Vec::new();
    for (at, row) in table.iter().enumerate() {
        for (column, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let right = (column + 1..row.len()).find(|next| !row[*next].is_empty());
            found.extend(
                right.map(|next| (next - column, (*cell).to_owned(), row[next].to_owned())),
            );
            let below = table.get(at + 1).and_then(|row| row.get(column));
            let below = below.filter(|below| !below.is_empty());
            found.extend(below.map(|below| (0, (*cell).to_owned(), (*below).to_owned())));
        }
    }
    found
}

/// The least share of neighbors that each PDF with hand-checked tables must have right. The
/// booking has tables of two rows, which are not told from prose.
const TABLES: [(&str, f64); 10] = [
    ("inventory-table", 1.0),
    ("tables-bare", 1.0),
    ("tables-booking", 0.55),
    ("tables-de", 1.0),
    ("tables-empty-cells", 1.0),
    ("tables-figures", 1.0),
    ("tables-grid", 1.0),
    // Its printer lost a character of the header.
    ("tables-ja", 0.9),
    ("tables-ru", 1.0),
    ("tables-two", 1.0),
];

#[test]
fn cells_of_tables_stand_in_their_rows_and_columns() {
    for (name, floor) in TABLES {
        let truth = input(&format!("pdf/refs/{name}.pdf.tables.tsv"));
        let truth = String::from_utf8(truth).unwrap();
        let wanted: Vec<_> =
            truth.trim_end().split("\n\n").flat_map(|table| neighbors(&rows(table))).collect();
        let file = format!("pdf/{name}.pdf");
        let document = read_bytes(&file, input(&file)).unwrap();
        let tables = document.pages.iter().flat_map(|page| {
            let tables = page.blocks().iter().filter(|block| block.kind == BlockKind::Table);
            tables.map(|block| page.block_text(block))
        });
        let mut found: Vec<_> = tables.flat_map(|text| neighbors(&rows(text))).collect();
        let right = wanted.iter().filter(|one| {
            let at = found.iter().position(|other| other == *one);
            at.map(|at| found.swap_remove(at)).is_some()
        });
        let share = right.count() as f64 / wanted.len() as f64;
        assert!(share >= floor, "{name}: {share:.3} of the cells' neighbors");
    }
}
