//! A document as bytes: how it crosses from the readers module to the core, and how the index
//! file keeps it.
//!
//! Little-endian; a string is its length in bytes as a `u32`, then UTF-8. Layout of version 1:
//!
//! | part | form |
//! | --- | --- |
//! | mark | `QAD` and the version, 1 |
//! | id | string |
//! | title | `u8` 0 or 1, then a string if 1 |
//! | warnings | `u32` count; each: page `u32` (0: none), code string, message string |
//! | pages | `u32` count; each: text string, `u32` blocks; each: kind `u8`, start `u32`, end `u32` |

use super::{Block, BlockKind, Document, DocumentId, Page, PageNumber, Warning, WarningCode};

const MARK: &[u8; 3] = b"QAD";
const VERSION: u8 = 1;

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
        let mut out = Vec::new();
        out.extend_from_slice(MARK);
        out.push(VERSION);
        put_str(&mut out, self.id.as_str());
        out.push(u8::from(self.title.is_some()));
        if let Some(title) = &self.title {
            put_str(&mut out, title);
        }
        put_u32(&mut out, self.warnings.len());
        for warning in &self.warnings {
            put_u32(&mut out, warning.page.map_or(0, |page| page.get() as usize));
            put_str(&mut out, warning.code.as_str());
            put_str(&mut out, &warning.message);
        }
        put_u32(&mut out, self.pages.len());
        for page in &self.pages {
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
        if version != VERSION {
            return Err(DecodeError::Newer { found: version });
        }
        let id = DocumentId::new(input.string()?);
        let title = if input.u8()? == 1 { Some(input.string()?) } else { None };
        let warnings = input.many(Input::warning)?;
        let mut index = 0;
        let pages = input.many(|input| {
            index += 1;
            input.page(PageNumber::new(index))
        })?;
        if input.at != bytes.len() {
            return Err(input.damaged());
        }
        Ok(Self { id, title, pages, warnings })
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
        Page::from_parts(number, text, blocks).ok_or(self.damaged())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Document {
        let mut document = Document::new(DocumentId::new("a.pdf"));
        document.title = Some("Häuser".to_owned());
        let mut page = Page::new(PageNumber::new(1));
        page.push(BlockKind::Heading { level: 2 }, "Ein Titel");
        page.push(BlockKind::Table, "a\tb\nc\td");
        document.pages = vec![page, Page::new(PageNumber::new(2))];
        let warning = Warning::on_page(PageNumber::new(2), WarningCode::PageWithoutText, "scan");
        document.warnings.push(warning);
        document
    }

    #[test]
    fn a_document_survives_the_crossing() {
        assert_eq!(Document::decode(&sample().encode()), Ok(sample()));
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
