//! Spreadsheets, case by case.

use super::{package_of, read_whole, rels, show};
use crate::document::{Document, WarningCode};
use crate::read::{Limits, Source, read};

pub(super) fn package(workbook: &str, sheet: &str) -> Vec<u8> {
    package_of(&[
        (
            "xl/workbook.xml",
            &format!(
                r#"<workbook>{workbook}<sheets><sheet name="Sums" sheetId="1" r:id="r0"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            &rels(&[
                ("worksheet", "worksheets/s.xml"),
                ("sharedStrings", "strings.xml"),
                ("styles", "styles.xml"),
            ]),
        ),
        (
            "xl/strings.xml",
            "<sst><si><t>plain_x0041_</t></si><si><r><t>ri</t></r><r><t>ch</t></r><rPh><t>リッチ</t></rPh></si></sst>",
        ),
        (
            "xl/styles.xml",
            r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-409]d\ mmm\ yyyy;@"/></numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>
            <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="10"/><xf numFmtId="20"/></cellXfs></styleSheet>"#,
        ),
        ("xl/worksheets/s.xml", &format!("<worksheet><sheetData>{sheet}</sheetData></worksheet>")),
        (
            "xl/worksheets/_rels/s.xml.rels",
            &rels(&[("comments", "../c.xml"), ("drawing", "../d.xml")]),
        ),
        (
            "xl/c.xml",
            r#"<comments><authors><author>Ann</author><author>tc={1}</author></authors><comment ref="B2" authorId="0"><t>why</t></comment><comment ref="B3" authorId="1"><t>no</t></comment></comments>"#,
        ),
        ("xl/d.xml", "<xdr><sp><a:p><a:t>drawn</a:t></a:p></sp></xdr>"),
    ])
}

fn xlsx(workbook: &str, sheet: &str) -> Document {
    read_whole(package(workbook, sheet))
}

/// A package in which everything is used, to be damaged.
pub(super) fn whole() -> Vec<u8> {
    package(
        r#"<workbookPr date1904="1"/>"#,
        r#"<row r="2"><c r="B2" s="1"><v>1234.5</v></c><c t="s"><v>0</v></c></row><row r="9"><c r="AA9" s="3"><v>-1e9</v></c></row>"#,
    )
}

#[test]
fn spreadsheet_cells() {
    for (cell, expected) in [
        (r#"<c t="s"><v>0</v></c>"#, "plainA"),
        (r#"<c t="s"><v>1</v></c>"#, "rich"),
        (r#"<c t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c>"#, "inline"),
        (r#"<c t="str"><f>A1&amp;"x"</f><v>cached</v></c>"#, "cached"),
        (r#"<c t="b"><v>1</v></c>"#, "TRUE"),
        (r#"<c t="e"><v>#DIV/0!</v></c>"#, "#DIV/0!"),
        (r#"<c s="1"><v>45000</v></c>"#, "2023-03-15"),
        (r#"<c s="2"><v>45000.5</v></c>"#, "2023-03-15 12:00:00"),
        (r#"<c s="3"><v>0.1234</v></c>"#, "12.34%"),
        (r#"<c s="4"><v>0.75</v></c>"#, "18:00:00"),
        (r"<c><f>1/10+2/10</f><v>0.30000000000000004</v></c>", "0.3"),
        (r#"<c t="s"><v>99</v></c>"#, ""),
    ] {
        let shown = show(&xlsx("", &format!("<row>{cell}</row>")));
        let cell_block = if expected.is_empty() { String::new() } else { format!("p:{expected}|") };
        assert_eq!(shown, format!("h1:Sums|{cell_block}p:why|p:drawn"), "{cell}");
    }
}

#[test]
fn days_are_counted_from_1904_if_the_book_says_so() {
    let document = xlsx(r#"<workbookPr date1904="1"/>"#, r#"<row><c s="1"><v>0</v></c></row>"#);
    assert!(show(&document).contains("p:1904-01-01"));
}

#[test]
fn rows_have_addresses_and_empty_rows_part_tables() {
    let document = xlsx(
        "",
        r#"<row r="2"><c r="B2"><v>1</v></c><c r="D2"><v>2</v></c></row><row r="3"><c r="C3"><v>3</v></c></row>
        <row r="5"><c r="AA5"><v>4</v></c></row><row r="1048576"><c r="XFD1048576"><v>5</v></c></row>"#,
    );
    let page = &document.pages[0];
    assert_eq!(show(&document), "h1:Sums|t:1\t\t2\n\t3|p:4|p:5|p:why|p:drawn");
    assert_eq!(page.label.as_deref(), Some("Sums"));
    let places = page.anchors().iter().map(|anchor| {
        (
            anchor.name.as_str(),
            page.text()[anchor.at as usize..].trim_start().chars().next().unwrap(),
        )
    });
    let expected = [("B2", '1'), ("C3", '3'), ("AA5", '4'), ("XFD1048576", '5'), ("B2", 'w')];
    assert_eq!(places.collect::<Vec<_>>(), expected);
}

#[test]
fn a_string_that_many_cells_share_does_not_grow_without_end() {
    let long = "long ".repeat(1 << 10);
    let cells = r#"<c t="s"><v>0</v></c>"#.repeat(1000);
    let package = package_of(&[
        ("xl/workbook.xml", r#"<workbook><sheet name="a" r:id="r0"/></workbook>"#),
        (
            "xl/_rels/workbook.xml.rels",
            &rels(&[("worksheet", "s.xml"), ("sharedStrings", "strings.xml")]),
        ),
        ("xl/strings.xml", &format!("<sst><si><t>{long}</t></si></sst>")),
        ("xl/s.xml", &format!("<worksheet><row>{cells}</row></worksheet>")),
    ]);
    let limits = Limits { page_text: 1 << 15, ..Limits::default() };
    let document = read(Source::new("file", package), &limits).unwrap();
    assert!(document.pages[0].text().len() <= limits.page_text);
    assert_eq!(document.warnings[0].code, WarningCode::LimitReached);
}
