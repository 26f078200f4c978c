//! The benchmarks: what is measured is built, and then a program of `benches` measures it.

use std::path::PathBuf;
use std::process::Command;

use crate::step::{Done, command, output, root, run, say};
use crate::{build, tools};

/// Where the comparison of the readers lives.
const READERS: &str = "benches/readers";
/// Where the comparison of the search index lives.
const SEARCH: &str = "benches/search";

/// Measures the document readers side by side with others.
pub fn readers(arguments: &[&str]) -> Done {
    if !arguments.contains(&"--help") {
        prepare_readers()?;
    }
    let mut node = program(READERS, arguments);
    if arguments.contains(&"--chromium") {
        node.env("CHROMIUM_PATH", tools::chromium()?);
    }
    run(node)
}

/// Measures the search index side by side with others, in headless Chromium.
pub fn index(arguments: &[&str]) -> Done {
    let mut node = program(SEARCH, arguments);
    // The program's imports need its packages, even to print its options.
    tools::npm_packages(SEARCH)?;
    if !arguments.contains(&"--help") {
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
    let mut node = program(PAGE, arguments);
    node.env("CHROMIUM_PATH", tools::chromium()?);
    run(node)
}

/// Uses the package for as long as a patient visitor would; fails if anything grows.
pub fn soak(arguments: &[&str]) -> Done {
    let mut node = program("benches/soak", arguments);
    if !arguments.contains(&"--help") {
        build::wasm()?;
        build::package()?;
        node.env("CHROMIUM_PATH", tools::chromium()?);
    }
    run(node)
}

/// The program of a folder. Paths are meant from where the command was given.
fn program(folder: &str, arguments: &[&str]) -> Command {
    let program = root().join(folder).join("main.mjs");
    let mut node = command("node", &[&program.to_string_lossy()], "");
    node.args(arguments)
        .current_dir(std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")));
    node
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

/// Measures how well questions find their passages.
pub fn retrieval(arguments: &[&str]) -> Done {
    if arguments.contains(&"--reference") {
        reference()?;
    }
    let rest = arguments.iter().filter(|argument| **argument != "--reference");
    let mut bench = command("cargo", &["bench", "--locked", "--bench", "retrieval", "--"], "");
    bench.args(rest);
    run(bench)
}

/// Looks for needles in haystacks.
pub fn needle(arguments: &[&str]) -> Done {
    let mut bench = command("cargo", &["bench", "--locked", "--bench", "needle", "--"], "");
    bench.args(arguments);
    run(bench)
}

/// Where reading every chunk is measured beside Qwen-Agent.
const AGENTS: &str = "benches/agents";

/// Measures how agents read documents: scheduling, reactions, faults, beside Qwen-Agent.
pub fn agents(arguments: &[&str]) -> Done {
    let program = root().join(AGENTS).join("main.mjs");
    let mut node = command("node", &[&program.to_string_lossy()], "");
    node.args(arguments);
    if arguments.contains(&"--help") {
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
    std::fs::write(path, measured).map_err(|error| format!("cannot write the result: {error}"))
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
