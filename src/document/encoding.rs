//! A document as bytes: how it crosses from a readers module to the core, and how the index
//! file keeps it.
//!
//! Little-endian; a string is its length in bytes as a `u32`, then UTF-8. Layout of version 2:
//!
//! | part | form |
//! | --- | --- |
//! | mark | `QAD` and the version, 2; it is 1 if there is no address |
//! | id | string |
//! | title, language | each `u8` 0 or 1, then a string if 1 |
//! | address | as these, in version 2 only |
//! | warnings | `u32` count; each: page `u32` (0: none), code string, message string |
//! | pages | `u32` count; each as below |
//!
//! A page is its text, a string; its blocks, a `u32` count and for each kind `u8`, start `u32`,
//! end `u32`; its label as the title; `u8` 0, or 1 and its width and height as `f32`; its anchors,
//! a `u32` count and for each at `u32` and name; its boxes, a `u32` count and for each start
//! `u32`, length `u16`, and x, y, width, height as `u16` in tenths of a point.

use super::{
    Anchor, Block, BlockKind, Document, DocumentId, Page, PageNumber, Rect, TextBox, Warning,
    WarningCode,
};

const MARK: &[u8; 3] = b"QAD";
const VERSION: u8 = 2;
/// Without an address: written where there is none, so that what was written before stays as it is.
const WITHOUT_URL: u8 = 1;

/// Why bytes are not a document.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// They end too early, or a length or offset in them cannot be.
    #[error("the encoded document is damaged at byte {at}")]
    Damaged {
        /// Where.
        at: usize,
    },
    /// A later version wrote them.
    #[error("the encoded document has version {found}, this build reads up to {VERSION}")]
    Newer {
        /// Their version.
        found: u8,
    },
}

impl Document {
    /// Encodes it; the same document always gives the same bytes.
    pub fn encode(&self) -> Vec<u8> {
        self.encode_with(&self.pages)
    }

    /// The same as if it had no pages.
    pub fn encode_without_pages(&self) -> Vec<u8> {
        self.encode_with(&[])
    }

    fn encode_with(&self, pages: &[Page]) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend_from_slice(MARK);
        out.push(if self.url.is_some() { VERSION } else { WITHOUT_URL });
        put_str(&mut out, self.id.as_str());
        put_option(&mut out, self.title.as_deref());
        put_option(&mut out, self.language.as_deref());
        if self.url.is_some() {
            put_option(&mut out, self.url.as_deref());
        }
        put_u32(&mut out, self.warnings.len());
        for warning in &self.warnings {
            put_u32(&mut out, warning.page.map_or(0, |page| page.get() as usize));
            put_str(&mut out, warning.code.as_str());
            put_str(&mut out, &warning.message);
        }
        put_u32(&mut out, pages.len());
        for page in pages {
            put_page(&mut out, page);
        }
        out
    }

    /// Decodes what [`Document::encode`] wrote.
    ///
    /// # Errors
    ///
    /// If the bytes are damaged, or of a later version.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut input = Input { bytes, at: 0 };
        if input.take(MARK.len())? != MARK {
            return Err(DecodeError::Damaged { at: 0 });
        }
        let version = input.u8()?;
        if !(WITHOUT_URL..=VERSION).contains(&version) {
            return Err(DecodeError::Newer { found: version });
        }
        let id = DocumentId::new(input.string()?);
        let title = input.option(Input::string)?;
        let language = input.option(Input::string)?;
        let has_url = version == VERSION;
        let url = if has_url { input.option(Input::string)? } else { None };
        let warnings = input.many(Input::warning)?;
        let mut index = 0;
        let pages = input.many(|input| {
            index += 1;
            input.page(PageNumber::new(index))
        })?;
        if input.at != bytes.len() {
            return Err(input.damaged());
        }
        Ok(Self { id, title, language, url, pages, warnings })
    }
}

fn put_page(out: &mut Vec<u8>, page: &Page) {
    put_str(out, page.text());
    put_u32(out, page.blocks().len());
    for block in page.blocks() {
        out.push(kind_to_byte(block.kind));
        put_u32(out, block.start as usize);
        put_u32(out, block.end as usize);
    }
    put_option(out, page.label.as_deref());
    out.push(u8::from(page.size.is_some()));
    if let Some((width, height)) = page.size {
        out.extend_from_slice(&width.to_le_bytes());
        out.extend_from_slice(&height.to_le_bytes());
    }
    put_u32(out, page.anchors().len());
    for anchor in page.anchors() {
        put_u32(out, anchor.at as usize);
        put_str(out, &anchor.name);
    }
    put_u32(out, page.boxes().len());
    for TextBox { start, end, rect } in page.boxes() {
        put_u32(out, *start as usize);
        put_u16(out, (end - start).min(u32::from(u16::MAX)) as u16);
        for edge in [rect.x, rect.y, rect.width, rect.height] {
            // The cast saturates: what lies outside of 6,553 points is put at the edge.
            put_u16(out, (edge * TENTHS).round() as u16);
        }
    }
}

/// A tenth of a point is finer than a screen shows, and makes a box 14 bytes.
const TENTHS: f32 = 10.0;

fn put_u16(out: &mut Vec<u8>, value: u16) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn put_option(out: &mut Vec<u8>, text: Option<&str>) {
    out.push(u8::from(text.is_some()));
    if let Some(text) = text {
        put_str(out, text);
    }
}

fn put_u32(out: &mut Vec<u8>, value: usize) {
    out.extend_from_slice(&(value as u32).to_le_bytes());
}

fn put_str(out: &mut Vec<u8>, text: &str) {
    put_u32(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

fn kind_to_byte(kind: BlockKind) -> u8 {
    match kind {
        BlockKind::Paragraph => 0,
        BlockKind::Heading { level } => level.clamp(1, 6),
        BlockKind::ListItem => 7,
        BlockKind::Table => 8,
        BlockKind::Code => 9,
        BlockKind::Caption => 10,
        BlockKind::Furniture => 11,
    }
}

fn kind_from_byte(byte: u8) -> Option<BlockKind> {
    Some(match byte {
        0 => BlockKind::Paragraph,
        1..=6 => BlockKind::Heading { level: byte },
        7 => BlockKind::ListItem,
        8 => BlockKind::Table,
        9 => BlockKind::Code,
        10 => BlockKind::Caption,
        11 => BlockKind::Furniture,
        _ => return None,
    })
}

struct Input<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Input<'b> {
    fn damaged(&self) -> DecodeError {
        DecodeError::Damaged { at: self.at }
    }

    fn take(&mut self, count: usize) -> Result<&'b [u8], DecodeError> {
        let end = self.at.checked_add(count).ok_or(self.damaged())?;
        let taken = self.bytes.get(self.at..end).ok_or(self.damaged())?;
        self.at = end;
        Ok(taken)
    }

    fn u8(&mut self) -> Result<u8, DecodeError> {
        Ok(self.take(1)?[0])
    }

    fn u32(&mut self) -> Result<u32, DecodeError> {
        let taken = self.take(4)?;
        Ok(u32::from_le_bytes([taken[0], taken[1], taken[2], taken[3]]))
    }

    fn u16(&mut self) -> Result<u16, DecodeError> {
        let taken = self.take(2)?;
        Ok(u16::from_le_bytes([taken[0], taken[1]]))
    }

    fn f32(&mut self) -> Result<f32, DecodeError> {
        Ok(f32::from_bits(self.u32()?))
    }

    fn option<T>(
        &mut self,
        value: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Option<T>, DecodeError> {
        match self.u8()? {
            0 => Ok(None),
            1 => value(self).map(Some),
            _ => Err(self.damaged()),
        }
    }

    fn string(&mut self) -> Result<String, DecodeError> {
        let count = self.u32()? as usize;
        let taken = self.take(count)?;
        Ok(std::str::from_utf8(taken).map_err(|_| self.damaged())?.to_owned())
    }

    /// A counted list. The count is not trusted with memory: every item takes at least one byte.
    fn many<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        let count = self.u32()? as usize;
        if count > self.bytes.len() - self.at {
            return Err(self.damaged());
        }
        (0..count).map(|_| item(self)).collect()
    }

    fn warning(&mut self) -> Result<Warning, DecodeError> {
        let page = self.u32()?;
        let code = self.string()?;
        let code = WarningCode::ALL.into_iter().find(|known| known.as_str() == code);
        Ok(Warning {
            page: (page > 0).then(|| PageNumber::new(page)),
            code: code.ok_or(self.damaged())?,
            message: self.string()?,
        })
    }

    fn page(&mut self, number: PageNumber) -> Result<Page, DecodeError> {
        let text = self.string()?;
        let blocks = self.many(|input| {
            let kind = kind_from_byte(input.u8()?).ok_or(input.damaged())?;
            Ok(Block { kind, start: input.u32()?, end: input.u32()? })
        })?;
        let mut page = Page::from_parts(number, text, blocks).ok_or(self.damaged())?;
        page.label = self.option(Self::string)?;
        page.size = self.option(|input| Ok((input.f32()?, input.f32()?)))?;
        let anchors = self.many(|input| Ok(Anchor { at: input.u32()?, name: input.string()? }))?;
        let boxes = self.many(Self::text_box)?;
        if page.set_places(anchors, boxes) { Ok(page) } else { Err(self.damaged()) }
    }

    fn text_box(&mut self) -> Result<TextBox, DecodeError> {
        let start = self.u32()?;
        let end = start.checked_add(u32::from(self.u16()?)).ok_or(self.damaged())?;
        let mut edge = || Ok::<_, DecodeError>(f32::from(self.u16()?) / TENTHS);
        let rect = Rect { x: edge()?, y: edge()?, width: edge()?, height: edge()? };
        Ok(TextBox { start, end, rect })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Document {
        let mut document = Document::new(DocumentId::new("a.pdf"));
        document.title = Some("Häuser".to_owned());
        document.language = Some("de".to_owned());
        document.url = Some("https://example.org/häuser".to_owned());
        let mut page = Page::new(PageNumber::new(1));
        page.push(BlockKind::Heading { level: 2 }, "Ein Titel");
        page.push_anchor("A1");
        page.push(BlockKind::Table, "a\tb\nc\td");
        let rect = Rect { x: 72.5, y: 100.0, width: 30.2, height: 12.0 };
        page.push_boxed(BlockKind::Caption, "  Ä b", &[TextBox { start: 2, end: 4, rect }]);
        page.label = Some("iv".to_owned());
        page.size = Some((612.0, 792.0));
        document.pages = vec![page, Page::new(PageNumber::new(2))];
        let warning = Warning::on_page(PageNumber::new(2), WarningCode::PageWithoutText, "scan");
        document.warnings.push(warning);
        document
    }

    #[test]
    fn a_document_survives_the_crossing() {
        assert_eq!(Document::decode(&sample().encode()), Ok(sample()));
        let without = Document { url: None, ..sample() };
        assert_eq!(without.encode()[3], WITHOUT_URL);
        assert_eq!(Document::decode(&without.encode()), Ok(without));
    }

    #[test]
    fn no_cut_or_flipped_byte_is_taken_for_a_document_that_lies() {
        let bytes = sample().encode();
        for end in 0..bytes.len() {
            assert!(Document::decode(&bytes[..end]).is_err(), "cut at {end}");
        }
        for at in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[at] ^= 0xff;
            // Text may change; offsets that leave the page, and panics, may not happen.
            if let Ok(document) = Document::decode(&flipped) {
                for page in &document.pages {
                    assert!(page.blocks().iter().all(|b| page.text().get(b.range()).is_some()));
                }
            }
        }
    }
}
