//! In which language the model is spoken to.

use super::template::Template;

/// The languages that there are templates in. Answers come in any language; these are only the
/// words around the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptLanguage {
    /// For every question that is not in Chinese.
    English,
    /// For questions in Chinese.
    Chinese,
}

impl PromptLanguage {
    /// The language in which to put this question to a model: Chinese if it has at least as many
    /// Han characters as words in other scripts, and no letter of Japanese or Korean.
    ///
    /// ```
    /// use qwen_agent_wasm::prompt::PromptLanguage;
    ///
    /// assert_eq!(PromptLanguage::of("Transformer 的作者是谁？"), PromptLanguage::Chinese);
    /// assert_eq!(PromptLanguage::of("What does 保密 mean in this contract?"), PromptLanguage::English);
    /// assert_eq!(PromptLanguage::of("解約はいつまでですか"), PromptLanguage::English);
    /// ```
    pub fn of(question: &str) -> Self {
        let (mut han, mut words) = (0, 0);
        let mut in_word = false;
        for c in question.chars() {
            if is_kana_or_hangul(c) {
                return Self::English;
            }
            let letter = c.is_alphabetic() && !is_han(c);
            han += usize::from(is_han(c));
            words += usize::from(letter && !in_word);
            in_word = letter;
        }
        if han > 0 && han >= words { Self::Chinese } else { Self::English }
    }

    pub(super) fn text(self, template: Template) -> &'static str {
        match self {
            Self::English => template.english(),
            Self::Chinese => template.chinese(),
        }
    }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

fn is_kana_or_hangul(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30ff}' | '\u{ac00}'..='\u{d7af}' | '\u{1100}'..='\u{11ff}')
}
