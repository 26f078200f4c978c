//! How long a text is for Qwen, in the model's tokens.
//!
//! [`QwenTokens`] counts exactly and needs the vocabulary, half a megabyte that a page loads when
//! it first asks a model; until then, and for other models, [`EstimatedTokens`] is near enough.
//! A model's token is counted, never held; elsewhere in this crate "token" means an analyzer's.

mod bpe;
mod estimate;
mod pieces;

pub use bpe::{QwenTokens, VocabularyError};
pub use estimate::EstimatedTokens;

/// Measures text in the model's tokens.
pub trait TokenCounter {
    /// How many tokens the text has, as well as this counter knows.
    fn count(&self, text: &str) -> usize;

    /// A number of tokens that the text does not exceed. Budgets are kept with this.
    fn bound(&self, text: &str) -> usize {
        self.count(text)
    }
}

/// Whether a server's name for a model means one of those whose vocabulary [`QwenTokens`] has:
/// Qwen to Qwen3 and what is derived from them. Names without a version are taken for one; later
/// families have larger vocabularies, by which texts are rather shorter.
pub fn has_qwen_tokens(model: &str) -> bool {
    let model = model.to_ascii_lowercase();
    ["qwen", "qwq", "qvq"].iter().any(|family| model.contains(family))
}
