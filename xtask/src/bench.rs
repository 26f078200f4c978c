//! The benchmarks: what is measured is built, and then a program of `benches` measures it.

use std::path::PathBuf;
use std::process::Command;

use crate::step::{Done, command, root, run, say};
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
