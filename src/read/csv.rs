//! Tables as text: CSV and its relatives.
//!
//! RFC 4180 is what most files nearly follow. What parts the cells is found out from the file, and
//! rows are kept however many cells they have.

use super::pages::{Pages, clean};
use super::{Limits, ReadError, Reader, Ready, Source, txt, unicode};
use crate::document::{Anchor, Document};

/// What may part the cells of a row.
const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

/// So many rows are looked at to find out which it is.
const SAMPLE_ROWS: usize = 50;

/// Opens a table; all of it is read at once.
///
/// # Errors
///
/// If there is no text in it, or it is in an encoding that this build cannot decode.
pub fn open(source: Source, limits: &Limits) -> Result<Box<dyn Reader>, ReadError> {
    let mut document = Document { title: source.title, ..Document::new(source.id) };
    let text = txt::text_of(&source.name, &source.bytes, &mut document)?;
    let mut table = Table::new(document, limits);
    for (index, row) in Rows::new(&text, delimiter_of(&text)).enumerate() {
        if table.pages.is_full() {
            break;
        }
        table.push(index + 1, &row);
    }
    table.end_page();
    let document = table.pages.finish().ok_or(ReadError::Empty { name: source.name })?;
    Ok(Box::new(Ready(document)))
}

/// The table of one page in the making.
struct Table<'l> {
    pages: Pages<'l>,
    text: String,
    anchors: Vec<Anchor>,
    limit: usize,
}

impl<'l> Table<'l> {
    fn new(document: Document, limits: &'l Limits) -> Self {
        let pages = Pages::new(document, limits);
        Self { pages, text: String::new(), anchors: Vec::new(), limit: limits.page_text }
    }

    fn push(&mut self, number: usize, cells: &[String]) {
        let one_line =
            |cell: &String| unicode::compose(clean(cell).trim().replace(['\n', '\t'], " "));
        let row = cells.iter().map(one_line).collect::<Vec<_>>().join("\t");
        if row.trim().is_empty() {
            return;
        }
        if !self.text.is_empty() && self.text.len() + row.len() >= self.limit {
            self.end_page();
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.anchors.push(Anchor { at: self.text.len() as u32, name: format!("row {number}") });
        self.text.push_str(&row);
    }

    fn end_page(&mut self) {
        self.pages.push_table(&self.text, std::mem::take(&mut self.anchors));
        self.text.clear();
    }
}

/// What parts the cells: what gives the most rows the same number of cells, above one.
fn delimiter_of(text: &str) -> char {
    let score = |delimiter: char| {
        let counts: Vec<usize> =
            Rows::new(text, delimiter).take(SAMPLE_ROWS).map(|row| row.len()).collect();
        let agreeing = |count: usize| counts.iter().filter(|other| **other == count).count();
        counts.iter().filter(|count| **count > 1).map(|count| (agreeing(*count), *count)).max()
    };
    // Of several that do equally well, the first in the list is the most usual.
    let best = DELIMITERS.into_iter().rev().max_by_key(|delimiter| score(*delimiter));
    best.unwrap_or(DELIMITERS[0])
}

/// The rows of a text, each a list of cells.
struct Rows<'t> {
    rest: &'t str,
    delimiter: char,
    /// A quote was never closed: from there on quotes are taken as they are.
    has_stray_quote: bool,
}

impl<'t> Rows<'t> {
    fn new(text: &'t str, delimiter: char) -> Self {
        Self { rest: text, delimiter, has_stray_quote: false }
    }

    /// The next cell, and whether another follows in the same row.
    fn cell(&mut self) -> (String, bool) {
        let mut cell = String::new();
        if !self.has_stray_quote
            && let Some(inside) = self.rest.strip_prefix('"')
        {
            match quoted(inside) {
                Some((content, rest)) => (cell, self.rest) = (content, rest),
                None => self.has_stray_quote = true,
            }
        }
        let end = self.rest.find([self.delimiter, '\n']).unwrap_or(self.rest.len());
        let (unquoted, rest) = self.rest.split_at(end);
        cell.push_str(unquoted);
        let has_more = rest.starts_with(self.delimiter);
        self.rest = rest.get(1..).unwrap_or_default();
        (cell, has_more)
    }
}

impl Iterator for Rows<'_> {
    type Item = Vec<String>;

    fn next(&mut self) -> Option<Vec<String>> {
        if self.rest.is_empty() {
            return None;
        }
        let mut cells = Vec::new();
        loop {
            let (cell, has_more) = self.cell();
            cells.push(cell);
            if !has_more {
                return Some(cells);
            }
        }
    }
}

/// The content of a quoted cell whose first quote is passed, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let (mut content, mut rest) = (String::new(), text);
    loop {
        let (before, after) = rest.split_once('"')?;
        content.push_str(before);
        let Some(doubled) = after.strip_prefix('"') else { return Some((content, after)) };
        content.push('"');
        rest = doubled;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Document {
        super::super::read(Source::new("a.csv", text), &Limits::default()).unwrap()
    }

    #[test]
    fn rows_are_lines_and_cells_are_parted_by_tabs() {
        for (text, expected) in [
            ("a,b\r\n1,2\r\n", "a\tb\n1\t2"),
            ("a;b\n1,5;2,5\n", "a\tb\n1,5\t2,5"),
            ("a\tb, c\n1\t2", "a\tb, c\n1\t2"),
            ("a|b\n1|2", "a\tb\n1\t2"),
            ("\"a, b\",\"c \"\"d\"\"\"\n\"e\nf\",g", "a, b\tc \"d\"\ne f\tg"),
            ("a,b\n1\n1,2,3\n,2\n", "a\tb\n1\n1\t2\t3\n\t2"),
            ("a,b\n\n,\n1,2", "a\tb\n1\t2"),
            ("a,\"b\n1,2", "a\t\"b\n1\t2"),
            ("a,5\" x\n\"b\"c,d", "a\t5\" x\nbc\td"),
            ("one\ntwo", "one\ntwo"),
        ] {
            assert_eq!(read(text).pages[0].text(), expected, "{text:?}");
        }
    }

    #[test]
    fn rows_have_anchors() {
        let document = read(",a\n\n\"x\ny\",2\nz,3");
        let page = &document.pages[0];
        let rows = page.anchors().iter().map(|anchor| {
            (anchor.name.as_str(), page.text()[anchor.at as usize..].lines().next().unwrap())
        });
        assert_eq!(
            rows.collect::<Vec<_>>(),
            [("row 1", "\ta"), ("row 3", "x y\t2"), ("row 4", "z\t3")]
        );
    }

    #[test]
    fn long_tables_go_on_on_another_page() {
        let limits = Limits { page_text: 8, ..Limits::default() };
        let source = Source::new("a.csv", "a,b\nc,d\ne,f\nlonger than a page,x");
        let document = super::super::read(source, &limits).unwrap();
        let texts: Vec<&str> = document.pages.iter().map(crate::document::Page::text).collect();
        assert_eq!(texts[..2], ["a\tb\nc\td", "e\tf"]);
        assert!(texts.iter().all(|text| text.len() <= 8));
    }

    #[test]
    fn quotes_that_are_never_closed_take_linear_time() {
        let document = read(&format!("\"{}", "a,".repeat(200_000)));
        assert!(document.pages[0].text().starts_with("\"a\ta"));
    }
}
