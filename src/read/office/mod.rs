//! Office files and books: zip files of XML parts.
//!
//! [`zip`] unpacks parts, `package` resolves what they refer to, `xml` walks through their
//! markup. Each format's walk gives pieces of text in order, of which `flow` makes pages.
//! Everything is read at once: unpacking dominates, and even long documents take a moment.

mod docx;
mod epub;
mod flow;
mod opendocument;
mod package;
mod pptx;
mod spread;
#[cfg(test)]
mod tests;
mod xhtml;
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
    if package.has("xl/workbook.bin") {
        let detail = "it is a binary Excel file; save it as .xlsx".to_owned();
        return Err(ReadError::Unsupported { name, detail });
    }
    let mut writer = Writer::new(Document::new(source.id), limits);
    match format {
        Format::Epub => epub::read(&package, &mut writer),
        Format::Odt | Format::Ods | Format::Odp if is_encrypted(&package) => {
            return Err(ReadError::Encrypted { name });
        }
        Format::Odt | Format::Ods | Format::Odp => {
            opendocument::read(&package, format, &mut writer);
        }
        _ => match main_part(&package, format) {
            Some((main, Format::Pptx)) => pptx::read(&package, &main, &mut writer),
            Some((main, Format::Xlsx)) => xlsx::read(&package, &main, &mut writer),
            Some((main, _)) => docx::read(&package, &main, &mut writer),
            None => {}
        },
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

/// Whether the content of an OpenDocument file is encrypted, of which its manifest tells.
fn is_encrypted(package: &Package) -> bool {
    let found = package.walk("META-INF/manifest.xml", |xml| {
        while let Some(element) = xml.next_in(0) {
            if element.name() == "encryption-data" {
                return true;
            }
        }
        false
    });
    found == Some(true)
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
