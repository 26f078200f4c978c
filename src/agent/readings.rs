//! What was read before, kept from one run to the next.
//!
//! Reading a million tokens takes thousands of requests; a run that was interrupted should not
//! ask for what it has. A reply is kept under a name made of all that it depends on: the model,
//! and the whole prompt, which holds the question and the chunk.

use std::fmt::Write as _;

use futures::future::LocalBoxFuture;

use crate::llm::Message;

/// A place for replies of chunks that were read. It may forget; what it gives must be what it got.
pub trait Readings {
    /// The reply of this name.
    fn get<'a>(&'a self, name: &'a str) -> LocalBoxFuture<'a, Option<String>>;

    /// Keeps a reply.
    fn put<'a>(&'a self, name: &'a str, reply: &'a str) -> LocalBoxFuture<'a, ()>;
}

/// The name of a reply: 32 hexadecimal digits.
pub(super) fn name(model: &str, messages: &[Message]) -> String {
    let mut hash = Fnv::default();
    hash.add(model.as_bytes());
    for message in messages {
        hash.add(message.role.as_str().as_bytes());
        hash.add(message.content.as_bytes());
    }
    let mut name = String::with_capacity(32);
    // Writing to a string does not fail.
    let _ = write!(name, "{:032x}", hash.0);
    name
}

/// FNV-1a of 128 bits (Fowler, Noll and Vo; IETF draft-eastlake-fnv). Each part ends with its
/// length, so that parts do not run into each other.
struct Fnv(u128);

impl Default for Fnv {
    fn default() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }
}

impl Fnv {
    fn add(&mut self, bytes: &[u8]) {
        let length = (bytes.len() as u64).to_le_bytes();
        for byte in bytes.iter().chain(&length) {
            self.0 = (self.0 ^ u128::from(*byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_depend_on_the_model_and_on_every_message() {
        let messages = [Message::system("a"), Message::user("b")];
        let first = name("m", &messages);
        assert_eq!(first.len(), 32);
        assert_eq!(first, name("m", &messages));
        for other in [
            name("n", &messages),
            name("m", &messages[..1]),
            name("m", &[Message::user("a"), Message::user("b")]),
            name("m", &[Message::system("ab"), Message::user("")]),
        ] {
            assert_ne!(first, other);
        }
    }
}
