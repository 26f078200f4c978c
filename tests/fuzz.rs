//! Replays what the fuzzer began with and what it found, and some thousand mutations of these, the
//! same ones each time.
//!
//! `cargo xtask fuzz` looks for more; `fuzz/README.md` tells how.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "fuzz/checks/mod.rs"]
mod checks;
#[path = "fuzz/mutate.rs"]
mod mutate;

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

use checks::TARGETS;
use mutate::Mutator;

/// Seeds, what the fuzzer added to them, and what once broke a law.
const CORPORA: [&str; 3] = ["fuzz/seeds", "fuzz/corpus", "tests/fuzz/regressions"];

/// Mutations of a target are made until they have so many bytes, or are so many.
const MUTATED_BYTES: usize = 400_000;
const MUTATIONS: usize = 400;

/// The inputs of a target by their names, in order.
fn inputs(target: &str) -> Vec<(String, Vec<u8>)> {
    let mut inputs = Vec::new();
    for corpus in CORPORA {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(corpus).join(target);
        let files = fs::read_dir(folder).into_iter().flatten();
        for path in files.map(|entry| entry.unwrap().path()) {
            inputs.push((path.display().to_string(), fs::read(path).unwrap()));
        }
    }
    inputs.sort();
    inputs
}

fn replay(target: &str) {
    let (_, check) = TARGETS.iter().find(|(name, _)| *name == target).unwrap();
    let inputs = inputs(target);
    assert!(!inputs.is_empty(), "{target} has no seeds");
    for (name, bytes) in &inputs {
        assert!(catch_unwind(|| check(bytes)).is_ok(), "{target} breaks a law with {name}");
    }
    let mut mutator = Mutator::new(target);
    let (mut bytes, mut count) = (0, 0);
    while bytes < MUTATED_BYTES && count < MUTATIONS {
        let (name, input) = &inputs[mutator.below(inputs.len())];
        let (_, other) = &inputs[mutator.below(inputs.len())];
        let mutated = mutator.mutate(input, other);
        if catch_unwind(|| check(&mutated)).is_err() {
            let file = std::env::temp_dir().join(format!("{target}-{count}"));
            fs::write(&file, &mutated).unwrap();
            panic!("{target} breaks a law with a mutation of {name}, see {}", file.display());
        }
        bytes += mutated.len();
        count += 1;
    }
}

/// A test for each target, so that they run side by side; none may be forgotten.
macro_rules! replays {
    ($($target:ident)*) => {
        $(
            #[test]
            fn $target() {
                replay(stringify!($target));
            }
        )*

        #[test]
        fn every_target_is_replayed_and_fuzzed() {
            let replayed = [$(stringify!($target)),*];
            for (target, _) in TARGETS {
                assert!(replayed.contains(&target), "{target} is not replayed");
                let file = format!("{}/fuzz/targets/{target}.rs", env!("CARGO_MANIFEST_DIR"));
                let text = fs::read_to_string(file).unwrap();
                assert!(text.contains(&format!("run(\"{target}\"")), "{target} is not fuzzed");
            }
            assert_eq!(replayed.len(), TARGETS.len());
        }
    };
}

replays! {
    pdf docx pptx xlsx opendocument epub html markdown csv json charset document index
    index_sections sse model_reply react vocabulary tokens text
}
