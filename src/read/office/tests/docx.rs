//! Word processing documents, case by case.

use super::{open, package_of, read_whole, rels, show};
use crate::document::Document;

const STYLES: &str = r#"<w:styles>
    <w:docDefaults><w:rPr><w:lang w:val="de-DE" w:eastAsia="ja-JP" w:bidi="ar-SA"/></w:rPr></w:docDefaults>
    <w:style w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>
    <w:style w:styleId="mine"><w:name w:val="Mein Stil"/><w:basedOn w:val="berschrift2"/></w:style>
    <w:style w:styleId="ring"><w:basedOn w:val="ring"/></w:style>
    <w:style w:styleId="titel"><w:name w:val="Title"/></w:style>
    <w:style w:styleId="liste"><w:name w:val="List Bullet"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
    </w:styles>"#;

pub(super) fn package(body: &str) -> Vec<u8> {
    let relations = rels(&[
        ("styles", "/word/styles.xml"),
        ("footnotes", "notes.xml"),
        ("comments", "comments.xml"),
        ("header", "header1.xml"),
        ("header", "header2.xml"),
        ("footer", "footer.xml"),
    ]);
    package_of(&[
        ("_rels/.rels", &rels(&[("officeDocument", "word/document.xml")])),
        ("word/document.xml", &format!("<w:document><w:body>{body}</w:body></w:document>")),
        ("word/_rels/document.xml.rels", &relations),
        ("word/styles.xml", STYLES),
        (
            "word/notes.xml",
            r#"<w:footnotes><w:footnote w:type="separator" w:id="0"><w:p><w:r><w:t>no</w:t></w:r></w:p></w:footnote>
            <w:footnote w:id="1"><w:p><w:r><w:t>A note.</w:t></w:r></w:p></w:footnote></w:footnotes>"#,
        ),
        (
            "word/comments.xml",
            r#"<w:comments><w:comment w:id="1"><w:p><w:r><w:t>A comment.</w:t></w:r></w:p></w:comment></w:comments>"#,
        ),
    ])
}

fn docx(body: &str) -> Document {
    read_whole(package(body))
}

/// A package in which everything is used, to be damaged.
pub(super) fn whole() -> Vec<u8> {
    package(
        r#"<w:p><w:pPr><w:pStyle w:val="mine"/></w:pPr><w:r><w:t>a</w:t><w:footnoteReference w:id="1"/></w:r></w:p>
        <w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p/></w:tc><w:tc/></w:tr></w:tbl>
        <w:p><w:r><w:fldChar w:fldCharType="begin"/><w:br w:type="page"/><w:sym w:char="F061"/></w:r></w:p>"#,
    )
}

/// Paragraphs by style, revisions and fields, and the blocks they make.
const STYLES_AND_FIELDS: [(&str, &str); 12] = [
    (r"<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>", "p:a\tb\nc"),
    (r#"<w:p><w:pPr><w:pStyle w:val="mine"/></w:pPr><w:r><w:t>a</w:t></w:r></w:p>"#, "h2:a"),
    (r#"<w:p><w:pPr><w:pStyle w:val="titel"/></w:pPr><w:r><w:t>a</w:t></w:r></w:p>"#, "h1:a"),
    (r#"<w:p><w:pPr><w:pStyle w:val="ring"/></w:pPr><w:r><w:t>a</w:t></w:r></w:p>"#, "p:a"),
    (r#"<w:p><w:pPr><w:pStyle w:val="liste"/></w:pPr><w:r><w:t>a</w:t></w:r></w:p>"#, "l:a"),
    (r#"<w:p><w:pPr><w:outlineLvl w:val="8"/></w:pPr><w:r><w:t>a</w:t></w:r></w:p>"#, "h6:a"),
    (
        r#"<w:p><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr><w:r><w:t>a</w:t></w:r></w:p>"#,
        "l:a",
    ),
    (
        r"<w:p><w:del><w:r><w:delText>x</w:delText></w:r></w:del><w:ins><w:r><w:t>a</w:t></w:r></w:ins></w:p>",
        "p:a",
    ),
    (
        r"<w:moveFrom><w:p><w:r><w:t>x</w:t></w:r></w:p></w:moveFrom><w:p><w:r><w:t>a</w:t></w:r></w:p>",
        "p:a",
    ),
    (
        r#"<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>REF x</w:instrText><w:fldChar w:fldCharType="separate"/><w:t>a</w:t><w:fldChar w:fldCharType="end"/><w:t>b</w:t></w:r></w:p>"#,
        "p:ab",
    ),
    (
        r#"<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText> PAGE </w:instrText><w:fldChar w:fldCharType="separate"/><w:t>7</w:t><w:fldChar w:fldCharType="end"/><w:t>b</w:t></w:r></w:p>"#,
        "p:b",
    ),
    (
        r#"<w:p><w:fldSimple w:instr="NUMPAGES"><w:r><w:t>7</w:t></w:r></w:fldSimple><w:fldSimple w:instr="AUTHOR"><w:r><w:t>Ann</w:t></w:r></w:fldSimple></w:p>"#,
        "p:Ann",
    ),
];

/// What stands in or beside a paragraph.
const INLINE: [(&str, &str); 10] = [
    (
        r#"<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p><w:p><w:r><w:t>a</w:t></w:r></w:p>"#,
        "p:a",
    ),
    (
        r#"<w:p><w:r><w:t>a</w:t><w:footnoteReference w:id="1"/><w:t>b</w:t></w:r></w:p>"#,
        "p:ab|p:A note.",
    ),
    (r#"<w:p><w:r><w:t>a</w:t><w:commentReference w:id="1"/></w:r></w:p>"#, "p:a|p:A comment."),
    (
        r"<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p></w:txbxContent></mc:Choice><mc:Fallback><w:t>box</w:t></mc:Fallback></mc:AlternateContent><w:t>a</w:t></w:r></w:p>",
        "p:a|p:box",
    ),
    (
        r"<w:sdt><w:sdtPr><w:t>x</w:t></w:sdtPr><w:sdtContent><w:p><w:r><w:t>a</w:t></w:r></w:p></w:sdtContent></w:sdt>",
        "p:a",
    ),
    (
        r#"<w:p><w:r><w:t>a</w:t><w:noBreakHyphen/><w:t>b</w:t><w:sym w:font="Symbol" w:char="F061"/><w:sym w:font="Arial" w:char="2022"/><w:softHyphen/></w:r></w:p>"#,
        "p:a-bα•",
    ),
    (
        r"<w:p><m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>x</m:t></m:r></m:den></m:f></m:oMath></w:p>",
        "p:1/x",
    ),
    (
        r"<w:p><w:ruby><w:rt><w:r><w:t>かん</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>漢</w:t></w:r></w:rubyBase></w:ruby></w:p>",
        "p:漢",
    ),
    (
        r#"<w:p><w:r><w:t>a</w:t><w:br w:type="page"/></w:r></w:p><w:p><w:r><w:lastRenderedPageBreak/><w:t>b</w:t></w:r></w:p>"#,
        "p:a---p:b",
    ),
    (r"<w:p><w:r><w:t>a&#65;&amp;&unknown;b</w:t></w:r></w:p>", "p:aA&b"),
];

#[test]
fn word_processing_cases() {
    for (body, expected) in STYLES_AND_FIELDS.into_iter().chain(INLINE) {
        assert_eq!(show(&docx(body)), expected, "{body}");
    }
}

#[test]
fn margins_are_read_once() {
    let margin = |text: &str| format!("<w:hdr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:hdr>");
    let relations = rels(&[
        ("footer", "f.xml"),
        ("header", "h1.xml"),
        ("header", "h2.xml"),
        ("header", "../../h3.xml"),
    ]);
    let document = open(&[
        ("word/document.xml", "<document><p><r><t>body</t></r></p></document>"),
        ("word/_rels/document.xml.rels", &relations),
        ("word/f.xml", &margin("foot")),
        ("word/h1.xml", &margin("head")),
        ("word/h2.xml", &margin("head")),
        ("h3.xml", &margin("other")),
    ])
    .unwrap();
    assert_eq!(show(&document), "p:head|p:other|p:body|p:foot");
}

#[test]
fn tables_of_word_processing() {
    let cell = |text: &str| format!("<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>");
    let row = |cells: &[&str]| format!("<w:tr>{}</w:tr>", cells.concat());
    let (a, b) = (&cell("a"), &cell("b"));
    let wide = r#"<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p><w:r><w:t>w</w:t></w:r></w:p></w:tc>"#;
    let nested = format!("<w:tc><w:tbl>{}</w:tbl><w:p/></w:tc>", row(&[a, b]));
    let late = r#"<w:trPr><w:gridBefore w:val="1"/></w:trPr>"#;
    let deleted = format!("<w:tr><w:trPr><w:del/></w:trPr>{a}{b}</w:tr>");
    for (rows, expected) in [
        ([row(&[a, b]), row(&[b, a])].concat(), "t:a\tb\nb\ta"),
        ([row(&[wide, a]), row(&[a, b, a])].concat(), "t:w\t\ta\na\tb\ta"),
        ([row(&[a, &nested]), row(&[b])].concat(), "t:a\ta b\nb"),
        ([row(&[a, b]), row(&[late, b])].concat(), "t:a\tb\n\tb"),
        ([row(&[a]), row(&[b])].concat(), "p:a|p:b"),
        ([row(&[a, b]), deleted].concat(), "t:a\tb"),
    ] {
        assert_eq!(show(&docx(&format!("<w:tbl>{rows}</w:tbl>"))), expected);
    }
}

#[test]
fn the_language_is_that_of_most_text() {
    let german = docx(
        r#"<w:p><w:r><w:t>Guten Tag</w:t></w:r><w:r><w:rPr><w:lang w:val="en-GB"/></w:rPr><w:t>Hi</w:t></w:r></w:p>"#,
    );
    assert_eq!(german.language.as_deref(), Some("de-DE"));
    assert_eq!(
        docx("<w:p><w:r><w:t>漢字かな</w:t></w:r></w:p>").language.as_deref(),
        Some("ja-JP")
    );
}
