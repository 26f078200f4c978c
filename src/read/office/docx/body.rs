//! The walk through a document's text.

use super::Notes;
use super::languages::Languages;
use super::styles::{Look, Styles};
use super::symbol::symbol;
use crate::read::office::flow::{Piece, Row, one_line};
use crate::read::office::xml::{Element, Xml};

/// Word's tables have at most this many columns.
const MAX_SPAN: usize = 63;

/// Reads the text of one part.
pub(super) struct Body<'d> {
    styles: &'d Styles,
    notes: &'d mut Notes,
    languages: &'d mut Languages,
    /// The fields that are open, from the outermost to the innermost.
    fields: Vec<Field>,
    /// How many tables are around.
    tables: usize,
    /// Whether a page ended in the row that is being read.
    is_row_broken: bool,
}

/// A field: an instruction, then its result when it was last shown.
#[derive(Default)]
struct Field {
    instruction: String,
    has_result: bool,
}

impl Field {
    /// Numbers of pages change with every printer, and say nothing.
    fn is_silent(&self) -> bool {
        let name = self.instruction.split_whitespace().next().unwrap_or_default();
        !self.has_result || matches!(name, "PAGE" | "NUMPAGES" | "SECTIONPAGES")
    }
}

/// A paragraph that is being read.
#[derive(Default)]
struct Paragraph {
    style: Option<String>,
    look: Look,
    text: String,
    /// What comes before it: its own beginning, if a page ends in it.
    before: Vec<Piece>,
    /// What follows it: text boxes, notes and comments.
    after: Vec<Piece>,
    /// What joins the next part of a formula to what was before it.
    joint: Option<&'static str>,
    /// The languages of the run that is being read.
    languages: [Option<String>; 3],
}

impl<'d> Body<'d> {
    pub(super) fn new(
        styles: &'d Styles,
        notes: &'d mut Notes,
        languages: &'d mut Languages,
    ) -> Self {
        Self { styles, notes, languages, fields: Vec::new(), tables: 0, is_row_broken: false }
    }

    /// Reads the paragraphs and tables in the element that was opened last.
    pub(super) fn read(&mut self, xml: &mut Xml) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let depth = xml.depth();
        while let Some(element) = xml.next_in(depth) {
            match element.name() {
                "p" => self.paragraph(xml, &mut pieces),
                "tbl" => self.table(xml, &mut pieces),
                "del" | "moveFrom" | "sectPr" | "sdtPr" | "background" => xml.skip(),
                // Formulas may stand on their own.
                "oMath" => self.paragraph(xml, &mut pieces),
                _ => {}
            }
        }
        pieces
    }

    fn paragraph(&mut self, xml: &mut Xml, pieces: &mut Vec<Piece>) {
        let mut paragraph = Paragraph::default();
        let depth = xml.depth();
        while let Some(element) = xml.next_in(depth) {
            self.inline(xml, &element, &mut paragraph);
        }
        // A field whose instruction never ended would hide the rest of the document.
        self.fields.iter_mut().for_each(|field| field.has_result = true);
        let kind = self.styles.kind(paragraph.style.as_deref(), &paragraph.look);
        pieces.append(&mut paragraph.before);
        pieces.push(Piece::Block(kind, paragraph.text));
        pieces.append(&mut paragraph.after);
    }

    fn inline(&mut self, xml: &mut Xml, element: &Element, paragraph: &mut Paragraph) {
        match element.name() {
            "pPr" => properties(xml, paragraph),
            "r" => paragraph.languages = [None, None, None],
            "lang" => {
                paragraph.languages = ["val", "eastAsia", "bidi"].map(|name| element.attr(name));
            }
            "t" => {
                let text = xml.text();
                self.add(paragraph, &text);
            }
            "tab" | "ptab" => self.add(paragraph, "\t"),
            "br" if element.attr("type").is_some_and(|kind| kind == "page") => {
                self.end_page(paragraph);
            }
            "lastRenderedPageBreak" => self.end_page(paragraph),
            "br" | "cr" => self.add(paragraph, "\n"),
            "noBreakHyphen" => self.add(paragraph, "-"),
            "sym" => self.add(paragraph, symbol(element).encode_utf8(&mut [0; 4])),
            "fldChar" => self.field(element.attr("fldCharType").as_deref()),
            "txbxContent" => paragraph.after.extend(self.read(xml)),
            name @ ("footnoteReference" | "endnoteReference" | "commentReference") => {
                self.note(name, element, paragraph);
            }
            "instrText" => {
                let text = xml.text();
                if let Some(field) = self.fields.last_mut() {
                    field.instruction.push_str(&text);
                }
            }
            "fldSimple" => self.simple_field(xml, element, paragraph),
            // Of formulas: fractions, indices, and names of functions.
            "den" => paragraph.joint = Some("/"),
            "sup" => paragraph.joint = Some("^"),
            "sub" => paragraph.joint = Some("_"),
            "fName" => {
                let name = xml.text();
                self.add(paragraph, &format!("{} ", name.trim()));
            }
            "del" | "moveFrom" | "delText" | "rt" | "rPrChange" | "sdtPr" | "posOffset" => {
                xml.skip();
            }
            _ => {}
        }
    }

    /// Adds to a paragraph, unless it is part of a field's instruction.
    fn add(&mut self, paragraph: &mut Paragraph, text: &str) {
        if self.fields.iter().any(Field::is_silent) {
            return;
        }
        if let Some(joint) = paragraph.joint.take().filter(|_| !text.trim().is_empty()) {
            paragraph.text.push_str(joint);
        }
        paragraph.text.push_str(text);
        self.languages.count(&paragraph.languages, text);
    }

    /// A field whose instruction is an attribute and whose result is its content.
    fn simple_field(&mut self, xml: &mut Xml, element: &Element, paragraph: &mut Paragraph) {
        let instruction = element.attr("instr").unwrap_or_default();
        if (Field { instruction, has_result: true }).is_silent() {
            return xml.skip();
        }
        let depth = xml.depth();
        while let Some(element) = xml.next_in(depth) {
            self.inline(xml, &element, paragraph);
        }
    }

    fn field(&mut self, kind: Option<&str>) {
        match kind {
            Some("begin") => self.fields.push(Field::default()),
            Some("separate") => {
                if let Some(field) = self.fields.last_mut() {
                    field.has_result = true;
                }
            }
            _ => drop(self.fields.pop()),
        }
    }

    fn note(&mut self, name: &str, element: &Element, paragraph: &mut Paragraph) {
        let Some(id) = element.attr("id") else { return };
        // A note is referred to once; a file that does so again and again wants to be large.
        if let Some(text) = self.notes.remove(&format!("{name} {id}")) {
            paragraph.after.push(Piece::paragraph(text));
        }
    }

    /// A page that ends in a table ends after the row.
    fn end_page(&mut self, paragraph: &mut Paragraph) {
        if self.tables > 0 {
            self.is_row_broken = true;
            return;
        }
        let kind = self.styles.kind(paragraph.style.as_deref(), &paragraph.look);
        let text = std::mem::take(&mut paragraph.text);
        paragraph.before.push(Piece::Block(kind, text));
        paragraph.before.push(Piece::Break);
    }

    fn table(&mut self, xml: &mut Xml, pieces: &mut Vec<Piece>) {
        self.tables += 1;
        let mut rows: Vec<Vec<Vec<Piece>>> = Vec::new();
        let depth = xml.depth();
        while let Some(element) = xml.next_in(depth) {
            match element.name() {
                "tr" => {
                    rows.push(self.row(xml));
                    if self.tables == 1 && std::mem::take(&mut self.is_row_broken) {
                        let row = rows.pop();
                        flush(&mut rows, pieces);
                        pieces.push(Piece::Break);
                        rows.extend(row);
                    }
                }
                "del" | "moveFrom" | "tblPr" | "tblGrid" | "sdtPr" => xml.skip(),
                _ => {}
            }
        }
        self.tables -= 1;
        flush(&mut rows, pieces);
    }

    fn row(&mut self, xml: &mut Xml) -> Vec<Vec<Piece>> {
        let mut cells = Vec::new();
        let depth = xml.depth();
        while let Some(element) = xml.next_in(depth) {
            match element.name() {
                "gridBefore" => add_empty(&mut cells, element.number("val").unwrap_or(0)),
                "tc" => {
                    let (cell, span) = self.cell(xml);
                    cells.push(cell);
                    add_empty(&mut cells, span - 1);
                }
                // The row was deleted, but not yet in everyone's opinion.
                "del" => {
                    cells.clear();
                    while xml.next_in(depth).is_some() {}
                }
                "sdtPr" | "tblPrEx" => xml.skip(),
                _ => {}
            }
        }
        cells
    }

    fn cell(&mut self, xml: &mut Xml) -> (Vec<Piece>, usize) {
        let mut span = 1;
        let mut pieces = Vec::new();
        let depth = xml.depth();
        while let Some(element) = xml.next_in(depth) {
            match element.name() {
                "gridSpan" => span = element.number("val").unwrap_or(1).max(1),
                "p" => self.paragraph(xml, &mut pieces),
                "tbl" => self.table(xml, &mut pieces),
                "del" | "moveFrom" | "sdtPr" | "tcPrChange" => xml.skip(),
                _ => {}
            }
        }
        (pieces, span)
    }
}

fn add_empty(cells: &mut Vec<Vec<Piece>>, count: usize) {
    cells.extend(std::iter::repeat_n(Vec::new(), count.min(MAX_SPAN)));
}

/// Ends a table. One of a single column is a frame around text, and the text stays as it is.
fn flush(rows: &mut Vec<Vec<Vec<Piece>>>, pieces: &mut Vec<Piece>) {
    let rows = std::mem::take(rows);
    if rows.iter().all(|row| row.len() <= 1) {
        pieces.extend(rows.into_iter().flatten().flatten());
        return;
    }
    let line = |row: Vec<Vec<Piece>>| row.iter().map(|cell| one_line(cell)).collect::<Row>();
    pieces.push(Piece::Table(rows.into_iter().map(line).collect()));
}

fn properties(xml: &mut Xml, paragraph: &mut Paragraph) {
    let depth = xml.depth();
    while let Some(element) = xml.next_in(depth) {
        match element.name() {
            "pStyle" => paragraph.style = element.attr("val"),
            // Of the paragraph's mark, and of an earlier version.
            "rPr" | "pPrChange" | "sectPr" => xml.skip(),
            name => paragraph.look.see(name, || element.attr("val")),
        }
    }
}
