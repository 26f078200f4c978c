use super::*;
use crate::document::{BlockKind, DocumentId, Page, PageNumber};
use crate::tokens::EstimatedTokens;
use proptest::prelude::*;

fn document(pages: &[&[(BlockKind, &str)]]) -> Document {
    let mut document = Document::new(DocumentId::new("test"));
    for (index, blocks) in pages.iter().enumerate() {
        let mut page = Page::new(PageNumber::from_index(index));
        for (kind, text) in *blocks {
            page.push(*kind, text);
        }
        document.pages.push(page);
    }
    document
}

fn texts(document: &Document, capacity: usize) -> Vec<String> {
    let chunks = chunk(document, &ChunkConfig::new(capacity), &EstimatedTokens);
    chunks.iter().map(|chunk| chunk.text(document)).collect()
}

const H1: BlockKind = BlockKind::Heading { level: 1 };
const H2: BlockKind = BlockKind::Heading { level: 2 };
const P: BlockKind = BlockKind::Paragraph;

#[test]
fn a_short_document_is_one_chunk_over_its_pages() {
    let document = document(&[&[(P, "One.")], &[(P, "Two.")]]);
    assert_eq!(texts(&document, 64), ["One.\n\nTwo."]);
}

#[test]
fn a_heading_stays_with_what_follows_and_is_carried() {
    let long = "The quick brown fox jumps over the lazy dog and is glad of it. ".repeat(3);
    let document = document(&[&[(H1, "Animals"), (P, &long), (H2, "Foxes"), (P, &long)]]);
    let chunks = chunk(&document, &ChunkConfig::new(70), &EstimatedTokens);
    let found: Vec<_> = chunks.iter().map(|chunk| chunk.headings.join(" > ")).collect();
    assert_eq!(found, ["Animals", "Animals > Foxes"]);
    assert!(chunks[1].text(&document).starts_with("Foxes\n\nThe quick"));
}

#[test]
fn a_long_paragraph_is_cut_between_sentences() {
    let sentence = "The committee meets on the first Monday of every month at noon.";
    let text = [sentence; 12].join(" ");
    let document = document(&[&[(P, &text)]]);
    for text in texts(&document, 64) {
        assert!(text.starts_with("The") && text.ends_with("noon."), "{text}");
    }
}

#[test]
fn a_running_title_between_two_pages_stays_out() {
    let furniture = BlockKind::Furniture;
    let document = document(&[
        &[(furniture, "Report"), (P, "It goes on"), (furniture, "7")],
        &[(furniture, "Report"), (P, "to the next page."), (furniture, "8")],
    ]);
    assert_eq!(texts(&document, 64), ["It goes on\n\nto the next page."]);
}

#[test]
fn a_table_is_cut_between_rows() {
    let rows: Vec<String> = (0..60).map(|n| format!("row {n}\tvalue {n}\tnote {n}")).collect();
    let document = document(&[&[(BlockKind::Table, &rows.join("\n"))]]);
    for text in texts(&document, 64) {
        assert!(text.lines().all(|line| line.split('\t').count() == 3), "{text}");
    }
}

#[test]
fn a_text_without_any_border_is_cut_between_graphemes() {
    let document = document(&[&[(P, &"👩‍👩‍👧".repeat(60))]]);
    for text in texts(&document, 64) {
        assert_eq!(text.replace("👩‍👩‍👧", ""), "");
    }
}

fn any_block() -> impl Strategy<Value = (BlockKind, String)> {
    let kind = prop_oneof![
        Just(P),
        Just(H1),
        Just(H2),
        Just(BlockKind::Table),
        Just(BlockKind::Code),
        Just(BlockKind::ListItem)
    ];
    let word = prop_oneof!["[a-z]{1,12}", "[一-龥]{1,8}", "[ก-ฮ]{1,20}", "\\PC{1,6}"];
    let text = prop::collection::vec(
        (word, prop_oneof![Just(" "), Just(". "), Just("。"), Just("\n"), Just("\t")]),
        0..60,
    )
    .prop_map(|words| words.into_iter().map(|(word, after)| word + after).collect());
    (kind, text)
}

proptest! {
    #[test]
    fn chunks_fit_follow_each_other_and_leave_only_white_space_out(
        pages in prop::collection::vec(prop::collection::vec(any_block(), 0..6), 0..4),
        capacity in 16_usize..200,
    ) {
        let pages: Vec<Vec<(BlockKind, &str)>> = pages
            .iter()
            .map(|blocks| blocks.iter().map(|(kind, text)| (*kind, text.as_str())).collect())
            .collect();
        let pages: Vec<&[(BlockKind, &str)]> = pages.iter().map(Vec::as_slice).collect();
        let document = document(&pages);
        let chunks = chunk(&document, &ChunkConfig::new(capacity), &EstimatedTokens);
        let mut reached = (PageNumber::new(1), 0);
        for chunk in &chunks {
            let text = chunk.text(&document);
            let is_grapheme = unicode_segmentation::UnicodeSegmentation::graphemes(text.as_str(), true).count() == 1;
            prop_assert!(is_grapheme || EstimatedTokens.bound(&text) <= capacity);
            for span in &chunk.spans {
                prop_assert!((span.page, span.start) >= reached && span.start < span.end);
                prop_assert!(document.slice(span).is_some());
                reached = (span.page, span.end);
            }
        }
        let solid = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let whole: String = document.pages.iter().map(|page| solid(page.text())).collect();
        let rebuilt: String = chunks.iter().map(|chunk| solid(&chunk.text(&document))).collect();
        prop_assert_eq!(whole, rebuilt);
    }
}

/// Counts as estimated, and how much text it was asked about.
#[derive(Default)]
struct Asked(std::cell::Cell<usize>);

impl TokenCounter for Asked {
    fn count(&self, text: &str) -> usize {
        self.0.set(self.0.get() + text.len());
        EstimatedTokens.count(text)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Cutting looks at each part of a text a few times, however long the text is: as one word, as
    /// one sentence, as many.
    #[test]
    fn cutting_takes_time_linear_in_the_text(unit in "(a|Words stand here. |words and |一二。|ก|\n)", times in 1_usize..60) {
        let asked = |length: usize| {
            let text = unit.repeat(length);
            let counter = Asked::default();
            chunk(&document(&[&[(P, &text)]]), &ChunkConfig::new(64), &counter);
            counter.0.get() as f64 / text.len() as f64
        };
        let (short, long) = (asked(400), asked(400 * times));
        prop_assert!(long <= short * 2.0 + 1.0, "{short} {long}");
    }
}
