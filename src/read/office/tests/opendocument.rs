//! OpenDocument files and books, case by case.

use super::{open, package_of, read_whole, show};
use crate::document::Document;

pub(super) fn package(kind: &str, content: &str) -> Vec<u8> {
    let media = format!("application/vnd.oasis.opendocument.{kind}");
    package_of(&[
        ("mimetype", &media),
        ("meta.xml", "<office:meta><dc:title>Named</dc:title></office:meta>"),
        (
            "styles.xml",
            r#"<styles><style:text-properties fo:language="fr" fo:country="FR"/><style:header><text:p>Head</text:p></style:header></styles>"#,
        ),
        (
            "content.xml",
            &format!(
                "<office:document-content><office:body>{content}</office:body></office:document-content>"
            ),
        ),
    ])
}

fn odf(kind: &str, content: &str) -> Document {
    read_whole(package(kind, content))
}

/// A package in which everything is used, to be damaged.
pub(super) fn whole() -> Vec<u8> {
    package(
        "spreadsheet",
        r#"<office:spreadsheet><table:table table:name="Sums"><table:table-row table:number-rows-repeated="29">
        <table:table-cell table:number-columns-repeated="29"/><table:table-cell table:number-columns-repeated="29"><text:p>7<text:s text:c="9"/></text:p></table:table-cell>
        </table:table-row></table:table></office:spreadsheet>"#,
    )
}

#[test]
fn open_document_texts() {
    let document = odf(
        "text",
        r#"<office:text><text:tracked-changes><text:p>gone</text:p></text:tracked-changes>
        <text:h text:outline-level="2">One <text:span>two</text:span></text:h>
        <text:p>a<text:s text:c="2"/>b<text:tab/>c
          d<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>note</text:p></text:note-body></text:note></text:p>
        <text:list><text:list-item><text:p>item</text:p></text:list-item></text:list>
        <text:soft-page-break/>
        <table:table><table:table-row><table:table-cell><text:p>x</text:p></table:table-cell>
        <table:table-cell table:number-columns-repeated="2"/><table:table-cell><text:p>y</text:p></table:table-cell></table:table-row></table:table></office:text>"#,
    );
    assert_eq!(show(&document), "p:Head|h2:One two|p:a  b\tc d|p:note|l:item---t:x\t\t\ty");
    assert_eq!(document.title.as_deref(), Some("Named"));
    assert_eq!(document.language.as_deref(), Some("fr-FR"));
}

#[test]
fn open_document_spreadsheets() {
    let document = odf(
        "spreadsheet",
        r#"<office:spreadsheet><table:table table:name="Sums">
        <table:table-row><table:table-cell table:number-columns-repeated="2"/><table:table-cell office:date-value="2024-05-06T00:00:00"><text:p>05/06/24</text:p></table:table-cell>
        <table:table-cell table:number-columns-repeated="2"><office:annotation><dc:creator>Ann</dc:creator><text:p>why</text:p></office:annotation><text:p>7</text:p></table:table-cell></table:table-row>
        <table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
        <table:table-row table:number-rows-repeated="2"><table:table-cell><text:p>end</text:p></table:table-cell></table:table-row>
        </table:table></office:spreadsheet>"#,
    );
    assert_eq!(show(&document), "h1:Sums|t:2024-05-06\t7\t7|t:end\nend|p:why");
    let names: Vec<_> = document.pages[0].anchors().iter().map(|anchor| &anchor.name).collect();
    assert_eq!(names, ["C1", "A1048572", "A1048573"]);
}

#[test]
fn open_document_presentations() {
    let document = odf(
        "presentation",
        r#"<office:presentation><draw:page draw:name="page1"><draw:frame><draw:text-box><text:list><text:list-item><text:p>item</text:p></text:list-item></text:list></draw:text-box></draw:frame>
        <draw:frame presentation:class="title"><draw:text-box><text:p>Title</text:p></draw:text-box></draw:frame>
        <presentation:notes><draw:frame><draw:text-box><text:p>said</text:p></draw:text-box></draw:frame></presentation:notes></draw:page></office:presentation>"#,
    );
    assert_eq!(show(&document), "h1:Title|l:item|p:said");
    assert_eq!(document.pages[0].label.as_deref(), Some("Title"));
}

#[test]
fn encrypted_open_documents_say_so() {
    let error = open(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        (
            "META-INF/manifest.xml",
            "<manifest><file-entry><encryption-data/></file-entry></manifest>",
        ),
        ("content.xml", "noise"),
    ]);
    assert_eq!(error.unwrap_err().code(), "read.encrypted");
}

#[test]
fn books_have_a_page_per_chapter() {
    let document = open(&[
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", r#"<container><rootfile full-path="OPS/book.opf"/></container>"#),
        (
            "OPS/book.opf",
            r#"<package><metadata><dc:title>Book</dc:title><dc:language>en</dc:language></metadata>
            <manifest><item id="b" href="two.xhtml"/><item id="a" href="part%201.xhtml"/></manifest>
            <spine><itemref idref="a"/><itemref idref="b"/></spine></package>"#,
        ),
        (
            "OPS/part 1.xhtml",
            r#"<html><head><title>no</title><style>x</style></head><body><h1 id="one">One</h1>text<p>a <b>b</b>&nbsp;c&eacute;<br/>d</p>
            <ul><li>x</li><li><p>y</p></li></ul><table><tr><th>h</th><td>v</td></tr></table><pre>a
 b</pre></body></html>"#,
        ),
        ("OPS/two.xhtml", "<html><head><title>Two</title></head><body><div>end</div></body></html>"),
    ])
    .unwrap();
    assert_eq!(show(&document), "h1:One|p:text|p:a b\u{a0}cé\nd|l:x|l:y|t:h\tv|c:a\n b---p:end");
    assert_eq!(document.pages[0].anchors()[0].name, "one");
    assert_eq!(document.pages[1].label.as_deref(), Some("Two"));
    assert_eq!(
        (document.title.as_deref(), document.language.as_deref()),
        (Some("Book"), Some("en"))
    );
}
