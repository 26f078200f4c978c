//! The shapes of a slide and their text.

use crate::document::BlockKind;
use crate::read::office::flow::{Piece, Row, Writer, one_line};
use crate::read::office::xml::Xml;

/// A shape with text, or one that shows another part.
#[derive(Debug, Default)]
pub(super) struct Shape {
    pub(super) is_title: bool,
    /// Whether it is the date or the footer of its slide.
    pub(super) is_footer: bool,
    pub(super) pieces: Vec<Piece>,
    /// The relationships of the charts and diagrams that it shows.
    pub(super) shows: Vec<String>,
    /// What role it has in the slide's layout.
    placeholder: Option<String>,
}

/// Reads the shapes of a slide.
#[derive(Default)]
pub(super) struct Shapes {
    shapes: Vec<Shape>,
}

impl Shapes {
    /// Reads all shapes; groups are only their members.
    pub(super) fn read(xml: &mut Xml, writer: &mut Writer) -> Vec<Shape> {
        let mut shapes = Self::default();
        while let Some(element) = xml.next_in(0) {
            match element.name() {
                "sp" | "cxnSp" => shapes.shape(xml, writer),
                "graphicFrame" => shapes.frame(xml),
                _ => {}
            }
        }
        shapes.shapes
    }

    fn shape(&mut self, xml: &mut Xml, writer: &mut Writer) {
        let mut shape = Shape::default();
        let depth = xml.depth();
        while let Some(element) = xml.next_in(depth) {
            match element.name() {
                "ph" => shape.placeholder = Some(element.attr("type").unwrap_or("obj".to_owned())),
                "p" => {
                    let is_outline = matches!(shape.placeholder.as_deref(), Some("obj" | "body"));
                    shape.pieces.push(paragraph(xml, is_outline, Some(writer)));
                }
                _ => {}
            }
        }
        let kind = shape.placeholder.as_deref();
        shape.is_title = matches!(kind, Some("title" | "ctrTitle"));
        shape.is_footer = matches!(kind, Some("dt" | "ftr" | "hdr"));
        if !matches!(kind, Some("sldNum" | "sldImg")) {
            self.shapes.push(shape);
        }
    }

    fn frame(&mut self, xml: &mut Xml) {
        let mut shape = Shape::default();
        let depth = xml.depth();
        while let Some(element) = xml.next_in(depth) {
            match element.name() {
                "tbl" => shape.pieces.push(table(xml)),
                "chart" => shape.shows.extend(element.relation()),
                "relIds" => shape.shows.extend(element.attr("dm")),
                _ => {}
            }
        }
        self.shapes.push(shape);
    }
}

/// Programs write shapes in the order of their layers, where the title need not come first.
pub(super) fn sort(shapes: &mut [Shape]) {
    shapes.sort_by_key(|shape| !shape.is_title);
}

/// All paragraphs in the element that was opened last, or in the whole part.
pub(in crate::read::office) fn paragraphs(xml: &mut Xml) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let depth = xml.depth();
    while let Some(element) = xml.next_in(depth) {
        if element.name() == "p" {
            pieces.push(paragraph(xml, false, None));
        }
    }
    pieces
}

fn paragraph(xml: &mut Xml, is_outline: bool, mut writer: Option<&mut Writer>) -> Piece {
    let mut is_item = is_outline;
    let mut text = String::new();
    let depth = xml.depth();
    while let Some(element) = xml.next_in(depth) {
        match element.name() {
            "pPr" if element.number("lvl").unwrap_or(0) > 0 => is_item = true,
            "buChar" | "buAutoNum" | "buBlip" => is_item = true,
            "buNone" => is_item = false,
            "t" => text.push_str(&xml.text()),
            "br" => text.push('\n'),
            "fld" if element.attr("type").is_some_and(|kind| kind == "slidenum") => xml.skip(),
            "rPr" => {
                if let Some(document) = writer.as_mut().map(|writer| &mut writer.document)
                    && document.language.is_none()
                {
                    document.language = element.attr("lang");
                }
            }
            _ => {}
        }
    }
    let kind = if is_item { BlockKind::ListItem } else { BlockKind::Paragraph };
    Piece::Block(kind, text)
}

fn table(xml: &mut Xml) -> Piece {
    let mut rows: Vec<Row> = Vec::new();
    let depth = xml.depth();
    while let Some(element) = xml.next_in(depth) {
        match element.name() {
            "tr" => rows.push(Row::new()),
            "tc" => {
                let cell = one_line(&paragraphs(xml));
                if let Some(row) = rows.last_mut() {
                    row.push(cell);
                }
            }
            _ => {}
        }
    }
    Piece::Table(rows)
}
