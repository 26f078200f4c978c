//! Texts that do not say what they are written in: Unicode texts of the retrieval sets are written
//! in the encodings of their languages, and have to come out as they were.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use encoding_rs::Encoding;
use qwen_agent_wasm::document::WarningCode;
use qwen_agent_wasm::read::{Limits, Source, read};

/// Article 1 of the Universal Declaration of Human Rights.
const FRENCH: &str = "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils \
    sont doués de raison et de conscience et doivent agir les uns envers les autres dans un esprit \
    de fraternité.";
const POLISH: &str = "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych \
    praw. Są oni obdarzeni rozumem i sumieniem i powinni postępować wobec innych w duchu \
    braterstwa.";

/// The first passages of a language, without the signs that older encodings do not have.
fn passages(language: &str, count: usize) -> String {
    let path = format!("tests/retrieval/sets/{language}.flores.passages.jsonl");
    let lines = std::fs::read_to_string(path).unwrap();
    let text_of = |line: &str| -> String {
        let passage: serde_json::Value = serde_json::from_str(line).unwrap();
        passage["text"].as_str().unwrap().to_owned()
    };
    let texts: Vec<String> = lines.lines().take(count).map(text_of).collect();
    texts.join("\n\n").replace(['„', '“', '”', '«', '»'], "\"").replace(['’', '‘'], "'")
}

/// The text in an encoding; characters that it does not have are left out of both.
fn encoded(text: &str, encode: impl Fn(char) -> Option<Vec<u8>>) -> (String, Vec<u8>) {
    let pairs = text.chars().filter_map(|c| Some((c, encode(c)?)));
    let (kept, bytes): (String, Vec<Vec<u8>>) = pairs.unzip();
    (kept, bytes.concat())
}

fn by_name(label: &str) -> impl Fn(char) -> Option<Vec<u8>> {
    let encoding = Encoding::for_label(label.as_bytes()).unwrap();
    move |c: char| {
        let text = c.to_string();
        let (bytes, _, is_lossy) = encoding.encode(&text);
        (!is_lossy).then(|| bytes.into_owned())
    }
}

/// By the bytes of letters in a code page of DOS.
fn by_letters(letters: &[(char, u8)]) -> impl Fn(char) -> Option<Vec<u8>> {
    move |c: char| {
        let byte = letters.iter().find(|(letter, _)| *letter == c).map(|(_, byte)| *byte);
        byte.or_else(|| c.is_ascii().then_some(c as u8)).map(|byte| vec![byte])
    }
}

/// Letters that the pages 437 and 850 have at the same places.
const WESTERN: [(char, u8); 25] = [
    ('Ç', 0x80),
    ('ü', 0x81),
    ('é', 0x82),
    ('â', 0x83),
    ('ä', 0x84),
    ('à', 0x85),
    ('ç', 0x87),
    ('ê', 0x88),
    ('è', 0x8a),
    ('î', 0x8c),
    ('ì', 0x8d),
    ('Ä', 0x8e),
    ('É', 0x90),
    ('ô', 0x93),
    ('ö', 0x94),
    ('ò', 0x95),
    ('ù', 0x97),
    ('Ö', 0x99),
    ('Ü', 0x9a),
    ('á', 0xa0),
    ('í', 0xa1),
    ('ó', 0xa2),
    ('ú', 0xa3),
    ('ñ', 0xa4),
    ('ß', 0xe1),
];

/// Letters of Polish in page 852.
const CENTRAL: [(char, u8); 18] = [
    ('ą', 0xa5),
    ('Ą', 0xa4),
    ('ć', 0x86),
    ('Ć', 0x8f),
    ('ę', 0xa9),
    ('Ę', 0xa8),
    ('ł', 0x88),
    ('Ł', 0x9d),
    ('ń', 0xe4),
    ('Ń', 0xe3),
    ('ó', 0xa2),
    ('Ó', 0xe0),
    ('ś', 0x98),
    ('Ś', 0x97),
    ('ź', 0xab),
    ('Ź', 0x8d),
    ('ż', 0xbe),
    ('Ż', 0xbd),
];

fn check(what: &str, (text, bytes): (String, Vec<u8>)) {
    let document = read(Source::new("a.txt", bytes), &Limits::default()).unwrap();
    let how = &document.warnings[0];
    assert_eq!(how.code, WarningCode::CharsetGuessed, "{what}");
    assert_eq!(document.pages[0].text(), text.trim(), "{what}: {}", how.message);
}

#[test]
fn texts_of_dos_and_old_macs_are_told() {
    for count in [3, 30] {
        for language in ["de", "es"] {
            let text = passages(language, count);
            check(&format!("{language} of DOS"), encoded(&text, by_letters(&WESTERN)));
            check(&format!("{language} of a Mac"), encoded(&text, by_name("macintosh")));
        }
        let russian = passages("ru", count);
        check("ru of DOS", encoded(&russian, by_name("ibm866")));
        check("ru of a Mac", encoded(&russian, by_name("x-mac-cyrillic")));
    }
    check("fr of DOS", encoded(FRENCH, by_letters(&WESTERN)));
    check("fr of a Mac", encoded(FRENCH, by_name("macintosh")));
    check("pl of DOS", encoded(POLISH, by_letters(&CENTRAL)));
}

#[test]
fn other_encodings_are_told_as_before() {
    for (language, labels) in [
        ("de", &["windows-1252"][..]),
        ("es", &["windows-1252"]),
        ("ru", &["windows-1251", "koi8-r", "iso-8859-5"]),
        ("ja", &["shift_jis", "euc-jp", "iso-2022-jp"]),
        ("ko", &["euc-kr"]),
        ("zh", &["gbk", "gb18030"]),
        ("th", &["windows-874"]),
        ("ar", &["windows-1256", "iso-8859-6"]),
    ] {
        let text = passages(language, 30);
        for label in labels {
            let file = if *label == "iso-2022-jp" {
                let encoding = Encoding::for_label(label.as_bytes()).unwrap();
                (text.clone(), encoding.encode(&text).0.into_owned())
            } else {
                encoded(&text, by_name(label))
            };
            check(&format!("{language} in {label}"), file);
        }
    }
    check("fr", encoded(FRENCH, by_name("windows-1252")));
    for label in ["windows-1250", "iso-8859-2"] {
        check(label, encoded(POLISH, by_name(label)));
    }
}

#[test]
fn marks_of_print_are_no_letters() {
    for text in [
        "“Hello,” she said. “It is late.” They don’t know.",
        "The “best” of both worlds—and then some… or ten",
        "Wait… what? 25 °C, ½ cup, 3 × 4.",
        "• one\n• two\n• three – four",
        "Smith’s dog, the 1990’s, rock ’n’ roll",
        "Wer ist da?, fragte „er“. Öl über Übel.",
        "MÉNAGE À TROIS, ÜBER ALLES",
    ] {
        check(text, encoded(text, by_name("windows-1252")));
    }
}
