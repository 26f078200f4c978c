//! What holds for every document, whatever was in the file.

use qwen_agent_wasm::chunk::{Chunk, ChunkConfig, chunk};
use qwen_agent_wasm::document::{BlockKind, Document, Page};
use qwen_agent_wasm::tokens::{EstimatedTokens, TokenCounter};
use unicode_normalization::is_nfc;
use unicode_segmentation::UnicodeSegmentation;

/// Holds a reader's document against the laws, and then what is done with every document.
pub(super) fn hold(document: &Document) {
    for page in &document.pages {
        text_is_clean(page.text());
        blocks_are_the_text(page);
        places_lie_in_the_text(page);
    }
    survives_the_crossing(document);
    chunks_are_cut_from(document);
}

fn text_is_clean(text: &str) {
    assert!(is_nfc(text), "text that is not in NFC");
    let is_allowed = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
    assert!(text.chars().all(is_allowed), "control characters");
    assert!(!text.contains('\u{fffd}'), "characters that were not decoded");
}

fn blocks_are_the_text(page: &Page) {
    let mut end = 0;
    for block in page.blocks() {
        assert!(block.start >= end && block.end as usize <= page.text().len());
        let text = page.block_text(block);
        // A table's first cells may be empty.
        let is_table = block.kind == BlockKind::Table;
        let start = if is_table { text.trim_start_matches('\t') } else { text };
        assert!(!start.is_empty() && start == start.trim() && text.ends_with(start), "{text:?}");
        end = block.end;
    }
    let blocks: String = page.blocks().iter().map(|block| page.block_text(block)).collect();
    let visible = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    assert_eq!(visible(&blocks), visible(page.text()), "text outside of blocks");
}

fn places_lie_in_the_text(page: &Page) {
    for anchor in page.anchors() {
        assert!(page.text().is_char_boundary(anchor.at as usize));
    }
    let mut end = 0;
    for word in page.boxes() {
        assert!(word.start >= end && word.end > word.start, "boxes in the order of the text");
        let text = page.text().get(word.start as usize..word.end as usize);
        let text = text.expect("a box around whole characters");
        assert!(!text.contains(char::is_whitespace), "{text:?} is no word");
        let rect = word.rect;
        let edges = [rect.x, rect.y, rect.width, rect.height];
        assert!(edges.iter().all(|edge| edge.is_finite()), "{rect:?}");
        end = word.end;
    }
}

/// A readers module hands a document over as bytes, in which places are rounded.
fn survives_the_crossing(document: &Document) {
    let bytes = document.encode();
    let crossed = Document::decode(&bytes).expect("what was encoded can be decoded");
    assert!(crossed.encode() == bytes, "it is the same after the crossing");
    assert_eq!(crossed.warnings, document.warnings);
    let texts = |document: &Document| -> Vec<String> {
        document.pages.iter().map(|page| page.text().to_owned()).collect()
    };
    assert_eq!(texts(&crossed), texts(document));
}

/// Chunks lie on character borders of their pages, in reading order, and within the capacity.
pub(super) fn chunks_are_cut_from(document: &Document) -> Vec<Chunk> {
    let config = ChunkConfig::new(64);
    let chunks = chunk(document, &config, &EstimatedTokens);
    let mut end = (0, 0);
    for chunk in &chunks {
        for span in &chunk.spans {
            assert!(document.slice(span).is_some(), "{span:?} lies in its page");
            let start = (span.page.get(), span.start);
            assert!(start >= end && span.start < span.end, "{span:?} after {end:?}");
            end = (span.page.get(), span.end);
        }
        let text = chunk.text(document);
        let fits = EstimatedTokens.bound(&text) <= config.capacity();
        let is_one_grapheme = || text.graphemes(true).nth(1).is_none();
        assert!(fits || is_one_grapheme(), "a chunk of {} bytes", text.len());
    }
    chunks
}
