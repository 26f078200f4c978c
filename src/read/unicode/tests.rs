#![allow(clippy::unwrap_used, reason = "a test may panic")]

//! The small tables against the large ones.

use std::fmt::Write as _;

use proptest::prelude::*;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc, is_nfc_quick};

use super::{compose, is_mark, may_change};

/// Compares a table with what it should be; with `UPDATE_TABLES` set it is written anew.
fn check_table(file: &str, is_listed: impl Fn(char) -> bool) {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for c in ('\0'..=char::MAX).filter(|c| is_listed(*c)) {
        let c = c as u32;
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == c => *last = c,
            _ => ranges.push((c, c)),
        }
    }
    let mut text = String::from(
        "// Written by the tests beside it from unicode-normalization's tables.\n&[\n",
    );
    for (first, last) in ranges {
        writeln!(text, "    ({first:#x}, {last:#x}),").unwrap();
    }
    text.push_str("]\n");
    let path = format!("{}/src/read/unicode/{file}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_TABLES").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap();
    assert!(stored == text, "{file} is out of date; run this test with UPDATE_TABLES=1");
}

#[test]
fn the_tables_are_those_of_unicode() {
    check_table("marks.in", is_combining_mark);
    check_table("ordered.in", |c| canonical_combining_class(c) != 0);
    check_table("unstable.in", |c| is_nfc_quick(std::iter::once(c)) != IsNormalized::Yes);
}

#[test]
fn nothing_below_the_first_listed_character_is_listed() {
    assert!(('\0'..super::FIRST_LISTED).all(|c| !is_mark(c) && !may_change(&c.to_string())));
}

#[test]
fn texts_that_are_typed_composed_need_no_one() {
    for text in ["Grüße, façade, Đặng", "한국어 중국어", "Привет, Київ й ё", "שלום", "漢字とかな"]
    {
        assert!(!may_change(text), "{text}");
    }
}

proptest! {
    #[test]
    fn a_text_that_is_not_composed_is_noticed(text in "[a-e\u{300}-\u{370}\u{900}-\u{9ff}\u{1100}-\u{11ff}\u{ac00}-\u{ac20}]{0,12}|\\PC{0,12}") {
        prop_assert!(may_change(&text) || is_nfc(&text));
        prop_assert_eq!(compose(text.clone()), text.nfc().collect::<String>());
    }
}
