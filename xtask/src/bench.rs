//! The benchmarks: what is measured is built, and then a program of `benches` measures it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::step::{Done, command, output, root, run, say};
use crate::{build, tools};

/// Where the comparison of the readers lives.
const READERS: &str = "benches/readers";
/// Where the comparison of the search index lives.
const SEARCH: &str = "benches/search";

/// Measures the document readers side by side with others.
pub fn readers(arguments: &[&str]) -> Done {
    if !is_help(arguments) {
        prepare_readers()?;
    }
    let mut node = node(&format!("{READERS}/main.mjs"), arguments);
    if arguments.contains(&"--chromium") {
        node.env("CHROMIUM_PATH", tools::chromium()?);
    }
    run(node)
}

/// Measures the search index side by side with others, in headless Chromium.
pub fn peers(arguments: &[&str]) -> Done {
    search("main.mjs", arguments)
}

/// Measures how the cost of the search index and of others grows with the text.
pub fn scale(arguments: &[&str]) -> Done {
    search("scale.mjs", arguments)
}

/// Runs a program of the comparison of the search index, with all that it measures built.
fn search(program: &str, arguments: &[&str]) -> Done {
    let mut node = node(&format!("{SEARCH}/{program}"), arguments);
    // The program's imports need its packages, even to print its options.
    tools::npm_packages(SEARCH)?;
    if !is_help(arguments) {
        build::wasm()?;
        build::package()?;
        say("building the bare floor");
        let target = ["--target", tools::WASM_TARGET, "--target-dir", "target"];
        let mut cargo =
            command("cargo", &["build", "--release", "--locked"], &format!("{SEARCH}/floor"));
        cargo.args(target);
        run(cargo)?;
        node.env("CHROMIUM_PATH", tools::chromium()?);
    }
    run(node)
}

/// Where it is measured how long the page keeps a visitor waiting.
const PAGE: &str = "benches/page";

/// Measures how soon the assistant is ready, and how long the page is busy at a time.
pub fn page(arguments: &[&str]) -> Done {
    build::everything()?;
    tools::npm_packages(PAGE)?;
    let mut node = node(&format!("{PAGE}/main.mjs"), arguments);
    node.env("CHROMIUM_PATH", tools::chromium()?);
    run(node)
}

/// Uses the package for as long as a patient visitor would; fails if anything grows.
pub fn soak(arguments: &[&str]) -> Done {
    let mut node = node("benches/soak/main.mjs", arguments);
    if !arguments.contains(&"--help") {
        build::wasm()?;
        build::package()?;
        node.env("CHROMIUM_PATH", tools::chromium()?);
    }
    run(node)
}

/// A program of ours in Node. Paths are meant from where the command was given.
fn node(program: &str, arguments: &[&str]) -> Command {
    let mut node = command("node", &[&root().join(program).to_string_lossy()], "");
    node.args(arguments)
        .current_dir(std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")));
    node
}

fn is_help(arguments: &[&str]) -> bool {
    arguments.contains(&"--help")
}

fn prepare_readers() -> Done {
    build::wasm()?;
    build::package()?;
    tools::npm_packages(READERS)?;
    say("building the program around the pdf crate");
    let folder = format!("{READERS}/pdf-crate");
    // The program is looked for in its own folder, wherever else targets may go.
    let arguments = ["build", "--release", "--locked", "--target-dir", "target"];
    if let Err(error) = run(command("cargo", &arguments, &folder)) {
        say(&format!("{error}; the comparison goes on without it"));
    }
    Ok(())
}

/// Where the retrieval of Qwen-Agent is measured.
const RETRIEVAL: &str = "benches/retrieval";

/// Measures how well questions find their passages, beside plain words, Qwen-Agent and others.
pub fn retrieval(arguments: &[&str]) -> Done {
    tools::npm_packages(SEARCH)?;
    let mut options: Vec<&str> = arguments.to_vec();
    options.retain(|option| *option != "--reference");
    let program = format!("{RETRIEVAL}/main.mjs");
    if is_help(arguments) {
        return run(node(&program, &options));
    }
    if options.len() < arguments.len() {
        reference()?;
    }
    let folder = options.iter().find(|option| Path::new(option).is_dir());
    let own = native("retrieval", folder.map_or(&[], std::slice::from_ref))?;
    options.extend(["--own", &own]);
    run(node(&program, &options))
}

fn is_place(argument: &&str) -> bool {
    !argument.starts_with("--")
}

/// Runs a native benchmark; the path of the file with what it printed.
fn native(name: &str, arguments: &[&str]) -> Result<String, String> {
    say(&format!("measuring natively: {name}"));
    let mut bench = command("cargo", &["bench", "--locked", "--bench", name, "--"], "");
    bench.args(arguments);
    let measured = output(bench)?;
    let path = root().join("target").join(format!("{name}.measured.json"));
    write(&path, &measured)?;
    Ok(path.to_string_lossy().into_owned())
}

fn write(path: &Path, content: &str) -> Done {
    std::fs::write(path, content)
        .map_err(|error| format!("cannot write {}: {error}", path.display()))
}

/// Measures what no change may make worse, and holds it to its floors.
pub fn evaluation(arguments: &[&str]) -> Done {
    let program = "benches/eval/main.mjs";
    if is_help(arguments) {
        return run(node(program, arguments));
    }
    build::wasm()?;
    build::package()?;
    let quick: &[&str] = if arguments.contains(&"--quick") { &["--quick"] } else { &[] };
    let native = native("eval", quick)?;
    run(node(program, &[arguments, &["--native", &native]].concat()))
}

/// Looks for needles in haystacks.
pub fn needle(arguments: &[&str]) -> Done {
    let mut bench = command("cargo", &["bench", "--locked", "--bench", "needle", "--"], "");
    bench.args(arguments);
    run(bench)?;
    if arguments.contains(&"--record") {
        run(node("benches/plots/main.mjs", &["needle"]))?;
    }
    Ok(())
}

/// Every benchmark, one after another: what fails is told at the end, and keeps none from running.
///
/// Folders are documents for the readers. Without any, the few of the tests are read, which are
/// too few to be recorded.
pub fn all(arguments: &[&str]) -> Done {
    let folders: Vec<&str> = arguments.iter().copied().filter(is_place).collect();
    let options: Vec<&str> = arguments.iter().copied().filter(|one| !is_place(one)).collect();
    let known = ["--quick", "--record"];
    if let Some(unknown) = options.iter().find(|option| !known.contains(option)) {
        return Err(format!("`bench all` takes {} and folders, not {unknown}", known.join(", ")));
    }
    if options.len() > 1 {
        return Err("a quick run is not recorded; leave out --quick or --record".to_owned());
    }
    let is_quick = options.contains(&"--quick");
    let mut of_readers = folders.clone();
    if !is_quick {
        of_readers.push("--chromium");
    }
    if folders.is_empty() {
        say("no folder of documents: the readers are measured with the tests' own, not recorded");
    } else if options.contains(&"--record") {
        of_readers.push("--record");
    }
    let parts: [(&str, Part, &[&str]); 7] = [
        ("retrieval", retrieval, &options),
        ("readers", readers, &of_readers),
        ("agents", agents, &options),
        ("needle", needle, &options),
        ("page", page, &[]),
        ("peers", peers, &options),
        ("scale", scale, &options),
    ];
    let failures: Vec<String> = parts
        .into_iter()
        .filter_map(|(name, part, arguments)| Some(format!("{name}: {}", part(arguments).err()?)))
        .collect();
    if failures.is_empty() { Ok(()) } else { Err(failures.join("; ")) }
}

type Part = fn(&[&str]) -> Done;

/// Where reading every chunk is measured beside Qwen-Agent.
const AGENTS: &str = "benches/agents";

/// Measures how agents read documents: scheduling, reactions, faults, beside Qwen-Agent.
pub fn agents(arguments: &[&str]) -> Done {
    let mut node = node(&format!("{AGENTS}/main.mjs"), arguments);
    if is_help(arguments) {
        return run(node);
    }
    build::wasm()?;
    build::package()?;
    tools::npm_packages(AGENTS)?;
    if !arguments.contains(&"--no-chromium") {
        node.env("CHROMIUM_PATH", tools::chromium()?);
    }
    if !arguments.contains(&"--no-reference") {
        let requirements = format!("{AGENTS}/requirements.txt");
        node.env("QWEN_AGENT_PYTHON", python_with(&requirements)?);
    }
    run(node)
}

/// Runs Qwen-Agent's keyword search on the sets of the tests, in an environment of its own.
fn reference() -> Done {
    let python = python_with(&format!("{RETRIEVAL}/requirements.txt"))?;
    say("measuring Qwen-Agent's keyword search");
    let program = format!("{RETRIEVAL}/reference.py");
    let python = python.to_string_lossy();
    let measured = output(command(&python, &[&program, "tests/retrieval/sets"], ""))?;
    let path = root().join("docs/benchmarks/retrieval-reference.json");
    write(&path, &measured)
}

/// The Python of an environment of Qwen-Agent's own, with these requirements.
fn python_with(requirements: &str) -> Result<PathBuf, String> {
    let environment = root().join("target/qwen-agent-python");
    let python = environment.join("bin/python");
    if !environment.exists() {
        say("installing Qwen-Agent for Python");
        run(command("python3", &["-m", "venv", &environment.to_string_lossy()], ""))?;
    }
    let install = ["-m", "pip", "install", "--quiet", "-r", requirements];
    run(command(&python.to_string_lossy(), &install, ""))?;
    Ok(python)
}
