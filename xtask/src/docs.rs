//! The documentation site: built from `docs/` and the package's types, with the package in it.

use std::process::Stdio;

use crate::step::{Done, command, run, say};
use crate::{build, tools};

/// Builds the site into `target/site`; with `--open`, serves it until it is stopped.
///
/// What else is given goes to the builder: where the site will be, which model answers there.
pub fn site(arguments: &[&str]) -> Done {
    build::wasm()?;
    build::package()?;
    tools::npm_packages("docs/site")?;
    say("building the documentation");
    let (open, rest): (Vec<&str>, Vec<&str>) =
        arguments.iter().partition(|argument| **argument == "--open");
    let mut builder = command("node", &["docs/site/build.mjs"], "");
    builder.args(rest);
    run(builder)?;
    if open.is_empty() { Ok(()) } else { serve() }
}

fn serve() -> Done {
    say("serving the documentation; stop it with Ctrl-C");
    let mut server = command("node", &["docs/site/serve.mjs", "--open"], "");
    match server.stdin(Stdio::inherit()).status() {
        // Ctrl-C reaches the server too, which then ends with its signal and no code.
        Ok(status) if status.success() || status.code().is_none_or(|code| code == 130) => Ok(()),
        Ok(status) => Err(format!("the server ended with {status}")),
        Err(error) => Err(format!("node could not be started: {error}")),
    }
}
