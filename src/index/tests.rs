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
