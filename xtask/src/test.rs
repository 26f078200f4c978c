//! Every test, cheap ones first, and one line at the end that sums them up.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::step::{self, command, say, tee};

use crate::{build, size, tools};

/// How much is tested.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What every change should pass.
    Usual,
    /// With consumers of the package that take minutes to install and to run.
    All,
}

/// What has been counted so far.
#[derive(Default)]
struct Tally {
    passed: u32,
    failed: u32,
    failures: Vec<String>,
    /// Files whose tests passed only when they were run again.
    unsteady: Vec<String>,
}

impl Tally {
    /// Counts a check that either holds or does not.
    fn check(&mut self, name: &str, result: Result<(), String>) {
        match result {
            Ok(()) => self.passed += 1,
            Err(error) => self.fail(format!("{name}: {error}")),
        }
    }

    fn fail(&mut self, what: String) {
        eprintln!("  FAILED {what}");
        self.failed += 1;
        self.failures.push(what);
    }

    /// Counts the tests of a runner by what it prints. A runner that fails without a failed test,
    /// or that runs none, is a failure of its own.
    fn runner(&mut self, name: &str, (succeeded, printed): (bool, String), count: Count) {
        let (passed, failed) = count(&printed);
        self.passed += passed;
        self.failed += failed;
        if failed > 0 {
            self.failures.push(format!("{name}: {failed} failed"));
        } else if !succeeded || passed == 0 {
            self.fail(format!("{name}: the runner failed or ran no test"));
        }
    }
}

/// Named one by one, since the engines that are compared lie beside them.
const BENCH_TESTS: [&str; 9] = [
    "benches/agents/agents.test.mjs",
    "benches/eval/eval.test.mjs",
    "benches/plots/plots.test.mjs",
    "benches/readers/bench.test.mjs",
    "benches/readers/score.test.mjs",
    "benches/retrieval/retrieval.test.mjs",
    "benches/search/corpora.test.mjs",
    "benches/search/report.test.mjs",
    "benches/search/scale.test.mjs",
];

type Count = fn(&str) -> (u32, u32);
type Programs = Vec<(&'static str, PathBuf)>;

fn run_all(extent: Extent) -> Tally {
    let mut tally = Tally::default();
    say("formatting and lints");
    tally.check("fmt", step::run(command("cargo", &["fmt", "--all", "--check"], "")));
    let native = [
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        "--features",
        "test-support",
        "--",
        "-D",
        "warnings",
    ];
    tally.check("clippy", step::run(command("cargo", &native, "")));
    let target_is_there = tools::wasm_target();
    tally.check("wasm32 target", target_is_there);
    for build::Module { name, features, .. } in build::MODULES {
        let arguments = [
            "clippy",
            "--locked",
            "--lib",
            "--target",
            tools::WASM_TARGET,
            "--no-default-features",
            "--features",
            features,
            "--",
            "-D",
            "warnings",
        ];
        tally.check(
            &format!("clippy of the {name} module"),
            step::run(command("cargo", &arguments, "")),
        );
    }
    say("native tests");
    let arguments =
        ["test", "--locked", "--workspace", "--no-fail-fast", "--features", "test-support"];
    tally.runner("cargo test", tee(command("cargo", &arguments, "")), cargo_counts);
    let mut documentation =
        command("cargo", &["doc", "--locked", "--no-deps", "--document-private-items"], "");
    documentation.env("RUSTDOCFLAGS", "-D warnings");
    tally.check("cargo doc", step::run(documentation));
    let built = build::everything();
    let is_built = built.is_ok();
    tally.check("build", built);
    if is_built {
        tally.check("size budget", size::print());
        say("the package in Node");
        let mut node = command("node", &["--test", "--test-reporter=tap"], "");
        node.args(["pkg/test/", "tests/endpoint/", "tests/docs/"]).args(BENCH_TESTS);
        tally.runner("node", tee(node), tap_counts);
        in_browsers(&mut tally, extent);
    }
    tally
}

/// All that visitors do in Chromium, the core path in the other engines, and the package in the
/// hands of others.
fn in_browsers(tally: &mut Tally, extent: Extent) {
    let chromium = tools::chromium().map(|path| vec![("CHROMIUM_PATH", path)]);
    say("the page in headless Chromium");
    node_test(tally, "browser", &["--test", "www/test/"], chromium.clone());
    say("the documentation site in headless Chromium");
    let site = tools::npm_packages("docs/site").and_then(|()| chromium.clone());
    node_test(tally, "documentation", &["--test", "docs/site/site.test.mjs"], site);
    say("the page and the package in Firefox and WebKitGTK");
    let engines = ["--test", "www/engines/engines.test.mjs"];
    node_test(tally, "other engines", &engines, tools::other_engines());
    say("the packed package in bundlers, from another origin and in Node");
    let all: &[&str] = if extent == Extent::All { &["--all"] } else { &[] };
    node_test(tally, "consumers", &[&["tests/consumers/run.mjs"], all].concat(), chromium);
}

/// Runs tests that need these programs, each named by a variable.
fn node_test(tally: &mut Tally, name: &str, what: &[&str], programs: Result<Programs, String>) {
    let programs = match programs {
        Ok(programs) => programs,
        Err(advice) => return tally.fail(format!("{name}: {advice}")),
    };
    let run = |what: &[&str]| {
        let mut node = command("node", &["--test-reporter=tap"], "");
        node.args(what).envs(programs.clone());
        tee(node)
    };
    let first = run(what);
    let files = failed_files(&first.1);
    let (passed, failed) = tap_counts(&first.1);
    if !what.contains(&"--test") || failed == 0 || failed > MOST_UNSTEADY || files.is_empty() {
        return tally.runner(name, first, tap_counts);
    }
    say(&format!("{name}: {failed} failed; running again {}", files.join(", ")));
    let again: Vec<&str> = ["--test"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let second = run(&again);
    if !second.0 {
        return tally.runner(name, first, tap_counts);
    }
    tally.passed += passed + failed;
    tally.unsteady.extend(files);
}

/// Browsers depend on the machine's load: so many failures are looked at a second time, and told
/// of as unsteady if they are gone then. More are no accident.
const MOST_UNSTEADY: u32 = 3;

/// The files of failed tests, by the places that Node's runner prints below each.
fn failed_files(printed: &str) -> Vec<String> {
    let mut files: Vec<String> = Vec::new();
    let mut has_failed = false;
    for line in printed.lines().map(str::trim) {
        if line.starts_with("not ok ") || line.starts_with("ok ") {
            has_failed = line.starts_with("not ok ");
        }
        let place = line.strip_prefix("location: '").and_then(|rest| rest.strip_suffix('\''));
        let file = place.and_then(|place| place.rsplitn(3, ':').nth(2));
        match file.filter(|_| has_failed) {
            Some(file) if !files.iter().any(|known| known == file) => files.push(file.to_owned()),
            _ => {}
        }
    }
    files
}

/// Runs everything; fails if anything failed.
pub fn run(extent: Extent) -> ExitCode {
    let Tally { passed, failed, failures, unsteady } = run_all(extent);
    println!();
    for file in unsteady {
        println!("UNSTEADY {file}: passed only when it was run again");
    }
    for failure in failures {
        println!("FAILED {failure}");
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Sums cargo's lines `test result: ok. 3 passed; 0 failed; …`.
fn cargo_counts(printed: &str) -> (u32, u32) {
    let number_before = |line: &str, word: &str| -> u32 {
        let words: Vec<&str> = line.split([' ', ';']).filter(|word| !word.is_empty()).collect();
        let at = words.iter().position(|other| *other == word);
        at.and_then(|at| words.get(at.checked_sub(1)?)?.parse().ok()).unwrap_or(0)
    };
    let results = printed.lines().filter(|line| line.starts_with("test result:"));
    results.fold((0, 0), |(passed, failed), line| {
        (passed + number_before(line, "passed"), failed + number_before(line, "failed"))
    })
}

/// Reads the closing lines `# pass 3` and `# fail 0` of Node's runner.
fn tap_counts(printed: &str) -> (u32, u32) {
    let number_after = |head: &str| -> u32 {
        let lines = printed.lines().filter_map(|line| line.strip_prefix(head));
        lines.filter_map(|number| number.trim().parse::<u32>().ok()).sum()
    };
    (number_after("# pass "), number_after("# fail ") + number_after("# cancelled "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_from_what_runners_print() {
        let cargo = "test result: FAILED. 7 passed; 2 failed; 0 ignored; 0 measured\n\
                     test result: ok. 3 passed; 0 failed; 0 ignored";
        assert_eq!(cargo_counts(cargo), (10, 2));
        assert_eq!(tap_counts("1..2\n# tests 5\n# pass 4\n# fail 1\n# cancelled 0\n"), (4, 1));
    }

    #[test]
    fn the_files_of_failed_tests_are_known() {
        let tap = "ok 1 - one\n  ---\n  location: '/a/one.test.mjs:1:1'\n  ...\n\
                   not ok 2 - two\n  ---\n  location: '/a/two.test.mjs:38:1'\n  ...\n\
                   not ok 3 - three\n  ---\n  location: '/a/two.test.mjs:70:1'\n  ...\n";
        assert_eq!(failed_files(tap), ["/a/two.test.mjs"]);
        assert!(failed_files("ok 1 - one\n").is_empty());
    }

    #[test]
    fn a_runner_without_tests_is_a_failure() {
        let mut tally = Tally::default();
        tally.runner("none", (true, String::new()), tap_counts);
        assert_eq!((tally.passed, tally.failed), (0, 1));
    }
}
