//! Bytes in, a [`Document`] out.
//!
//! [`format::sniff`] tells a file's format by its content, then by its media type, then by its
//! name. [`open`] gives a [`Reader`] that reads page by page, so that a caller can show progress,
//! pause or stop. A file that cannot be opened is a [`ReadError`]; a page that cannot be read is a
//! [`Warning`](crate::document::Warning), and the other pages are still there.
//!
//! Readers never trust a file: each has limits ([`Limits`]) and none may panic.
//!
//! ```
//! use qwen_agent_wasm::read::{Limits, Source, read};
//!
//! let source = Source::new("notes.txt", "Grüße aus Köln.".as_bytes());
//! let document = read(source, &Limits::default())?;
//! assert_eq!(document.pages[0].text(), "Grüße aus Köln.");
//! # Ok::<(), qwen_agent_wasm::read::ReadError>(())
//! ```

use crate::document::{Document, DocumentId, PageNumber};

#[cfg(feature = "charset")]
pub mod charset;
mod container;
#[cfg(any(feature = "core", feature = "charset"))]
pub mod csv;
pub mod format;
#[cfg(feature = "html")]
pub mod html;
#[cfg(feature = "core")]
pub mod json;
#[cfg(feature = "markdown")]
pub mod markdown;
#[cfg(feature = "office")]
mod office;
#[cfg(any(feature = "core", feature = "charset"))]
pub(crate) mod pages;
#[cfg(feature = "pdf")]
pub mod pdf;
pub mod txt;
pub mod unicode;

pub use format::{Format, Module};

/// A file to read.
#[derive(Debug, Clone)]
pub struct Source {
    /// The caller's name for the document.
    pub id: DocumentId,
    /// The file's name, whose ending is a hint at its format.
    pub name: String,
    /// The media type that came with it, if one did.
    pub media_type: Option<String>,
    /// Its content.
    pub bytes: Vec<u8>,
    /// A title that the caller knows; the file's own is taken if there is none.
    pub title: Option<String>,
    /// Opens an encrypted file.
    pub password: Option<String>,
    /// Where it can be visited.
    pub address: Address,
}

/// What a caller knows of a file's address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// Its address, whatever the file says itself.
    pub known: Option<String>,
    /// Where it was found: its address if the file names no other.
    pub found: Option<String>,
}

impl Address {
    /// Gives a document that was read its address.
    pub fn give(self, document: &mut Document) {
        document.url = self.known.or(document.url.take()).or(self.found);
    }
}

impl Source {
    /// A file whose name is its id.
    pub fn new(name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            id: DocumentId::new(name),
            name: name.to_owned(),
            media_type: None,
            bytes: bytes.into(),
            title: None,
            password: None,
            address: Address::default(),
        }
    }
}

/// What a reader may use at most. Beyond a limit, what was read so far is kept, with a warning;
/// a file above `bytes` is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Size of a file, in bytes. A browser tab holds the file, the module's copy of it and the
    /// text at once.
    pub bytes: usize,
    /// Pages of a document.
    pub pages: usize,
    /// Text of one page, in bytes.
    pub page_text: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 512 << 20, pages: 50_000, page_text: 16 << 20 }
    }
}

/// Why a file could not be read at all.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Nothing in it.
    #[error("{name} is empty")]
    Empty {
        /// The file.
        name: String,
    },
    /// A password is needed, or the one given does not open it.
    #[error("{name} is encrypted; give its password, or save a copy without one")]
    Encrypted {
        /// The file.
        name: String,
    },
    /// It says what it is, but its content cannot be made sense of.
    #[error("{name} is damaged and cannot be opened as {format}: {detail}")]
    Damaged {
        /// The file.
        name: String,
        /// What it seemed to be.
        format: &'static str,
        /// What the parser met.
        detail: String,
    },
    /// Not a format that is read.
    #[error("{name} cannot be read: {detail}")]
    Unsupported {
        /// The file.
        name: String,
        /// What it is, and what can be done.
        detail: String,
    },
    /// Above [`Limits::bytes`].
    #[error("{name} has {bytes} bytes; at most {limit} are read")]
    TooLarge {
        /// The file.
        name: String,
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Text that is not UTF-8 or UTF-16, met by a build without the tables for other encodings.
    #[error("{name} is not UTF-8 text; load the readers module to decode it")]
    NeedsCharset {
        /// The file.
        name: String,
    },
    /// A format that this build leaves to another module, see [`Format::module`].
    #[error("{name} is {format}, which this module does not read; load the one that does")]
    NeedsReaders {
        /// The file.
        name: String,
        /// Its format.
        format: &'static str,
    },
}

impl ReadError {
    /// The stable name of this kind of failure.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty { .. } => "read.empty",
            Self::Encrypted { .. } => "read.encrypted",
            Self::Damaged { .. } => "read.damaged",
            Self::Unsupported { .. } => "read.unsupported",
            Self::TooLarge { .. } => "read.too_large",
            Self::NeedsCharset { .. } => "read.needs_charset",
            Self::NeedsReaders { .. } => "read.needs_readers",
        }
    }
}

/// How far a [`Reader`] has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Pages read.
    pub done: usize,
    /// Pages there are; 0 while unknown.
    pub total: usize,
}

/// Reads one file, page by page. Owns what it needs; dropping it half-way leaves no trace.
pub trait Reader {
    /// Reads a little more, at most one page. Call until [`Reader::is_done`].
    fn step(&mut self);

    /// How far it has come.
    fn progress(&self) -> Progress;

    /// Whether there is nothing left to read.
    fn is_done(&self) -> bool {
        let Progress { done, total } = self.progress();
        done >= total
    }

    /// Whether text is missing that a build with the feature `cmaps` would find. A caller that
    /// can should then start over with such a build.
    fn needs_cmaps(&self) -> bool {
        false
    }

    /// The pages read so far that show something but have no text.
    fn pages_without_text(&self) -> Vec<PageNumber> {
        Vec::new()
    }

    /// Gives such a page a text that was recognized elsewhere, paragraphs apart by empty lines.
    fn set_page_text(&mut self, _page: PageNumber, _text: &str) {}

    /// What has been read, with its warnings.
    fn finish(self: Box<Self>) -> Document;
}

/// Opens a file for reading.
///
/// # Errors
///
/// If the file as a whole cannot be read: it is empty, too large, encrypted, damaged, or of a
/// format that nobody reads.
pub fn open(source: Source, limits: &Limits) -> Result<Box<dyn Reader>, ReadError> {
    if source.bytes.len() > limits.bytes {
        let (name, bytes) = (source.name, source.bytes.len());
        return Err(ReadError::TooLarge { name, bytes, limit: limits.bytes });
    }
    match format::of_file(&source)? {
        #[cfg(any(feature = "core", feature = "charset"))]
        Format::Text => txt::open(source, limits),
        #[cfg(feature = "pdf")]
        Format::Pdf => pdf::open(source, limits),
        #[cfg(not(feature = "pdf"))]
        Format::Pdf => Err(ReadError::NeedsReaders { name: source.name, format: "PDF" }),
        #[cfg(feature = "html")]
        Format::Html => html::open(source, limits),
        #[cfg(not(feature = "html"))]
        Format::Html => Err(ReadError::NeedsReaders { name: source.name, format: "HTML" }),
        #[cfg(feature = "markdown")]
        Format::Markdown => markdown::open(source, limits),
        #[cfg(not(feature = "markdown"))]
        Format::Markdown => Err(ReadError::NeedsReaders { name: source.name, format: "Markdown" }),
        #[cfg(any(feature = "core", feature = "charset"))]
        Format::Csv => csv::open(source, limits),
        #[cfg(feature = "core")]
        Format::Json => json::open(source, limits),
        #[cfg(all(feature = "charset", not(feature = "core")))]
        Format::Json => txt::open(source, limits),
        #[cfg(feature = "office")]
        format => office::open(source, format, limits),
        #[cfg(not(feature = "office"))]
        format => Err(ReadError::NeedsReaders { name: source.name, format: format.name() }),
    }
}

/// Reads a whole file at once.
///
/// # Errors
///
/// As [`open`].
pub fn read(source: Source, limits: &Limits) -> Result<Document, ReadError> {
    let address = source.address.clone();
    let mut reader = open(source, limits)?;
    while !reader.is_done() {
        reader.step();
    }
    let mut document = reader.finish();
    address.give(&mut document);
    Ok(document)
}

/// A reader for formats that are read in one go: all of it is there from the start.
#[cfg(any(feature = "core", feature = "charset"))]
pub(crate) struct Ready(pub(crate) Document);

#[cfg(any(feature = "core", feature = "charset"))]
impl Reader for Ready {
    fn step(&mut self) {}

    fn progress(&self) -> Progress {
        Progress { done: self.0.pages.len(), total: self.0.pages.len() }
    }

    fn finish(self: Box<Self>) -> Document {
        self.0
    }
}
