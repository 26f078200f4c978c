//! Presentations (ECMA-376, part 1, chapter 19): one page per slide, labelled with its title.
//!
//! Slides come in the order of the presentation's list, not of their file names. A slide's text
//! is that of its shapes, then of the diagrams and charts it shows, then the speaker's notes.

mod chart;
mod shapes;

use std::collections::BTreeSet;

use self::shapes::{Shape, Shapes};
use super::flow::{Piece, Writer, one_line};
use super::package::{Package, Relation};
use super::xml::Xml;
use crate::document::BlockKind;

pub(super) use self::chart::title as chart_title;
pub(super) use self::shapes::paragraphs;

pub(super) fn read(package: &Package, main: &str, writer: &mut Writer) {
    let relations = package.relations(main);
    let slides = package.walk(main, slide_ids).unwrap_or_default();
    writer.document.title = package.core_title(&package.relations(""));
    let mut footers = Footers::new();
    for id in slides {
        let Some(relation) = relations.iter().find(|relation| relation.id == id) else { continue };
        if writer.is_over() {
            return;
        }
        slide(package, &relation.part, &mut footers, writer);
    }
}

fn slide_ids(xml: &mut Xml) -> Vec<String> {
    let mut ids = Vec::new();
    while let Some(element) = xml.next_in(0) {
        if element.name() == "sldId" {
            ids.extend(element.relation());
        }
    }
    ids
}

/// The texts of footers and dates that were seen. They stand on every slide and are read once.
type Footers = BTreeSet<String>;

fn slide(package: &Package, part: &str, footers: &mut Footers, writer: &mut Writer) {
    let relations = package.relations(part);
    let mut shapes = package.walk(part, |xml| Shapes::read(xml, writer)).unwrap_or_default();
    shapes::sort(&mut shapes);
    let title = shapes.iter().find(|shape| shape.is_title).map(|shape| one_line(&shape.pieces));
    writer.begin_page(title);
    for shape in shapes {
        if shape.is_footer && !footers.insert(one_line(&shape.pieces)) {
            continue;
        }
        let is_title = shape.is_title;
        writer.write(if is_title { heading(&shape) } else { shape.pieces });
        for id in shape.shows {
            let Some(shown) = relations.iter().find(|relation| relation.id == id) else { continue };
            writer.write(shown_pieces(package, shown));
        }
    }
    for notes in relations.iter().filter(|relation| relation.kind == "notesSlide") {
        let shapes = package.walk(&notes.part, |xml| Shapes::read(xml, writer)).unwrap_or_default();
        for shape in shapes.into_iter().filter(|shape| !shape.is_footer) {
            writer.write(shape.pieces.into_iter().map(as_paragraph).collect());
        }
    }
}

/// A title is one heading, on however many lines it stands.
fn heading(shape: &Shape) -> Vec<Piece> {
    vec![Piece::Block(BlockKind::Heading { level: 1 }, one_line(&shape.pieces))]
}

fn as_paragraph(piece: Piece) -> Piece {
    match piece {
        Piece::Block(_, text) => Piece::paragraph(text),
        piece => piece,
    }
}

/// The text of a chart or diagram.
fn shown_pieces(package: &Package, relation: &Relation) -> Vec<Piece> {
    let pieces = match relation.kind.as_str() {
        "chart" | "chartEx" => package.walk(&relation.part, chart::read),
        "diagramData" => package.walk(&relation.part, paragraphs),
        _ => None,
    };
    pieces.unwrap_or_default()
}
