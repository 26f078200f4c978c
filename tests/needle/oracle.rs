//! A reader that is honest and knows nothing: it says what stands in the prompt it gets.
//!
//! It knows which sentences answer which question, as a careful reader would, and looks for them
//! in the text before it. A sentence that was cut in two is not found. It plans with the words of
//! the question alone, and with tools it asks for the first fact that the conversation lacks.

use std::cell::Cell;
use std::rc::Rc;

use futures::StreamExt;
use futures::stream::{self, LocalBoxStream};
use qwen_agent_wasm::llm::{
    ChatDelta, ChatModel, ChatRequest, FinishReason, LlmError, ResponseFormat,
};
use serde_json::{Value, json};

/// Facts that answer a question together.
#[derive(Debug, Clone)]
pub(crate) struct Needle {
    pub(crate) question: String,
    pub(crate) facts: Vec<Fact>,
    /// What a right answer contains.
    pub(crate) answer: String,
}

/// A sentence, and the question that it answers alone.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    pub(crate) sentence: String,
    pub(crate) question: String,
}

impl Needle {
    /// A needle of sentences, each with its question.
    pub(crate) fn new(question: &str, answer: &str, facts: &[(&str, &str)]) -> Self {
        let fact = |(sentence, question): &(&str, &str)| Fact {
            sentence: (*sentence).to_owned(),
            question: (*question).to_owned(),
        };
        Self {
            question: question.to_owned(),
            answer: answer.to_owned(),
            facts: facts.iter().map(fact).collect(),
        }
    }
}

/// The reader of one needle.
#[derive(Debug)]
pub(crate) struct Oracle {
    needle: Needle,
    requests: Rc<Cell<usize>>,
}

impl Oracle {
    pub(crate) fn new(needle: Needle) -> Self {
        Self { needle, requests: Rc::default() }
    }

    /// How often it was asked.
    pub(crate) fn requests(&self) -> Rc<Cell<usize>> {
        Rc::clone(&self.requests)
    }

    fn reply(&self, request: &ChatRequest) -> ChatDelta {
        let whole: Vec<&str> = request.messages.iter().map(|m| m.content.as_str()).collect();
        let whole = whole.join("\n");
        match &request.response_format {
            ResponseFormat::JsonSchema { name: "plan", .. } => said(&self.plan()),
            ResponseFormat::JsonSchema { name: "reading", .. } => said(&self.verdict(&whole)),
            _ if !request.tools.is_empty() && request.tools_allowed => self.next_step(&whole),
            _ => ChatDelta::Text(self.answer(&whole)),
        }
    }

    fn plan(&self) -> Value {
        let words: Vec<&str> = self.needle.question.split_whitespace().collect();
        json!({
            "information": self.needle.question,
            "instruction": "",
            "keywords": [{ "language": "en", "words": words }],
        })
    }

    /// The facts that are asked for: one if a part of the question is asked, otherwise all.
    fn asked(&self, prompt: &str) -> Vec<&Fact> {
        if prompt.contains(&self.needle.question) {
            return self.needle.facts.iter().collect();
        }
        self.needle.facts.iter().filter(|fact| prompt.contains(&fact.question)).collect()
    }

    fn verdict(&self, prompt: &str) -> Value {
        let asked = self.asked(prompt);
        let found = asked.iter().filter(|fact| prompt.contains(&fact.sentence));
        let quotes: Vec<&str> = found.map(|fact| fact.sentence.as_str()).collect();
        json!({ "relevant": !quotes.is_empty(), "quotes": quotes })
    }

    fn next_step(&self, conversation: &str) -> ChatDelta {
        let missing = self.needle.facts.iter().find(|fact| !conversation.contains(&fact.sentence));
        let Some(missing) = missing else { return ChatDelta::Text(self.answer(conversation)) };
        ChatDelta::ToolCall {
            index: 0,
            id: Some(format!("call-{}", self.requests.get())),
            name: Some("ask_documents".to_owned()),
            arguments: json!({ "question": missing.question }).to_string(),
        }
    }

    fn answer(&self, prompt: &str) -> String {
        let asked = self.asked(prompt);
        let found: Vec<&str> = asked
            .iter()
            .filter(|fact| prompt.contains(&fact.sentence))
            .map(|fact| fact.sentence.as_str())
            .collect();
        if found.is_empty() { "The passages do not say.".to_owned() } else { found.join(" ") }
    }
}

fn said(value: &Value) -> ChatDelta {
    ChatDelta::Text(value.to_string())
}

impl ChatModel for Oracle {
    fn chat(&self, request: ChatRequest) -> LocalBoxStream<'_, Result<ChatDelta, LlmError>> {
        self.requests.set(self.requests.get() + 1);
        let delta = self.reply(&request);
        let finish = match delta {
            ChatDelta::ToolCall { .. } => FinishReason::ToolCalls,
            _ => FinishReason::Stop,
        };
        stream::iter([Ok(delta), Ok(ChatDelta::Finished(finish))]).boxed_local()
    }
}
