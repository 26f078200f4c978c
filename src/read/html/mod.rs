//! Web pages: what one would read on them, block by block.
//!
//! `tree` parses whatever tags there are into a list of elements, `article` tells what the page
//! is about from its menus and notices, and `text` writes that as headings, paragraphs, lists and
//! tables. Ids become anchors, so that a citation can lead to its section.

use super::pages::Pages;
use super::{Limits, ReadError, Reader, Ready, Source, charset};
use crate::document::{Document, Warning, WarningCode};

mod address;
mod article;
mod input;
mod tag;
#[cfg(test)]
mod tests;
mod text;
mod tree;

/// Opens a web page; all of it is read at once.
///
/// # Errors
///
/// If there is no text in it.
pub fn open(source: Source, limits: &Limits) -> Result<Box<dyn Reader>, ReadError> {
    let (html, guess) = charset::decode_html(&source.bytes);
    let tree = tree::Tree::parse(&html);
    let mut document = Document::new(source.id);
    document.title = source.title.or_else(|| {
        let title = tree.title.as_deref().unwrap_or_default();
        let words: Vec<&str> = title.split_whitespace().collect();
        Some(words.join(" ")).filter(|title| !title.is_empty())
    });
    document.language.clone_from(&tree.language);
    document.url = tree.address(source.address.found.as_deref());
    if let Some(label) = guess {
        let message = format!("the page says nothing of its encoding; it was read as {label}");
        document.warnings.push(Warning::on_file(WarningCode::CharsetGuessed, message));
    }
    let selection = article::select(&tree);
    let mut pages = Pages::new(document, limits);
    text::write(&tree, &selection, &mut pages);
    let document = pages.finish().ok_or(ReadError::Empty { name: source.name })?;
    Ok(Box::new(Ready(document)))
}

/// Reads a piece of HTML that stands in another text. All of it is read, as nothing is around it.
#[cfg(feature = "markdown")]
pub(super) fn write_fragment(html: &str, pages: &mut Pages) {
    text::write(&tree::Tree::parse(html), &article::Selection::everything(), pages);
}
