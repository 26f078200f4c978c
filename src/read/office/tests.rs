//! Small packages made by hand, one per case that real files have.

use crate::document::{BlockKind, Document, WarningCode};
use crate::read::{Limits, ReadError, Source, read};

/// A zip file of stored parts, without checksums: the reader does not look at them.
pub(super) fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut directory = Vec::new();
    for (name, content) in parts {
        let header = bytes.len() as u32;
        let size = (content.len() as u32).to_le_bytes();
        let name_length = (name.len() as u16).to_le_bytes();
        let sizes = [&[0; 4][..], &size, &size, &name_length, &[0; 2]].concat();
        bytes.extend([b"PK\x03\x04", &[20, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &sizes].concat());
        bytes.extend(name.as_bytes());
        bytes.extend(*content);
        directory.extend([b"PK\x01\x02", &[20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0][..]].concat());
        directory.extend([&sizes[..], &[0; 10]].concat());
        directory.extend(header.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let count = (parts.len() as u16).to_le_bytes();
    let (start, length) = (bytes.len() as u32, directory.len() as u32);
    bytes.extend(directory);
    bytes.extend([b"PK\x05\x06", &[0; 4][..], &count, &count].concat());
    bytes.extend([length.to_le_bytes(), start.to_le_bytes()].concat());
    bytes.extend([0; 2]);
    bytes
}

pub(super) fn open(parts: &[(&str, &str)]) -> Result<Document, ReadError> {
    let parts: Vec<_> = parts.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    read(Source::new("file", zip(&parts)), &Limits::default())
}

/// The blocks of a document, each with the first letters of its kind; pages apart by `---`.
fn show(document: &Document) -> String {
    let pages = document.pages.iter().map(|page| {
        let blocks = page.blocks().iter().map(|block| {
            let kind = match block.kind {
                BlockKind::Heading { level } => format!("h{level}"),
                kind => kind.name()[..1].to_owned(),
            };
            format!("{kind}:{}", page.block_text(block))
        });
        blocks.collect::<Vec<_>>().join("|")
    });
    pages.collect::<Vec<_>>().join("---")
}

fn rels(relations: &[(&str, &str)]) -> String {
    let relations = relations.iter().enumerate().map(|(index, (kind, target))| {
        format!(r#"<Relationship Id="r{index}" Type="http://x/{kind}" Target="{target}"/>"#)
    });
    format!("<Relationships>{}</Relationships>", relations.collect::<String>())
}

const STYLES: &str = r#"<w:styles>
    <w:docDefaults><w:rPr><w:lang w:val="de-DE" w:eastAsia="ja-JP" w:bidi="ar-SA"/></w:rPr></w:docDefaults>
    <w:style w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>
    <w:style w:styleId="mine"><w:name w:val="Mein Stil"/><w:basedOn w:val="berschrift2"/></w:style>
    <w:style w:styleId="ring"><w:basedOn w:val="ring"/></w:style>
    <w:style w:styleId="titel"><w:name w:val="Title"/></w:style>
    <w:style w:styleId="liste"><w:name w:val="List Bullet"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
    </w:styles>"#;

fn docx(body: &str) -> Document {
    let relations = rels(&[
        ("styles", "/word/styles.xml"),
        ("footnotes", "notes.xml"),
        ("comments", "comments.xml"),
        ("header", "header1.xml"),
        ("header", "header2.xml"),
        ("footer", "footer.xml"),
    ]);
    open(&[
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
    .unwrap()
}

#[test]
fn word_processing_cases() {
    let cases = [
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
    for (body, expected) in cases {
        assert_eq!(show(&docx(body)), expected, "{body}");
    }
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

#[test]
fn names_differ_in_case_slashes_and_encoding() {
    let text = "<document><p><r><t>ä</t></r></p></document>";
    let utf16: Vec<u8> =
        format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let relations = rels(&[("officeDocument", "/word/document.xml")]);
    let parts = [("_RELS\\.rels", relations.as_bytes()), ("\\Word\\Document.xml", &utf16)];
    let document = read(Source::new("a", zip(&parts)), &Limits::default()).unwrap();
    assert_eq!(show(&document), "p:ä");
}

#[test]
fn parts_outside_of_the_file_are_no_parts() {
    let error = open(&[("../word/document.xml", "<document/>"), ("word/x", "")]).unwrap_err();
    assert_eq!(error.code(), "read.damaged");
    assert_eq!(open(&[("a.txt", "text")]).unwrap_err().code(), "read.unsupported");
}

/// The warnings of a document whose text is this markup.
fn warnings(markup: &str) -> (String, Vec<WarningCode>) {
    let document = open(&[("word/document.xml", markup)]).unwrap();
    (show(&document), document.warnings.iter().map(|warning| warning.code).collect())
}

#[test]
fn broken_markup_keeps_what_came_before() {
    let start = "<document><p><r><t>kept</t></r></p><p><r><t>half";
    let expected = ("p:kept|p:half".to_owned(), vec![WarningCode::Truncated]);
    for broken in ["", "</wrong>", "<a <", "</t></r></p></p>"] {
        let (text, codes) = warnings(&format!("{start}{broken}"));
        assert_eq!((text, codes), expected, "{broken}");
    }
}

#[test]
fn deep_markup_is_cut() {
    let deep = format!("<document><p><r><t>kept</t></r></p>{}", "<sdt>".repeat(100_000));
    assert_eq!(warnings(&deep), ("p:kept".to_owned(), vec![WarningCode::LimitReached]));
    let tables = format!("<document><p><r><t>kept</t></r></p>{}", "<tbl><tr><tc>".repeat(50_000));
    assert_eq!(warnings(&tables), ("p:kept".to_owned(), vec![WarningCode::LimitReached]));
}

#[test]
fn entities_do_not_grow() {
    let laughs = r#"<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]>
        <document><p><r><t>a&c;b</t></r></p></document>"#;
    assert_eq!(warnings(laughs), ("p:ab".to_owned(), Vec::new()));
}

fn pptx(slides: &[&str]) -> Document {
    // The list of slides is in another order than their names.
    let ids: String =
        (0..slides.len()).rev().map(|i| format!(r#"<p:sldId id="25{i}" r:id="r{i}"/>"#)).collect();
    let names: Vec<String> = (0..slides.len()).map(|i| format!("slides/slide{i}.xml")).collect();
    let targets: Vec<_> = names.iter().map(|name| ("slide", name.as_str())).collect();
    let (list, relations) = (format!("<p:presentation>{ids}</p:presentation>"), rels(&targets));
    let mut parts = vec![
        ("ppt/presentation.xml".to_owned(), list),
        ("ppt/_rels/presentation.xml.rels".to_owned(), relations),
        (
            "ppt/slides/_rels/slide0.xml.rels".to_owned(),
            rels(&[("notesSlide", "../notesSlides/n.xml"), ("chart", "../charts/c.xml"), ("diagramData", "../d.xml")]),
        ),
        (
            "ppt/notesSlides/n.xml".to_owned(),
            r#"<p:notes><p:sp><p:ph type="sldNum"/><a:p><a:t>1</a:t></a:p></p:sp><p:sp><p:ph type="body"/><a:p><a:t>said</a:t></a:p></p:sp></p:notes>"#.to_owned(),
        ),
        (
            "ppt/charts/c.xml".to_owned(),
            r"<c:chart><c:title><a:p><a:t>Sales</a:t></a:p></c:title><c:ser><c:tx><c:v>2024</c:v></c:tx><c:cat><c:v>Q1</c:v><c:v>Q2</c:v></c:cat><c:val><c:v>3</c:v><c:v>4</c:v></c:val></c:ser></c:chart>".to_owned(),
        ),
        ("ppt/d.xml".to_owned(), "<dgm><a:p><a:t>step</a:t></a:p></dgm>".to_owned()),
    ];
    for (name, slide) in names.iter().zip(slides) {
        parts.push((format!("ppt/{name}"), format!("<p:sld>{slide}</p:sld>")));
    }
    let parts: Vec<_> = parts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    open(&parts).unwrap()
}

fn shape(kind: &str, text: &str) -> String {
    format!(r"<p:sp><p:nvPr>{kind}</p:nvPr><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sp>")
}

#[test]
fn presentation_cases() {
    let title = shape(r#"<p:ph type="title"/>"#, "Title");
    let footer = shape(r#"<p:ph type="ftr"/>"#, "Foot");
    let number = r#"<p:sp><a:p><a:fld type="slidenum"><a:t>9</a:t></a:fld><a:br/></a:p></p:sp>"#;
    let grouped = format!("<p:grpSp>{}</p:grpSp>", shape("", "in a group"));
    let table = "<p:graphicFrame><a:tbl><a:tr><a:tc><a:p><a:t>a</a:t></a:p></a:tc><a:tc><a:p><a:t>b</a:t></a:p></a:tc></a:tr></a:tbl></p:graphicFrame>";
    let shows = r#"<p:graphicFrame><c:chart r:id="r1"/></p:graphicFrame><p:graphicFrame><dgm:relIds r:dm="r2"/></p:graphicFrame>"#;
    let first = [&grouped, &title, table, number, &footer, shows].map(String::from).concat();
    let second = [title.as_str(), &footer, &shape(r#"<p:ph idx="1"/>"#, "item")].concat();
    let document = pptx(&[&first, &second]);
    assert_eq!(
        show(&document),
        "h1:Title|p:Foot|l:item---h1:Title|p:in a group|t:a\tb|c:Sales|t:2024\nQ1\t3\nQ2\t4|p:step|p:said"
    );
    assert_eq!(document.pages[0].label.as_deref(), Some("Title"));
}

fn xlsx(workbook: &str, sheet: &str) -> Document {
    open(&[
        ("xl/workbook.xml", &format!(r#"<workbook>{workbook}<sheets><sheet name="Sums" sheetId="1" r:id="r0"/></sheets></workbook>"#)),
        (
            "xl/_rels/workbook.xml.rels",
            &rels(&[("worksheet", "worksheets/s.xml"), ("sharedStrings", "strings.xml"), ("styles", "styles.xml")]),
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
        ("xl/worksheets/_rels/s.xml.rels", &rels(&[("comments", "../c.xml"), ("drawing", "../d.xml")])),
        ("xl/c.xml", r#"<comments><authors><author>Ann</author><author>tc={1}</author></authors><comment ref="B2" authorId="0"><t>why</t></comment><comment ref="B3" authorId="1"><t>no</t></comment></comments>"#),
        ("xl/d.xml", "<xdr><sp><a:p><a:t>drawn</a:t></a:p></sp></xdr>"),
    ])
    .unwrap()
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

fn odf(kind: &str, content: &str) -> Document {
    let media = format!("application/vnd.oasis.opendocument.{kind}");
    open(&[
        ("mimetype", &media),
        ("meta.xml", "<office:meta><dc:title>Named</dc:title></office:meta>"),
        (
            "styles.xml",
            r#"<styles><style:text-properties fo:language="fr" fo:country="FR"/><style:header><text:p>Head</text:p></style:header></styles>"#,
        ),
        (
            "content.xml",
            &format!("<office:document-content><office:body>{content}</office:body></office:document-content>"),
        ),
    ])
    .unwrap()
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
