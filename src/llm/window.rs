//! How many tokens a model's prompt and reply may have together.
//!
//! Servers that tell are believed first: they may serve less than the model could, and some cut
//! what is too long without a word. Then comes a table of Qwen's models. Whoever tells nothing at
//! all tells it when a prompt was too long, in the error.

use std::cell::RefCell;

use serde_json::Value;

/// What a server says of its models, in any of these fields of a model or its `meta`.
const FIELDS: [&str; 5] =
    ["max_model_len", "n_ctx", "context_length", "loaded_context_length", "max_context_length"];
/// Smaller numbers in an error are no windows.
const SMALLEST: usize = 256;

/// What is known of a server's models; runs share it.
#[derive(Debug, Default)]
pub struct Windows {
    /// By model, the latest last; nothing for one of which the server told nothing.
    told: RefCell<Vec<(String, Option<usize>)>>,
}

impl Windows {
    /// The window of a model, if it was told or is in the table.
    pub fn known(&self, model: &str) -> Option<usize> {
        let told = self.told.borrow();
        let told = told.iter().rfind(|(name, _)| name == model);
        told.and_then(|(_, window)| *window).or_else(|| of_model(model))
    }

    /// Whether the server was asked for a model's window, or told it in an error.
    pub(super) fn was_asked(&self, model: &str) -> bool {
        self.told.borrow().iter().any(|(name, _)| name == model)
    }

    /// Remembers what a server told.
    pub(super) fn learn(&self, model: &str, window: Option<usize>) {
        self.told.borrow_mut().push((model.to_owned(), window));
    }
}

/// The window of a model of Qwen's by its name, as its model card has it.
///
/// ```
/// use qwen_agent_wasm::llm::window::of_model;
///
/// assert_eq!(of_model("Qwen/Qwen2.5-3B-Instruct"), Some(32_768));
/// assert_eq!(of_model("qwen3-max"), Some(262_144));
/// assert_eq!(of_model("another"), None);
/// ```
pub fn of_model(model: &str) -> Option<usize> {
    const K: usize = 1024;
    let name = model[model.rfind('/').map_or(0, |slash| slash + 1)..].to_lowercase();
    // Such a name is of Ollama, which serves a small window of its own whatever the model has.
    if name.contains(':') {
        return None;
    }
    if name.starts_with("qwen-flash") {
        return Some(1000 * 1000);
    }
    if name.starts_with("qwen3-max") {
        return Some(256 * K);
    }
    let (family, rest) = ["qwen2.5-", "qwen3-", "qwen2-"]
        .iter()
        .find_map(|family| Some((*family, name.strip_prefix(family)?)))?;
    let mut parts = rest.split('-');
    let billions = parts.find_map(|part| {
        let size = part.strip_suffix('b')?;
        size.split('.').next()?.parse::<usize>().ok()
    })?;
    let says = |word: &str| rest.split('-').any(|part| part == word);
    Some(match family {
        "qwen2.5-" if says("1m") => 1000 * 1000,
        "qwen3-" if says("2507") => 256 * K,
        "qwen2-" if billions == 57 => 64 * K,
        _ if billions < 7 => 32 * K,
        _ => 128 * K,
    })
}

/// The window of a model in a server's list of models. A list of one model is of that one,
/// whatever its name.
pub fn in_list(list: &Value, model: &str) -> Option<usize> {
    let models = list.get("data").or_else(|| list.get("models"))?.as_array()?;
    let named = models.iter().find(|entry| entry.get("id").and_then(Value::as_str) == Some(model));
    let entry = named.or_else(|| models.first().filter(|_| models.len() == 1))?;
    let meta = entry.get("meta").unwrap_or(&Value::Null);
    let tokens = |field: &&str| entry.get(field).or_else(|| meta.get(field))?.as_u64();
    let window = FIELDS.iter().find_map(tokens)?;
    usize::try_from(window).ok().filter(|window| *window >= SMALLEST)
}

/// The window in the message of a server that refuses a prompt for its length.
pub fn in_message(message: &str) -> Option<usize> {
    const BEFORE: [&str; 5] =
        ["length is ", "context length (", "context size (", "should be [1, ", "window of "];
    let starts = |before: &&str| message.find(before).map(|at| at + before.len());
    let after = &message[BEFORE.iter().find_map(starts)?..];
    let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
    after[..end].parse().ok().filter(|window| *window >= SMALLEST)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn models_have_the_windows_of_their_cards() {
        let check = |model: &str, expected: Option<usize>| {
            assert_eq!(of_model(model).map(|window| window / 1000), expected, "{model}");
        };
        check("Qwen2-0.5B-Instruct", Some(32));
        check("qwen2-1.5b-instruct", Some(32));
        check("qwen2-57b-a14b-instruct", Some(65));
        check("Qwen/Qwen2-7B-Instruct", Some(131));
        check("qwen2-72b-instruct", Some(131));
        check("qwen2.5-3b-instruct", Some(32));
        check("qwen2.5-coder-7b-instruct", Some(131));
        check("qwen2.5-14b-instruct-1m", Some(1000));
        check("Qwen/Qwen3-0.6B", Some(32));
        check("qwen3-4b", Some(32));
        check("qwen3-4b-instruct-2507", Some(262));
        check("qwen3-235b-a22b", Some(131));
        check("qwen3-max", Some(262));
        check("qwen-flash", Some(1000));
        // Sources differ on this one.
        check("qwen-turbo", None);
        check("qwen2.5:7b", None);
        check("qwen2.5-vl", None);
    }

    #[test]
    fn servers_tell_in_their_own_words() {
        let check = |list: Value, expected: Option<usize>| {
            assert_eq!(in_list(&list, "qwen"), expected, "{list}");
        };
        // vLLM and SGLang, llama.cpp, OpenRouter, and those that tell nothing.
        check(json!({ "data": [{ "id": "qwen", "max_model_len": 4096 }] }), Some(4096));
        check(json!({ "data": [{ "id": "q.gguf", "meta": { "n_ctx": 8192 } }] }), Some(8192));
        check(
            json!({ "data": [{ "id": "a" }, { "id": "qwen", "context_length": 32768 }] }),
            Some(32_768),
        );
        check(json!({ "data": [{ "id": "qwen", "object": "model" }] }), None);
        check(json!({ "data": [{ "id": "a", "n_ctx": 4096 }, { "id": "b" }] }), None);
        check(json!({ "data": [{ "id": "qwen", "n_ctx": 0 }] }), None);
        check(json!("no list"), None);
    }

    #[test]
    fn refusals_tell_too() {
        let check = |message: &str, expected: usize| {
            assert_eq!(in_message(message), Some(expected), "{message}");
        };
        check("This model's maximum context length is 4096 tokens. However, you …", 4096);
        check("The input (9000 tokens) is longer than the model's context length (8192 …", 8192);
        check("request (9 tokens) exceeds the available context size (2048 tokens)", 2048);
        check("InternalError: Range of input length should be [1, 30720]", 30_720);
        assert_eq!(in_message("too long"), None);
        assert_eq!(in_message("context length is 3 lines"), None);
    }
}
