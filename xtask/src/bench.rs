//! The benchmarks: what is measured is built, and then a program of `benches` measures it.

use std::path::PathBuf;

use crate::step::{Done, command, root, run, say};
use crate::{build, tools};

/// Where the comparison of the readers lives.
const READERS: &str = "benches/readers";

/// Measures the document readers side by side with others.
pub fn readers(arguments: &[&str]) -> Done {
    if !arguments.contains(&"--help") {
        prepare_readers()?;
    }
    let program = root().join(READERS).join("main.mjs");
    let mut node = command("node", &[&program.to_string_lossy()], "");
    // Paths are meant from where the command was given.
    node.args(arguments)
        .current_dir(std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")));
    if arguments.contains(&"--chromium") {
        node.env("CHROMIUM_PATH", tools::chromium()?);
    }
    run(node)
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
