//! What leaves through the door, in the words and units of JavaScript: camel case, UTF-16.

use serde::Serialize;

use crate::corpus::{ChunkHit, StoredDocument};
use crate::document::{Document, Page, PageNumber, Span};
use crate::text::Utf16Offsets;

/// A document in a list.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DocumentInfo<'d> {
    id: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'d str>,
    pages: usize,
    chunks: usize,
    tokens: u64,
    characters: usize,
    warnings: Vec<WarningInfo<'d>>,
}

#[derive(Serialize)]
struct WarningInfo<'d> {
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<u32>,
    code: &'static str,
    message: &'d str,
}

impl<'d> DocumentInfo<'d> {
    pub(super) fn of(stored: &'d StoredDocument) -> Self {
        let document = &stored.document;
        let warnings = document.warnings.iter().map(|warning| WarningInfo {
            page: warning.page.map(PageNumber::get),
            code: warning.code.as_str(),
            message: &warning.message,
        });
        Self {
            id: document.id.as_str(),
            title: document.title.as_deref(),
            language: document.language.as_deref(),
            pages: document.pages.len(),
            chunks: stored.chunks.len(),
            tokens: stored.tokens(),
            characters: document.pages.iter().map(|page| page.text().chars().count()).sum(),
            warnings: warnings.collect(),
        }
    }
}

/// A page with the places of its blocks.
#[derive(Serialize)]
pub(super) struct PageInfo<'p> {
    page: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'p str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<f32>,
    text: &'p str,
    blocks: Vec<BlockInfo>,
    anchors: Vec<AnchorInfo<'p>>,
}

#[derive(Serialize)]
struct AnchorInfo<'p> {
    at: usize,
    name: &'p str,
}

/// Where a word is drawn, in points from the page's top left corner.
#[derive(Serialize)]
pub(super) struct RectInfo {
    page: u32,
    x: f32,
    y: f32,
    width: f32,
    height: f32,
}

impl RectInfo {
    pub(super) fn all(span: &Span, document: &Document) -> Vec<Self> {
        let Some(page) = document.page(span.page) else { return Vec::new() };
        let rects = page.rects(span.range()).map(|rect| Self {
            page: span.page.get(),
            x: rect.x,
            y: rect.y,
            width: rect.width,
            height: rect.height,
        });
        rects.collect()
    }
}

#[derive(Serialize)]
struct BlockInfo {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<u8>,
    start: usize,
    end: usize,
}

impl<'p> PageInfo<'p> {
    pub(super) fn of(page: &'p Page) -> Self {
        let mut offsets = Utf16Offsets::new(page.text());
        let blocks = page.blocks().iter().map(|block| BlockInfo {
            kind: block.kind.name(),
            level: block.kind.level(),
            start: offsets.at(block.range().start),
            end: offsets.at(block.range().end),
        });
        let blocks = blocks.collect();
        let mut offsets = Utf16Offsets::new(page.text());
        let anchors = page
            .anchors()
            .iter()
            .map(|anchor| AnchorInfo { at: offsets.at(anchor.at as usize), name: &anchor.name });
        Self {
            page: page.number().get(),
            label: page.label.as_deref(),
            width: page.size.map(|(width, _)| width),
            height: page.size.map(|(_, height)| height),
            blocks,
            anchors: anchors.collect(),
            text: page.text(),
        }
    }
}

/// A place in a document.
#[derive(Serialize, Clone, Copy)]
pub(super) struct PageSpan {
    pub(super) page: u32,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl PageSpan {
    pub(super) fn of(span: &Span, document: &Document) -> Self {
        let text = document.page(span.page).map(Page::text).unwrap_or_default();
        let mut offsets = Utf16Offsets::new(text);
        let range = span.range();
        let (start, end) = (offsets.at(range.start), offsets.at(range.end));
        Self { page: span.page.get(), start, end }
    }

    pub(super) fn all(spans: &[Span], document: &Document) -> Vec<Self> {
        spans.iter().map(|span| Self::of(span, document)).collect()
    }
}

/// A chunk as inspection shows it.
#[derive(Serialize)]
pub(super) struct ChunkInfo<'d> {
    ordinal: usize,
    tokens: u32,
    text: String,
    headings: &'d [String],
    spans: Vec<PageSpan>,
}

impl<'d> ChunkInfo<'d> {
    pub(super) fn all(stored: &'d StoredDocument) -> Vec<Self> {
        let document = &stored.document;
        let chunks = stored.chunks.iter().enumerate();
        let info = chunks.map(|(ordinal, chunk)| Self {
            ordinal,
            tokens: chunk.tokens,
            text: chunk.text(document),
            headings: &chunk.headings,
            spans: PageSpan::all(&chunk.spans, document),
        });
        info.collect()
    }
}

/// A chunk that was found; its place is that of its first span.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HitInfo<'h> {
    document_id: &'h str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'h str>,
    page: u32,
    start: usize,
    end: usize,
    spans: Vec<PageSpan>,
    score: f32,
    #[serde(skip_serializing_if = "Option::is_none")]
    anchor: Option<&'h str>,
    text: String,
}

impl<'h> HitInfo<'h> {
    pub(super) fn of(hit: &'h ChunkHit) -> Option<Self> {
        let document = &hit.chunk.document().document;
        let spans = PageSpan::all(&hit.chunk.chunk().spans, document);
        let first = *spans.first()?;
        Some(Self {
            document_id: document.id.as_str(),
            title: document.title.as_deref(),
            page: first.page,
            start: first.start,
            end: first.end,
            spans,
            score: hit.score,
            anchor: hit.chunk.chunk().spans.first().and_then(|span| document.anchor_of(span)),
            text: hit.chunk.text(),
        })
    }
}
