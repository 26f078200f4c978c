//! What leaves through the door, in the words and units of JavaScript: camel case, UTF-16.

use std::ops::Range;

use serde::Serialize;

use crate::analyze::TokenKind;
use crate::corpus::{ChunkHit, Outline, StoredDocument};
use crate::document::{Document, Page, PageNumber, Span};
use crate::index::{Why, WhyTerm};
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
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'d str>,
    pages: usize,
    chunks: usize,
    tokens: u64,
    characters: u64,
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
    pub(super) fn of(outline: &'d Outline) -> Self {
        let document = &outline.stored.document;
        let warnings = document.warnings.iter().map(|warning| WarningInfo {
            page: warning.page.map(PageNumber::get),
            code: warning.code.as_str(),
            message: &warning.message,
        });
        Self {
            id: document.id.as_str(),
            title: document.title.as_deref(),
            language: document.language.as_deref(),
            url: document.url.as_deref(),
            pages: outline.pages,
            chunks: outline.chunks,
            tokens: outline.tokens,
            characters: outline.characters(),
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
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'h str>,
    page: u32,
    start: usize,
    end: usize,
    spans: Vec<PageSpan>,
    score: f32,
    #[serde(skip_serializing_if = "Option::is_none")]
    anchor: Option<&'h str>,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<WhyInfo>,
}

/// Why a chunk was found; places are in the hit's text.
#[derive(Serialize)]
pub(super) struct WhyInfo {
    terms: Vec<WhyTermInfo>,
    highlights: Vec<Place>,
}

#[derive(Serialize)]
struct WhyTermInfo {
    text: String,
    kind: &'static str,
    places: Vec<Place>,
    weight: f32,
    idf: f32,
    frequency: u32,
    score: f32,
}

#[derive(Serialize)]
struct Place {
    start: usize,
    end: usize,
}

impl WhyInfo {
    pub(super) fn of(why: &Why, text: &str) -> Self {
        let places = |places: &[Range<usize>]| {
            let mut offsets = Utf16Offsets::new(text);
            let mut at = |byte| offsets.at(byte);
            let place = |place: &Range<usize>| Place { start: at(place.start), end: at(place.end) };
            places.iter().map(place).collect::<Vec<_>>()
        };
        let term = |term: &WhyTerm| WhyTermInfo {
            text: term.text.clone(),
            kind: match term.kind {
                TokenKind::Word => "word",
                TokenKind::Gram => "piece",
                TokenKind::Character | TokenKind::Cluster => "character",
                TokenKind::CharacterPair | TokenKind::ClusterPair | TokenKind::SyllablePair => {
                    "pair"
                }
            },
            places: places(&term.places),
            weight: term.share.weight,
            idf: term.share.idf,
            frequency: term.share.frequency,
            score: term.share.score,
        };
        Self { terms: why.terms.iter().map(term).collect(), highlights: places(&why.highlights) }
    }
}

impl<'h> HitInfo<'h> {
    /// A hit with the reasons for it, if they are told.
    pub(super) fn of(hit: &'h ChunkHit, why: Option<Why>) -> Option<Self> {
        let text = hit.chunk.text();
        let document = &hit.chunk.document().document;
        let spans = PageSpan::all(&hit.chunk.chunk().spans, document);
        let first = *spans.first()?;
        Some(Self {
            document_id: document.id.as_str(),
            title: document.title.as_deref(),
            url: document.url.as_deref(),
            page: first.page,
            start: first.start,
            end: first.end,
            spans,
            score: hit.score,
            anchor: hit.chunk.chunk().spans.first().and_then(|span| document.anchor_of(span)),
            why: why.map(|why| WhyInfo::of(&why, &text)),
            text,
        })
    }
}
