//! Word processing documents (ECMA-376, part 1, chapter 17).
//!
//! The body is read in order, with notes and comments after the paragraphs that refer to them,
//! headers at the beginning and footers at the end. The file has pages only if its program noted
//! where they began when it was last shown.

mod body;
mod languages;
mod styles;
mod symbol;

use std::collections::BTreeMap;

use self::body::Body;
use self::languages::Languages;
use self::styles::Styles;
use super::flow::{Piece, Writer, one_line};
use super::package::{Package, Relation};
use super::xml::Xml;
use crate::document::BlockKind;

/// Notes and comments by the name of the element that refers to them and their id.
type Notes = BTreeMap<String, String>;

pub(super) fn read(package: &Package, main: &str, writer: &mut Writer) {
    let relations = package.relations(main);
    let styles = part(&relations, "styles").and_then(|part| package.walk(part, styles::read));
    let styles = styles.unwrap_or_default();
    let mut languages = Languages::new(styles.language.clone());
    let mut notes = notes(package, &relations, &styles);
    let mut read_part = |part: &str| {
        let mut body = Body::new(&styles, &mut notes, &mut languages);
        package.walk(part, |xml| body.read(xml)).unwrap_or_default()
    };
    let headers = margins(&relations, "header", &mut read_part);
    let pieces = read_part(main);
    let footers = margins(&relations, "footer", &mut read_part);
    writer.document.title = package.core_title(&package.relations(""));
    writer.document.language = languages.most();
    writer.begin_page(None);
    for pieces in [headers, pieces, footers] {
        writer.write(pieces);
    }
}

fn part<'r>(relations: &'r [Relation], kind: &str) -> Option<&'r str> {
    let found = relations.iter().find(|relation| relation.kind == kind)?;
    Some(&found.part)
}

/// Headers or footers. First, even and odd pages have their own, which often say the same.
fn margins(
    relations: &[Relation],
    kind: &str,
    read_part: &mut impl FnMut(&str) -> Vec<Piece>,
) -> Vec<Piece> {
    let mut seen: Vec<String> = Vec::new();
    let mut all = Vec::new();
    for relation in relations.iter().filter(|relation| relation.kind == kind) {
        let pieces = read_part(&relation.part);
        let text = one_line(&pieces);
        if text.is_empty() || seen.contains(&text) {
            continue;
        }
        seen.push(text);
        // A page begins nowhere in a margin, and a heading there heads nothing.
        all.extend(pieces.into_iter().filter(|piece| *piece != Piece::Break).map(
            |piece| match piece {
                Piece::Block(BlockKind::Heading { .. }, text) => Piece::paragraph(text),
                piece => piece,
            },
        ));
    }
    all
}

fn notes(package: &Package, relations: &[Relation], styles: &Styles) -> Notes {
    const KINDS: [(&str, &str, &str); 3] = [
        ("footnotes", "footnote", "footnoteReference"),
        ("endnotes", "endnote", "endnoteReference"),
        ("comments", "comment", "commentReference"),
    ];
    let mut notes = Notes::new();
    for (kind, element, reference) in KINDS {
        let Some(part) = part(relations, kind) else { continue };
        package.walk(part, |xml| {
            note_texts(xml, element, styles, |id, text| {
                notes.insert(format!("{reference} {id}"), text);
            });
        });
    }
    notes
}

fn note_texts(xml: &mut Xml, name: &str, styles: &Styles, mut take: impl FnMut(String, String)) {
    let mut languages = Languages::new(None);
    let mut no_notes = Notes::new();
    while let Some(element) = xml.next_in(0) {
        if element.name() != name {
            continue;
        }
        // The line above the notes is a note with a type.
        let is_separator = element.attr("type").is_some_and(|kind| kind != "normal");
        match element.attr("id") {
            Some(id) if !is_separator => {
                let pieces = Body::new(styles, &mut no_notes, &mut languages).read(xml);
                take(id, one_line(&pieces));
            }
            _ => xml.skip(),
        }
    }
}
