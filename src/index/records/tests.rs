use proptest::prelude::*;

use super::*;

fn any_analysis() -> impl Strategy<Value = Analysis> {
    prop_oneof![Just(Analysis::Full), Just(Analysis::Words)]
}

/// What may happen to an index.
#[derive(Debug, Clone)]
enum Step {
    Add(Vec<String>),
    Remove(u32),
    Search,
    Reload,
}

fn any_step() -> impl Strategy<Value = Step> {
    let word = prop_oneof!["[a-c]{1,4}", "[一二三]{1,3}", Just("honey".to_owned())];
    let text = prop::collection::vec(word, 0..9).prop_map(|words| words.join(" "));
    prop_oneof![
        4 => prop::collection::vec(text, 0..5).prop_map(Step::Add),
        3 => (0_u32..20).prop_map(Step::Remove),
        1 => Just(Step::Search),
        1 => Just(Step::Reload),
    ]
}

proptest! {
    /// Whatever happens to it, an index finds what one made of the texts that are left finds, with
    /// the same scores.
    #[test]
    fn only_the_texts_that_are_left_count(analysis in any_analysis(), steps in prop::collection::vec(any_step(), 0..20)) {
        let mut records = Records::new(analysis);
        let query = Query::text(records.analyzer(), "a ab abc honey 一二");
        let mut left: Vec<(u32, String)> = Vec::new();
        let mut next = 0;
        for step in steps {
            match step {
                Step::Add(texts) => {
                    records.add(texts.iter().map(String::as_str));
                    for text in texts {
                        left.push((next, text));
                        next += 1;
                    }
                }
                Step::Remove(id) => {
                    let was_there = left.iter().any(|(other, _)| *other == id);
                    prop_assert_eq!(records.remove(id), was_there);
                    left.retain(|(other, _)| *other != id);
                }
                Step::Search => drop(records.search(&query, 3)),
                Step::Reload => records = Records::from_bytes(records.to_bytes()).unwrap(),
            }
        }
        prop_assert_eq!(records.len(), left.len());
        let mut fresh = Records::new(analysis);
        fresh.add(left.iter().map(|(_, text)| text.as_str()));
        let found: Vec<(u32, f32)> =
            records.search(&query, 9).iter().map(|hit| (hit.id, hit.score)).collect();
        let expected: Vec<(u32, f32)> = fresh
            .search(&query, 9)
            .iter()
            .map(|hit| (left[hit.id as usize].0, hit.score))
            .collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn damage_is_noticed(at in 0_usize..400, by in 1_u8..=255) {
        let mut records = Records::new(Analysis::Full);
        records.add(["honey in winter combs", "", "蜂蜜"]);
        let mut bytes = records.to_bytes();
        let at = at % bytes.len();
        bytes[at] ^= by;
        let reread = Records::from_bytes(bytes);
        // The bytes between sections carry nothing.
        prop_assert!(reread.is_err() || reread.is_ok_and(|mut r| r.to_bytes() == records.to_bytes()));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Records::from_bytes(bytes.clone()).is_err());
        let headed = [&super::super::container::MAGIC[..], &1_u32.to_le_bytes(), &bytes].concat();
        prop_assert!(Records::from_bytes(headed).is_err());
    }
}

#[test]
fn what_is_wrong_with_a_file_is_told_apart() {
    let mut records = Records::new(Analysis::Words);
    records.add(["honey"]);
    let bytes = records.to_bytes();
    let code = |bytes: Vec<u8>| Records::from_bytes(bytes).unwrap_err().code();
    let with = |at: usize, value: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = value;
        bytes
    };
    assert_eq!(code(b"honey".to_vec()), "index.foreign");
    assert_eq!(code(with(4, b'\n')), "index.damaged");
    assert_eq!(code(with(8, 2)), "index.newer");
    assert_eq!(code(with(16, 9)), "index.damaged");
    assert_eq!(code(bytes[..bytes.len() - 8].to_vec()), "index.damaged");
    assert_eq!(code(bytes[..20].to_vec()), "index.damaged");
}

#[test]
fn numbers_that_nobody_reaches_are_no_index() {
    let with_next = |next: u32| {
        let mut records = Records::new(Analysis::Words);
        records.add(["honey"]);
        records.settle();
        records.next = next;
        Records::from_bytes(records.to_bytes()).map(|mut records| {
            records.add(["wax"]);
            records.len()
        })
    };
    assert_eq!(with_next(MOST_NUMBERS).ok(), Some(2));
    assert_eq!(with_next(MOST_NUMBERS + 1).unwrap_err().code(), "index.damaged");
}
