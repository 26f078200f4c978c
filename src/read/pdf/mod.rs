//! PDF.
use super::{Limits, ReadError, Reader, Source};
/// Opens a PDF.
///
/// # Errors
///
/// Always, until the reader is merged.
pub fn open(source: Source, _: &Limits) -> Result<Box<dyn Reader>, ReadError> {
    Err(ReadError::Unsupported { name: source.name, detail: String::new() })
}
