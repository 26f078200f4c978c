//! Stand-ins for the outside: a transport and a model that follow a script, and a clock that is
//! moved by hand.
//!
//! They catch different faults. A script of turns ([`ScriptedModel`]) cannot show that a character
//! cut in two survives; a script of bytes ([`ScriptedTransport`]) makes an agent's test unreadable.
//!
//! ```
//! use futures::TryStreamExt;
//! use qwen_agent_wasm::llm::scripted::{ManualClock, ScriptedModel, Turn};
//! use qwen_agent_wasm::llm::{ChatModel, ChatRequest, Message, Reply};
//!
//! let model = ScriptedModel::new([Turn::text("Three months [1].")]);
//! let request = ChatRequest::new("qwen", vec![Message::user("How long?")]);
//! let deltas = ManualClock::default().run(model.chat(request).try_collect::<Vec<_>>());
//! let reply: Reply = deltas.unwrap().into_iter().collect();
//! assert_eq!(reply.text, "Three months [1].");
//! assert_eq!(model.requests()[0].model, "qwen");
//! ```

mod clock;
mod model;
mod transport;

pub use clock::ManualClock;
pub use model::{ScriptedModel, Turn};
pub use transport::{Response, ScriptedTransport};
