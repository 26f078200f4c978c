//! What the dependencies may be: their licences, where they come from, and known vulnerabilities.

use crate::step::{Done, command, root, run, say};

/// The release that deny.toml is written for.
const VERSION: &str = "0.20.2";

/// Checks `Cargo.lock` by deny.toml. The database of advisories is fetched from the network: only
/// with `--advisories`, so that the rest can be checked without it.
pub fn check(arguments: &[&str]) -> Done {
    let tools = root().join("target/tools");
    let program = tools.join("bin/cargo-deny");
    if !program.exists() {
        say(&format!("installing cargo-deny {VERSION} (cargo), which takes minutes"));
        let tools = tools.to_string_lossy();
        let install = ["install", "--locked", "--root", &tools, "--version", VERSION, "cargo-deny"];
        run(command("cargo", &install, ""))?;
    }
    let program = program.to_string_lossy();
    let mut deny = command(&program, &["--locked", "check", "licenses", "bans", "sources"], "");
    if arguments.contains(&"--advisories") {
        deny.arg("advisories");
    }
    run(deny)
}
