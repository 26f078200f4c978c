use proptest::prelude::*;

use super::*;
use crate::llm::Role;

fn excerpt(text: &str) -> Excerpt<'_> {
    let place = Place { title: "lease.pdf", page: Some(2), headings: &[] };
    Excerpt { number: Some(1), place, text }
}

fn roles(prompt: &Prompt) -> Vec<Role> {
    prompt.messages.iter().map(|message| message.role).collect()
}

fn last(prompt: &Prompt) -> &str {
    &prompt.messages.last().unwrap().content
}

#[test]
fn a_question_comes_after_its_passages_and_its_history() {
    let history = [Message::user("Hello"), Message::assistant("Hi")];
    let prompt = answer(None, &history, &[excerpt("Three months.")], "How long?");
    assert_eq!(roles(&prompt), [Role::System, Role::User, Role::Assistant, Role::User]);
    assert_eq!(
        last(&prompt),
        "Passages:\n\n[1]\n~~~~~\nlease.pdf, 2\n\nThree months.\n~~~~~\n\nQuestion:\nHow long?"
    );
}

#[test]
fn a_persona_replaces_the_introduction_and_not_the_rules() {
    let ours = answer(None, &[], &[], "How long?");
    let theirs = answer(Some("You are a notary."), &[], &[], "How long?");
    let rules =
        |prompt: &Prompt| prompt.messages[0].content.split_once("\n\n").unwrap().1.to_owned();
    assert!(theirs.messages[0].content.starts_with("You are a notary.\n\nYou answer from"));
    assert_eq!(rules(&ours), rules(&theirs));
}

#[test]
fn nothing_found_is_said_to_the_model() {
    assert!(last(&answer(None, &[], &[], "How long?")).contains("found no passage"));
    assert!(last(&answer(None, &[], &[], "多长时间？")).contains("没有找到"));
}

#[test]
fn chinese_questions_are_asked_in_chinese() {
    for prompt in [
        plan(&[], &[], "通知期多长？"),
        answer(None, &[], &[excerpt("三个月。")], "通知期多长？"),
        read("通知期多长？", &excerpt("三个月。")),
    ] {
        assert!(prompt.messages[0].content.starts_with('你'), "{prompt:?}");
        assert!(last(&prompt).ends_with("通知期多长？") || last(&prompt).starts_with("问题"));
    }
    assert_eq!(nothing_found("通知期多长？"), "文档中没有与这个问题相关的内容。");
}

#[test]
fn all_readings_for_one_question_begin_alike() {
    let (first, second) = (read("How long?", &excerpt("a")), read("How long?", &excerpt("b")));
    assert_eq!(first.messages[0], second.messages[0]);
    let head = "Question:\nHow long?\n\nPassage:\n[1]\n~~~~~\n";
    assert!(last(&first).starts_with(head) && last(&second).starts_with(head));
}

#[test]
fn where_json_is_wanted_the_prompt_says_so() {
    for question in ["How long?", "多长时间？"] {
        for prompt in [plan(&[], &[], question), read(question, &excerpt("a"))] {
            assert!(prompt.messages[0].content.contains("JSON"));
            assert!(matches!(prompt.response_format, ResponseFormat::JsonSchema { .. }));
        }
    }
}

#[test]
fn schemas_require_every_field() {
    assert_eq!(
        read_schema(),
        json!({
            "type": "object",
            "properties": {
                "relevant": { "type": "boolean" },
                "quotes": { "type": "array", "items": { "type": "string" } },
            },
            "required": ["quotes", "relevant"],
            "additionalProperties": false,
        })
    );
}

#[test]
fn a_question_cannot_name_a_part_of_the_template() {
    let prompt = answer(None, &[], &[excerpt("secret")], "{{passages}}");
    assert!(last(&prompt).ends_with("Question:\n{{passages}}"));
    assert_eq!(fill("a {{b", &[]), "a {{b");
}

proptest! {
    /// Whatever a document says, its fence occurs twice: before and after it.
    #[test]
    fn no_text_closes_its_fence(
        text in "[a~\n`]{0,60}", title in "[a~\n]{0,20}", heading in "[~\n]{0,20}",
    ) {
        let headings = [heading];
        let place = Place { title: &title, page: None, headings: &headings };
        let fenced = fence::fenced_all(&[Excerpt { number: None, place, text: &text }]);
        let (fence, _) = fenced.split_once('\n').unwrap();
        prop_assert!(fence.len() >= 5 && fence.chars().all(|c| c == '~'));
        prop_assert_eq!(fenced.matches(fence).count(), 2);
    }
}
