//! Whole conversations with a scripted model: what is asked, what is told, and what is answered.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail with it")]

mod agent {
    mod auto;
    mod chat;
    mod cost;
    mod extract;
    mod read;
    mod reason;
    mod retrieve;
    pub(crate) mod support;
    mod whole;
    mod window;
}
