//! Office files and books: zip files of XML parts.
//!
//! [`zip`] unpacks parts, `package` resolves what they refer to, `xml` walks through their
//! markup. Each format's walk gives pieces of text in order, of which `flow` makes pages.
//! Everything is read at once: unpacking dominates, and even long documents take a moment.

mod docx;
mod flow;
mod package;
mod pptx;
#[cfg(test)]
mod tests;
mod xlsx;
mod xml;
pub(crate) mod zip;

use self::flow::Writer;
use self::package::Package;
use self::zip::Zip;
use super::format::Format;
use super::{Limits, ReadError, Reader, Ready, Source};
use crate::document::Document;

/// The main part of each format where producers put it, for files whose relationships are lost.
const USUAL_PARTS: [(&str, Format); 3] = [
    ("word/document.xml", Format::Docx),
    ("ppt/presentation.xml", Format::Pptx),
    ("xl/workbook.xml", Format::Xlsx),
];

/// Opens a file that [`super::format`] took for a zip file of a known kind.
pub(super) fn open(
    source: Source,
    format: Format,
    limits: &Limits,
) -> Result<Box<dyn Reader>, ReadError> {
    let name = source.name;
    let damaged = |detail: &str| ReadError::Damaged {
        name: name.clone(),
        format: format.name(),
        detail: detail.to_owned(),
    };
    let zip = Zip::open(source.bytes).ok_or_else(|| damaged("it has no parts"))?;
    let package = Package::new(zip);
    let (main, format) =
        main_part(&package, format).ok_or_else(|| damaged("its text is missing"))?;
    let mut writer = Writer::new(Document::new(source.id), limits);
    match format {
        Format::Pptx => pptx::read(&package, &main, &mut writer),
        Format::Xlsx => xlsx::read(&package, &main, &mut writer),
        _ => docx::read(&package, &main, &mut writer),
    }
    let mut document = writer.document;
    let own_title = document.title.map(|title| flow::clean_line(&title));
    document.title = source.title.or(own_title).filter(|title| !title.is_empty());
    document.warnings.splice(0..0, package.take_warnings());
    if document.pages.is_empty() {
        return Err(damaged("its text is missing"));
    }
    Ok(Box::new(Ready(document)))
}

/// The part with the text, and the format that its root element tells.
fn main_part(package: &Package, format: Format) -> Option<(String, Format)> {
    let relations = package.relations("");
    let told = relations.into_iter().find(|relation| relation.kind == "officeDocument");
    let usual = USUAL_PARTS.iter().filter(|(_, kind)| *kind == format);
    let usual = usual.chain(&USUAL_PARTS).map(|(name, _)| (*name).to_owned());
    let mut parts = told.map(|relation| relation.part).into_iter().chain(usual);
    let main = parts.find(|part| package.has(part))?;
    let root = package.walk(&main, |xml| xml.next_in(0).map(|e| e.name().to_owned()))??;
    let format = match root.as_str() {
        "document" => Format::Docx,
        "presentation" => Format::Pptx,
        "workbook" => Format::Xlsx,
        _ => return None,
    };
    Some((main, format))
}
