//! What the targets call: the same checks as in the replay of the normal tests.

#[path = "../../tests/fuzz/checks/mod.rs"]
mod checks;

pub use checks::run;
