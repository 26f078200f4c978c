//! PDF: pages of positioned glyphs, made into blocks of text.
//!
//! A page goes through these stages, each in a file of its own:
//!
//! ```text
//! file → content (state, annotations, layers) → glyphs      what is drawn where
//!        font → unicode (cmaps)                             what it means
//! glyphs → lines (words, bidi) → blocks (paragraphs, tables) → kinds
//!        → places                                           where each word is drawn
//! ```
//!
//! The parser is `hayro`; its types do not leave this folder. Files are not trusted: the work
//! for a page is bounded, and what cannot be read is a warning, never a panic. Nothing is
//! guessed either: a glyph whose meaning the file does not tell is left out and reported.

mod annotations;
mod bidi;
mod blocks;
mod bounded;
mod characters;
mod cmaps;
mod columns;
mod content;
mod extent;
mod file;
mod font;
mod furniture;
mod glyph;
mod glyph_order;
mod glyph_text;
mod integrity;
mod join;
mod kinds;
mod layers;
mod lines;
mod markers;
mod names;
mod outline;
mod paragraphs;
mod places;
mod state;
mod table;
mod text_string;
mod title;
mod unicode;
mod words;

use blocks::Draft;
use content::PageContent;
use file::PdfFile;
use kinds::Sizes;
use outline::Outline;

use super::{Limits, Progress, ReadError, Reader, Source};
use crate::document::{BlockKind, Document, Page, PageNumber, Warning, WarningCode};

/// A page is reported if this many of its glyphs have no known meaning, and …
const LEAST_UNKNOWN: usize = 5;

/// … if they are at least one in so many: fewer are ornaments.
const UNKNOWN_ONE_IN: usize = 50;

/// Opens a PDF; an encrypted one with [`Source::password`].
///
/// # Errors
///
/// If it is empty, if a password is needed that was not given, or if no page can be found.
pub fn open(mut source: Source, limits: &Limits) -> Result<Box<dyn Reader>, ReadError> {
    if source.bytes.is_empty() {
        return Err(ReadError::Empty { name: source.name });
    }
    let damage = integrity::damage(&source.bytes);
    let file = PdfFile::open(&mut source)?;
    let mut document = Document::new(source.id);
    document.title = source.title.or_else(|| file.title());
    document.language = file.language();
    document.warnings.extend(damage.map(damage_warning));
    let total = file.pages().min(limits.pages);
    if total < file.pages() {
        let message = format!("only the first {total} of {} pages were read", file.pages());
        document.warnings.push(Warning::on_file(WarningCode::LimitReached, message));
    }
    let max_page_text = limits.page_text;
    let (pages, sizes) = (Vec::new(), Sizes::default());
    Ok(Box::new(PdfReader { file, document, total, max_page_text, pages, sizes }))
}

fn damage_warning(code: WarningCode) -> Warning {
    let message = match code {
        WarningCode::Truncated => "the file ends early; what was there was read",
        _ => "the file is damaged; its parts were searched for, and what was found was read",
    };
    Warning::on_file(code, message)
}

struct PdfReader {
    file: PdfFile,
    document: Document,
    total: usize,
    max_page_text: usize,
    pages: Vec<DraftPage>,
    sizes: Sizes,
}

/// A page before it is known which of its blocks are headings.
#[derive(Default)]
struct DraftPage {
    blocks: Vec<Draft>,
    size: Option<(f32, f32)>,
}

impl Reader for PdfReader {
    fn step(&mut self) {
        let index = self.pages.len();
        if index >= self.total {
            return;
        }
        let page = if let Ok(content) = self.file.page(index, self.max_page_text) {
            let size = Some(content.size);
            DraftPage { blocks: self.page_blocks(index, content), size }
        } else {
            self.warn(index, WarningCode::PageUnreadable, "its content cannot be decoded");
            DraftPage::default()
        };
        self.sizes.count(&page.blocks);
        self.pages.push(page);
    }

    fn progress(&self) -> Progress {
        Progress { done: self.pages.len(), total: self.total }
    }

    fn needs_cmaps(&self) -> bool {
        self.file.missed_cmaps()
    }

    fn pages_without_text(&self) -> Vec<PageNumber> {
        let warnings = self.document.warnings.iter();
        let textless = warnings.filter(|warning| warning.code == WarningCode::PageWithoutText);
        textless.filter_map(|warning| warning.page).collect()
    }

    fn set_page_text(&mut self, page: PageNumber, text: &str) {
        let Some(draft) = self.pages.get_mut(page.index()) else { return };
        draft.blocks = text.split("\n\n").map(Draft::recognized).collect();
        draft.blocks.retain(|block| !block.text.is_empty());
        self.document.warnings.retain(|warning| {
            warning.code != WarningCode::PageWithoutText || warning.page != Some(page)
        });
    }

    fn finish(self: Box<Self>) -> Document {
        let kinds = self.sizes.kinds();
        let outline = self.file.outline();
        let pages: Vec<&[Draft]> = self.pages.iter().map(|page| page.blocks.as_slice()).collect();
        let furniture = furniture::find(&pages);
        let mut document = self.document;
        for (index, draft) in self.pages.iter().enumerate() {
            let mut page = Page::new(PageNumber::from_index(index));
            page.size = draft.size;
            for (block, is_furniture) in draft.blocks.iter().zip(&furniture[index]) {
                let kind = if *is_furniture {
                    BlockKind::Furniture
                } else {
                    named_heading(block, &outline).unwrap_or_else(|| kinds.of(block))
                };
                page.push_boxed(kind, &block.text, &block.boxes);
            }
            document.pages.push(page);
        }
        document
    }
}

/// A block that the outline names is a heading, however it is set.
fn named_heading(block: &Draft, outline: &Outline) -> Option<BlockKind> {
    /// In lines; a paragraph that begins like an entry is longer.
    const LONGEST: usize = 4;
    let is_short = block.shape != blocks::Shape::Table && block.lines <= LONGEST;
    let level = is_short.then(|| outline.level(&block.text))??;
    Some(BlockKind::Heading { level })
}

impl PdfReader {
    fn page_blocks(&mut self, index: usize, content: PageContent) -> Vec<Draft> {
        let PageContent { glyphs, unknown, has_image, cut_short, to_view, size } = content;
        let drawn = glyphs.len();
        let mut blocks = blocks::blocks(&lines::lines(glyphs));
        if cut_short | truncate(&mut blocks, self.max_page_text) {
            self.warn(index, WarningCode::LimitReached, "it is too large; its beginning was read");
        }
        if blocks.is_empty() && has_image {
            self.warn(index, WarningCode::PageWithoutText, "it has no text; it is an image");
        }
        if unknown >= LEAST_UNKNOWN && unknown * UNKNOWN_ONE_IN >= drawn {
            let message =
                format!("the meaning of {unknown} of {drawn} characters is not in the file");
            self.warn(index, WarningCode::UnknownCharacters, &message);
        }
        for block in &mut blocks {
            let shown = block.boxes.iter().filter_map(|word| places::shown(word, to_view, size));
            block.boxes = shown.collect();
        }
        blocks
    }

    fn warn(&mut self, index: usize, code: WarningCode, what: &str) {
        let page = PageNumber::from_index(index);
        let message = format!("page {page}: {what}");
        self.document.warnings.push(Warning::on_page(page, code, message));
    }
}

/// Leaves out the blocks beyond a number of bytes; says whether there were any.
fn truncate(blocks: &mut Vec<Draft>, bytes: usize) -> bool {
    let mut left = bytes;
    let fits = |block: &Draft| {
        let rest = left.checked_sub(block.text.len());
        left = rest.unwrap_or(left);
        rest.is_some()
    };
    let all = blocks.len();
    let kept = blocks.iter().map(fits).take_while(|fits| *fits).count();
    blocks.truncate(kept);
    kept < all
}
