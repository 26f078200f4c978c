//! Presentations, case by case.

use super::{package_of, read_whole, rels, show};
use crate::document::Document;

pub(super) fn package(slides: &[&str]) -> Vec<u8> {
    // The list of slides is in another order than their names.
    let ids = (0..slides.len()).rev().map(|i| format!(r#"<p:sldId id="25{i}" r:id="r{i}"/>"#));
    let ids = ids.collect::<Vec<_>>().concat();
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
    package_of(&parts)
}

fn pptx(slides: &[&str]) -> Document {
    read_whole(package(slides))
}

/// A package in which everything is used, to be damaged.
pub(super) fn whole() -> Vec<u8> {
    package(&[
        r#"<p:sp><p:ph type="title"/><a:p><a:t>a</a:t></a:p></p:sp><p:graphicFrame><c:chart r:id="r1"/></p:graphicFrame>"#,
    ])
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
        "h1:Title|p:Foot|l:item---h1:Title|p:in a group|t:a\tb|c:Sales|t:\t2024\nQ1\t3\nQ2\t4|p:step|p:said"
    );
    assert_eq!(document.pages[0].label.as_deref(), Some("Title"));
}
