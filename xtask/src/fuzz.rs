//! Fuzzing: each target for so many minutes of processor time, one after another, at low priority.
//!
//! The targets are in `fuzz/`, which needs a nightly compiler and cargo-fuzz; what the fuzzer finds
//! useful is kept below `fuzz/target`, so that the next run goes on from there. The figures of a
//! target's last run stand in docs/benchmarks/fuzz.json, a line for each.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::step::{Done, command, output, root, run, say};

const FIGURES: &str = "docs/benchmarks/fuzz.json";
const PROGRAMS: &str = "fuzz/target/x86_64-unknown-linux-gnu/release";
const WHERE: &str = "the fuzzer is run on Linux, x86-64: it counts processor time by /proc";

/// What an acceptance run takes for each target.
const USUAL_MINUTES: f64 = 30.0;

/// An input may take so many seconds of a clock, of a build that checks everything and has to give
/// way to all else.
const STEP_SECONDS: u32 = 30;
/// Memory that a target may take, in MiB; a browser gives a page no more than 4 GiB.
const MEMORY: u32 = 3_000;
/// Inputs are no longer than this, so that many are tried.
const LONGEST_INPUT: u32 = 1 << 16;

/// Words of a format, which mutations are made of; several targets share them.
const DICTIONARIES: [(&str, &[&str]); 4] = [
    ("pdf", &["pdf"]),
    ("office", &["docx", "pptx", "xlsx", "opendocument", "epub"]),
    ("markup", &["html", "markdown"]),
    ("model", &["sse", "model_reply", "react", "json"]),
];

/// What a run of a target came to.
struct Figures {
    minutes: f64,
    executions: u64,
    coverage: u64,
    crash: Option<String>,
}

/// Fuzzes targets, all if none is named.
pub fn fuzz(arguments: &[&str]) -> Done {
    let known = targets()?;
    let (mut wanted, mut minutes) = (Vec::new(), USUAL_MINUTES);
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match *argument {
            "--minutes" => {
                let value = arguments.next().and_then(|value| value.parse().ok());
                minutes =
                    value.filter(|minutes| *minutes > 0.0).ok_or("--minutes takes a number")?;
            }
            target if known.iter().any(|own| own == target) => wanted.push(target.to_owned()),
            other => return Err(format!("no target {other}; there are {}", known.join(" "))),
        }
    }
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err(WHERE.to_owned());
    }
    tools()?;
    say("building the targets, with overflow checks and debug assertions");
    // Most of the code has no unsafe part, and without a sanitizer twice as many inputs are tried.
    run(command("rustup", &["run", "nightly", "cargo", "fuzz", "build", "-s", "none"], "fuzz"))?;
    let mut crashed = Vec::new();
    for target in if wanted.is_empty() { known } else { wanted } {
        say(&format!("fuzzing {target} for {minutes} minutes of processor time"));
        let figures = one(&target, minutes)?;
        println!(
            "{target}: {:.1} CPU-minutes, {} executions, coverage {}, {}",
            figures.minutes,
            figures.executions,
            figures.coverage,
            figures.crash.as_deref().unwrap_or("no crash")
        );
        record(&target, &figures)?;
        if figures.crash.is_some() {
            crashed.push(target);
        }
    }
    if crashed.is_empty() { Ok(()) } else { Err(format!("crashes in {}", crashed.join(" "))) }
}

/// The targets by their files.
fn targets() -> Result<Vec<String>, String> {
    let folder = root().join("fuzz/targets");
    let files = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let name = |path: PathBuf| Some(path.file_stem()?.to_str()?.to_owned());
    let mut names: Vec<String> = files.flatten().filter_map(|file| name(file.path())).collect();
    names.sort();
    Ok(names)
}

/// Makes sure of the nightly compiler and of cargo-fuzz.
fn tools() -> Done {
    let is_there = |arguments: &[&str]| output(command("rustup", arguments, "")).is_ok();
    if !is_there(&["run", "nightly", "rustc", "--version"]) {
        say("installing the nightly toolchain (rustup)");
        run(command("rustup", &["toolchain", "install", "nightly", "--profile", "minimal"], ""))?;
    }
    if !is_there(&["run", "nightly", "cargo", "fuzz", "--version"]) {
        say("installing cargo-fuzz (cargo)");
        let install = ["run", "nightly", "cargo", "install", "--locked", "cargo-fuzz"];
        run(command("rustup", &install, ""))?;
    }
    Ok(())
}

/// Runs one target until its time is used up or it crashes.
fn one(target: &str, minutes: f64) -> Result<Figures, String> {
    let work = root().join("fuzz/target");
    let (corpus, crashes) = (work.join("corpus").join(target), work.join("crashes").join(target));
    for folder in [&corpus, &crashes] {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let log = work.join(format!("{target}.log"));
    let mut child = start(target, &corpus, &crashes, &log)?;
    let mut used = 0.0;
    let ended = loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            break status;
        }
        used = processor_minutes(child.id()).unwrap_or(used);
        if used >= minutes {
            // It prints its figures when it is interrupted.
            run(command("kill", &["-INT", &child.id().to_string()], ""))?;
            break child.wait().map_err(|error| error.to_string())?;
        }
        sleep(Duration::from_millis(200));
    };
    let printed = fs::read(&log).map_err(|error| format!("{}: {error}", log.display()))?;
    let printed = String::from_utf8_lossy(&printed);
    let (executions, coverage) = counts(&printed);
    let crash = (used < minutes).then(|| {
        let written = printed.lines().rev().find_map(|line| line.split("written to ").nth(1));
        format!("{}, see {}", written.unwrap_or(&format!("ended with {ended}")), log.display())
    });
    Ok(Figures { minutes: used, executions, coverage, crash })
}

fn start(target: &str, corpus: &Path, crashes: &Path, log: &Path) -> Result<Child, String> {
    let output = File::create(log).map_err(|error| format!("{}: {error}", log.display()))?;
    let root = root();
    let mut child = Command::new("nice");
    child.args(["-n", "19"]).arg(root.join(PROGRAMS).join(target)).arg(corpus);
    for seeds in ["fuzz/seeds", "fuzz/corpus", "tests/fuzz/regressions"] {
        let folder = root.join(seeds).join(target);
        if folder.exists() {
            child.arg(folder);
        }
    }
    if let Some((name, _)) = DICTIONARIES.iter().find(|(_, targets)| targets.contains(&target)) {
        let file = root.join(format!("fuzz/dictionaries/{name}.dict"));
        child.arg(format!("-dict={}", file.display()));
    }
    child
        .arg(format!("-artifact_prefix={}/", crashes.display()))
        .arg(format!("-timeout={STEP_SECONDS}"))
        .arg(format!("-rss_limit_mb={MEMORY}"))
        .arg(format!("-max_len={LONGEST_INPUT}"))
        .arg("-print_final_stats=1")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(output)
        .spawn()
        .map_err(|error| format!("{target} could not be started: {error}"))
}

/// What a process has used of the processor, in its own and the kernel's code.
fn processor_minutes(process: u32) -> Option<f64> {
    /// Ticks of /proc in a second, on every Linux.
    const TICKS: f64 = 100.0;
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name, in brackets, may have spaces in it. The 14th and 15th fields are meant.
    let (_, fields) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / TICKS / 60.0)
}

/// Executions and coverage, as the fuzzer printed them last.
fn counts(printed: &str) -> (u64, u64) {
    let number = |text: &str| text.split_whitespace().next()?.parse::<u64>().ok();
    let last = |mark: &str| printed.lines().rev().find_map(|line| number(line.split(mark).nth(1)?));
    (last("stat::number_of_executed_units:").unwrap_or(0), last(" cov:").unwrap_or(0))
}

/// Puts a target's figures in place of those of its run before.
fn record(target: &str, figures: &Figures) -> Done {
    let file = root().join(FIGURES);
    let known = fs::read_to_string(&file).unwrap_or_default();
    let date = output(command("date", &["-u", "+%F"], ""))?;
    let commit = output(command("git", &["rev-parse", "--short", "HEAD"], ""))?;
    let (date, commit) = (date.trim(), commit.trim());
    let Figures { minutes, executions, coverage, crash } = figures;
    let crashes = u8::from(crash.is_some());
    let line = format!(
        "{{\"target\":\"{target}\",\"cpuMinutes\":{minutes:.1},\"executions\":{executions},\
         \"coverage\":{coverage},\"crashes\":{crashes},\"date\":\"{date}\",\"after\":\"{commit}\"}}"
    );
    fs::write(&file, replaced(&known, target, line))
        .map_err(|error| format!("{}: {error}", file.display()))
}

/// A list of lines, one of which is another's successor.
fn replaced(known: &str, target: &str, line: String) -> String {
    let name =
        |line: &str| Some(line.strip_prefix("{\"target\":\"")?.split('"').next()?.to_owned());
    let lines = known.lines().map(|line| line.trim_end_matches(','));
    let mut all: BTreeMap<String, String> =
        lines.filter_map(|line| Some((name(line)?, line.to_owned()))).collect();
    all.insert(target.to_owned(), line);
    let mut written = "[\n".to_owned();
    for (at, line) in all.values().enumerate() {
        let comma = if at + 1 < all.len() { "," } else { "" };
        let _ = writeln!(written, "{line}{comma}");
    }
    written + "]\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_from_what_the_fuzzer_prints() {
        let printed = "#8\tNEW    cov: 21 ft: 3 corp: 1/2b\n#9\tpulse  cov: 22 ft: 3\n\
                       stat::number_of_executed_units: 950\nstat::average_exec_per_sec: 3\n";
        assert_eq!(counts(printed), (950, 22));
        assert_eq!(counts("nothing"), (0, 0));
    }

    #[test]
    fn a_later_run_takes_the_place_of_the_one_before() {
        let first = replaced("", "pdf", "{\"target\":\"pdf\",\"n\":1}".to_owned());
        let second = replaced(&first, "csv", "{\"target\":\"csv\",\"n\":2}".to_owned());
        let third = replaced(&second, "pdf", "{\"target\":\"pdf\",\"n\":3}".to_owned());
        assert_eq!(third, "[\n{\"target\":\"csv\",\"n\":2},\n{\"target\":\"pdf\",\"n\":3}\n]\n");
    }

    #[test]
    fn a_process_has_used_some_time() {
        if cfg!(target_os = "linux") {
            assert!(processor_minutes(std::process::id()).is_some());
        }
    }
}
