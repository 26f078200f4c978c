use proptest::prelude::*;

use super::*;
use crate::analyze::Analyzer;

fn segment(texts: &[String]) -> Segment {
    let mut builder = SegmentBuilder::new(Analyzer::new());
    for text in texts {
        builder.add(text, &[]);
    }
    builder.finish()
}

/// BM25 over plain lists of terms, written down once more without an index.
fn naive_scores(texts: &[String], question: &str) -> Vec<f64> {
    let analyzer = Analyzer::new();
    let documents: Vec<Vec<u64>> = texts.iter().map(|text| analyzer.terms(text)).collect();
    let mean = documents.iter().map(Vec::len).sum::<usize>() as f64 / documents.len() as f64;
    let mut words = 0;
    analyzer.tokens(question, |token| words += usize::from(token.kind.is_whole()));
    let power = if words > 12 { 2.0 } else { 1.5 };
    let score = |document: &Vec<u64>| {
        analyzer.terms(question).into_iter().fold(0.0, |sum, term| {
            let holding = documents.iter().filter(|d| d.contains(&term)).count() as f64;
            let n = documents.len() as f64;
            let idf = (1.0 + (n - holding + 0.5) / (holding + 0.5)).ln();
            let tf = document.iter().filter(|other| **other == term).count() as f64;
            let length = document.len() as f64 / mean.max(1.0);
            sum + idf.powf(power) * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * length))
        })
    };
    documents.iter().map(score).collect()
}

fn any_texts() -> impl Strategy<Value = Vec<String>> {
    let word = prop_oneof!["[a-d]{1,5}", "[一二三四]{1,3}", Just("honey".to_owned())];
    let text = prop::collection::vec(word, 0..20).prop_map(|words| words.join(" "));
    prop::collection::vec(text, 1..12)
}

proptest! {
    #[test]
    fn scores_agree_with_the_formula(texts in any_texts(), question in "[a-d]{1,5}( [a-d]{1,5}){0,14}") {
        let segment = segment(&texts);
        let query = Query::text(Analyzer::new(), &question);
        let hits = search(&[&segment], &query, texts.len(), |_, _| true);
        let naive = naive_scores(&texts, &question);
        prop_assert_eq!(hits.len(), naive.iter().filter(|score| **score > 0.0).count());
        for hit in hits {
            let expected = naive[hit.chunk as usize];
            prop_assert!((f64::from(hit.score) - expected).abs() <= expected * 1e-3, "{} {}", hit.score, expected);
        }
    }

    #[test]
    fn merged_is_the_same_as_built_at_once(texts in any_texts(), at in 0_usize..12) {
        let (head, tail) = texts.split_at(at.min(texts.len()));
        let (a, b) = (segment(head), segment(tail));
        let whole = |segment| Part { segment, chunks: 0..segment.chunk_count() as u32 };
        prop_assert_eq!(Segment::merge(&[whole(&a), whole(&b)]), segment(&texts));
    }

    #[test]
    fn taking_chunks_out_is_the_same_as_never_adding_them(texts in any_texts(), at in 0_usize..12) {
        let at = at.min(texts.len() - 1);
        let all = segment(&texts);
        let kept = Segment::merge(&[
            Part { segment: &all, chunks: 0..at as u32 },
            Part { segment: &all, chunks: at as u32 + 1..texts.len() as u32 },
        ]);
        let mut rest = texts.clone();
        rest.remove(at);
        prop_assert_eq!(kept, segment(&rest));
    }

    #[test]
    fn segments_change_no_score(texts in any_texts(), at in 0_usize..12, question in "[a-d]{1,5}( honey)?") {
        let (head, tail) = texts.split_at(at.min(texts.len()));
        let query = Query::text(Analyzer::new(), &question);
        let scores = |segments: &[&Segment]| -> Vec<f32> {
            search(segments, &query, 5, |_, _| true).iter().map(|hit| hit.score).collect()
        };
        prop_assert_eq!(scores(&[&segment(head), &segment(tail)]), scores(&[&segment(&texts)]));
    }

    #[test]
    fn the_best_few_are_the_first_of_all(texts in any_texts(), limit in 0_usize..6) {
        let segment = segment(&texts);
        let query = Query::text(Analyzer::new(), "a ab abc honey 一");
        let all = search(&[&segment], &query, usize::MAX, |_, _| true);
        let few = search(&[&segment], &query, limit, |_, _| true);
        prop_assert_eq!(&few[..], &all[..limit.min(all.len())]);
    }
}

#[test]
fn headings_count_for_the_chunks_below_them() {
    let mut builder = SegmentBuilder::new(Analyzer::new());
    builder.add("It is due on the first.", &["Rent"]);
    builder.add("It is due on the last.", &["Tax"]);
    let query = Query::text(Analyzer::new(), "tax");
    assert_eq!(search(&[&builder.finish()], &query, 1, |_, _| true)[0].chunk, 1);
}

#[test]
fn a_question_outweighs_its_instructions() {
    let texts = [
        "Write in formal style, as a lawyer would, with headings and a summary.".to_owned(),
        "The deposit is returned within thirty days.".to_owned(),
    ];
    let question = "You are a lawyer. Write in formal style with headings. When is the deposit \
                    returned? End with a summary.";
    let query = Query::question(Analyzer::new(), question);
    assert_eq!(search(&[&segment(&texts)], &query, 1, |_, _| true)[0].chunk, 1);
}

#[test]
fn a_question_without_a_mark_outweighs_its_instructions_too() {
    let texts = [
        "Formal letters have a heading. Lawyers write a summary at the end.".to_owned(),
        "The deposit is returned to the tenant within thirty days.".to_owned(),
        "Answers to examinations are written by hand.".to_owned(),
    ];
    let segment = segment(&texts);
    let targets = [Target::all(&segment)];
    let asked = "You are an experienced advisor and lawyer. Please write formally, with a heading. \
                 Tell me when the deposit is returned to the tenant. Finish with a short summary.";
    let best = |query: &Query| search_in(&targets, query, 1)[0].chunk;
    assert_eq!(best(&question(&targets, Analyzer::new(), asked)), 1);
    // What no document speaks of finds what it finds as it is.
    let strange = question(&targets, Analyzer::new(), "Xyzzy plugh. Plover quux.");
    assert!(search_in(&targets, &strange, 1).is_empty());
}

const ENGLISH: [&str; 3] = [
    "The deposit is returned within thirty days after the tenant moves out.",
    "Pets are allowed if the landlord agrees in writing.",
    "The rent is due on the first day of each month.",
];

const CHINESE: [&str; 3] =
    ["租客搬出后三十天内退还押金。", "经房东书面同意可以饲养宠物。", "租金应于每月第一天支付。"];

#[test]
fn keywords_carry_a_question_into_another_language() {
    let built = |texts: [&str; 3]| segment(&texts.map(str::to_owned));
    let (english, chinese) = (built(ENGLISH), built(CHINESE));
    let cases =
        [("return deposit", "退还押金"), ("pets allowed", "饲养宠物"), ("rent due", "租金支付")];
    for (at, (en, zh)) in (0..).zip(cases) {
        let keyword = |text, language| Keyword { text, language, weight: 1.0 };
        let query = Query::keywords(Analyzer::new(), &[keyword(en, "en"), keyword(zh, "zh")]);
        for segment in [&english, &chinese] {
            assert_eq!(search(&[segment], &query, 1, |_, _| true)[0].chunk, at);
        }
        // Both together: each finds its own and its translation before all else.
        let both = search(&[&english, &chinese], &query, 2, |_, _| true);
        assert!(both.iter().all(|hit| hit.chunk == at), "{en}");
    }
}

#[test]
fn translations_weigh_no_more_than_the_keyword_itself() {
    let analyzer = Analyzer::new();
    let names = ["en", "de", "fr", "es", "it"];
    let keyword = |language| Keyword { text: "Kubernetes", language, weight: 2.0 };
    let many = Query::keywords(analyzer, &names.map(keyword));
    let one = Query::keywords(analyzer, &[keyword("en")]);
    assert_eq!(many.terms().collect::<Vec<_>>(), one.terms().collect::<Vec<_>>());
    // A language with more keywords does not count more.
    let uneven = [("a", "en"), ("b", "zh"), ("c", "zh"), ("d", "zh")];
    let uneven = uneven.map(|(text, language)| Keyword { text, language, weight: 1.0 });
    let weights: Vec<f32> = Query::keywords(analyzer, &uneven).terms().map(|(_, w)| w).collect();
    // Each has two terms: the word, and the word as its only piece.
    assert!((weights[0] - weights[2] * 3.0).abs() < 1e-5, "{weights:?}");
}

#[test]
fn of_a_query_without_end_the_weightiest_terms_count() {
    let analyzer = Analyzer::new();
    let mut builder = SegmentBuilder::new(analyzer);
    builder.add("zebra", &[]);
    // In every chunk, so that each weighs little.
    let words: Vec<String> = (0..2_000).map(|n| format!("w{n}")).collect();
    let common = words.join(" ");
    for _ in 0..8 {
        builder.add(&common, &[]);
    }
    let segment = builder.finish();
    let query = Query::text(analyzer, &format!("{common} zebra"));
    let hits = search(&[&segment], &query, 10, |_, _| true);
    assert!(hits.iter().any(|hit| hit.chunk == 0), "the rare word is among them");
    assert!(query.terms().count() > super::search::MAX_TERMS);
}
