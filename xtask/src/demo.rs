//! The demo page, built and served.

use std::process::Stdio;

use crate::build;
use crate::step::{Done, command, say};

/// Builds everything, then serves the page until it is stopped.
pub fn serve(arguments: &[&str]) -> Done {
    build::everything()?;
    say("serving the demo page; stop it with Ctrl-C");
    let mut server = command("node", &["www/server.mjs", "--open"], "");
    let status = server.args(arguments).stdin(Stdio::inherit()).status();
    match status {
        // Ctrl-C reaches the server too, which then ends with its signal and no code.
        Ok(status) if status.success() || status.code().is_none_or(|code| code == 130) => Ok(()),
        Ok(status) => Err(format!("the server ended with {status}")),
        Err(error) => Err(format!("node could not be started: {error}")),
    }
}
