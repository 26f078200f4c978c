//! What the targets call: the same checks as in the replay of the normal tests.

#[path = "../../tests/fuzz/checks/mod.rs"]
mod checks;

/// What a parser must bear, by its name.
pub fn run(name: &str, bytes: &[u8]) {
    checks::run(name, bytes);
}
