use std::collections::BTreeSet;

use super::*;
use crate::document::PageNumber;

fn passage(number: u32, pages: &[&str]) -> Passage {
    let spans = pages.iter().enumerate().map(|(index, text)| {
        // The passage begins at byte 100 of each page.
        Span::new(PageNumber::from_index(index), 100..100 + text.len())
    });
    Passage {
        number,
        document: DocumentId::new("lease.pdf"),
        title: None,
        headings: Vec::new(),
        spans: spans.collect(),
        text: pages.join("\n\n"),
        tokens: 0,
        score: 0.0,
    }
}

/// Each citation as `marker page:start-end quote` with a tick if it is verified.
fn check(answer: &str, passages: &[Passage], expected: &[&str]) {
    let found: Vec<String> = cite(answer, passages, &Snapshot::default())
        .into_iter()
        .map(|c| {
            let tick = if c.verified { '✓' } else { '✗' };
            let span = c.span;
            format!("{} {}:{}-{} {} {tick}", c.marker, span.page, span.start, span.end, c.quote)
        })
        .collect();
    assert_eq!(found, expected);
}

fn lease() -> Passage {
    passage(
        1,
        &["Rent is due monthly. Notice is three months.", "Pets are not allowed in the house."],
    )
}

#[test]
fn the_quote_is_the_sentence_that_says_it_on_its_page() {
    check(
        "The notice period is three months [1].",
        &[lease()],
        &["1 1:121-144 Notice is three months. ✓"],
    );
    check(
        "Pets are not allowed [1]. Rent is due monthly. [1]",
        &[lease()],
        &["1 2:100-134 Pets are not allowed in the house. ✓", "1 1:100-120 Rent is due monthly. ✓"],
    );
}

#[test]
fn a_claim_that_the_passage_does_not_make_is_not_verified() {
    check("Zebras fly [1].", &[lease()], &["1 1:100-120 Rent is due monthly. ✗"]);
}

#[test]
fn a_number_that_the_passage_lacks_is_not_verified() {
    let passages = [passage(1, &["The bridge has 21 spans and was opened in 1998."])];
    check(
        "The bridge has 21 spans [1].",
        &passages,
        &["1 1:100-147 The bridge has 21 spans and was opened in 1998. ✓"],
    );
    check(
        "The bridge has 23 spans [1].",
        &passages,
        &["1 1:100-147 The bridge has 21 spans and was opened in 1998. ✗"],
    );
}

#[test]
fn a_marker_without_its_passage_is_no_citation() {
    check("Rent is due monthly [7].", &[lease()], &[]);
    check("No markers here.", &[lease()], &[]);
}

#[test]
fn chinese_claims_are_compared_by_pairs_of_characters() {
    let passages = [passage(2, &["大桥主跨为680米。总工程师是陆知远。"])];
    check("该桥的总工程师是陆知远【2】。", &passages, &["2 1:124-151 总工程师是陆知远。 ✓"]);
}

#[test]
fn an_answer_without_markers_is_looked_up() {
    let passages = [passage(1, &["Bees make honey."]), passage(2, &["Notice is three months."])];
    let snapshot = Snapshot::default();
    let suffix = |answer: &str| attribution(answer, &passages, &snapshot);
    let answer = "The notice period is three months.";
    assert_eq!(suffix(answer), " [2]");
    let citations = attributed(answer, &passages, &snapshot);
    let whole = answer.to_owned() + &suffix(answer);
    assert_eq!(&whole[citations[0].at.clone()], "[2]");
    assert_eq!(
        (citations[0].quote.as_str(), citations[0].verified),
        ("Notice is three months.", true)
    );
    assert_eq!(suffix("Notice is three months [2]."), "");
    assert_eq!(suffix("The passages do not say."), "");
}

fn hops() -> [Passage; 3] {
    [
        passage(1, &["The Glass Orchard was written by Teodor Vance."]),
        passage(2, &["Teodor Vance was born in the river town of Hallenbeck."]),
        passage(3, &["Hallenbeck was founded in 1683 by salt traders."]),
    ]
}

#[test]
fn facts_that_are_joined_are_supported_together() {
    let claim = "Hallenbeck, the birthplace of the author of The Glass Orchard, dates from 1683";
    let ticks = |answer: &str| -> Vec<bool> {
        cite(answer, &hops(), &Snapshot::default()).iter().map(|c| c.verified).collect()
    };
    assert_eq!(ticks(&format!("{claim} [1][3].")), [true, true]);
    assert_eq!(ticks(&format!("{claim} [1].")), [false], "the year is missing");
    let wrong = claim.replace("1683", "1684");
    assert_eq!(ticks(&format!("{wrong} [1][3].")), [false, false]);
}

#[test]
fn an_answer_that_joins_facts_is_looked_up_in_several_passages() {
    let answer = "Hallenbeck, where Teodor Vance, author of The Glass Orchard, was born, was \
                  founded in 1683.";
    let citations = attributed(answer, &hops(), &Snapshot::default());
    let markers: BTreeSet<u32> = citations.iter().map(|citation| citation.marker).collect();
    assert!(markers.contains(&3) && markers.len() > 1, "{markers:?}");
    assert!(citations.iter().all(|citation| citation.verified));
    let other =
        "Zebras founded the Glass Orchard in Hallenbeck with elephants and giraffes in 1700.";
    assert_eq!(attributed(other, &hops(), &Snapshot::default()), []);
}

#[test]
fn markers_are_told_from_other_brackets() {
    for (text, expected) in [
        ("a[0] = b[1]", vec![vec![1]]),
        ("[text](link) [12](x) [^3]", vec![vec![3]]),
        ("[1,2]、[4–6] [6-4] [0] [99999] [x]", vec![vec![1, 2], vec![4, 5, 6]]),
        ("[1 [2]", vec![vec![2]]),
        ("【1】【", vec![vec![1]]),
    ] {
        let found: Vec<_> = marker::markers(text).into_iter().map(|m| m.numbers).collect();
        assert_eq!(found, expected, "{text}");
    }
}
