//! The conversation with a model that has tools, as a machine that never waits.
//!
//! It is told what the model said and what tools gave, and says what comes next: a request, calls
//! of tools, or the answer. Whoever drives it does the waiting.
//!
//! Laws, which tests hold: every call has exactly one result, which follows its turn; a turn with
//! calls is followed by their results and then by another request; there are no more turns than
//! allowed, and the last one offers no tools; the same call is made once.

use super::protocol::{Protocol, ToolResult, Turn, react};
use crate::llm::{Message, Reply, ToolCall, ToolSpec};
use crate::prompt;

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// The model is asked.
    Ask,
    /// Tools are called.
    Call(Vec<ToolCall>),
    /// The model has answered.
    Answer(String),
}

/// A conversation.
#[derive(Debug)]
pub(super) struct Conversation {
    protocol: Protocol,
    tools: Vec<ToolSpec>,
    question: String,
    persona: Option<String>,
    /// Earlier turns, the question, and what followed.
    turns: Vec<Message>,
    /// How many of those are earlier turns.
    history: usize,
    turns_left: usize,
    calls: usize,
    /// Results by tool and arguments. There are a few dozen at most.
    known: Vec<((String, String), String)>,
    next: Step,
}

impl Conversation {
    /// A conversation that begins with a question, after earlier turns.
    pub(super) fn new(
        question: &str,
        persona: Option<&str>,
        history: &[Message],
        tools: Vec<ToolSpec>,
    ) -> Self {
        let mut turns = history.to_vec();
        turns.push(Message::user(question));
        Self {
            protocol: Protocol::Native,
            tools,
            question: question.to_owned(),
            persona: persona.map(str::to_owned),
            turns,
            history: history.len(),
            turns_left: usize::MAX,
            calls: 0,
            known: Vec::new(),
            next: Step::Ask,
        }
    }

    /// With another way to call tools, and no more than so many turns.
    pub(super) fn with(self, protocol: Protocol, turns: usize) -> Self {
        Self { protocol, turns_left: turns.max(1), ..self }
    }

    /// With pictures beside the question.
    pub(super) fn with_images(mut self, images: &[String]) -> Self {
        if let Some(question) = self.turns.last_mut() {
            question.images = images.to_vec();
        }
        self
    }

    pub(super) fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Tells of tools in the text from now on, since the server will not. Only before the first
    /// reply.
    pub(super) fn fall_back(&mut self) -> bool {
        let may = self.protocol == Protocol::Native
            && self.turns.len() == self.history + 1
            && !self.tools.is_empty();
        if may {
            self.protocol = Protocol::Nous;
        }
        may
    }

    pub(super) fn next(&self) -> &Step {
        &self.next
    }

    /// Whether the model must answer now.
    pub(super) fn is_last_turn(&self) -> bool {
        self.turns_left <= 1
    }

    /// Makes the next turn the last one.
    pub(super) fn end_with_next_turn(&mut self) {
        self.turns_left = self.turns_left.min(1);
    }

    /// The tools that a request names in its own field.
    pub(super) fn native_tools(&self) -> &[ToolSpec] {
        if self.protocol == Protocol::Native { &self.tools } else { &[] }
    }

    /// The system message, and all turns. The first number is how many of the turns are earlier
    /// ones, which may be left out.
    pub(super) fn messages(&self) -> (Message, usize, Vec<Message>) {
        let told = self.protocol.told(&self.tools);
        let system = prompt::reason(self.persona.as_deref(), &self.question, told);
        let mut turns = self.turns.clone();
        if self.is_last_turn() {
            Protocol::remind(&mut turns, prompt::last_turn(&self.question));
        }
        (system, self.history, turns)
    }

    /// Takes what the model said. Calls in the last turn are not made.
    pub(super) fn hear(&mut self, reply: Reply) {
        let Turn { message, calls } = self.protocol.turn(reply, &self.tools, self.calls);
        let was_last = self.is_last_turn();
        self.turns_left = self.turns_left.saturating_sub(1);
        if calls.is_empty() || was_last {
            let text = match self.protocol {
                Protocol::React => react::answer(&message.content).to_owned(),
                Protocol::Native | Protocol::Nous => message.content,
            };
            self.next = Step::Answer(text);
            return;
        }
        self.calls += calls.len();
        self.turns.push(message);
        self.next = Step::Call(calls);
    }

    /// What is known of a call without making it: that it was made before, or why it cannot be.
    pub(super) fn known(&self, call: &ToolCall) -> Option<ToolResult> {
        let failed = |content: String| {
            let (id, name) = (call.id.clone(), call.name.clone());
            Some(ToolResult { id, name, content, failed: true })
        };
        if !self.tools.iter().any(|tool| tool.name == call.name) {
            let names: Vec<&str> = self.tools.iter().map(|tool| tool.name.as_str()).collect();
            return failed(format!(
                "Error: there is no tool {:?}. The tools are: {}.",
                call.name,
                names.join(", ")
            ));
        }
        if let Err(reason) = arguments(call) {
            return failed(format!("Error: the arguments are not a JSON object: {reason}."));
        }
        let key = key(call);
        let (_, content) = self.known.iter().rev().find(|(known, _)| *known == key)?;
        let content = content.clone();
        let (id, name) = (call.id.clone(), call.name.clone());
        Some(ToolResult { id, name, content, failed: false })
    }

    /// Takes the results of the calls asked for, in their order.
    pub(super) fn give(&mut self, calls: &[ToolCall], results: &[ToolResult]) {
        debug_assert_eq!(calls.len(), results.len(), "each call has a result");
        for (call, result) in calls.iter().zip(results) {
            if !result.failed {
                self.known.push((key(call), result.content.clone()));
            }
        }
        self.turns.extend(self.protocol.results(results));
        self.next = Step::Ask;
    }
}

/// A call's arguments as an object. None at all are an empty one.
pub(super) fn arguments(
    call: &ToolCall,
) -> Result<serde_json::Map<String, serde_json::Value>, String> {
    let text = call.arguments.trim();
    if text.is_empty() {
        return Ok(serde_json::Map::new());
    }
    let parsed = match serde_json::from_str(text) {
        Ok(serde_json::Value::Object(object)) => return Ok(object),
        Ok(_) => Err("it is something else".to_owned()),
        Err(error) => Err(error.to_string()),
    };
    super::super::lenient::object(text).map_or(parsed, Ok)
}

fn key(call: &ToolCall) -> (String, String) {
    // Written anew, so that spaces do not make a difference.
    let arguments = arguments(call).map(serde_json::Value::Object);
    let arguments = arguments.map_or_else(|_| call.arguments.clone(), |value| value.to_string());
    (call.name.clone(), arguments)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::llm::Role;

    fn conversation(protocol: Protocol, turns: usize) -> Conversation {
        let name = "find".to_owned();
        let tools = vec![ToolSpec { name, description: String::new(), parameters: json!({}) }];
        let history = [Message::user("before"), Message::assistant("yes")];
        Conversation::new("Who?", None, &history, tools).with(protocol, turns)
    }

    fn call(id: &str, arguments: &str) -> ToolCall {
        ToolCall { id: id.into(), name: "find".into(), arguments: arguments.into() }
    }

    fn calling(calls: &[ToolCall]) -> Reply {
        Reply { tool_calls: calls.to_vec(), ..Reply::default() }
    }

    fn result(id: &str) -> ToolResult {
        let (id, name) = (id.to_owned(), "find".to_owned());
        ToolResult { id, name, content: "found".into(), failed: false }
    }

    fn text(text: &str) -> Reply {
        Reply { text: text.into(), ..Reply::default() }
    }

    #[test]
    fn a_call_is_made_told_and_followed_by_a_request() {
        let mut talk = conversation(Protocol::Native, 5);
        let asked = call("1", "{}");
        talk.hear(calling(std::slice::from_ref(&asked)));
        assert_eq!(talk.next(), &Step::Call(vec![asked.clone()]));
        talk.give(&[asked], &[result("1")]);
        assert_eq!(talk.next(), &Step::Ask);
        let (_, history, turns) = talk.messages();
        let roles: Vec<Role> = turns.iter().map(|turn| turn.role).collect();
        assert_eq!(roles, [Role::User, Role::Assistant, Role::User, Role::Assistant, Role::Tool]);
        assert_eq!(history, 2);
        talk.hear(text("It is Bob."));
        assert_eq!(talk.next(), &Step::Answer("It is Bob.".into()));
    }

    #[test]
    fn what_was_asked_before_or_cannot_be_is_known() {
        let mut talk = conversation(Protocol::Native, 5);
        let asked = call("1", r#"{"q": "a"}"#);
        assert_eq!(talk.known(&asked), None);
        talk.give(std::slice::from_ref(&asked), &[result("1")]);
        let again = talk.known(&call("2", r#"{"q":"a"}"#)).unwrap();
        assert_eq!((again.id.as_str(), again.content.as_str()), ("2", "found"));
        assert_eq!(talk.known(&call("3", r#"{"q":"b"}"#)), None);
        assert!(talk.known(&call("4", "a")).unwrap().failed);
        let unknown = ToolCall { name: "fly".into(), ..call("5", "{}") };
        assert!(talk.known(&unknown).unwrap().content.contains("The tools are: find"));
    }

    #[test]
    fn the_last_turn_must_answer() {
        let mut talk = conversation(Protocol::Nous, 2);
        assert!(!talk.is_last_turn());
        let asked = call("1", "{}");
        talk.hear(calling(std::slice::from_ref(&asked)));
        talk.give(std::slice::from_ref(&asked), &[result("1")]);
        assert!(talk.is_last_turn());
        let (_, _, turns) = talk.messages();
        assert!(turns.last().unwrap().content.ends_with("with what you have found."));
        talk.hear(Reply { text: "So far: Bob.".into(), ..calling(&[asked]) });
        assert_eq!(talk.next(), &Step::Answer("So far: Bob.".into()));
    }

    #[test]
    fn a_server_without_tools_is_told_of_them_in_the_text() {
        let mut talk = conversation(Protocol::Native, 5);
        assert_eq!(talk.native_tools().len(), 1);
        assert!(talk.fall_back());
        assert_eq!(talk.native_tools().len(), 0);
        assert!(talk.messages().0.content.contains("<tools>"));
        assert!(!talk.fall_back());
    }

    proptest! {
        /// Whatever a model says, calls and results belong together and it ends in time.
        #[test]
        fn calls_and_results_belong_together(
            replies in prop::collection::vec(0..4_usize, 1..20),
            limit in 1..8_usize,
        ) {
            let mut talk = conversation(Protocol::Native, limit);
            let mut asked = 0;
            for count in replies {
                match talk.next().clone() {
                    Step::Ask => {
                        asked += 1;
                        let calls: Vec<_> = (0..count).map(|_| call("", "{}")).collect();
                        talk.hear(Reply { text: "said".into(), ..calling(&calls) });
                    }
                    Step::Call(calls) => {
                        let results: Vec<_> = calls.iter().map(|call| result(&call.id)).collect();
                        talk.give(&calls, &results);
                    }
                    Step::Answer(_) => break,
                }
            }
            prop_assert!(asked <= limit);
            let (_, _, turns) = talk.messages();
            let made: Vec<_> =
                turns.iter().flat_map(|turn| &turn.tool_calls).map(|call| call.id.clone()).collect();
            let told: Vec<_> = turns.iter().filter_map(|turn| turn.tool_call_id.clone()).collect();
            let open = match talk.next() {
                Step::Call(calls) => calls.len(),
                _ => 0,
            };
            prop_assert_eq!(&made[..made.len() - open], &told[..]);
            let mut names = made.clone();
            names.sort();
            names.dedup();
            prop_assert_eq!(names.len(), made.len());
        }
    }
}
