//! A part of `cargo xtask eval`, which measures all of it: claims are verified and refused, and
//! quotes are right, at least as often as the floors say.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "eval/claims.rs"]
mod claims;
#[path = "retrieval/library.rs"]
mod library;
#[path = "retrieval/measure.rs"]
#[allow(dead_code, reason = "the test of retrieval uses the rest")]
mod measure;
#[path = "eval/parts.rs"]
mod parts;

use std::collections::HashMap;
use std::fs;

use claims::{Kind, claims};
use parts::Row;

fn check(rows: &[Row]) {
    let floors = fs::read_to_string("tests/eval/floors.tsv").unwrap();
    let floors: HashMap<Vec<&str>, f64> = floors
        .lines()
        .filter_map(|line| line.rsplit_once('\t'))
        .map(|(key, floor)| (key.split('\t').collect(), floor.parse().unwrap()))
        .collect();
    for Row { part, set, measure, value, count } in rows {
        assert!(*count > 0, "{part}, {set}, {measure}: nothing was measured");
        // What has never been right has no floor.
        let Some(floor) = floors.get([*part, set, measure].as_slice()) else {
            assert_eq!(measure, "swapped names refused");
            continue;
        };
        assert!(value >= floor, "{part}, {set}, {measure}: {value:.4} is below {floor}");
    }
}

#[test]
fn claims_are_verified_and_refused_as_often_as_before() {
    for language in ["en", "zh", "ar"] {
        let rows = parts::citations(language);
        assert!(rows.len() > 1, "{language}");
        check(&rows);
    }
}

#[test]
fn first_quotes_are_of_the_right_passage_as_often_as_before() {
    check(&[parts::quotes("en.xquad"), parts::quotes("zh.xquad")]);
}

#[test]
fn wrong_claims_differ_from_what_their_passage_says() {
    let sentences = [
        "In 1998 the bridge at Hallenbeck was opened, and traffic doubled.",
        "It has 21 spans.",
        "Nobody lives there.",
        "The river is wide.",
    ];
    let other = [
        "Salt was traded by Teodor Vance.",
        "The mine closed.",
        "Rain fell in May.",
        "Birds came back.",
    ];
    let all: Vec<&str> = sentences.into_iter().chain(other).collect();
    let (passages, claims) = claims(&all);
    assert_eq!(passages.len(), 2);
    let of = |kind: Kind| {
        claims.iter().find(|claim| claim.kind == kind && claim.passage == 0).unwrap().text.as_str()
    };
    assert_eq!(
        of(Kind::Copied),
        "In 1998 the bridge at Hallenbeck was opened, and traffic doubled"
    );
    assert_eq!(
        of(Kind::Reordered),
        "and traffic doubled In 1998 the bridge at Hallenbeck was opened"
    );
    assert_eq!(of(Kind::Trimmed), "In 1998 the bridge at Hallenbeck was opened, and");
    assert_eq!(
        of(Kind::Number),
        "In 1993 the bridge at Hallenbeck was opened, and traffic doubled"
    );
    assert_eq!(of(Kind::Name), "In 1998 the bridge at Teodor was opened, and traffic doubled");
    assert_eq!(of(Kind::Elsewhere), "Salt was traded by Teodor Vance");
}
