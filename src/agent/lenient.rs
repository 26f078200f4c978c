//! JSON as models write it: in code fences, between prose, with commas too many, cut at the end.

use serde_json::{Deserializer, Map, Value};

/// Prose has few braces; a reply with more is not looked through for ever.
const MAX_STARTS: usize = 16;

/// The first object in a reply, mended if need be.
pub(super) fn object(reply: &str) -> Option<Map<String, Value>> {
    // Models whose thinking is not parted from the reply by their server think in here.
    let reply = reply.rsplit_once("</think>").map_or(reply, |(_, reply)| reply);
    let starts = reply.match_indices('{').take(MAX_STARTS);
    starts.map(|(at, _)| &reply[at..]).find_map(|text| strict(text).or_else(|| strict(&mend(text))))
}

fn strict(text: &str) -> Option<Map<String, Value>> {
    match Deserializer::from_str(text).into_iter().next() {
        Some(Ok(Value::Object(object))) => Some(object),
        _ => None,
    }
}

/// Takes commas before brackets out, escapes line breaks in strings, and closes what is open.
fn mend(text: &str) -> String {
    let mut mended = Mended::default();
    for c in text.chars() {
        if mended.take(c) {
            break;
        }
    }
    mended.close()
}

#[derive(Default)]
struct Mended {
    text: String,
    /// The brackets that are missing, the next one last.
    missing: Vec<char>,
    in_string: bool,
    escaped: bool,
}

impl Mended {
    /// Takes a character; true if the object ends with it.
    fn take(&mut self, c: char) -> bool {
        match c {
            _ if self.in_string => self.take_in_string(c),
            '{' => self.open('{', '}'),
            '[' => self.open('[', ']'),
            '}' | ']' => self.close_one(),
            _ => {
                self.in_string = c == '"';
                self.text.push(c);
            }
        }
        self.missing.is_empty()
    }

    fn take_in_string(&mut self, c: char) {
        match c {
            '\n' => self.text.push_str("\\n"),
            c if c.is_control() => self.text.push(' '),
            c => self.text.push(c),
        }
        self.in_string = self.escaped || c != '"';
        self.escaped = !self.escaped && c == '\\';
    }

    fn open(&mut self, bracket: char, closing: char) {
        self.text.push(bracket);
        self.missing.push(closing);
    }

    fn close_one(&mut self) {
        let length = self.text.trim_end_matches(|c: char| c.is_whitespace() || c == ',').len();
        self.text.truncate(length);
        self.text.extend(self.missing.pop());
    }

    fn close(mut self) -> String {
        if self.escaped {
            self.text.pop();
        }
        if self.in_string {
            self.text.push('"');
        }
        while !self.missing.is_empty() {
            self.close_one();
        }
        self.text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn check(reply: &str, expected: &Value) {
        let found = object(reply).map_or(Value::Null, Value::Object);
        assert_eq!(&found, expected, "{reply}");
    }

    #[test]
    fn objects_are_found_wherever_they_stand() {
        check("{\"a\": 1}", &json!({ "a": 1 }));
        check("```json\n{\"a\": 1}\n```", &json!({ "a": 1 }));
        check("Sure! Here: {\"a\": 1}. Anything else?", &json!({ "a": 1 }));
        check("<think>maybe {\"a\": 2}</think>{\"a\": 1}", &json!({ "a": 1 }));
        check("a set {x} and then {\"a\": 1}", &json!({ "a": 1 }));
        check("no JSON", &Value::Null);
        check("[1, 2]", &Value::Null);
    }

    #[test]
    fn what_models_get_wrong_is_mended() {
        check("{\"a\": [1, 2,], }", &json!({ "a": [1, 2] }));
        check("{\"a\": \"one\ntwo\"}", &json!({ "a": "one\ntwo" }));
        check("{\"a\": [\"one\", \"tw", &json!({ "a": ["one", "tw"] }));
        check("{\"a\": [\"one\", \"two\"}", &json!({ "a": ["one", "two"] }));
        check("{\"a\": {\"b\": \"\\", &json!({ "a": { "b": "" } }));
    }

    #[test]
    fn beyond_some_braces_nothing_is_looked_for() {
        let braces = "{x} ".repeat(MAX_STARTS - 1);
        check(&format!("{braces}{{\"a\": 1}}"), &json!({ "a": 1 }));
        check(&format!("{{x}} {braces}{{\"a\": 1}}"), &Value::Null);
    }

    proptest! {
        #[test]
        fn any_text_is_looked_through_without_harm(reply in "[{}\\[\\]\":,a1\\\\\n]{0,60}") {
            object(&reply);
        }

        #[test]
        fn what_is_right_is_left_alone(a in ".{0,20}", b in prop::collection::vec(".{0,9}", 0..4)) {
            let value = json!({ "a": a, "b": b });
            prop_assert_eq!(object(&format!("so: {value} end")).map(Value::Object), Some(value));
        }
    }
}
