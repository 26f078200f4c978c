//! The title that a PDF gives itself, if it is one: producers put file names and the names of
//! templates there, too.

use hayro_syntax::Pdf;
use hayro_syntax::object::{Dict, Stream};

use super::bounded;
use super::characters::{clean_block_text, clean_glyph_text};
use super::text_string;

/// Titles are lines, not paragraphs.
const LONGEST_TITLE: usize = 300;

/// The title in the document information, or in its XMP metadata.
pub(super) fn of(pdf: &Pdf) -> Option<String> {
    let in_information = || Some(text_string::decode(pdf.metadata().title.as_ref()?));
    in_information().and_then(|title| sensible(&title)).or_else(|| sensible(&in_xmp(pdf)?))
}

fn in_xmp(pdf: &Pdf) -> Option<String> {
    let catalog = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id())?;
    let metadata = bounded::decoded(&catalog.get::<Stream<'_>>("Metadata")?)?;
    xmp_title(&String::from_utf8_lossy(&metadata))
}

/// `<dc:title><rdf:Alt><rdf:li xml:lang="x-default">…</rdf:li>`: the first of its languages.
fn xmp_title(xmp: &str) -> Option<String> {
    const ENTITIES: [(&str, &str); 5] =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    let (_, title) = xmp.split_once("<dc:title")?;
    let (title, _) = title.split_once("</dc:title>")?;
    let (_, item) = title.split_once("<rdf:li")?;
    let (_, text) = item.split_once('>')?;
    let (text, _) = text.split_once("</rdf:li>")?;
    let replace = |text: String, (entity, c): &(&str, &str)| text.replace(entity, c);
    Some(ENTITIES.iter().fold(text.to_owned(), replace))
}

/// A title as it should be shown, unless it is a placeholder or a file's name.
fn sensible(title: &str) -> Option<String> {
    const PLACEHOLDERS: [&str; 8] = [
        "untitled",
        "title",
        "document",
        "powerpoint presentation",
        "slide 1",
        "no title",
        "presentation title",
        "(anonymous)",
    ];
    const PROGRAMS: [&str; 3] = ["microsoft word - ", "microsoft powerpoint - ", "print "];
    const ENDINGS: [&str; 16] = [
        ".doc", ".docx", ".pdf", ".tex", ".dvi", ".indd", ".qxd", ".ppt", ".pptx", ".rtf", ".odt",
        ".txt", ".xls", ".xlsx", ".fm", ".ps",
    ];
    let title = clean_block_text(&clean_glyph_text(title));
    let lower = title.to_ascii_lowercase();
    let is_placeholder = PLACEHOLDERS.contains(&lower.as_str())
        || lower.starts_with("untitled")
        || PROGRAMS.iter().any(|program| lower.starts_with(program))
        || ENDINGS.iter().any(|ending| lower.ends_with(ending));
    let is_text = title.chars().any(char::is_alphabetic) && title.chars().count() <= LONGEST_TITLE;
    (is_text && !is_placeholder).then_some(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_and_file_names_are_no_titles() {
        for title in ["", "untitled", "Untitled-3", "Microsoft Word - Report.doc", "12", "a.PDF"] {
            assert_eq!(sensible(title), None, "{title}");
        }
        assert_eq!(sensible(" The\u{0} Title ").as_deref(), Some("The Title"));
    }

    #[test]
    fn xmp_titles_are_found_and_unescaped() {
        let xmp = "<dc:title>\n<rdf:Alt><rdf:li xml:lang='x-default'>A &amp; B</rdf:li></rdf:Alt>\
                   </dc:title>";
        assert_eq!(xmp_title(xmp).as_deref(), Some("A & B"));
        assert_eq!(xmp_title("<dc:title><rdf:Alt/></dc:title>"), None);
    }
}
