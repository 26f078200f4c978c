//! An open file with the fonts that were loaded from it.
//!
//! Fonts, pages and layers borrow from the file. They are kept beside it, so that a document can
//! be read page by page over many calls without loading its fonts anew for each page.

use std::sync::Arc;

use hayro_syntax::object::{Dict, String as PdfString};
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use super::bounded;
use super::cmaps::CMaps;
use super::content::{self, PageContent, Undecodable};
use super::font::FontStore;
use super::layers::Layers;
use super::outline::Outline;
use super::{text_string, title};
use crate::read::{ReadError, Source};

self_cell::self_cell!(
    struct FileCell {
        owner: Pdf,
        #[not_covariant]
        dependent: Loaded,
    }
);

/// What was loaded from a file so far.
struct Loaded<'a> {
    fonts: FontStore<'a>,
    layers: Layers,
}

/// An open PDF file.
pub(super) struct PdfFile {
    cell: FileCell,
    cmaps: CMaps,
}

impl PdfFile {
    /// Opens a file with its password, or with none: the owner's password restricts only
    /// printing and the like.
    pub(super) fn open(source: &mut Source) -> Result<Self, ReadError> {
        if bounded::has_boundless_frame(&source.bytes) {
            return Err(damaged(
                &source.name,
                "its list of objects unpacks to more than memory holds",
            ));
        }
        let bytes = Arc::new(std::mem::take(&mut source.bytes));
        let open = |password: &str| Pdf::new_with_password(Arc::clone(&bytes), password);
        let pdf = match &source.password {
            Some(password) => open(password).or_else(|_| open("")),
            None => open(""),
        };
        let pdf = pdf.map_err(|error| read_error(&source.name, error))?;
        if pdf.pages().is_empty() {
            return Err(damaged(&source.name, "it has no pages"));
        }
        let cmaps = CMaps::default();
        let cell = FileCell::new(pdf, |pdf| Loaded {
            fonts: FontStore::new(cmaps.clone()),
            layers: Layers::of(pdf),
        });
        Ok(Self { cell, cmaps })
    }

    /// Whether a predefined character map was asked for that this build does not have.
    pub(super) fn missed_cmaps(&self) -> bool {
        self.cmaps.missed()
    }

    pub(super) fn pages(&self) -> usize {
        self.cell.borrow_owner().pages().len()
    }

    pub(super) fn title(&self) -> Option<String> {
        title::of(self.cell.borrow_owner())
    }

    /// The language that the file says it is in, as a BCP 47 tag.
    pub(super) fn language(&self) -> Option<String> {
        let pdf = self.cell.borrow_owner();
        let catalog = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id())?;
        let tag = text_string::decode(catalog.get::<PdfString<'_>>("Lang")?.as_bytes());
        let is_tag = tag.split('-').enumerate().all(|(at, part)| {
            let length = if at == 0 { 2..=3 } else { 1..=8 };
            length.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        is_tag.then_some(tag)
    }

    pub(super) fn outline(&self) -> Outline {
        Outline::of(self.cell.borrow_owner())
    }

    /// Runs the content of a page, which must be one of [`PdfFile::pages`].
    pub(super) fn page(
        &mut self,
        index: usize,
        max_glyphs: usize,
    ) -> Result<PageContent, Undecodable> {
        self.cell.with_dependent_mut(|pdf, loaded| {
            let page = pdf.pages().get(index).ok_or(Undecodable)?;
            content::run(page, &mut loaded.fonts, &loaded.layers, max_glyphs)
        })
    }
}

fn read_error(name: &str, error: LoadPdfError) -> ReadError {
    match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => {
            ReadError::Encrypted { name: name.to_owned() }
        }
        LoadPdfError::Decryption(DecryptionError::UnsupportedAlgorithm) => ReadError::Unsupported {
            name: name.to_owned(),
            detail: "its kind of encryption is not known; save a copy without it".to_owned(),
        },
        LoadPdfError::Decryption(_) => damaged(name, "its encryption is not complete"),
        LoadPdfError::Invalid => damaged(name, "no page was found in it"),
    }
}

fn damaged(name: &str, detail: &str) -> ReadError {
    ReadError::Damaged { name: name.to_owned(), format: "PDF", detail: detail.to_owned() }
}
