//! The chapters of books: well-formed web pages.
//!
//! Everything that is not known to be a block is part of the running text; every block ends the
//! text before it. The ids of blocks become anchors, so that a place can be linked to.

use super::flow::{Piece, Row, one_line};
use super::opendocument::add_collapsed;
use super::xml::{Element, Node, Xml};
use crate::document::BlockKind;

/// A chapter's text, and the title of its page.
#[derive(Default)]
pub(super) struct Chapter {
    pub(super) pieces: Vec<Piece>,
    pub(super) title: Option<String>,
    text: String,
}

pub(super) fn read(xml: &mut Xml) -> Chapter {
    let mut chapter = Chapter::default();
    chapter.content(xml, BlockKind::Paragraph);
    chapter.flush(BlockKind::Paragraph);
    chapter
}

impl Chapter {
    /// Reads what is in the element that was opened last; `kind` is the kind of its text.
    fn content(&mut self, xml: &mut Xml, kind: BlockKind) {
        let depth = xml.depth();
        while let Some(node) = xml.node_in(depth) {
            match node {
                Node::Text(text) if kind == BlockKind::Code => self.text.push_str(&text),
                Node::Text(text) => add_collapsed(&mut self.text, &text),
                Node::Open(element) => self.element(xml, &element, kind),
                Node::Close => {}
            }
        }
    }

    fn element(&mut self, xml: &mut Xml, element: &Element, kind: BlockKind) {
        match element.name() {
            "title" => self.title = Some(xml.text()),
            "script" | "style" | "template" | "rt" | "rp" => xml.skip(),
            "br" => self.text.push('\n'),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let level = element.name().as_bytes()[1] - b'0';
                self.block(xml, element, kind, BlockKind::Heading { level });
            }
            "li" | "dt" | "dd" => self.block(xml, element, kind, BlockKind::ListItem),
            "pre" => self.block(xml, element, kind, BlockKind::Code),
            "figcaption" | "caption" => self.block(xml, element, kind, BlockKind::Caption),
            "table" => {
                self.flush(kind);
                self.pieces.push(Piece::Table(rows(xml)));
            }
            "p" | "div" | "section" | "article" | "aside" | "header" | "footer" | "nav"
            | "main" | "blockquote" | "ul" | "ol" | "dl" | "figure" | "hr" | "body" | "address" => {
                // A paragraph in a list item is one.
                self.block(xml, element, kind, kind);
            }
            _ => self.content(xml, kind),
        }
    }

    fn block(&mut self, xml: &mut Xml, element: &Element, outer: BlockKind, kind: BlockKind) {
        self.flush(outer);
        self.pieces.extend(element.attr("id").map(Piece::Anchor));
        self.content(xml, kind);
        self.flush(kind);
    }

    fn flush(&mut self, kind: BlockKind) {
        let text = std::mem::take(&mut self.text);
        if !text.trim().is_empty() {
            self.pieces.push(Piece::Block(kind, text));
        }
    }
}

fn rows(xml: &mut Xml) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let depth = xml.depth();
    while let Some(element) = xml.next_in(depth) {
        match element.name() {
            "tr" => rows.push(Row::new()),
            "td" | "th" => {
                let mut cell = Chapter::default();
                cell.content(xml, BlockKind::Paragraph);
                cell.flush(BlockKind::Paragraph);
                if let Some(row) = rows.last_mut() {
                    row.push(one_line(&cell.pieces));
                }
            }
            _ => {}
        }
    }
    rows
}
