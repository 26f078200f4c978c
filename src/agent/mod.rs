//! From a question to an answer whose every claim says where it stands.
//!
//! An [`Agent`] has a model, or none. [`Agent::ask`] gives a [`Run`], a stream of what happens,
//! the answer last; dropping it cancels all that is under way. The levels of effort:
//!
//! - [`extract`]: without a model, the sentences that match best;
//! - [`rag`]: what a search finds, or everything if it fits the model's window;
//! - [`reading`]: each chunk read by the model on its own, then a search for what it found;
//! - [`reason`]: the model asks questions of its own, with tools, until it can answer.
//!
//! What is decided is in plain functions; what is asynchronous here only fetches and hands on.
//!
//! ```
//! use std::rc::Rc;
//! use futures::{FutureExt, TryStreamExt};
//! use qwen_agent_wasm::agent::{Agent, AgentConfig, AgentEvent};
//! use qwen_agent_wasm::corpus::{Corpus, Ingest};
//! use qwen_agent_wasm::read::{Limits, Source, read};
//! use qwen_agent_wasm::tokens::EstimatedTokens;
//!
//! let source = Source::new("lease.txt", "Notice is three months. The rent is 900 euros.");
//! let mut corpus = Corpus::new();
//! corpus.insert(Ingest::new(read(source, &Limits::default()).unwrap()).run());
//!
//! let agent = Agent::without_model(Rc::new(EstimatedTokens));
//! let run = agent.ask(corpus.snapshot(), "How long is the notice?", AgentConfig::default())?;
//! let events: Vec<AgentEvent> = run.try_collect().now_or_never().unwrap()?;
//! let Some(AgentEvent::Finished(answer)) = events.last() else { panic!("no answer") };
//! assert!(answer.text.starts_with("“Notice is three months.” [1]"));
//! # Ok::<(), qwen_agent_wasm::agent::AgentError>(())
//! ```

mod auto;
mod budget;
mod chat;
mod config;
mod dialogue;
mod error;
mod estimate;
mod event;
pub mod extract;
mod lenient;
mod loader;
pub mod plan;
pub mod rag;
pub mod reading;
mod readings;
pub mod reason;
mod run;
mod session;
mod tools;

use std::fmt;
use std::rc::Rc;

use crate::corpus::Snapshot;
use crate::llm::ChatModel;
use crate::tokens::TokenCounter;
pub use budget::window_unasked;
pub use config::{AgentConfig, Level, ToolProtocol};
use dialogue::Dialogue;
pub use error::AgentError;
pub use estimate::{Estimate, estimate};
pub use event::{AgentEvent, Answer, Keyword, RunUsage, Strategy};
pub use loader::{Loader, Loading};
pub use readings::Readings;
pub use run::Run;
use session::Session;
pub use tools::Tools;

/// Answers questions about documents.
#[derive(Clone)]
pub struct Agent {
    model: Option<Rc<dyn ChatModel>>,
    counter: Rc<dyn TokenCounter>,
    tools: Option<Rc<dyn Tools>>,
    readings: Option<Rc<dyn Readings>>,
    loader: Option<Rc<dyn Loader>>,
}

impl Agent {
    /// An agent that answers in a model's words.
    pub fn new(model: Rc<dyn ChatModel>, counter: Rc<dyn TokenCounter>) -> Self {
        Self { model: Some(model), counter, tools: None, readings: None, loader: None }
    }

    /// An agent that answers in the documents' words, and asks nobody.
    pub fn without_model(counter: Rc<dyn TokenCounter>) -> Self {
        Self { model: None, counter, tools: None, readings: None, loader: None }
    }

    /// With more tools for level 3.
    #[must_use]
    pub fn with_tools(self, tools: Rc<dyn Tools>) -> Self {
        Self { tools: Some(tools), ..self }
    }

    /// With a memory of what was read before, so that an interrupted run goes on where it was.
    #[must_use]
    pub fn with_readings(self, readings: Rc<dyn Readings>) -> Self {
        Self { readings: Some(readings), ..self }
    }

    /// With what loads the parts of an opened index that a question needs.
    #[must_use]
    pub fn with_loader(self, loader: Rc<dyn Loader>) -> Self {
        Self { loader: Some(loader), ..self }
    }

    /// Begins to answer a question about the documents of a snapshot. Nothing happens until the
    /// run is polled.
    ///
    /// # Errors
    ///
    /// If the question is empty, or there is nothing to answer it from: at level 3 an agent with
    /// tools of its own needs no document.
    pub fn ask(
        &self,
        snapshot: Snapshot,
        question: &str,
        config: AgentConfig,
    ) -> Result<Run, AgentError> {
        if question.trim().is_empty() {
            return Err(AgentError::EmptyQuestion);
        }
        let needs_none = match config.level {
            Level::Reason => self.tools.is_some(),
            Level::Chat => self.model.is_some(),
            Level::Auto | Level::Retrieve | Level::Read => false,
        };
        if snapshot.tokens(&config.documents) == 0 && !needs_none {
            return Err(AgentError::NoDocuments);
        }
        let Self { model, counter, tools, readings, loader } = self.clone();
        let question = question.trim().to_owned();
        Ok(Run::new(|events| async move {
            let mut config = config;
            if let (true, Some(model)) = (config.find_window, &model)
                && let Some(window) = model.window(&config.model).await
            {
                config.context_tokens = window_unasked(window);
            }
            let session = Session { snapshot, question, config, counter, events, readings, loader };
            session.load_first().await?;
            let answer = match model {
                Some(model) => answer(&session, &Dialogue::new(model, &session), tools).await?,
                None => extract::answer(&session).await?,
            };
            session.events.emit(AgentEvent::Finished(answer));
            Ok(())
        }))
    }
}

async fn answer(
    session: &Session,
    dialogue: &Dialogue<'_>,
    tools: Option<Rc<dyn Tools>>,
) -> Result<Answer, AgentError> {
    match session.config.level {
        Level::Auto => auto::answer(session, dialogue, tools).await,
        Level::Retrieve => rag::answer(session, dialogue).await,
        Level::Read => {
            let thoroughness = reading::thoroughness(session)?;
            reading::answer(session, dialogue, thoroughness, "").await
        }
        Level::Reason => reason::answer(session, dialogue, tools, "").await,
        Level::Chat => chat::answer(session, dialogue).await,
    }
}

impl fmt::Debug for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Agent").field("has_model", &self.model.is_some()).finish_non_exhaustive()
    }
}
