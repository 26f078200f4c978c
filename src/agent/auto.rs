//! Chooses a way to answer: the least effort that will do.
//!
//! All documents in one prompt if they fit. Otherwise the model, which plans the search anyway,
//! says what the answer takes: a few passages, all of the documents, or several steps.

use std::rc::Rc;

use super::budget::Budget;
use super::dialogue::Dialogue;
use super::error::AgentError;
use super::event::Answer;
use super::plan::{self, Effort};
use super::reading::{self, Thoroughness};
use super::session::Session;
use super::tools::Tools;
use super::{rag, reason};

/// Answers in the way that the documents and the question ask for.
pub(super) async fn answer(
    session: &Session,
    dialogue: &Dialogue<'_>,
    tools: Option<Rc<dyn Tools>>,
) -> Result<Answer, AgentError> {
    let budget = Budget::of(session)?;
    if budget.may_hold_all() {
        session.load_documents(&session.config.documents).await?;
    }
    if let Some(passages) = budget.whole() {
        return rag::answer_from_all(session, dialogue, budget, passages).await;
    }
    let plan = plan::make(session, dialogue, &budget).await?;
    match plan.effort {
        Effort::Search => rag::answer_by_search(session, dialogue, budget, &plan).await,
        Effort::Read => {
            let why = "the question asks for what stands in many places; ";
            // The answer itself is one request more.
            let at_most = dialogue.requests_left().saturating_sub(1);
            let thoroughness = Thoroughness::Adaptive { at_most };
            reading::answer(session, dialogue, thoroughness, why).await
        }
        Effort::Steps => {
            let why = "the question takes facts that lead to each other; ";
            reason::answer(session, dialogue, tools, why).await
        }
    }
}
