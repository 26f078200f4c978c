//! Reads small PDFs that are put together here, one for each thing that a file can do with text.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use qwen_agent_wasm::document::{Document, PageNumber, WarningCode};
use qwen_agent_wasm::read::{Limits, Source, open, read};

/// The resources of every page here: a font that is not embedded, and what a test adds.
const FONT: &str = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>";

/// A file of one page. Objects 1 to 4 are the catalog, the pages, the page and its content; the
/// given ones follow from 5.
struct Pdf {
    catalog: &'static str,
    page: &'static str,
    fonts: &'static str,
    resources: &'static str,
    filter: &'static str,
    content: Vec<u8>,
    objects: Vec<String>,
}

impl Pdf {
    fn new(content: impl Into<Vec<u8>>) -> Self {
        let (catalog, page, fonts, resources) = ("", "", "", "");
        let (filter, content, objects) = ("", content.into(), Vec::new());
        Self { catalog, page, fonts, resources, filter, content, objects }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut objects = vec![
            format!("<</Type/Catalog/Pages 2 0 R{}>>", self.catalog).into_bytes(),
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
            format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources\
                 <</Font<</F {FONT}{}>>{}>>{}>>",
                self.fonts, self.resources, self.page
            )
            .into_bytes(),
            stream(self.filter, &self.content),
        ];
        objects.extend(self.objects.iter().map(|object| object.clone().into_bytes()));
        let mut file = b"%PDF-1.7\n".to_vec();
        let mut offsets = Vec::new();
        for (index, object) in objects.iter().enumerate() {
            offsets.push(file.len());
            file.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
            file.extend_from_slice(object);
            file.extend_from_slice(b"\nendobj\n");
        }
        let table = file.len();
        let size = objects.len() + 1;
        let entry = |at: &usize| format!("{at:010} 00000 n \n");
        let entries = offsets.iter().map(entry).collect::<Vec<_>>().concat();
        let end = format!(
            "xref\n0 {size}\n0000000000 65535 f \n{entries}trailer<</Size {size}/Root 1 0 R>>\n\
             startxref\n{table}\n%%EOF\n"
        );
        file.extend_from_slice(end.as_bytes());
        file
    }

    fn read(&self) -> Document {
        read(Source::new("a.pdf", self.bytes()), &Limits::default()).unwrap()
    }

    fn text(&self) -> String {
        let document = self.read();
        assert_eq!(document.warnings, []);
        document.pages[0].text().to_owned()
    }

    fn warnings(&self) -> Vec<WarningCode> {
        self.read().warnings.iter().map(|warning| warning.code).collect()
    }
}

fn stream(entries: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("<<{entries}/Length {}>>stream\n", content.len());
    [head.as_bytes(), content, b"\nendstream"].concat()
}

fn form(entries: &str, content: &str) -> String {
    let entries = format!("/Type/XObject/Subtype/Form/BBox[0 0 100 100]{entries}");
    String::from_utf8(stream(&entries, content.as_bytes())).unwrap()
}

#[test]
fn every_operator_shows_its_text() {
    let pdf = Pdf::new(
        "BT /F 10 Tf 14 TL 50 700 Td (one) Tj T* (two) Tj (three) ' 0 0 (four) \" \
         [(fi) -20 (ve) -600 (six)] TJ ET",
    );
    assert_eq!(pdf.text(), "one two three fourfive six");
}

#[test]
fn a_font_may_come_from_a_graphics_state() {
    let mut pdf = Pdf::new("/G gs BT 50 700 Td (by state) Tj ET");
    pdf.resources = "/ExtGState<</G<</Font[5 0 R 10]>>>>";
    pdf.objects.push(FONT.to_owned());
    assert_eq!(pdf.text(), "by state");
}

#[test]
fn forms_are_run_but_not_without_end() {
    let mut pdf = Pdf::new("/X Do");
    pdf.resources = "/XObject<</X 5 0 R>>";
    let resources = format!("/Resources<</Font<</F {FONT}>>/XObject<</X 5 0 R>>>>");
    pdf.objects.push(form(&resources, "BT /F 10 Tf 5 5 Td (inside) Tj ET /X Do"));
    // Each of the copies stands in the same place as the first.
    assert_eq!(pdf.text(), "inside");
}

#[test]
fn replacement_text_stands_for_what_is_drawn() {
    let pdf = Pdf::new(
        "BT /F 10 Tf 50 700 Td (see ) Tj /Span<</ActualText<FEFF4E2D6587>>> BDC (xyz) Tj EMC ET",
    );
    assert_eq!(pdf.text(), "see 中文");
}

#[test]
fn layers_that_are_off_are_passed_over() {
    let mut pdf = Pdf::new(
        "BT /F 10 Tf 50 700 Td (seen) Tj ET /OC /L BDC BT /F 10 Tf 50 600 Td (hidden) Tj ET EMC",
    );
    pdf.catalog = "/OCProperties<</OCGs[5 0 R]/D<</OFF[5 0 R]>>>>";
    pdf.resources = "/Properties<</L 5 0 R>>";
    pdf.objects.push("<</Type/OCG/Name(L)>>".to_owned());
    assert_eq!(pdf.text(), "seen");
    pdf.catalog = "";
    assert_eq!(pdf.text(), "seen\n\nhidden");
}

#[test]
fn the_values_of_form_fields_are_read() {
    let mut pdf = Pdf::new("BT /F 10 Tf 50 700 Td (Name) Tj ET");
    pdf.page = "/Annots[<</Type/Annot/Subtype/Widget/Rect[50 600 150 620]/AP<</N 5 0 R>>>>]";
    let resources = format!("/Resources<</Font<</F {FONT}>>>>");
    pdf.objects.push(form(&resources, "BT /F 10 Tf 2 2 Td (Ada) Tj ET"));
    assert_eq!(pdf.text(), "Name\n\nAda");
}

#[test]
fn glyph_numbers_of_a_font_that_is_not_there_follow_the_usual_order() {
    let mut pdf = Pdf::new("BT /A 10 Tf 50 700 Td <0024004400450046> Tj ET");
    pdf.fonts = "/A<</Type/Font/Subtype/Type0/BaseFont/Arial/Encoding/Identity-H\
                     /DescendantFonts[<</Type/Font/Subtype/CIDFontType2/BaseFont/Arial/DW 500\
                     /CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>]>>";
    assert_eq!(pdf.text(), "Aabc");
}

#[test]
fn ligatures_of_tex_bitmap_fonts_are_letters() {
    let mut pdf = Pdf::new("BT /T 10 Tf 50 700 Td (e\\013ect \\014n) Tj ET");
    pdf.fonts = "/T<</Type/Font/Subtype/Type3/FontMatrix[0.01 0 0 0.01 0 0]/FontBBox[0 0 50 50]\
                 /FirstChar 11/LastChar 12/Widths[50 50]/CharProcs<<>>\
                 /Encoding<</Differences[11/a11/a12]>>>>";
    assert_eq!(pdf.text(), "effect fin");
}

#[test]
fn names_made_of_numbers_are_understood_or_left_out() {
    let mut pdf = Pdf::new("BT /T 10 Tf 50 700 Td (!\"#$%) Tj ET");
    pdf.fonts = "/T<</Type/Font/Subtype/Type3/FontMatrix[0.01 0 0 0.01 0 0]/FontBBox[0 0 50 50]\
                 /FirstChar 33/LastChar 37/Widths[50 50 50 50 50]/CharProcs<<>>\
                 /Encoding<</Differences[33/C85/G6E/a35/g18/g19]>>>>";
    assert_eq!(pdf.text(), "Un#");
}

#[test]
fn forms_that_multiply_are_stopped() {
    let mut pdf = Pdf::new("/X Do");
    pdf.resources = "/XObject<</X 5 0 R>>";
    for depth in 0..20 {
        let next = 6 + depth;
        let resources = format!("/Resources<</Font<</F {FONT}>>/XObject<</X {next} 0 R>>>>");
        let content = format!("BT /F 10 Tf (x) Tj ET {}", "/X Do ".repeat(40));
        pdf.objects.push(form(&resources, &content));
    }
    assert_eq!(pdf.warnings(), [WarningCode::LimitReached]);
    assert_eq!(pdf.read().pages[0].text(), "x");
}

#[test]
fn glyphs_without_a_meaning_are_left_out_and_reported() {
    let mut pdf = Pdf::new("BT /A 10 Tf 50 700 Td <80018002800380048005> Tj ET");
    pdf.fonts = "/A<</Type/Font/Subtype/Type0/BaseFont/Odd/Encoding/Identity-H\
                     /DescendantFonts[<</Type/Font/Subtype/CIDFontType2/BaseFont/Odd/DW 500>>]>>";
    assert_eq!(pdf.warnings(), [WarningCode::UnknownCharacters]);
    assert!(!pdf.read().has_text());
}

#[test]
fn a_scan_is_reported() {
    let image = "q 600 0 0 800 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q";
    let document = Pdf::new(image).read();
    assert_eq!(document.warnings[0].code, WarningCode::PageWithoutText);
    assert_eq!(document.warnings[0].message, "page 1: it has no text; it is an image");
}

#[test]
fn a_scan_takes_the_text_that_was_recognized_elsewhere() {
    let image = "q 600 0 0 800 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q";
    let source = Source::new("scan.pdf", Pdf::new(image).bytes());
    let mut reader = open(source, &Limits::default()).unwrap();
    reader.step();
    assert_eq!(reader.pages_without_text(), [PageNumber::new(1)]);
    reader.set_page_text(PageNumber::new(1), "First line\n\nsecond paragraph\n\n");
    reader.set_page_text(PageNumber::new(9), "there is no such page");
    assert_eq!(reader.pages_without_text(), []);
    let document = reader.finish();
    assert_eq!(document.pages[0].text(), "First line\n\nsecond paragraph");
    assert_eq!(document.warnings, []);
}

#[test]
fn a_blank_page_is_not_reported() {
    assert_eq!(Pdf::new("0 0 m 5 5 l S").text(), "");
}

#[test]
fn a_page_whose_content_is_missing_is_reported() {
    let mut bytes = Pdf::new("").bytes();
    let at = bytes.windows(15).position(|w| w == b"/Contents 4 0 R").unwrap();
    bytes[at + 10] = b'9';
    let document = read(Source::new("a.pdf", bytes), &Limits::default()).unwrap();
    assert_eq!(document.warnings[0].code, WarningCode::PageUnreadable);
}

#[test]
fn absurd_numbers_are_borne() {
    for number in ["1e39", "99999999999999999999", "-0", "0.0000000000001", "nan", "--5"] {
        let content = format!("{number} 0 0 {number} 0 0 cm BT /F {number} Tf 5 5 Td (x) Tj ET");
        let _ = Pdf::new(content).read();
    }
}

/// Deflated data that unpacks to so many times 258 zeros: one literal, then copies of it.
fn bomb(copies: usize) -> Vec<u8> {
    // The last block, with fixed codes; the literal 0; 285 for a length of 258 and 0 for a distance
    // of 1; and 256 for the end.
    let bits = ["1", "10", "00110000"].into_iter();
    let bits = bits.chain(std::iter::repeat_n("1100010100000", copies)).chain(["0000000"]);
    let mut packed = vec![0x78, 0x9c];
    for (at, bit) in bits.flat_map(str::bytes).enumerate() {
        if at % 8 == 0 {
            packed.push(0);
        }
        *packed.last_mut().unwrap() |= (bit - b'0') << (at % 8);
    }
    packed
}

#[test]
fn a_stream_that_unpacks_to_more_than_memory_holds_is_left_out() {
    const FLATE: &str = "/Filter/FlateDecode";
    const TWICE: &str = "/Filter[/FlateDecode/FlateDecode]";
    for (filter, copies, is_bomb) in
        [(FLATE, 1000, false), (FLATE, 2_200_000, true), (TWICE, 2000, true)]
    {
        let mut pdf = Pdf::new(bomb(copies));
        pdf.filter = filter;
        let file = pdf.bytes();
        let document = read(Source::new("a.pdf", file), &Limits::default()).unwrap();
        let codes: Vec<WarningCode> = document.warnings.iter().map(|w| w.code).collect();
        assert_eq!(codes.contains(&WarningCode::PageUnreadable), is_bomb, "{codes:?}");
    }
}

#[test]
fn a_list_of_objects_that_unpacks_to_more_than_memory_holds_is_refused() {
    let file = |copies: usize, filter: &'static str| {
        let mut pdf = Pdf::new(bomb(copies));
        pdf.filter = filter;
        read(Source::new("a.pdf", pdf.bytes()), &Limits::default())
    };
    let flate = "/Type/ObjStm/N 1/First 5/Filter/FlateDecode";
    assert!(file(1000, flate).is_ok());
    assert_eq!(file(2_200_000, flate).unwrap_err().code(), "read.damaged");
    let twice = "/Filter[/FlateDecode/FlateDecode]/Type/ObjStm/N 1/First 5";
    assert_eq!(file(2000, twice).unwrap_err().code(), "read.damaged");
}

#[test]
fn forms_within_forms_are_run_to_a_depth() {
    let text = |forms: usize| {
        let mut pdf = Pdf::new("/X Do");
        pdf.resources = "/XObject<</X 5 0 R>>";
        for at in 1..=forms {
            let resources =
                format!("/Resources<</Font<</F {FONT}>>/XObject<</X {} 0 R>>>>", 5 + at);
            let last = if at == forms { "BT /F 10 Tf 5 5 Td (in) Tj ET" } else { "/X Do" };
            pdf.objects.push(form(&resources, last));
        }
        pdf.text()
    };
    assert_eq!((text(16).as_str(), text(17).as_str()), ("in", ""));
}

#[test]
fn marks_within_marks_are_told_apart_to_a_depth() {
    let text = |marks: usize| {
        let (open, close) = ("/P BMC ".repeat(marks), "EMC ".repeat(marks));
        let inner = "/Span <</ActualText (b)>> BDC (a) Tj EMC";
        Pdf::new(format!("BT /F 10 Tf 5 5 Td {open}{inner} {close} ET")).text()
    };
    assert_eq!((text(127).as_str(), text(128).as_str()), ("b", "a"));
}

#[test]
fn states_without_end_are_borne() {
    for saved in [512, 513, 100_000] {
        let (save, restore) = ("q ".repeat(saved), "Q ".repeat(saved));
        let content = format!("{save}BT /F 10 Tf 5 5 Td (a) Tj ET {restore}");
        assert_eq!(Pdf::new(content).text(), "a", "{saved}");
    }
}
